"""Whoever was there first, or comes later, is heard: and what is said of it is true."""

from __future__ import annotations

import functools
import gc
import logging
import subprocess
import sys
import weakref
from pathlib import Path
from unittest import mock

import pytest
from django.urls import get_resolver, include, path, resolvers, reverse
from django.urls.exceptions import Resolver404
from django.urls.resolvers import ResolverMatch, URLResolver

from channels_fast import urls as ours
from channels_fast.urls import _checks, _hook, _tables

from ..support.engines import WHY_NOT_COMPILED
from ..support.reversing import urlconf, view
from .views import first, second

needs_tables = pytest.mark.skipif(bool(WHY_NOT_COMPILED), reason="there are no tables")

PROGRAM = Path(__file__).parent / "programs" / "patched_before.py"


def table(urls):
    inner = [path("<int:n>/", first, name="n"), path("", second)]
    return urls.resolver([path("a/", first), path("i/", include(inner))])


@needs_tables
@pytest.mark.parametrize("what", ["resolve", "route", "regex", "init", "int", "text"])
def test_a_wrapper_of_before_this_package_was_loaded_is_called(what):
    ran = subprocess.run(
        [sys.executable, str(PROGRAM), what],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout == "as in Django\n", ran.stderr


def test_another_class_in_the_place_of_django_s_is_made(urls, monkeypatch):
    class Match(ResolverMatch):
        pass

    class Missing(Resolver404):
        pass

    resolver = table(urls)
    urls.warm(resolver, "/i/1/")
    monkeypatch.setattr(resolvers, "ResolverMatch", Match)
    monkeypatch.setattr(resolvers, "Resolver404", Missing)
    for _ in range(4):
        assert type(resolver.resolve("/i/1/")) is Match
        with pytest.raises(Missing):
            resolver.resolve("/z")
    monkeypatch.undo()
    for _ in range(4):
        assert type(resolver.resolve("/i/1/")) is ResolverMatch
        with pytest.raises(Resolver404) as caught:
            resolver.resolve("/z")
        assert caught.type is Resolver404


def test_a_property_in_the_place_of_the_lists_decides(urls):
    resolver = table(urls)
    urls.ask_all(resolver, ["/a/", "/b/"])
    routes = [path("b/", second)]
    new = {"new_callable": mock.PropertyMock, "return_value": routes}
    with mock.patch.object(URLResolver, "url_patterns", **new):
        for _ in range(4):
            assert resolver.resolve("/b/").func is second
            with pytest.raises(Resolver404):
                resolver.resolve("/a/")
    urls.ask_all(resolver, ["/a/", "/b/"])
    assert resolver.resolve("/a/").func is first


def test_names_that_are_to_be_read_anew_are(urls):
    module = urlconf(path("a/", view, name="a"))
    assert reverse("a", module) == "/a/"
    module.urlpatterns.append(path("c/", view, name="c"))
    get_resolver(module)._populated = False
    assert reverse("c", module) == "/c/"


@pytest.mark.parametrize("arguments", [[("k", 1)], None, 7, "text"], ids=repr)
@pytest.mark.parametrize("where", ["route", "resolver", "both"])
def test_arguments_that_are_no_dict_are_an_error_of_django(urls, arguments, where):
    resolver = table(urls)
    outer = resolver.url_patterns[1]
    if where != "resolver":
        outer.url_patterns[0].default_args = arguments
    if where != "route":
        outer.default_kwargs = {"r": 1} if where == "both" else arguments
    urls.ask_all(resolver, ["/i/1/", "/i/", "/i/x/", "/a/"])
    outer.url_patterns[0].default_args = 1.5
    outer.default_kwargs = 2.5
    urls.ask_all(resolver, ["/i/1/", "/i/", "/i/x/", "/a/"])


@needs_tables
def test_what_wraps_the_tables_is_told_and_left(urls):
    if not urls.is_ours:
        return
    within, calls = URLResolver.resolve, []

    @functools.wraps(within)
    def traced(self, address):
        calls.append(address)
        return within(self, address)

    URLResolver.resolve = traced
    try:
        resolver = table(urls)
        urls.warm(resolver, "/i/1/")
        assert "behind a wrapper: URLResolver.resolve is not" in ours.describe()
        assert __name__ in ours.describe()
        assert _hook.answers()
        calls.clear()
        resolver.resolve("/i/1/")
        assert calls == ["/i/1/"]  # docs/urls.md says so
        ours.install()
        assert _checks.check_hook(None) == []
        assert URLResolver.resolve is traced

        ours.uninstall()
        urls.warm(resolver, "/i/1/")
        assert not _tables.tables
        assert "not installed" in ours.describe()
        calls.clear()
        resolver.resolve("/i/1/")
        assert calls == ["/i/1/", "i/1/"]
        ours.uninstall()
        urls.warm(resolver, "/i/1/")
        assert not _tables.tables
    finally:
        URLResolver.resolve = within
    ours.install()
    urls.warm(resolver, "/i/1/")
    assert _tables.tables


def test_what_wraps_the_reversing_is_no_reason(urls, monkeypatch):
    if not urls.is_ours:
        return
    within = URLResolver._reverse_with_prefix

    def traced(self, *args, **kwargs):
        return within(self, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(URLResolver, "_reverse_with_prefix", traced)
        ours.install()
        assert "Names are reversed with checks" in ours.describe()
        ours.uninstall()
        assert "Django reverses its URLs itself" in ours.describe()
    ours.install()
    assert "Names are reversed with checks" in ours.describe()


@needs_tables
def test_the_check_says_who_has_wrapped_the_reversing(monkeypatch):
    own = URLResolver._reverse_with_prefix

    def traced(self, *args, **kwargs):
        return own(self, *args, **kwargs)

    monkeypatch.setattr(URLResolver, "_reverse_with_prefix", traced)
    ours.install()
    try:
        [message] = _checks.check_hook(None)
    finally:
        ours.uninstall()
    assert message.id == "channels_fast.W019"
    assert message.msg.startswith("Django reverses its URLs itself: URLResolver._rev")


class NoFunction:
    """As `__init__`, an object that is no function."""

    def __call__(self, *args, **kwargs):
        """Do nothing."""


@needs_tables
@pytest.mark.parametrize("kind", ["wrapper", "object"])
def test_who_wraps_another_method_of_the_resolver_does_not_matter(monkeypatch, kind):
    own = URLResolver.__init__

    @functools.wraps(own)
    def wrapper(self, *args, **kwargs):
        own(self, *args, **kwargs)

    monkeypatch.setattr(
        URLResolver, "__init__", wrapper if kind == "wrapper" else NoFunction()
    )
    ours.install()
    try:
        assert "Compiled tables answer for" in ours.describe()
    finally:
        ours.uninstall()


@needs_tables
def test_the_log_says_once_which_list_cannot_be_compiled(urls, monkeypatch, caplog):
    def fail(patterns, answers):
        raise ValueError("of a test")

    monkeypatch.setattr(_tables, "compile_urls", fail)
    resolver = table(urls)
    with caplog.at_level(logging.WARNING, "channels_fast.urls"):
        for _ in range(6):
            assert resolver.resolve("/a/").func is first
    texts = [record.getMessage() for record in caplog.records]
    text = "Django resolves a list of 2 URLs itself, which cannot be compiled: "
    assert texts == [f"{text}ValueError: of a test"] * urls.is_ours


@pytest.mark.skipif(not _hook.HAS_TRIED, reason="a match says nothing of it")
def test_what_stands_for_the_list_is_used_as_one(urls):
    resolver = table(urls)
    urls.warm(resolver, "/i/")
    found = [vars(resolver.resolve("/i/"))["tried"] for _ in range(7)]
    assert len(found[0]) == 3
    assert [*found[1]] == resolver.resolve("/i/").tried
    assert found[2][0] == [resolver.url_patterns[0]]
    assert found[3][-1][0] is found[3][1][0]
    assert len(found[4][1:]) == 2
    assert bool(found[5]) is True
    assert found[6][0] in found[6]
    with pytest.raises(IndexError):
        found[0][3]


@pytest.mark.skipif(not _hook.HAS_TRIED, reason="a match says nothing of it")
def test_a_table_that_its_own_lists_lead_to_is_collected(urls):
    """By way of what was tried, which a route has."""

    class Marked:
        pass

    def made():
        marked = Marked()
        resolver = table(urls)
        resolver.url_patterns[0].marked = marked
        urls.warm(resolver, "/i/")
        match = resolver.resolve("/i/")
        # The list is made, and has the object that it is kept by.
        match.tried.append(vars(match))
        tried = vars(resolver.resolve("/i/")).get("tried")
        if isinstance(tried, list):
            tried.append(tried)
        elif tried is not None:
            tried.list().append(tried)
        return weakref.ref(marked)

    reference = made()
    ours.uninstall()
    gc.collect()
    assert reference() is None
