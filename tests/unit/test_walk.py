"""The walk through an application, which the checks and the bench share."""

from __future__ import annotations

import functools

import pytest
from channels.auth import AuthMiddlewareStack as UpstreamAuthMiddlewareStack
from channels.routing import ChannelNameRouter as UpstreamChannelNameRouter
from channels.routing import ProtocolTypeRouter as UpstreamProtocolTypeRouter
from channels.routing import URLRouter as UpstreamURLRouter
from django.urls import path, re_path

from channels_fast._routes.applications import is_url_router
from channels_fast._routes.walk import walk
from channels_fast.auth import AuthMiddlewareStack
from channels_fast.middleware import BaseMiddleware
from channels_fast.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from channels_fast.security.websocket import AllowedHostsOriginValidator


async def app(scope, receive, send):
    """An application for a route."""


class InSlots:
    __slots__ = ("__weakref__", "app")

    def __init__(self, inner):
        self.app = inner

    async def __call__(self, scope, receive, send):
        return await self.app(scope, receive, send)


class InASlotOfAnotherName:
    __slots__ = "_wrapped"  # noqa: PLC0205 # a string is allowed

    def __init__(self, inner):
        self._wrapped = inner

    async def __call__(self, scope, receive, send):
        return await self._wrapped(scope, receive, send)


class InAnAttributeOfAnotherName:
    def __init__(self, inner):
        self.helper, self.next_one = print, inner

    async def __call__(self, scope, receive, send):
        return await self.next_one(scope, receive, send)

    async def handle(self, scope, receive, send):
        return await self.next_one(scope, receive, send)


class ByAnyAttribute(BaseMiddleware):
    """Its attributes are those of what it wraps."""

    def __getattr__(self, name):
        return getattr(self.__dict__["inner"], name)


class UnboundProxy:
    """Like those of werkzeug outside a request."""

    def __getattr__(self, name):
        raise RuntimeError("working outside of a request")

    def __call__(self):
        pass


def closing_over(inner):
    async def middleware(scope, receive, send):
        return await inner(scope, receive, send)

    return middleware


def wrapping(inner):
    @functools.wraps(inner)
    async def middleware(scope, receive, send):
        return await app(scope, receive, send)

    return middleware


async def curried(inner, scope, receive, send):
    return await inner(scope, receive, send)


MIDDLEWARE = {
    "attribute": BaseMiddleware,
    "stack": lambda inner: AllowedHostsOriginValidator(AuthMiddlewareStack(inner)),
    "stack of channels": UpstreamAuthMiddlewareStack,
    "slot": InSlots,
    "slot of another name": InASlotOfAnotherName,
    "attribute of another name": InAnAttributeOfAnotherName,
    "method": lambda inner: InAnAttributeOfAnotherName(inner).handle,
    "function": closing_over,
    "functions": lambda inner: closing_over(closing_over(BaseMiddleware(inner))),
    "wrapped function": wrapping,
    "partial": lambda inner: functools.partial(curried, inner),
    "partial with a keyword": lambda inner: functools.partial(curried, inner=inner),
    "attributes handed on": ByAnyAttribute,
}


def visited(application):
    return [each.application for each in walk(application, "here")]


@pytest.mark.parametrize("wrap", MIDDLEWARE)
@pytest.mark.parametrize("router_class", [URLRouter, UpstreamURLRouter])
def test_what_is_inside_middleware_is_visited(wrap, router_class):
    application = MIDDLEWARE[wrap](router_class([path("a/", app)]))
    found = list(walk(application, "here"))
    assert found[0].application is application
    assert found[0].location == "here"
    assert found[-1].application is app
    assert found[-1].location == "URLRouter, route 'a/'"
    assert found[-1].ancestors[0] is application


@pytest.mark.parametrize(
    ("by_protocol", "by_channel"),
    [
        (ProtocolTypeRouter, ChannelNameRouter),
        (UpstreamProtocolTypeRouter, UpstreamChannelNameRouter),
    ],
)
def test_each_key_of_a_mapping_is_visited(by_protocol, by_channel):
    jobs = by_channel({"mail": app})
    found = list(walk(by_protocol({"http": app, "channel": jobs}), "here"))
    assert [each.location for each in found[1:]] == [
        "ProtocolTypeRouter, key 'http'",
        "ProtocolTypeRouter, key 'channel'",
        "ChannelNameRouter, key 'mail'",
    ]


def test_a_location_names_all_routes_and_middleware_on_the_way():
    inner = URLRouter([path("b/", BaseMiddleware(app))])
    *_, last = walk(URLRouter([path("a/<int:n>/", inner)]), "here")
    assert last.application is app
    assert last.location == (
        "URLRouter, route 'a/<int:n>/', route 'b/', in BaseMiddleware"
    )
    assert last.captures == {"n": "a/<int:n>/"}
    assert last.route is None


def test_what_leads_to_no_router_is_left_alone():
    """It may be anything: a helper, a callback, a class."""
    for kept in (
        closing_over(UnboundProxy()),
        closing_over(lambda scope: None),
        functools.partial(curried, app),
        InAnAttributeOfAnotherName(app),
    ):
        assert visited(kept) == [kept]


def test_middleware_and_functions_that_lead_to_themselves_are_walked_once():
    middleware = BaseMiddleware(None)
    middleware.inner = middleware
    assert visited(middleware) == [middleware, middleware]
    looped = closing_over(lambda: looped)
    assert visited(looped) == [looped]


def test_only_a_router_of_paths_is_one():
    class Flagged:
        _path_routing = True

    assert is_url_router(URLRouter([]))
    assert is_url_router(UpstreamURLRouter([]))
    assert not any(map(is_url_router, (URLRouter, Flagged(), app, None)))


def test_a_location_has_the_pattern_as_it_was_written():
    router = URLRouter([re_path(r"^(?P<x>\w+)/it's$", app), re_path(r"^\d$", app)])
    _, first, second = walk(router)
    assert first.location == r'''URLRouter, route "^(?P<x>\w+)/it's$"'''
    assert second.location == r"URLRouter, route '^\d$'"
