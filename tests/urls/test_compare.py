"""``CHANNELS_FAST_URLS``: both ways, compared, and what is said of a difference."""

from __future__ import annotations

import gc
import logging
import sys
import threading
import types
import weakref

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import (
    NoReverseMatch,
    Resolver404,
    ResolverMatch,
    URLResolver,
    include,
    path,
    re_path,
    reverse,
)
from django.urls.converters import StringConverter
from django.urls.resolvers import RegexPattern

from channels_fast import urls
from channels_fast.urls import _hook
from channels_fast.urls._compare import Comparison
from channels_fast.urls._compare import comparison as of_the_process
from tests.support.engines import WHY_NOT_COMPILED

STOCK = _hook.STOCK
WHAT = "URLResolver.resolve()"


def view(request, **kwargs):
    """A view, which nobody calls."""


def other(request, **kwargs):
    """Another one."""


class Asked(StringConverter):
    """Notes what it is asked for."""

    def __init__(self, change=str):
        self.asked = []
        self.change = change

    def to_python(self, value):
        self.asked.append(value)
        return self.change(value)


def resolver_of(*routes):
    urlconf = types.ModuleType("project.urls")
    urlconf.urlpatterns = list(routes)
    return URLResolver(RegexPattern(r"^/"), urlconf)


def with_converter(change=str):
    """Return a resolver whose route has a converter, and the converter."""
    route = path("<str:value>/", view)
    converter = route.pattern.converters["value"] = Asked(change)
    return resolver_of(route), converter


def changing(**changes):
    """Return a function that answers as Django does, but for *changes*."""

    def resolve(resolver, path):
        match = STOCK(resolver, path)
        for name, value in changes.items():
            setattr(match, name, value(match))
        return match

    return resolve


def missed(resolver, path):
    """Return the argument of Django's error about *path*."""
    with pytest.raises(Resolver404) as caught:
        STOCK(resolver, path)
    return caught.value.args[0]


@pytest.fixture
def comparison():
    return Comparison()


@pytest.fixture
def installed(monkeypatch):
    """Return what puts the tables in place with a value of the variable."""
    urls.uninstall()

    def install(value):
        monkeypatch.setenv("CHANNELS_FAST_URLS", value)
        urls.install()

    yield install
    urls.uninstall()


def errors(caplog):
    return [record for record in caplog.records if record.levelno == logging.ERROR]


# What counts as a difference


@pytest.mark.parametrize(
    ("part", "ours"),
    [
        ("func", changing(func=lambda match: other)),
        ("args", changing(args=lambda match: ("5",))),
        ("kwargs", changing(kwargs=lambda match: {**match.kwargs, "id": 6})),
        ("kwargs", changing(kwargs=lambda match: {**match.kwargs, "id": 5.0})),
        (
            "kwargs",
            changing(kwargs=lambda match: dict(reversed(match.kwargs.items()))),
        ),
        ("url_name", changing(url_name=lambda match: None)),
        ("route", changing(route=lambda match: "^" + match.route)),
        ("namespaces", changing(namespaces=lambda match: [])),
        ("view_name", changing(view_name=lambda match: "detail")),
        ("attributes", changing(more=lambda match: 1)),
    ],
)
def test_each_part_of_a_match_is_compared(comparison, caplog, part, ours):
    routes = [path("<int:id>/<str:name>/", view, name="detail")]
    resolver = resolver_of(path("a/", include((routes, "app"))))
    both = comparison.of(STOCK, ours, WHAT)
    match = both(resolver, "/a/5/x/")
    assert match.func is view
    assert match.kwargs == {"id": 5, "name": "x"}
    assert match.view_name == "app:detail"
    assert comparison.differences == 1
    (record,) = errors(caplog)
    first = record.getMessage().splitlines()[0]
    assert first.endswith(f"differs from Django in {part}.")


