"""Dispatches through a router into an application that returns at once."""

from __future__ import annotations

import contextlib
import gc
import itertools
import statistics
import time
from typing import Any

from django.urls.exceptions import Resolver404

from benches.arms import make_scope
from benches.shapes import Route

BLOCK_SECONDS = 0.002
# Fewer random paths in a block would let a lucky draw become the minimum.
FEWEST = 8


async def application(scope: Any, receive: Any, send: Any) -> Any:
    """Do nothing: what is measured is the way here."""
    return scope


async def floor(scope: Any, receive: Any, send: Any) -> Any:
    """Return what no router can be faster than: a copy of the scope and one await."""
    return await application(dict(scope), receive, send)


def build(router: Any, routes: list[Route]) -> Any:
    """Return a router of the class *router* for *routes*."""
    return router([route.make(route.text, application) for route in routes])


def dispatch(router: Any, path: str) -> Any:
    """Return the child scope for *path*, or the text of the error, as both have it."""
    try:
        router({**make_scope(), "path": path}, None, None).send(None)
    except StopIteration as stop:
        # Ours also has the template and the name of the route, and a hint in the error.
        route = {name: stop.value["url_route"][name] for name in ("args", "kwargs")}
        return {**stop.value, "url_route": route}
    except ValueError as error:
        return error.args[0][:]
    except Resolver404 as error:
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
            try:  # noqa: SIM105 # suppress() would be timed with every dispatch
                await router(scope, None, None)
            except (ValueError, Resolver404):
                pass

    def seconds(self) -> float:
        """Time one block."""
        # For each contender alike; pytest-benchmark would do it for ours only.
        gc.disable()
        try:
            started = time.perf_counter()
            self()
            return time.perf_counter() - started
        finally:
            gc.enable()

    def measure(self) -> None:
        """Time one block and keep the time of one dispatch."""
        self.times.append(self.seconds() / self.count)

    def summary(self) -> dict[str, float]:
        """Return minimum and median of one dispatch, in nanoseconds."""
        return {
            "min": min(self.times) * 1e9,
            "median": statistics.median(self.times) * 1e9,
        }
