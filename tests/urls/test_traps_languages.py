"""Routes that depend on the language of the moment."""

from __future__ import annotations

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.urls.exceptions import Resolver404
from django.urls.resolvers import LocalePrefixPattern
from django.utils import translation
from django.utils.functional import lazy

from .observe import answer, djangos_own
from .views import first, second, third

LANGUAGES = ["en-us", "de", "nl", "pt-br", None, "xx"]
WORDS = {"en-us": "users", "de": "nutzer", "nl": "gebruikers", "pt-br": "usuarios"}


def in_language(words):
    return words.get(translation.get_language(), "nobody")


#: A text as `gettext_lazy` makes one, without a catalog.
lazily = lazy(in_language, str)


@pytest.fixture(autouse=True)
def _languages(settings):
    settings.USE_I18N = True
    settings.LANGUAGE_CODE = "en-us"
    settings.LANGUAGES = [(code, code) for code in LANGUAGES if code]


def everywhere(urls, resolver, paths):
    """Compare in each language, and in each again, with tables from the others."""
    answers = {}
    for language in LANGUAGES * 2:
        with using(language):
            answers[language] = urls.ask_all(resolver, paths)
    return answers


def using(language):
    if language is None:
        return _without_translations()
    return translation.override(language)


class _without_translations:
    def __enter__(self):
        self.before = translation.get_language()
        translation.deactivate_all()

    def __exit__(self, *_):
        translation.activate(self.before or "en-us")


def nested(text, patterns):
    """Return an include; `include` forbids prefixes of languages, but only by type."""
    made = path(text, include([]))
    made.urlconf_name = patterns
    return made


PATHS = [
    f"/{prefix}{rest}"
    for prefix in ("", "de/", "en-us/", "nl/", "pt-br/", "DE/", "d/", "de", "xx/")
    for rest in ("a/", "users/", "nutzer/", "o/users/1/", "")
]


@pytest.mark.parametrize("with_default", [True, False])
def test_a_prefix_of_the_language_is_that_of_the_moment(urls, with_default):
    inner = [path("a/", first, name="a"), path("", second)]
    prefixed = i18n_patterns(*inner, prefix_default_language=with_default)
    resolver = urls.resolver([*prefixed, path("<path:rest>", third)])
    answers = everywhere(urls, resolver, PATHS)
    german = dict(zip(PATHS, answers["de"]))
    assert german["/de/a/"].func is first
    assert german["/en-us/a/"].func is third
    english = dict(zip(PATHS, answers["en-us"]))
    assert english["/a/"].func is (third if with_default else first)


def test_without_i18n_there_is_no_prefix(urls, settings):
    settings.USE_I18N = False
    resolver = urls.resolver([*i18n_patterns(path("a/", first)), path("b/", second)])
    assert urls.ask(resolver, "/a/").func is first
    urls.ask_all(resolver, ["/en-us/a/", "/b/", "/de/a/"])


def test_a_prefix_may_stand_in_any_list(urls):
    """Django forbids it in a nested URLconf by name only."""
    inner = [path("a/", first), re_path(r"^(?P<n>\d+)/$", second)]
    prefixed = i18n_patterns(*inner)
    resolver = urls.resolver([nested("o/", prefixed), *prefixed, path("x/", third)])
    paths = [f"/{one}{two}{three}" for one in ("", "o/") for two in ("", "de/", "nl/")
             for three in ("a/", "1/", "x/", "")]  # fmt: skip
    everywhere(urls, resolver, paths)


def test_a_translated_route_is_that_of_the_moment(urls):
    users = lazily(WORDS)
    inner = [path("<int:n>/", second), re_path(r"^$", third)]
    prefix = lazily({code: f"{word}/" for code, word in WORDS.items()})
    parameters = lazily({code: f"{word}/<int:n>/" for code, word in WORDS.items()})
    regexes = lazily({code: rf"^r/{word}/(\d+)/$" for code, word in WORDS.items()})
    routes = [
        path(users, first, name="users"),
        path("o/", include([path(prefix, include(inner), {"d": 1})])),
        path(parameters, second),
        re_path(regexes, third),
        *i18n_patterns(path(prefix, include((inner, "app")))),
        path("users/", third),
    ]
    resolver = urls.resolver(routes)
    paths = [f"/{one}{word}{rest}" for one in ("", "o/", "r/", "de/", "en-us/")
             for word in (*WORDS.values(), "nobody")
             for rest in ("", "/", "/1/", "/x/")]  # fmt: skip
    answers = everywhere(urls, resolver, paths)
    german = dict(zip(paths, answers["de"]))
    assert german["/nutzer"].func is first
    assert german["/o/nutzer/1/"].kwargs == {"d": 1, "n": 1}
    assert german["/de/nutzer/1/"].app_name == "app"


