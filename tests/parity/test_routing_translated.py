"""URLRouter: routes whose text depends on the language."""

from __future__ import annotations

import pytest
from django.urls import path, re_path
from django.urls.resolvers import LocalePrefixPattern
from django.utils import translation
from django.utils.functional import lazy

from ..support.duck_routes import route_of
from ..support.routing import app, call, no_route

WORDS = {"en": "news", "de": "neues", "fr": "nouvelles/<int:n>"}


def translated(before="", after=""):
    """Return a text that depends on the language at the time of its use."""
    return lazy(lambda: f"{before}{WORDS[translation.get_language()]}{after}", str)()


@pytest.mark.parametrize(
    ("make", "after"), [(path, "/"), (path, "/<str:s>/"), (re_path, r"/(?P<s>\w+)/$")]
)
def test_a_translated_route_follows_the_language(channels, make, after):
    """The language at the time of the call, not of the construction."""
    tail = "/" if after == "/" else "/x/"
    with translation.override("en"):
        router = channels.routing.URLRouter(
            [
                path("first/", app("first")),
                make(translated(after=after), app("lazy")),
                path("<path:p>", app("rest")),
            ]
        )
    for language in ("en", "de", "en", "de"):
        with translation.override(language):
            for word in ("news", "neues"):
                expected = "lazy" if word == WORDS[language] else "rest"
                assert call(router, f"/{word}{tail}").name == expected
            assert call(router, "/first/").name == "first"


def test_a_translated_prefix(channels):
    """The constructor makes it a prefix that is translated still."""
    inner = channels.routing.URLRouter([path("<int:n>/", app("inner"))])
    with translation.override("en"):
        router = channels.routing.URLRouter([path(translated(after="/"), inner)])
    with translation.override("de"):
        assert call(router, "/neues/5/").kwargs == {"n": 5}
        with no_route("news/5/"):
            call(router, "/news/5/")


def test_a_translated_regex_with_a_dollar_in_one_language(channels):
    """Whether the whole path must match may depend on the language too."""
    texts = {"en": "a$", "de": "a"}
    regex = lazy(lambda: texts[translation.get_language()], str)()
    with translation.override("en"):
        router = channels.routing.URLRouter([re_path(regex, app("a"))])
    with translation.override("de"):
        assert call(router, "/xay").rest == "y"
    with translation.override("en"), no_route("xa"):
        call(router, "/xa")


def test_a_language_prefix_pattern(channels):
    """Django's third kind of pattern has a `match` too."""
    route = route_of(LocalePrefixPattern())
    router = channels.routing.URLRouter([route])
    for language in ("de", "fr"):
        with translation.override(language):
            assert call(router, f"/{language}/x/").rest == "x/"
            with no_route("en/x/"):
                call(router, "/en/x/")
