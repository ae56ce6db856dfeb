"""URLRouter: subclasses that keep their routes in another way, and copies."""

from __future__ import annotations

import copy

import pytest
from django.urls import path

from ..support.routing import app, call, no_route


def test_a_subclass_that_sets_routes_for_every_request(channels):
    """It never calls the constructor of its base."""

    class Tenants(channels.routing.URLRouter):
        def __init__(self):
            self.seen = []

        async def __call__(self, scope, receive, send):
            name = scope["tenant"]
            self.seen.append(name)
            self.routes = [path(f"{name}/<int:n>/", app(name))]
            return await super().__call__(scope, receive, send)

    router = Tenants()
    for name in ("one", "two", "three", "one"):
        assert call(router, f"/{name}/5/", tenant=name).name == name
    with no_route("one/5/"):
        call(router, "/one/5/", tenant="two")
    assert router.seen == ["one", "two", "three", "one", "two"]


def test_a_subclass_with_routes_as_a_property(channels):
    """The attribute is read at every call, and every list may be a new one."""

    class Computed(channels.routing.URLRouter):
        names = ["a"]

        def __init__(self):
            pass

        @property
        def routes(self):
            return [path(f"{name}/", app(name)) for name in self.names]

    router = Computed()
    for names in (["a"], ["a"], ["b"], ["b", "c"], ["c"], ["c"]):
        router.names = names
        assert [call(router, f"/{name}/").name for name in names] == names
    for _ in range(3):
        with no_route("b/"):
            call(router, "/b/")


def test_a_subclass_with_routes_on_the_class(channels):
    """An instance needs no attribute of its own."""

    class Fixed(channels.routing.URLRouter):
        routes = [path("a/", app("a"))]

        def __init__(self):
            pass

    assert call(Fixed(), "/a/").name == "a"


def test_a_router_without_any_routes_attribute(channels):
    """It is found missing at the call."""
    router = channels.routing.URLRouter.__new__(channels.routing.URLRouter)
    with pytest.raises(AttributeError, match="routes"):
        call(router, "/a/")


def test_a_copy_of_a_router_goes_its_own_way(channels):
    """Shallow or deep, before or after a call."""
    router = channels.routing.URLRouter([path("a/<int:n>/", app("a"))])
    assert call(router, "/a/1/").kwargs == {"n": 1}
    shallow, deep = copy.copy(router), copy.deepcopy(router)
    assert shallow.routes is router.routes
    assert deep.routes is not router.routes
    router.routes.append(path("b/", app("b")))
    assert call(shallow, "/b/").name == "b"
    with no_route("b/"):
        call(deep, "/b/")
    deep.routes[0].callback = app("other")
    assert call(deep, "/a/1/").name == "other"
    assert call(router, "/a/1/").name == "a"
