"""When a table of Django's URLs is made, and when it is forgotten."""

from __future__ import annotations

import gc
import sys
import threading
import weakref

import pytest
from django.test import override_settings
from django.urls import (
    Resolver404,
    URLResolver,
    clear_url_caches,
    include,
    path,
    re_path,
    resolve,
)
from django.urls.resolvers import RegexPattern

from channels_fast import urls
from channels_fast.urls import _tables

from ..support.engines import WHY_NOT_COMPILED

HAS_TABLES = not WHY_NOT_COMPILED


@pytest.fixture(autouse=True)
def _installed():
    urls.install()
    yield
    urls.uninstall()


def view(request, *args, **kwargs):
    """Answer nothing."""


def other(request, *args, **kwargs):
    """Answer nothing else."""


def root(patterns):
    return URLResolver(RegexPattern("^/"), patterns)


def has_table(patterns):
    return id(patterns) in _tables.tables


def test_a_table_is_made_at_the_second_use():
    patterns = [path("a/", view)]
    resolver = root(patterns)
    assert resolver.resolve("/a/").func is view
    assert not has_table(patterns)
    assert resolver.resolve("/a/").func is view
    assert has_table(patterns) is HAS_TABLES


def test_a_resolver_that_is_asked_once_does_not_make_one():
    """As where each request has a resolver of its own."""
    patterns = [path("a/", view)]
    for _ in range(5):
        assert root(patterns).resolve("/a/").func is view
    assert not has_table(patterns)


def test_clear_url_caches_forgets_all_tables():
    patterns = [path("a/", view), path("b/", view)]
    resolver = root(patterns)
    for _ in range(3):
        resolver.resolve("/a/")
    # Of the same length, and not what answers: nothing else tells.
    patterns[0] = path("b/", other)
    clear_url_caches()
    assert not has_table(patterns)
    for _ in range(3):
        assert resolver.resolve("/b/").func is other
    clear_url_caches()
    assert not has_table(patterns)


def test_another_root_urlconf_answers_at_once():
    for number in range(4):
        urlconf = type("urlconf", (), {"urlpatterns": [path(f"{number}/", view)]})
        with override_settings(ROOT_URLCONF=urlconf):
            for _ in range(3):
                assert resolve(f"/{number}/").func is view
                with pytest.raises(Resolver404):
                    resolve(f"/{number + 1}/")


def test_lists_that_are_made_all_the_time_are_not_kept():
    class Marked(list):
        """Nothing, but it can be referred to weakly."""

    def used_twice():
        marked = Marked()
        view_of_it = type("View", (), {"__call__": lambda self, request: marked})()
        resolver = root([path("a/", view_of_it)])
        for _ in range(3):
            resolver.resolve("/a/")
        return weakref.ref(marked)

    references = [used_twice() for _ in range(2 * _tables._MOST_LISTS)]
    gc.collect()
    kept = sum(reference() is not None for reference in references)
    assert kept <= _tables._MOST_LISTS
    urls.uninstall()
    gc.collect()
    assert not any(reference() for reference in references)


def used_twice(patterns):
    resolver = root(patterns)
    for _ in range(2):
        resolver.resolve("/a/")
    return resolver


def test_lists_for_one_request_do_not_displace_those_that_django_keeps():
    urlconf = type("urlconf", (), {"urlpatterns": [path("a/", view)]})
    with override_settings(ROOT_URLCONF=urlconf):
        for _ in range(2):
            resolve("/a/")
        for _ in range(2 * _tables._MOST_LISTS):
            used_twice([path("a/", view)])
        assert has_table(urlconf.urlpatterns) is HAS_TABLES


def test_of_lists_that_are_all_in_use_the_latest_have_tables():
    kept = [used_twice([path("a/", view)]) for _ in range(_tables._MOST_LISTS + 5)]
    with_tables = [has_table(resolver.url_patterns) for resolver in kept]
    assert with_tables == [False] * 5 + [HAS_TABLES] * _tables._MOST_LISTS
    assert _tables.tables.keys() == _tables._users.keys()


@pytest.mark.parametrize("kind", ["hit", "miss", "tried", "asked"])
def test_a_million_answers_would_leave_nothing_behind(kind):
    """A tenth of them, since what is left behind of each would show by then."""
    patterns = [
        path("a/", include([path("<int:b>/<c>/", view, {"d": 1})])),
        re_path("^(?=x)x(.)$", view),
    ]
    resolver = root(patterns)
    paths = {"hit": "/a/1/b/", "miss": "/n", "tried": "/a/1/b/", "asked": "/xy"}

    def use(times):
        for _ in range(times):
            try:
                match = resolver.resolve(paths[kind])
                if kind == "tried":
                    assert getattr(match, "tried", None) is not match
            except Resolver404:
                pass

    use(1000)
    gc.collect()
    before = sys.getallocatedblocks()
    use(25_000)
    gc.collect()
    assert sys.getallocatedblocks() - before < 1000


def test_threads_that_resolve_while_tables_are_replaced_get_right_answers():
    inner = [path("<int:number>/", view, name="number")]
    patterns = [path("a/", include(inner)), path("b/", view), path("b/", other)]
    resolver = root(patterns)
    stop, wrong = threading.Event(), []

    def ask():
        try:
            while not stop.is_set():
                match = resolver.resolve("/a/17/")
                found = match.func, match.kwargs, match.route, match.url_name
                if found != (view, {"number": 17}, "a/<int:number>/", "number"):
                    wrong.append(found)
                if resolver.resolve("/b/").func not in (view, other):
                    wrong.append("b")
                try:
                    wrong.append(resolver.resolve("/a/b/"))
                except Resolver404 as error:
                    if error.args[0]["path"] != "a/b/" or not error.args[0]["tried"]:
                        wrong.append(error.args)
        except BaseException as error:
            wrong.append(error)
            raise

    threads = [threading.Thread(target=ask) for _ in range(32)]
    for thread in threads:
        thread.start()
    for number in range(60):
        # Longer, shorter, other objects, no caches: all that is noticed at once.
        inner.insert(0, path(f"x{number}/", other))
        patterns[1] = path("b/", other)
        resolver.resolve("/b/")
        del inner[0]
        if number % 10 == 0:
            clear_url_caches()
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