def test_what_was_tried_is_of_the_language_of_its_search(urls):
    """However late it is looked at: error pages switch the language first."""
    prefix = lazily({code: f"{word}/" for code, word in WORDS.items()})
    inner = [path("a/", first), path("b/", second)]
    routes = [
        path(prefix, include(inner)),
        *i18n_patterns(path("c/", first)),
        path("nutzer/d/", third),
        path("de/d/", third),
    ]
    resolver = urls.resolver(routes)
    everywhere(urls, resolver, ["/nutzer/c/", "/de/d/", "/users/x/", "/nutzer/d/"])
    with translation.override("de"):
        with pytest.raises(Resolver404) as users, translation.override("en-us"):
            resolver.resolve("/users/x/")
        with pytest.raises(Resolver404) as nutzer:
            resolver.resolve("/nutzer/x/")
        match = resolver.resolve("/de/d/")
    with translation.override("nl"):
        inside = [[routes[0], inner[0]], [routes[0], inner[1]]]
        outside = [[route] for route in routes[1:]]
        assert users.value.args[0]["tried"] == inside + outside
        assert nutzer.value.args[0]["tried"] == inside + outside
        if hasattr(match, "tried"):  # not before Django 3.2
            c = routes[1].url_patterns[0]
            tried = [[routes[0]], [routes[1], c], [routes[2]], [routes[3]]]
            assert match.tried == tried


def test_a_language_code_that_settings_change_is_seen(urls, settings):
    resolver = urls.resolver(
        i18n_patterns(path("a/", first), prefix_default_language=False)
    )
    for code in ("en-us", "de", "nl", "en-us"):
        settings.LANGUAGE_CODE = code
        everywhere(urls, resolver, ["/a/", "/de/a/", "/nl/a/", "/en-us/a/"])


def test_a_prefix_that_a_project_has_changed_is_asked(urls, monkeypatch):
    """`language_prefix` is public; projects for countries override it."""

    class Country(LocalePrefixPattern):
        language_prefix = "country/"

    routes = i18n_patterns(path("a/", first))
    resolver = urls.resolver([*routes, path("<path:p>", second)])
    paths = ["/de/a/", "/country/a/", "/a/", "/en-us/a/"]
    everywhere(urls, resolver, paths)
    routes[0].pattern.prefix_default_language = False
    everywhere(urls, resolver, paths)
    routes[0].pattern = Country()
    assert everywhere(urls, resolver, paths)["de"][1].func is first
    routes[0].pattern = LocalePrefixPattern()
    everywhere(urls, resolver, paths)
    monkeypatch.setattr(LocalePrefixPattern, "language_prefix", "country/")
    assert everywhere(urls, resolver, paths)["de"][1].func is first


@pytest.mark.parametrize("address", ["/a/", "/de/b/", "/c/", "/7/", "/x/", "/de/x/"])
def test_the_language_is_asked_for_where_a_route_needs_it(urls, monkeypatch, address):
    """As by Django, in front of which no route is asked about before its turn."""
    asked = []

    def prefix(pattern):
        asked.append(pattern)
        return "de/"

    routes = [
        path("a/", first),
        *i18n_patterns(path("b/", second)),
        path("c/", third),
        path("<int:d>/", third),
    ]
    resolver = urls.resolver(routes)
    urls.ask(resolver, address)
    monkeypatch.setattr(LocalePrefixPattern, "language_prefix", property(prefix))
    answer(lambda: resolver.resolve(address))
    assert bool(asked) is (address != "/a/")


def test_a_language_that_a_converter_activates_counts_from_there_on(urls):
    class Activating:
        regex = "[a-z]{2}"

        def to_python(self, value):
            translation.activate(value)
            return value

    inner = [*i18n_patterns(path("a/", first)), path("de/a/", second)]
    route = nested("<str:activates>/", inner)
    route.pattern.converters = {"activates": Activating()}
    resolver = urls.resolver([route, path("<path:p>", third)])
    for before in ("nl", "de"):
        for address in ("/de/de/a/", "/nl/de/a/", "/de/nl/a/", "/nl/nl/a/", "/de/x/"):
            with translation.override(before):
                urls.warm(resolver, "/-/")
            for _ in range(urls.times):
                with translation.override(before), djangos_own():
                    expected = answer(lambda at=address: resolver.resolve(at))
                with translation.override(before):
                    found = answer(lambda at=address: resolver.resolve(at))
                assert found[1] == expected[1], (before, address)
