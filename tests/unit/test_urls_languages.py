"""URLs that say something else in each language, compared with Django's own answers."""

from __future__ import annotations

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.test import override_settings
from django.urls import Resolver404, URLResolver, include, path, re_path
from django.urls.resolvers import RegexPattern
from django.utils import translation
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy

from channels_fast import urls
from channels_fast._routes.urls import compile_urls
from channels_fast.urls._matches import ANSWERS

from ..support.djangos_urls import check
from ..support.engines import WHY_NOT_COMPILED


@pytest.fixture(autouse=True)
def _installed():
    with override_settings(USE_I18N=True, LANGUAGE_CODE="en"):
        urls.install()
        yield
        urls.uninstall()


def view(request, *args, **kwargs):
    """Answer nothing."""


LANGUAGES = ["en", "de", "fr", None]


@pytest.mark.parametrize("prefix_default_language", [True, False])
def test_the_prefix_of_the_language_is_that_of_the_call(prefix_default_language):
    inner = [path("a/<int:b>/", view, {"c": 1}, name="a"), re_path("^$", view)]
    routes = [
        path("first/", view),
        *i18n_patterns(
            path("x/", include((inner, "app"), "space")),
            re_path("^(y)/", include(inner)),
            prefix_default_language=prefix_default_language,
        ),
        path("de/x/", view, name="behind"),
    ]
    resolver = URLResolver(RegexPattern("^/"), routes)
    found = set()
    for language in LANGUAGES:
        for prefix in ("", "en/", "de/", "fr/"):
            for rest in ("x/a/7/", "y/a/7/", "x/", "y/", "x/a/b/", "first/", ""):
                match = check(resolver, f"/{prefix}{rest}", language)
                found.add(match.get("route"))
    assert {"de/x/a/<int:b>/", "first/", "de/x/", None} <= found
    assert ("x/a/<int:b>/" in found) is not prefix_default_language


# Words that Django has translated itself.
YES = {"en": "Yes", "de": "Ja", "fr": "Oui", None: "Yes"}


def translated_routes():
    inner = [path(gettext_lazy("No"), view, name="no"), path("<int:a>/", view)]
    return [
        path(gettext_lazy("Yes"), view, name="yes"),
        re_path(gettext_lazy("Monday"), include((inner, "app"))),
        path(gettext_lazy("May"), view),
        path("Oui", view, name="late"),
    ]


def test_a_translated_route_is_that_of_the_call():
    resolver = URLResolver(RegexPattern("^/"), translated_routes())
    for language in LANGUAGES:
        for text in YES.values():
            name = "late" if text == "Oui" else None
            name = "yes" if text == YES[language] else name
            assert check(resolver, f"/{text}", language).get("url_name") == name
        for other in LANGUAGES:
            with translation.override(other):
                monday, no = translation.gettext("Monday"), translation.gettext("No")
            check(resolver, f"/{monday}{no}", language)
            check(resolver, f"/{monday}12/", language)


@pytest.mark.skipif(bool(WHY_NOT_COMPILED), reason="there are no tables")
def test_translated_routes_are_compiled_for_the_language_and_other_lazy_ones_are_not():
    state = {"text": "a"}
    routes = [
        *translated_routes(),
        path(lazy(lambda: state["text"], str)(), view),
    ]
    with translation.override("de"):
        table, is_translated = compile_urls(routes, ANSWERS)
    assert is_translated
    engines = [engine for _, engine, _ in table.rows()]
    assert engines[-1] == "python"
    assert "python" not in engines[:-1]
    resolver = URLResolver(RegexPattern("^/"), routes)
    assert check(resolver, "/a", "de")["func"] is view
    state["text"] = "b"
    check(resolver, "/a", "de")
    check(resolver, "/b", "de")


def test_what_was_tried_is_that_of_the_language_of_the_call():
    routes = i18n_patterns(path("a/", view))
    resolver = URLResolver(RegexPattern("^/"), routes)
    for _ in range(3):
        with translation.override("de"), pytest.raises(Resolver404) as missed:
            resolver.resolve("/de/b/")
        with translation.override("en"):
            [[outer, inner]] = missed.value.args[0]["tried"]
        assert [outer] == routes
        assert [inner] == routes[0].url_patterns
