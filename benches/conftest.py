"""How one dispatch is measured: contenders take turns, block by block."""

from __future__ import annotations

import contextlib
import itertools
import statistics
import time
from functools import lru_cache
from typing import Any, Callable

import pytest
from channels.routing import URLRouter as Upstream
from django.urls.exceptions import Resolver404

from benches.shapes import SHAPES, Route
from channels_fast.routing import URLRouter as Ours

BLOCK_SECONDS = 0.002
ROUNDS = 60
# Fewer random paths in a block would let a lucky draw become the minimum.
FEWEST = 8


async def application(scope: Any, receive: Any, send: Any) -> Any:
    """Do nothing: what is measured is the way here."""
    return scope


async def floor(scope: Any, receive: Any, send: Any) -> Any:
    """Return what no router can be faster than: a copy of the scope and one await."""
    return await application(dict(scope), receive, send)


def make_scope() -> dict[str, Any]:
    """Return the scope of a WebSocket as a server makes it."""
    return {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "ws",
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 50000),
        "root_path": "",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:8000"), (b"upgrade", b"websocket")],
        "subprotocols": [],
    }


def build(router: Any, routes: list[Route]) -> Any:
    """Return a router of the class *router* for *routes*."""
    return router([route.make(route.text, application) for route in routes])


@lru_cache(maxsize=1)
def contenders(shape: str, size: int) -> tuple[list[Route], dict[str, Any]]:
    """Return the routes of a cell, and its routers by name."""
    routes = SHAPES[shape](size)
    return routes, {
        "ours": build(Ours, routes),
        "upstream": build(Upstream, routes),
        "floor": floor,
    }


def dispatch(router: Any, path: str) -> Any:
    """Return the child scope for *path*, or the text of the error."""
    try:
        router({**make_scope(), "path": path}, None, None).send(None)
    except StopIteration as stop:
        return stop.value
    except (ValueError, Resolver404) as error:
        return str(error)
    raise AssertionError("the router waited for something")


class Block:
    """A number of dispatches of one contender, to be timed as a whole."""

    def __init__(self, router: Any, paths: list[str]) -> None:
        self._router = router
        self._scope = make_scope()
        self._paths = itertools.cycle(paths)
        self.count = FEWEST
        self.times: list[float] = []
        self()  # whatever is built or compiled at first
        while self.seconds() < BLOCK_SECONDS / 2 and self.count < 16_384:
            self.count *= 2

    def __call__(self) -> None:
        with contextlib.suppress(StopIteration):
            self._drive(list(itertools.islice(self._paths, self.count))).send(None)

    async def _drive(self, paths: list[str]) -> None:
        router, scope = self._router, self._scope
        for path in paths:
            scope["path"] = path
            try:  # noqa: SIM105 - suppress() would be timed with every dispatch
                await router(scope, None, None)
            except (ValueError, Resolver404):
                pass

    def seconds(self) -> float:
        """Time one block."""
        started = time.perf_counter()
        self()
        return time.perf_counter() - started

    def measure(self) -> None:
        """Time one block and keep the time of one dispatch."""
        self.times.append(self.seconds() / self.count)

    def summary(self) -> dict[str, float]:
        """Return minimum and median of one dispatch, in nanoseconds."""
        return {
            "min": min(self.times) * 1e9,
            "median": statistics.median(self.times) * 1e9,
        }


@pytest.fixture
def compare(benchmark: Any) -> Callable[..., None]:
    """
    Measure contenders in turns: ours by pytest-benchmark, the others around it.

    A slow second of the machine then hits all of them alike. The figures of one
    dispatch are in ``extra_info``, for ours as well, since a round is a block.
    """

    def measure(routers: dict[str, Any], paths: list[str], **cell: Any) -> None:
        blocks = {name: Block(router, paths) for name, router in routers.items()}
        ours = blocks.pop("ours")

        def others() -> None:
            for block in blocks.values():
                block.measure()

        benchmark.group = " ".join(str(value) for value in cell.values())
        benchmark.pedantic(ours.measure, setup=others, rounds=ROUNDS)
        benchmark.extra_info.update(cell, dispatches=ours.count, ours=ours.summary())
        for name, block in blocks.items():
            benchmark.extra_info[name] = block.summary()

    return measure
