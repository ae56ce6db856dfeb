"""Many threads, many URLconfs, and nothing left of them."""

from __future__ import annotations

import gc
import os
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.http import HttpResponse
from django.urls import (
    clear_url_caches,
    get_resolver,
    include,
    path,
    re_path,
    resolve,
    set_urlconf,
)
from django.urls.exceptions import Resolver404
from django.urls.resolvers import URLPattern, URLResolver
from django.utils import translation

from .observe import answer, djangos_own
from .views import first, second, third

THREADS = 32
#: `make parity` has a million.
SEARCHES = int(os.environ.get("SEARCHES", "20000"))
PATHS = ["/a/", "/i/1/", "/i/x/", "/i/", "/w/abc/", "/z/", "/g/b/", "/i/value/"]


class Conf:
    """A URLconf of its own lists."""

    def __init__(self, number=0):
        inner = [
            path("<int:n>/", first, {"number": number}),
            path("<noting:s>/", second),
        ]
        self.inner = inner
        self.urlpatterns = [
            path("a/", first, {"number": number}),
            path("i/", include((inner, "app"), f"space{number}")),
            re_path(r"^w/(?P<w>(?!no)\w+)/$", second),
            path("g/", include([re_path(r"^([a-c])/$", third)])),
        ]


def in_threads(work):
    """Run *work* in many threads that begin together; raise what one raises."""
    barrier = threading.Barrier(THREADS)

    def begin(number):
        barrier.wait(timeout=60)
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(begin, range(THREADS)))


def expected_of(resolver, paths=PATHS):
    with djangos_own():
        return [answer(lambda at=at: resolver.resolve(at))[1] for at in paths]


def test_many_threads_get_djangos_answers_while_tables_are_made_anew(urls):
    """Some clear the caches all the time, so that tables are made all the time."""
    conf = Conf()
    resolver = urls.resolver(conf.urlpatterns)
    expected = expected_of(resolver)

    def work(number):
        for turn in range(20):
            if number % 4 == 0:
                clear_url_caches()
            at = (number + turn) % len(PATHS)
            _, seen = answer(partial(resolver.resolve, PATHS[at]))
            assert seen == expected[at]

    in_threads(work)


def test_many_threads_see_a_list_that_grows_and_shrinks(urls):
    """An answer is one of those before or one of those after a change."""
    conf = Conf()
    resolver = urls.resolver(conf.urlpatterns)
    urls.warm(resolver)
    before = expected_of(resolver)
    extra = path("z/", third)
    conf.urlpatterns.append(extra)
    after = expected_of(resolver)
    conf.urlpatterns.remove(extra)

    def work(number):
        for turn in range(20):
            if number == 0:
                conf.urlpatterns.append(extra)
                conf.urlpatterns.remove(extra)
            at = (number + turn) % len(PATHS)
            _, seen = answer(partial(resolver.resolve, PATHS[at]))
            assert seen in (before[at], after[at])

    in_threads(work)
    assert expected_of(resolver) == before
    urls.ask_all(resolver, PATHS)


def test_threads_have_languages_and_urlconfs_of_their_own(urls, settings):
    from django.conf.urls.i18n import i18n_patterns

    settings.LANGUAGES = [("en-us", "English"), ("de", "Deutsch")]
    confs = [
        type("conf", (), {"urlpatterns": i18n_patterns(*Conf(number).urlpatterns)})
        for number in range(4)
    ]

    def work(number):
        language = ("de", "en-us")[number % 2]
        conf = confs[number % 4]
        set_urlconf(conf)
        with translation.override(language):
            for _ in range(15):
                match = resolve(f"/{language}/a/")
                assert match.kwargs == {"number": number % 4}
                other = ("en-us", "de")[number % 2]
                with pytest.raises(Resolver404):
                    resolve(f"/{other}/a/")

    in_threads(work)


def test_a_urlconf_for_each_request_is_served_as_by_django(urls, client, settings):
    """django-tenants clears the caches and makes a new outer list for each request."""
    settings.MIDDLEWARE = [f"{__name__}.tenant"]
    settings.ROOT_URLCONF = Conf()
    tenant.confs = [Conf(number) for number in range(3)]
    for number in range(12):
        for address in ("/t/a/", "/t/i/1/", "/t/none/"):
            tenant.number = number
            urls.fetch(client, address)
    assert resolve("/a/").kwargs == {"number": 0}


def tenant(get_response):
    """Middleware as that of django-tenants for subfolders."""

    def middleware(request):
        clear_url_caches()
        inner = tenant.confs[tenant.number % 3].urlpatterns
        outer = path("t/", include(inner))
        outer.label = "another one for each request"
        request.urlconf = type("conf", (), {"urlpatterns": [outer]})
        set_urlconf(request.urlconf)
        try:
            return get_response(request)
        finally:
            set_urlconf(None)

    return middleware


def count_of(*classes):
    gc.collect()
    return [sum(type(one) is cls for one in gc.get_objects()) for cls in classes]


def test_urlconfs_that_are_gone_leave_nothing(urls):
    """However many are made, and each used until it has a table."""
    urls.warm(urls.resolver(Conf().urlpatterns))
    clear_url_caches()
    before = count_of(URLPattern, URLResolver)
    gone = []
    for number in range(300):
        conf = Conf(number)
        gone.append(weakref.ref(conf.inner[0]))
        resolver = urls.resolver(conf.urlpatterns)
        for _ in range(urls.times):
            assert resolver.resolve("/i/1/").kwargs == {"n": 1, "number": number}
    del conf, resolver
    gc.collect()
    # Tables are kept for a bounded number of lists.
    assert sum(ref() is not None for ref in gone) <= 290
    clear_url_caches()
    assert count_of(URLPattern, URLResolver) == before
    assert not any(ref() for ref in gone)


def resolves(resolver, number):
    """Resolve paths of every outcome, *number* in all."""
    for count in range(number):
        try:
            match = resolver.resolve(PATHS[count % len(PATHS)])
        except Exception as error:
            if count % 3:
                error.args[0].get("tried")
        else:
            if count % 3:
                getattr(match, "tried", None)


def test_many_searches_leave_nothing(urls):
    resolver = urls.resolver(Conf().urlpatterns)
    resolves(resolver, 100)
    gc.collect()
    before = len(gc.get_objects())
    resolves(resolver, SEARCHES)
    gc.collect()
    assert len(gc.get_objects()) - before < 50


def test_a_table_does_not_keep_its_matches_alive(urls):
    class Value:
        regex = "[a-z]+"

        def to_python(self, value):
            return Marker()

    class Marker:
        pass

    route = path("<str:marks>/", lambda request, marks: HttpResponse())
    route.pattern.converters = {"marks": Value()}
    resolver = urls.resolver([path("i/", include([route]))])
    markers = []
    for _ in range(urls.times):
        match = resolver.resolve("/i/a/")
        markers.append(weakref.ref(match.kwargs["marks"]))
    del match
    gc.collect()
    assert [ref() for ref in markers] == [None] * len(markers)


def test_get_resolver_is_asked_from_many_threads_at_the_first_request(urls, settings):
    """All of them find a Django that has not resolved anything yet."""
    for _ in range(5):
        settings.ROOT_URLCONF = type("conf", (), vars(Conf()))
        clear_url_caches()
        found = in_threads(lambda number: get_resolver().resolve("/i/1/").kwargs)
        assert found == [{"n": 1, "number": 0}] * THREADS
