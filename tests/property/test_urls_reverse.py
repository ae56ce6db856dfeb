"""
Random URLconfs, reversed by Django and with ``channels_fast.urls``.

    python -m tests.property.test_urls_reverse SEED COUNT

compares as many URLconfs, of 60 questions each.
"""

from __future__ import annotations

import random
import sys
import warnings
from collections import Counter
from contextlib import ExitStack
from types import ModuleType

import pytest
from django.test import override_settings
from django.urls import (
    clear_url_caches,
    get_resolver,
    include,
    path,
    re_path,
    register_converter,
    resolvers,
    reverse,
    set_script_prefix,
)
from django.urls.resolvers import LocalePrefixPattern, URLResolver
from django.utils import translation
from django.utils.functional import lazy

from channels_fast.urls import _reverse

from ..support.reversing import LANGUAGES, told, using, view
from .test_routing_property import SHARE

ASKED: list[tuple[str, object]] = []
VALUES = [*range(3), "1", "a", "ab", "x-1", "é", "a b", "%", "%s", "/", "//a", "", "r2"]
VALUES += [None, -1, 1.5, b"a", "a\n", "\u0661"]
TEXTS = ["a", "b/", "a/b/", "", "/", "é/", "a.b/", "(/", "%/", "-"]
PARTS = ["<int:?>/", "<str:?>/", "<slug:?>", "<path:?>/", "<asks:?>/", "<asks:?>-"]
REGEXES = [
    r"(\w+)/",
    r"(?P<?>\w+)/",
    r"(?P<?>[0-9]+)(?:-(x))?/",
    "(?:a|b)/",
    r"\d{1,2}",
]
REGEXES += [r"(?:(?P<?>\d+)/)?", r"(?P<?>a|b(?P<?>c))", r"[ab]/", r"a.\./"]
PREFIXES = ["/", "/", "/", "/app/", "/a%b/", "/%s/", "/(+/", "//x/", "é"]
NAMES = ["a", "b", "c", "d"]
SPACES = ["app", "blog", "one", "two"]


class Asks:
    """Notes what it is asked, and refuses some values."""

    regex = "[a-z0-9%]+"

    def to_python(self, value):
        return value

    def to_url(self, value):
        ASKED.append((translation.get_language() or "", value))
        if value == 2:
            raise ValueError("two")
        if value == "r2":
            raise KeyError("r2")
        return value if value == 1 else str(value).lower()


register_converter(Asks, "asks")


def in_language(text):
    return f"{translation.get_language()}/{text}"


lazily = lazy(in_language, str)


