"""URLRouter: what happens while the application runs, and when it fails."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import copy
import gc
import inspect
import sys
import traceback
import weakref

import pytest
from asgiref.compatibility import guarantee_single_callable, is_double_callable
from asgiref.testing import ApplicationCommunicator
from django.urls import path, re_path
from django.urls.exceptions import NoReverseMatch, Resolver404

from ..support.routing import app, call, failing, no_route, raises, run

# ---------------------------------------------------------------- Resolver404


async def test_after_resolver404_the_next_route_goes_on_with_the_connection(channels):
    """The next route takes over the connection as the first one left it."""

    async def gives_up(scope, receive, send):
        await send({"type": "first", "got": (await receive())["n"]})
        await asyncio.sleep(0)
        raise Resolver404("too late")

    async def takes_over(scope, receive, send):
        await send({"type": "second", "got": (await receive())["n"]})

    router = channels.routing.URLRouter(
        [path("a/", gives_up), path("<str:s>/", gives_up), path("a/", takes_over)]
    )
    communicator = ApplicationCommunicator(router, {"type": "t", "path": "/a/"})
    for n in range(3):
        await communicator.send_input({"type": "input", "n": n})
    sent = [await communicator.receive_output() for _ in range(3)]
    assert sent == [
        {"type": "first", "got": 0},
        {"type": "first", "got": 1},
        {"type": "second", "got": 2},
    ]
    await communicator.wait()


def test_resolver404_of_every_application_is_a_miss(channels):
    """The applications' own texts are gone."""
    router = channels.routing.URLRouter(
        [path("a/", failing(Resolver404("mine"))), re_path("a", failing(Resolver404()))]
    )
    with no_route("a/") as caught:
        call(router, "/a/")
    assert caught.value.__context__ is None
    with raises(Resolver404, "No route found for path 'a/'.") as caught:
        call(router, "/x/", path_remaining="a/")
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_a_subclass_of_resolver404_is_a_miss_too(channels):
    """As `except` has it."""

    class Mine(Resolver404):
        pass

    router = channels.routing.URLRouter(
        [path("a/", failing(Mine("x"))), path("a/", app("next"))]
    )
    assert call(router, "/a/").name == "next"


@pytest.mark.since("4.0", "what is no coroutine function is not taken for ASGI 2")
def test_resolver404_may_come_before_the_await(channels):
    """Also when it is raised before there is anything to await."""

    def application(scope, receive, send):
        raise Resolver404("at once")

    router = channels.routing.URLRouter([path("a/", application), path("a/", app("b"))])
    assert call(router, "/a/").name == "b"


def test_every_application_gets_a_child_scope_of_its_own(channels):
    """What a refused application did to its scope is gone."""
    seen = []

    async def spoils(scope, receive, send):
        seen.append(scope)
        scope["path_remaining"] = "spoiled"
        scope["url_route"]["kwargs"]["spoiled"] = True
        scope.pop("path")
        raise Resolver404

    router = channels.routing.URLRouter(
        [path("<str:a>/", spoils), path("<str:b>/", app("b"))]
    )
    answer = call(router, "/x/")
    assert answer.kwargs == {"b": "x"}
    assert answer.scope["path"] == "/x/"
    assert answer.scope is not seen[0]


@pytest.mark.parametrize(
    "error",
    [
        ValueError("mine"),
        KeyError("mine"),
        NoReverseMatch("mine"),
        asyncio.CancelledError("mine"),
        KeyboardInterrupt("mine"),
        SystemExit(3),
        GeneratorExit("mine"),
        StopAsyncIteration("mine"),
    ],
)
def test_other_errors_escape_as_they_are(channels, error):
    """The same object, unchained; no later route is asked."""
    router = channels.routing.URLRouter(
        [path("a/", failing(error)), path("a/", app("never"))]
    )
    with pytest.raises(BaseException) as caught:  # noqa: PT011 # any, on purpose
        call(router, "/a/")
    assert caught.value is error
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_the_traceback_leads_to_the_application(channels):
    """A developer sees the router and the line that failed."""

    async def application(scope, receive, send):
        raise LookupError("here")

    with pytest.raises(LookupError) as caught:
        call(channels.routing.URLRouter([path("a/", application)]), "/a/")
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert frames[-1].name == "application"
    assert frames[-1].filename == __file__


def test_an_error_context_of_the_caller_is_kept(channels):
    """Inside an `except` block the miss names that error as its context."""
    router = channels.routing.URLRouter([path("a/", app("a"))])
    outer = KeyError("outer")
    try:
        raise outer
    except KeyError:
        with no_route("b") as caught:
            call(router, "/b")
    assert caught.value.__context__ is outer


# ---------------------------------------------------------------- asyncio


async def test_an_application_may_wait(channels):
    """The router passes every pause on to the event loop."""

    async def application(scope, receive, send):
        for _ in range(3):
            await asyncio.sleep(0)
        return await receive()

    async def receive():
        await asyncio.sleep(0)
        return "received"

    inner = channels.routing.URLRouter([path("b/", application)])
    router = channels.routing.URLRouter([path("a/", inner)])
    assert await router({"path": "/a/b/"}, receive, None) == "received"
    assert await asyncio.create_task(router({"path": "/a/b/"}, receive, None))
    both = await asyncio.gather(
        router({"path": "/a/b/"}, receive, None),
        asyncio.wait_for(router({"path": "/a/b/"}, receive, None), 30),
    )
    assert both == ["received", "received"]


