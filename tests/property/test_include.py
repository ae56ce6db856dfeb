"""`include()` against Django's own resolver of the same lists."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest
from django.urls import include, path, re_path
from django.urls.exceptions import Resolver404
from django.urls.resolvers import RegexPattern, URLResolver

from channels_fast.routing import URLRouter

from ..support.engines import both_engines as _both_engines  # noqa: F401 # a fixture
from ..support.routing import call
from .test_routing_property import SHARE

_WORDS = ["a", "b", "ab", "1", "12", "x-1"]
_PARTS = ["<int:?>", "<str:?>", "<slug:?>", "a<int:?>", "<str:?>-<int:?>"]
_REGEXES = [r"(\w+)", r"(?P<?>\w+)", r"(?P<?>[0-9]+)(?:-(x))?", "(?:a|ab)", r"\d{1,2}"]


class Maker:
    """Makes lists of routes, and counts the applications in them."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.count = 0

    def routes(self, depth=0):
        return [self.route(depth) for _ in range(self.rng.randint(1, 5))]

    def route(self, depth):
        rng = self.rng
        names = iter(rng.sample("pqrs", 4))
        make, text = rng.choice([(path, self.route_text()), (re_path, self.regex())])
        text = re.sub(r"<\?|:\?", lambda found: found[0][0] + next(names), text)
        defaults = rng.choice([{}, {}, {"p": 0, "d": depth}])
        if depth < 3 and rng.random() < 0.4:
            inner = self.routes(depth + 1)
            included = (inner, "app") if rng.random() < 0.5 else inner
            return make(text, include(included), defaults)
        self.count += 1
        return make(
            f"{text}$" if make is re_path else text, self.application(), defaults
        )

    def application(self):
        number = self.count

        async def application(scope, receive, send):
            return application, scope["url_route"], number

        return application

    def route_text(self):
        parts = self.rng.choices(_WORDS + _PARTS, k=self.rng.choice([0, 1, 1, 2]))
        return "".join(f"{part}/" for part in parts)

    def regex(self):
        parts = self.rng.choices(_WORDS + _REGEXES, k=self.rng.choice([1, 1, 2]))
        return "^" + "".join(f"{part}/" for part in parts)

    def path(self):
        words = self.rng.choices([*_WORDS, "a1", "b-2", "-"], k=self.rng.randint(0, 5))
        return "".join(f"{word}/" for word in words)


@pytest.mark.parametrize("seed", range(40 // SHARE))
def test_django_resolves_to_the_same_application_and_arguments(engine, seed):
    """No path here has two slashes in a row: these `docs/differences.md` has."""
    maker = Maker(seed)
    tally = Counter()
    for _ in range(10):
        routes = maker.routes()
        resolver = URLResolver(RegexPattern(""), routes)
        router = URLRouter(routes)
        for address in [maker.path() for _ in range(60)]:
            tally[compare(resolver, router, address)] += 1
    assert min(tally["found"], tally["not found"]) > 10, tally


def compare(resolver, router, address):
    try:
        expected = resolver.resolve(address)
    except Resolver404:
        with pytest.raises(ValueError, match="No route found for path"):
            call(router, f"/{address}")
        return "not found"
    application, found, _ = call(router, f"/{address}")
    assert application is expected.func
    assert found["kwargs"] == expected.kwargs
    assert list(found["kwargs"]) == list(expected.kwargs)
    if found["kwargs"]:
        # Django drops those of the prefixes; `docs/differences.md`.
        assert found["args"][len(found["args"]) - len(expected.args) :] == expected.args
    else:
        assert found["args"] == expected.args
    return "found"