class Maker:
    """Makes a URLconf, the same of the same seed."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.spoken = self.rng.random() < 0.5

    def urlconf(self):
        module = ModuleType("urls")
        module.urlpatterns = self.routes(0)
        if self.spoken and self.rng.random() < 0.4:
            prefix = LocalePrefixPattern(self.rng.random() < 0.5)
            # As `i18n_patterns()` makes it, which Django allows at the root.
            inner = URLResolver(prefix, self.routes(1))
            module.urlpatterns.insert(self.rng.randint(0, 2), inner)
        return module

    def routes(self, depth):
        return [self.route(depth) for _ in range(self.rng.randint(1, 5))]

    def route(self, depth):
        rng = self.rng
        # Seldom two routes on one way capture the same argument.
        deep = "" if rng.random() < 0.1 else str(depth)
        letters = iter([f"{one}{deep}" for one in rng.sample("pqrs", 4)])
        if rng.random() < 0.6:
            make, parts = path, TEXTS + PARTS
        else:
            make, parts = re_path, ["a", "b/", *REGEXES]
        text = "".join(rng.choices(parts, k=rng.choice([0, 1, 1, 2, 2])))
        text = "".join(
            next(letters) if one == "?" and before in "<:" else one
            for before, one in zip(f" {text}", text)
        )
        text = text.replace("(P<", "(?P<")
        defaults = rng.choice([{}, {}, {}, {"p1": 1}, {"d": depth}, {"q": "a", "d": 0}])
        if depth < 3 and rng.random() < 0.45:
            return self.include(make, text, defaults, depth)
        end = "$" if make is re_path and rng.random() < 0.8 else ""
        name = rng.choice([*NAMES, *NAMES, None])
        return make(self.maybe_lazy(text + end), view, defaults, name=name)

    def include(self, make, text, defaults, depth):
        inner = self.routes(depth + 1)
        if self.rng.random() < 0.5:
            space = self.rng.choice(SPACES)
            included = include((inner, self.rng.choice(SPACES[:2])), namespace=space)
        else:
            included = include(inner)
        return make(self.maybe_lazy(text), included, defaults)

    def maybe_lazy(self, text):
        return lazily(text) if self.spoken and self.rng.random() < 0.1 else text

    def question(self, urlconf):
        """Return a language, a script prefix, and arguments of ``reverse()``."""
        rng = self.rng
        spaces, leaf, params = self.leaf(urlconf.urlpatterns, [], [])
        chosen = rng.random()
        if chosen < 0.1:
            spaces = rng.choices(SPACES, k=rng.randint(0, 3))
        if chosen > 0.9:
            params = rng.sample(["p", "q1", "r1", "d"], rng.randint(0, 3))
        values = [rng.choice(VALUES) for _ in params]
        args, kwargs = rng.choice([(values, {}), ([], dict(zip(params, values)))])
        if rng.random() < (0.01 if args else 0.15):
            kwargs = {**kwargs, rng.choice("pqd"): rng.choice([0, 1, "a"])}
        name = leaf.name if rng.random() < 0.9 else rng.choice([*NAMES, "none"])
        current = rng.choice([None, None, ":".join(rng.choices(SPACES, k=2)), "one"])
        what = (
            view
            if not spaces and rng.random() < 0.05
            else ":".join([*spaces, str(name)])
        )
        language = rng.choice(LANGUAGES)
        return language, rng.choice(PREFIXES), (what, args, kwargs, current)

    def leaf(self, routes, spaces, params):
        route = self.rng.choice(routes)
        params = [*params, *params_of(route.pattern)]
        if not isinstance(route, URLResolver):
            return spaces, route, params
        if route.namespace:
            spaces = [*spaces, self.rng.choice([route.namespace, route.app_name])]
        return self.leaf(route.url_patterns, spaces, params)


def params_of(pattern):
    regex = pattern.regex
    names = list(regex.groupindex)
    return names if names else [f"_{n}" for n in range(regex.groups)]


def answers(seed, times):
    """Return what is answered to the questions of a *seed*, and what happened."""
    # From Django 5 on it gives routes with one text one dict of converters, to which
    # the tables of other URLconfs add theirs.
    getattr(resolvers._route_to_regex, "cache_clear", bool)()
    maker = Maker(seed)
    urlconf = maker.urlconf()
    found = []
    for number in range(times):
        if number == times // 2:
            maker.rng.shuffle(urlconf.urlpatterns)
            urlconf.urlpatterns.append(maker.route(1))
            clear_url_caches()
        language, prefix, (name, args, kwargs, current) = maker.question(urlconf)
        ASKED.clear()
        set_script_prefix(prefix)
        with using(language):
            answer = told(reverse, name, urlconf, args, kwargs, current)
        found.append((answer, repr(ASKED), language, name, args, kwargs))
    return found, {*vars(get_resolver(urlconf))}


def compare(seed, tally, times=60):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected, _ = answers(seed, times)
        _reverse.install()
        try:
            found, kept = answers(seed, times)
            assert found == expected, seed
        finally:
            _reverse.uninstall()
            set_script_prefix("/")
            clear_url_caches()
    tally["URLconfs with one table"] += "reverse_dict" in kept
    tally["URLconfs with one table of applications"] += "app_dict" in kept
    for answer, asked, *_ in expected:
        tally["paths" if isinstance(answer, str) else answer[0]] += 1
        tally["converters asked"] += asked != "[]"


def configured():
    languages = [(code, code) for code in LANGUAGES if code]
    return override_settings(USE_I18N=True, LANGUAGE_CODE="en-us", LANGUAGES=languages)


@pytest.mark.parametrize("start", range(0, 200 // SHARE, 20))
def test_random_urlconfs_are_reversed_as_by_django(start):
    tally = Counter()
    with configured():
        for seed in range(start, start + 20):
            compare(seed, tally)
    assert tally["paths"] > 20 * 60 / 5, tally
    # Those whose other tables depend on the language are among the latter.
    assert 0 < tally["URLconfs with one table"] < 20, tally
    assert (
        tally["URLconfs with one table"]
        < tally["URLconfs with one table of applications"]
    ), tally


def main(start, count):
    import django
    from django.conf import settings

    settings.configure()
    django.setup()
    tally = Counter()
    with ExitStack() as stack:
        stack.enter_context(configured())
        for seed in range(start, start + count):
            compare(seed, tally)
    print(dict(tally))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
