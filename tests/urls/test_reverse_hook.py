"""What ``channels_fast.urls`` puts in the place of Django's reversing, and when not."""

from __future__ import annotations

import functools
import inspect
import logging

import django
import pytest
from django.urls import clear_url_caches, get_resolver, include, path, reverse
from django.urls.resolvers import URLResolver
from django.utils import translation
from django.utils.functional import lazy

from channels_fast import urls as ours
from channels_fast.urls import _reverse

from ..support.reversing import PLACES, other_view, urlconf, using, view


def in_place():
    return {name: vars(URLResolver)[name] for name in PLACES}


@pytest.fixture(autouse=True)
def _uninstalled():
    yield
    ours.uninstall()
    clear_url_caches()


@pytest.fixture
def patch():
    """As `monkeypatch`, which others have set up before, and so ends too late."""
    with pytest.MonkeyPatch.context() as patched:
        yield patched


def test_install_and_uninstall_as_often_as_you_like():
    before = in_place()
    for _ in range(2):
        ours.install()
        ours.install()
        now = in_place()
        assert all(now[name] is not before[name] for name in PLACES)
        assert all(now[name].__wrapped__ is before[name] for name in PLACES)
        ours.uninstall()
        ours.uninstall()
        assert in_place() == before


def test_nothing_is_left_of_the_tables_after_uninstall():
    inner = include(([path("a/", view, name="a")], "app"))
    urls = urlconf(path("in/", inner))
    ours.install()
    assert reverse("app:a", urls) == "/in/a/"
    ours.uninstall()
    inner[0].append(path("b/", view, name="b"))
    clear_url_caches()
    assert reverse("app:b", urls) == "/in/b/"
    ours.install()
    assert reverse("app:b", urls) == "/in/b/"


def test_nothing_is_left_of_what_was_known_of_an_inner_list(settings):
    settings.USE_I18N = True
    words = {"en": "e/", "de": "d/"}
    translated = lazy(lambda: words[translation.get_language()], str)
    inner = [path("a/", view, name="a")]
    urls = urlconf(path("in/", include(inner)))
    with using("en"):
        reverse("a", urls)  # Django makes the tables of the inner list
        ours.install()
        assert reverse("a", urls) == "/in/a/"
        ours.uninstall()
        inner.append(path(translated(), view, name="b"))
        clear_url_caches()
        assert reverse("b", urls) == "/in/e/"
        ours.install()
        assert reverse("b", urls) == "/in/e/"
    with using("de"):
        assert reverse("b", urls) == "/in/d/"


def test_the_method_looks_like_the_one_of_django():
    own = URLResolver._reverse_with_prefix
    ours.install()
    now = URLResolver._reverse_with_prefix
    assert now is not own
    assert now.__qualname__ == own.__qualname__
    assert now.__doc__ == own.__doc__
    assert inspect.signature(now) == inspect.signature(own)


def test_describe_says_who_reverses():
    assert "channels_fast.urls is not installed" in ours.describe()
    ours.install()
    assert "Names are reversed with checks and tables that are kept." in ours.describe()


@pytest.mark.parametrize("name", PLACES)
def test_who_has_wrapped_a_place_keeps_it(name, patch, caplog):
    own = vars(URLResolver)[name]
    calls = []

    def traced(self, *args, **kwargs):
        calls.append(name)
        return own.__get__(self, type(self))(*args, **kwargs)

    def read(self):
        calls.append(name)
        return own.__get__(self, type(self))

    is_method = callable(own)
    wrapper = functools.wraps(own)(traced) if is_method else property(read)
    patch.setattr(URLResolver, name, wrapper)
    before = in_place()
    with caplog.at_level(logging.WARNING, "channels_fast.urls"):
        _reverse.install()
    assert in_place() == before
    assert _reverse.reason in caplog.text
    assert f"URLResolver.{name} is not Django's own but one of " in ours.describe()
    assert reverse("a", urlconf(path("a/", view, name="a"))) == "/a/"
    get_resolver(urlconf()).app_dict  # noqa: B018 # it is read
    get_resolver(urlconf()).namespace_dict  # noqa: B018 # as above
    assert name in calls


def test_who_wraps_a_place_afterwards_is_called_and_keeps_it(patch):
    ours.install()
    own, calls = URLResolver._reverse_with_prefix, []

    def traced(self, *args, **kwargs):
        calls.append(args)
        return own(self, *args, **kwargs)

    patch.setattr(URLResolver, "_reverse_with_prefix", traced)
    urls = urlconf(path("a/<int:n>/", view, name="a"))
    assert reverse("a", urls, [1]) == "/a/1/"
    ours.uninstall()
    assert URLResolver._reverse_with_prefix is traced
    assert reverse("a", urls, [1]) == "/a/1/"
    assert calls == [("a", "/", 1)] * 2


def test_a_django_that_is_not_known_reverses_itself(patch, caplog):
    before = in_place()
    patch.setattr(django, "VERSION", (9, 9, 0, "final", 0))
    _reverse.install()
    assert in_place() == before
    assert "9.9 is newer than this package" in ours.describe()


def test_a_change_of_a_list_in_use_counts_in_no_language(settings):
    """As docs/urls_reverse.md has it: in Django it counts in those not used before."""
    settings.USE_I18N = True

    def found():
        urls = urlconf(path("a/", view, name="a"))
        with using("de"):
            reverse("a", urls)
        urls.urlpatterns[:] = [path("b/", other_view, name="a")]
        answers = []
        for language in ("de", "nl"):
            with using(language):
                answers.append(reverse("a", urls))
        clear_url_caches()
        return [*answers, reverse("a", urls)]

    assert found() == ["/a/", "/b/", "/b/"]
    ours.install()
    assert found() == ["/a/", "/a/", "/b/"]
    assert translation.get_language()