@pytest.mark.parametrize(
    "change",
    [
        lambda argument: {**argument, "path": "x"},
        lambda argument: {**argument, "tried": argument["tried"][:-1]},
        lambda argument: {"path": argument["path"]},
        lambda argument: dict(reversed(argument.items())),
    ],
)
def test_each_part_of_a_miss_is_compared(comparison, caplog, change):
    resolver = resolver_of(path("a/", view), path("b/", view))

    def ours(resolver, path):
        argument = missed(resolver, path)
        raise Resolver404(change(argument))

    with pytest.raises(Resolver404) as caught:
        comparison.of(STOCK, ours, WHAT)(resolver, "/c/")
    assert len(caught.value.args[0]["tried"]) == 2
    assert comparison.differences == 1
    assert len(errors(caplog)) == 1


def test_only_the_class_of_the_dict_of_a_miss_may_be_another_one(comparison):
    class Lazy(dict):
        pass

    def ours(resolver, path):
        argument = missed(resolver, path)
        raise Resolver404(Lazy(argument))

    with pytest.raises(Resolver404):
        comparison.of(STOCK, ours, WHAT)(resolver_of(path("a/", view)), "/c/")
    assert (comparison.calls, comparison.differences) == (1, 0)


@pytest.mark.parametrize(
    "ours",
    [
        lambda resolver, path: ResolverMatch(view, (), {}),
        lambda resolver, path: 1 / 0,
        lambda resolver, path: None,
    ],
)
def test_an_answer_where_django_has_none_is_a_difference(comparison, caplog, ours):
    with pytest.raises(Resolver404):
        comparison.of(STOCK, ours, WHAT)(resolver_of(path("a/", view)), "/c/")
    assert len(errors(caplog)) == 1


def test_an_error_where_django_answers_is_a_difference(comparison, caplog):
    def ours(resolver, path):
        raise Resolver404({"path": path})

    both = comparison.of(STOCK, ours, WHAT)
    assert both(resolver_of(path("a/", view)), "/a/").func is view
    text = errors(caplog)[0].getMessage()
    assert "Django returns: " in text
    assert "channels_fast raises Resolver404: " in text


def test_a_report_has_everything_to_reproduce_it_and_how_to_end_it(comparison, caplog):
    resolver = resolver_of(re_path(r"^(?P<id>[0-9]+)/$", view))
    ours = changing(kwargs=lambda match: {"id": "6"})
    comparison.of(STOCK, ours, WHAT)(resolver, "/5/")
    text = errors(caplog)[0].getMessage()
    for part in (
        "  urlconf: project.urls\n",
        "  input: '/5/'\n",
        "  language: en-us\n",
        "  Django returns: kwargs={'id': '5'}\n",
        "  channels_fast returns: kwargs={'id': '6'}\n",
        "CHANNELS_FAST_URLS=off",
    ):
        assert part in text
    assert errors(caplog)[0].name == "channels_fast.urls"


def test_each_kind_is_reported_once_for_a_route_and_counted_each_time(
    comparison, caplog
):
    resolver = resolver_of(path("<int:id>/", view), path("a/", view))
    both = comparison.of(STOCK, changing(url_name=lambda match: "x"), WHAT)
    for given in ("/1/", "/2/", "/a/", "/3/", "/a/"):
        both(resolver, given)
    assert len(errors(caplog)) == 2
    assert (comparison.calls, comparison.differences) == (5, 5)
    assert comparison.describe() == (
        "CHANNELS_FAST_URLS=check: Django answers, compared with compiled tables: "
        "5 calls, 5 differences."
    )


def test_clients_cannot_fill_the_log(comparison, caplog):
    resolver = resolver_of(*(path(f"{number}/", view) for number in range(300)))
    both = comparison.of(STOCK, changing(url_name=lambda match: "x"), WHAT)
    for number in range(300):
        both(resolver, f"/{number}/")
    assert len(errors(caplog)) == 200
    assert comparison.differences == 300


# What the project notices


def test_converters_run_once_for_each_way(comparison):
    resolver, converter = with_converter()
    comparison.of(STOCK, STOCK, WHAT)(resolver, "/a/")
    assert converter.asked == ["a", "a"]
    assert (comparison.calls, comparison.differences) == (1, 0)


