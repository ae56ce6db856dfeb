"""
Routers of other projects, each behind a function that takes a list of paths.

What is called is as near to the look-up alone as Python gets.
"""

from __future__ import annotations

from typing import Any, Callable, NamedTuple

Run = Callable[[list[str]], Any]


class Part(NamedTuple):
    """A parameter of a route."""

    name: str
    kind: str


#: Literal text and parameters in turn.
Route = list[Any]


def write(route: Route, parameter: Callable[[Part], str], start: str = "/") -> str:
    """Return *route* in the language of a router."""
    texts = [parameter(part) if isinstance(part, Part) else part for part in route]
    return start + "".join(texts)


def driven(call: Callable[[str], Any]) -> Run:
    """Return a loop around an awaitable, without an event loop."""

    async def drive(paths: list[str]) -> Any:
        for path in paths:
            found = await call(path)
        return found

    def run(paths: list[str]) -> Any:
        try:
            drive(paths).send(None)
        except StopIteration as stop:
            return stop.value
        raise AssertionError("the router waited for something")

    return run


def url_router(package: str) -> Callable[[list[Route]], Run]:
    """Return how a `URLRouter` is made and called."""

    def build(table: list[Route]) -> Run:
        from importlib import import_module

        from django.urls import path

        from benches.arms import make_scope

        def application(number: int) -> Any:
            async def answer(scope: Any, receive: Any, send: Any) -> int:
                return number

            return answer

        router = import_module(f"{package}.routing").URLRouter(
            [
                path(write(r, lambda p: f"<{p.kind}:{p.name}>", ""), application(n))
                for n, r in enumerate(table)
            ]
        )
        scope = make_scope()

        async def call(path: str) -> Any:
            scope["path"] = path
            return await router(scope, None, None)

        return driven(call)

    return build


def starlette(table: list[Route]) -> Run:
    from starlette.routing import Router, WebSocketRoute

    from benches.arms import make_scope

    kinds = {"int": ":int", "uuid": ":uuid", "slug": ""}

    class Application:
        def __init__(self, number: int) -> None:
            self._number = number

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            scope["number"] = self._number

    router = Router(
        [
            WebSocketRoute(
                write(r, lambda p: f"{{{p.name}{kinds[p.kind]}}}"), Application(n)
            )
            for n, r in enumerate(table)
        ]
    )
    scope = make_scope()

    async def call(path: str) -> Any:
        child = dict(scope, path=path)
        await router.app(child, None, None)
        return child["number"]

    return driven(call)


def werkzeug(table: list[Route]) -> Run:
    from werkzeug.routing import BaseConverter, Map, Rule

    class Slug(BaseConverter):
        regex = "[-a-zA-Z0-9_]+"

    rules = [
        Rule(write(r, lambda p: f"<{p.kind}:{p.name}>"), endpoint=n)
        for n, r in enumerate(table)
    ]
    urls = Map(rules, converters={"slug": Slug})
    urls.update()
    match = urls.bind("localhost").match

    def run(paths: list[str]) -> Any:
        for path in paths:
            found = match(path)
        return found[0]

    return run


def falcon(table: list[Route]) -> Run:
    from falcon.routing import CompiledRouter

    kinds = {"int": ":int", "uuid": ":uuid", "slug": ""}

    class Resource:
        def __init__(self, number: int) -> None:
            self.number = number

        def on_get(self, request: Any, response: Any, **parameters: Any) -> None:
            pass

    router = CompiledRouter()
    for n, r in enumerate(table):
        text = write(r, lambda p: f"{{{p.name}{kinds[p.kind]}}}")
        router.add_route(text, Resource(n))
    find = router.find

    def run(paths: list[str]) -> Any:
        for path in paths:
            found = find(path)
        return found[0].number

    return run


def sanic(table: list[Route]) -> Run:
    from sanic_routing import BaseRouter

    class Router(BaseRouter):
        def get(self, path: str, method: str, extra: Any = None) -> Any:
            return self.resolve(path=path, method=method, extra=extra)

    router = Router()
    for n, r in enumerate(table):
        router.add(write(r, lambda p: f"<{p.name}:{p.kind}>"), n, strict=True)
    router.finalize()
    resolve, method = router.resolve, router.DEFAULT_METHOD

    def run(paths: list[str]) -> Any:
        for path in paths:
            found = resolve(path, method=method)
        return found[1]

    return run


def aiohttp(table: list[Route]) -> Run:
    from types import SimpleNamespace

    from aiohttp.web_urldispatcher import UrlDispatcher

    kinds = {"int": "[0-9]+", "slug": "[-a-zA-Z0-9_]+", "uuid": "[0-9a-f-]{36}"}

    def handler(number: int) -> Any:
        async def handle(request: Any) -> None:
            pass

        handle.number = number  # type: ignore[attr-defined] # to know it again
        return handle

    router = UrlDispatcher()
    for n, r in enumerate(table):
        text = write(r, lambda p: f"{{{p.name}:{kinds[p.kind]}}}")
        router.add_get(text, handler(n), allow_head=False)
    router.freeze()
    url = SimpleNamespace()
    request: Any = SimpleNamespace(rel_url=url, method="GET")

    async def call(path: str) -> Any:
        url.raw_path = url.path = url.path_safe = path
        return (await router.resolve(request)).handler.number

    return driven(call)


def pymatchit(table: list[Route]) -> Run:
    from pymatchit import PyRouter

    router = PyRouter()
    for n, r in enumerate(table):
        router.insert(write(r, lambda p: f"{{{p.name}}}"), n)
    at = router.at

    def run(paths: list[str]) -> Any:
        for path in paths:
            found = at(path)
        return found[0]

    return run


class Rival(NamedTuple):
    """A router: what it is called, whose package it is, and how it is made."""

    title: str
    package: str
    build: Callable[[list[Route]], Run]
    #: The largest table that it builds in an acceptable time.
    largest: int = 10_000


RIVALS = [
    Rival("channels", "channels", url_router("channels")),
    Rival("channels_fast", "channels_fast", url_router("channels_fast")),
    Rival("starlette", "starlette", starlette),
    Rival("aiohttp", "aiohttp", aiohttp),
    Rival("werkzeug", "werkzeug", werkzeug),
    Rival("sanic-routing", "sanic-routing", sanic, largest=1_000),
    Rival("falcon", "falcon", falcon),
    Rival("pymatchit (Rust)", "pymatchit", pymatchit),
]