async def test_cancellation_reaches_the_application(channels):
    """It may clean up, and the task ends cancelled."""
    log = []

    async def application(scope, receive, send):
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            log.append("cancelled")
            await asyncio.sleep(0)
            log.append("cleaned up")
            raise

    router = channels.routing.URLRouter(
        [path("a/", application), path("a/", app("never"))]
    )
    task = asyncio.create_task(router({"path": "/a/"}, None, None))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert log == ["cancelled", "cleaned up"]


async def test_the_application_runs_in_the_task_and_context_of_the_caller(channels):
    """What it sets in a context variable is there afterwards."""
    variable = contextvars.ContextVar("variable", default="unset")
    tasks = []

    async def application(scope, receive, send):
        assert variable.get() == "before"
        variable.set("inside")
        tasks.append(asyncio.current_task())

    variable.set("before")
    await channels.routing.URLRouter([path("a/", application)])(
        {"path": "/a/"}, None, None
    )
    assert variable.get() == "inside"
    assert tasks == [asyncio.current_task()]


def test_nothing_happens_before_the_first_step(channels):
    """Calling a router makes a coroutine; errors come when it is awaited."""
    router = channels.routing.URLRouter([path("a/", failing(KeyError("x")))])
    for scope in ({}, {"path": None}, {"path": "/a/"}, {"path": "/b/"}, None):
        coroutine = router(scope, None, None)
        assert inspect.isawaitable(coroutine)
        coroutine.close()


def test_closing_the_coroutine_closes_the_application(channels):
    """The application is told, and no later route is asked."""
    log = []

    class Pause:
        def __await__(self):
            yield "paused"

    async def application(scope, receive, send):
        try:
            await Pause()
        finally:
            log.append("closed")

    router = channels.routing.URLRouter(
        [path("a/", application), path("a/", app("never"))]
    )
    coroutine = router({"path": "/a/"}, None, None)
    assert coroutine.send(None) == "paused"
    coroutine.close()
    assert log == ["closed"]


def test_a_resolver404_that_is_thrown_in_tries_the_next_route(channels):
    """Resolver404 from outside counts like one of the application."""

    class Pause:
        def __await__(self):
            yield "paused"

    async def application(scope, receive, send):
        await Pause()

    router = channels.routing.URLRouter(
        [path("a/", application), path("a/", app("next"))]
    )
    coroutine = router({"path": "/a/"}, None, None)
    coroutine.send(None)
    with pytest.raises(StopIteration) as stop:
        coroutine.throw(Resolver404("thrown"))
    assert stop.value.value.name == "next"


# ---------------------------------------------------------------- the object


def test_servers_and_wrappers_take_it_for_asgi_3(channels):
    """The questions of asgiref, uvicorn, Sentry and hypercorn, in their words."""
    routing = channels.routing
    for router in (
        routing.URLRouter([]),
        routing.ProtocolTypeRouter({"http": app("x")}),
        routing.ChannelNameRouter({}),
    ):
        assert not is_double_callable(router)
        assert guarantee_single_callable(router) is router
        assert not inspect.isclass(router)
        assert inspect.iscoroutinefunction(router.__call__)
        assert asyncio.iscoroutinefunction(router.__call__)
        assert list(inspect.signature(router).parameters) == [
            "scope",
            "receive",
            "send",
        ]


def test_only_url_routers_have_the_flag_of_path_routing(channels):
    """Subclasses and instances have it; the other routers do not."""
    routing = channels.routing
    assert routing.URLRouter._path_routing is True
    assert routing.URLRouter([])._path_routing is True
    assert not hasattr(routing.ProtocolTypeRouter, "_path_routing")
    assert not hasattr(routing.ChannelNameRouter, "_path_routing")


def test_it_is_an_ordinary_object(channels):
    """Attributes may be added, it can be hashed, compared and referred to weakly."""
    router = channels.routing.URLRouter([])
    router.note = "mine"
    assert router.note == "mine"
    assert router == copy.copy(router) or router != copy.copy(router)
    assert len({router, router}) == 1
    assert router != channels.routing.URLRouter([])
    assert weakref.ref(router)() is router
    assert bool(router)


def test_a_router_in_a_cycle_is_collected(channels):
    """Also after it has been called."""
    routes = [path("a/<int:n>/", app("a")), re_path("^b(.)$", app("b"))]
    router = channels.routing.URLRouter(routes)
    routes.append(path("in/", channels.routing.URLRouter([path("", router)])))
    channels.routing.URLRouter(routes)  # makes a prefix of the new route
    router.itself = router
    call(router, "/a/1/")
    call(router, "/bx")
    call(router, "/in/a/1/")
    alive = weakref.ref(router)
    del router, routes
    gc.collect()
    assert alive() is None


@pytest.mark.skipif(not hasattr(sys, "getrefcount"), reason="only CPython counts")
def test_dispatches_leak_no_reference(channels):
    """Hits, misses and errors leave the counts of what they touched alone."""
    application, default, text = app("a"), object(), "some-text-of-its-own"
    router = channels.routing.URLRouter(
        [
            path("a/<int:n>/", application, {"d": default}),
            path("s/<str:s>/", application),
            re_path(r"^w/(\w+)/(x)?$", application),
        ]
    )
    scope = {"type": "websocket", "path": "", "value": text}
    routes = router.routes
    watched = [application, default, text, scope, routes, *routes]
    watched += [route.pattern for route in routes]

    def round_trip():
        for target in ("/a/5/", "/s/x/", "/w/x/", "/w/\u00e9/", "/zzz", "/a/x\n/"):
            scope["path"] = target
            with contextlib.suppress(ValueError):
                run(router(scope, None, None))

    for _ in range(20):
        round_trip()
    before = [sys.getrefcount(item) for item in watched]
    for _ in range(300):
        round_trip()
    assert [sys.getrefcount(item) for item in watched] == before