def test_what_django_does_not_repeat_itself_is_no_difference(comparison, caplog):
    resolver, _ = with_converter(lambda value: object())
    match = comparison.of(STOCK, STOCK, WHAT)(resolver, "/a/")
    assert match.func is view
    assert (comparison.differences, comparison.unsteady) == (0, 1)
    assert not errors(caplog)
    assert comparison.describe().endswith(
        "0 differences, 1 that Django does not repeat itself."
    )


def test_a_difference_beside_what_is_not_repeated_is_found(comparison, caplog):
    resolver, _ = with_converter(lambda value: object())
    both = comparison.of(STOCK, changing(url_name=lambda match: "x"), WHAT)
    both(resolver, "/a/")
    text = errors(caplog)[0].getMessage()
    assert "differs from Django in url_name, view_name." in text or (
        "differs from Django in url_name." in text
    )


@pytest.mark.parametrize("error", [Http404("gone"), KeyError("a"), RuntimeError()])
def test_an_error_of_a_converter_is_the_answer(comparison, error):
    def fail(value):
        raise type(error)(*error.args)

    resolver, _ = with_converter(fail)
    with pytest.raises(type(error)) as caught:
        comparison.of(STOCK, STOCK, WHAT)(resolver, "/a/")
    assert caught.value.args == error.args
    assert (comparison.calls, comparison.differences) == (1, 0)


def test_an_error_keeps_what_it_was_raised_from(comparison):
    def fail(value):
        try:
            int("x")
        except ValueError as error:
            raise RuntimeError from error

    resolver, _ = with_converter(fail)
    try:
        raise KeyError
    except KeyError:
        with pytest.raises(RuntimeError) as caught:
            comparison.of(STOCK, STOCK, WHAT)(resolver, "/a/")
    assert type(caught.value.__context__) is ValueError
    assert type(caught.value.__cause__) is ValueError
    assert (comparison.calls, comparison.differences) == (1, 0)


def test_a_value_that_cannot_be_compared_fails_no_request(comparison, caplog):
    class Odd:
        def __eq__(self, other):
            raise RuntimeError

        __hash__ = None

        def __repr__(self):
            raise RuntimeError

    resolver, _ = with_converter(lambda value: Odd())
    both = comparison.of(STOCK, changing(url_name=lambda match: "x"), WHAT)
    assert both(resolver, "/a/").url_name is None
    assert len(errors(caplog)) == 1


def test_calls_within_a_call_are_answered_by_the_same_way(comparison, monkeypatch):
    inner = resolver_of(path("b/", view))
    resolver, _ = with_converter(lambda value: inner.resolve("/b/").url_name)
    both = comparison.of(STOCK, changing(url_name=lambda match: "x"), WHAT)
    monkeypatch.setattr(URLResolver, "resolve", both)
    assert resolver.resolve("/a/").kwargs == {"value": None}
    # The inner one is no call of its own.
    assert (comparison.calls, comparison.differences) == (1, 1)


def test_a_miss_leaves_nothing_behind(comparison):
    resolver = resolver_of(path("a/", view))
    both = comparison.of(STOCK, STOCK, WHAT)
    gc.collect()
    gc.disable()
    try:
        try:
            both(resolver, "/c/")
        except Resolver404 as error:
            gone = weakref.ref(error)
        assert gone() is None
    finally:
        gc.enable()


def test_threads_are_counted_and_told_apart(comparison):
    resolver = resolver_of(path("<int:id>/", view))
    both = comparison.of(STOCK, STOCK, WHAT)

    def run():
        for number in range(200):
            assert both(resolver, f"/{number}/").kwargs == {"id": number}

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (comparison.calls, comparison.differences) == (1600, 0)


# The variable


@pytest.mark.skipif(bool(WHY_NOT_COMPILED), reason="there is nothing to compare with")
def test_check_lets_django_answer_and_counts(installed):
    installed("check")
    resolver = resolver_of(path("a/<int:id>/", view), path("b/", include([])))
    for _ in range(3):
        assert resolver.resolve("/a/5/").kwargs == {"id": 5}
        with pytest.raises(Resolver404):
            resolver.resolve("/b/5/")
    assert "CHANNELS_FAST_URLS=check: Django answers" in urls.describe()
    assert " 0 differences" in urls.describe()
    assert of_the_process.calls >= 6


