"""The doctor asks the compiled table and Django's patterns for the same paths."""

from __future__ import annotations

import itertools

import pytest
from channels.routing import URLRouter as UpstreamURLRouter
from django.urls import path, re_path, register_converter
from django.urls.converters import get_converters
from django.urls.resolvers import URLPattern

from channels_fast.doctor import compare as comparing
from channels_fast.doctor.compare import compare
from channels_fast.middleware import BaseMiddleware
from channels_fast.routing import ProtocolTypeRouter, URLRouter


async def consumer(scope, receive, send):
    raise AssertionError("an application of the project was called")


class Counted:
    """A converter that makes another value each time."""

    regex = "[a-z]+"
    count = itertools.count()

    def to_python(self, value):
        return next(self.count)

    def to_url(self, value):
        return str(value)


class Picky:
    """A converter that raises whatever it likes."""

    regex = "[a-z]+"

    def to_python(self, value):
        raise KeyError(value)

    def to_url(self, value):
        return str(value)


@pytest.fixture(autouse=True)
def _converters():
    for name, converter in {"doctor_counted": Counted, "doctor_picky": Picky}.items():
        if name not in get_converters():
            register_converter(converter, name)


def routes_of_every_kind():
    return [
        path("", consumer),
        path("chat/<int:id>/<slug:name>/", consumer, {"default": 1}),
        path("<uuid:key>/<path:rest>", consumer),
        path("in/<str:outer>/", URLRouter([path("<int:id>/", consumer)])),
        re_path(r"^page/(?P<page>[0-9]+)/$", consumer),
        re_path(r"^(?!admin)([a-z]+)/(\d)?$", consumer),
        path("counted/<doctor_counted:value>/", consumer),
        path("picky/<doctor_picky:value>/", consumer),
    ]


@pytest.mark.parametrize("router", [URLRouter, UpstreamURLRouter])
def test_the_two_agree_on_routes_of_every_kind_and_no_application_is_called(router):
    routes = routes_of_every_kind()
    found = compare(ProtocolTypeRouter({"http": consumer, "websocket": router(routes)}))
    assert found.differences == []
    assert found.without_path == []
    # That of the inner router is compared alone, too.
    assert found.routes == len(routes) + 1
    assert found.paths > 20 * len(routes)


def test_a_router_that_is_inside_itself_is_compared():
    routes = [path("a/", consumer)]
    routes.append(path("again/", URLRouter(routes)))
    found = compare(URLRouter(routes))
    assert found.differences == []
    assert found.paths > 0


def test_routers_behind_middleware_inside_routes_are_compared():
    inner = URLRouter([path("<int:id>/", consumer)])
    found = compare(URLRouter([path("a/", BaseMiddleware(inner))]))
    assert (found.routes, found.without_path) == (2, [])


def wrong(change):
    """Return a router class whose answers *change* has a hand in."""

    class Wrong(URLRouter):
        async def __call__(self, scope, receive, send):
            return await super().__call__(change(dict(scope)), receive, send)

    return Wrong


def test_a_path_that_only_one_of_them_accepts_is_a_difference(monkeypatch):
    def without_newline(scope):
        return {**scope, "path": scope["path"].rstrip("\n")}

    monkeypatch.setattr(comparing, "URLRouter", wrong(without_newline))
    router = ProtocolTypeRouter({"http": URLRouter([re_path(r"^a/\Z", consumer)])})
    found = compare(router)
    differences = {one.path: one for one in found.differences}
    assert "/a/\n" in differences
    one = differences["/a/\n"]
    assert one.location == "ProtocolTypeRouter, key 'http'"
    assert one.compiled == "route 0 with ()"
    assert one.django == r"ValueError: No route found for path 'a/\n'."


def test_an_argument_that_differs_is_a_difference(monkeypatch):
    def lower(scope):
        return {**scope, "path": scope["path"].lower()}

    monkeypatch.setattr(comparing, "URLRouter", wrong(lower))
    found = compare(URLRouter([path("<str:room>", consumer)]))
    answers = {(one.compiled, one.django) for one in found.differences}
    assert ("route 0 with (room='aaaaaa')", "route 0 with (room='AAAAAA')") in answers


def test_a_route_that_no_path_can_be_made_for_is_named():
    class Exact:
        name = None
        converters = {}

        def match(self, path):
            return ("", (), {}) if path == "exact/" else None

        def __str__(self):
            return "exact/"

    found = compare(URLRouter([URLPattern(Exact(), consumer, {})]))
    assert found.without_path == ["exact/"]


def test_large_tables_are_compared_by_paths_from_all_their_parts(monkeypatch):
    monkeypatch.setattr(comparing, "_MOST_MATCHES", 100_000)
    asked = []

    def noted(scope):
        asked.append(scope["path"])
        return scope

    monkeypatch.setattr(comparing, "URLRouter", wrong(noted))
    found = compare(URLRouter([path(f"r{n}/<int:id>/", consumer) for n in range(1000)]))
    assert found.paths == len(asked) <= 100
    assert len({each.split("/")[1] for each in asked}) > 80