def test_off_changes_nothing_and_says_so(installed):
    installed("off")
    assert URLResolver.__dict__["resolve"] is STOCK
    assert "CHANNELS_FAST_URLS is off" in urls.describe()
    assert not _hook.reason


def test_check_compares_names_too(installed, caplog):
    installed("check")
    routes = [path("<int:id>/", view, name="one"), path("<str:s>", view, name="two")]
    urlconf = types.ModuleType("reversed")
    urlconf.urlpatterns = routes
    before = of_the_process.calls, of_the_process.differences
    assert reverse("one", urlconf, kwargs={"id": 5}) == "/5/"
    assert reverse("two", urlconf, args=["ä b"]) == "/%C3%A4%20b"
    for wrong in (lambda: reverse("one", urlconf), lambda: reverse("no", urlconf)):
        with pytest.raises(NoReverseMatch):
            wrong()
    calls, differences = of_the_process.calls, of_the_process.differences
    assert (calls - before[0], differences) == (4, before[1])
    assert not errors(caplog)
    assert "compared in the same way" in urls.describe()
    urls.uninstall()
    assert "is not installed" in urls.describe()


def test_another_text_of_a_name_is_a_difference(comparison, caplog):
    def ours(resolver, name, prefix, *args, **kwargs):
        return "/6/"

    both = comparison.of(lambda *args, **kwargs: "/5/", ours, "reverse()")
    assert both(resolver_of(), "one", "/", id=5) == "/5/"
    text = errors(caplog)[0].getMessage()
    assert "reverse(): channels_fast differs from Django in text." in text
    assert "input: 'one', '/', id=5" in text


@pytest.mark.parametrize("name", ["resolver", "stock", "args", "kwargs"])
def test_an_argument_of_a_name_may_be_called_anything(installed, name):
    installed("check")
    urlconf = types.ModuleType("reversed")
    urlconf.urlpatterns = [path(f"<str:{name}>/", view, name="one")]
    assert reverse("one", urlconf, kwargs={name: "x"}) == "/x/"


@pytest.mark.parametrize("value", ["", "on"])
def test_on_is_as_if_it_were_not_set(installed, value):
    installed(value)
    is_stock = URLResolver.__dict__["resolve"] is STOCK
    assert is_stock is bool(WHY_NOT_COMPILED)


def test_a_word_that_is_not_known_is_an_error(installed):
    with pytest.raises(ImproperlyConfigured, match="CHANNELS_FAST_URLS is 'chek'"):
        installed("chek")


# Whole requests


@pytest.mark.skipif(bool(WHY_NOT_COMPILED), reason="there is nothing to compare with")
def test_requests_are_answered_once_and_compared(
    installed, settings, monkeypatch, caplog
):
    called = []

    def counted(request, **kwargs):
        called.append(kwargs)
        return HttpResponse(request.resolver_match.route)

    module = types.ModuleType("requested_urls")
    module.urlpatterns = [
        *i18n_patterns(path("<slug:page>/", counted)),
        path("<int:id>/", include([path("a/", counted, {"kind": "a"})])),
    ]
    monkeypatch.setitem(sys.modules, "requested_urls", module)
    settings.ROOT_URLCONF, settings.LANGUAGE_CODE = "requested_urls", "en"
    settings.MIDDLEWARE = [
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.common.CommonMiddleware",
    ]
    installed("check")
    before = of_the_process.calls, of_the_process.differences
    client = Client()
    for _ in range(3):
        assert client.get("/5/a/").content == b"<int:id>/a/"
        assert client.get("/5/a").status_code == 301
        assert client.get("/en/x/").content == b"en/<slug:page>/"
        assert client.get("/x/").status_code == 302
        assert client.get("/no/such/page/").status_code == 404
    assert called == [{"id": 5, "kind": "a"}, {"page": "x"}] * 3
    assert of_the_process.calls - before[0] > 15
    assert of_the_process.differences == before[1]
    assert not errors(caplog)
