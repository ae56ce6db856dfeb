"""
What `benches.compare_builds` measures in process, and the process that measures it.

A worker runs in the environment of one build and measures a block when it is told to,
so that the builds can take turns. It uses public names of the package only: builds
whose files differ inside can be compared.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import re
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Callable, NamedTuple

from benches import arms, drivers
from benches.arms import OURS, UPSTREAM
from benches.dispatches import Block, application, build, dispatch
from benches.sections import routes_text
from benches.shapes import SHAPES, probe_paths

MESSAGES = 400
CONNECTIONS = 200
MEMBERS = 100
ROUTES = 1_000
SIZES = (1, 10, 100, 1_000, 10_000)
#: Blocks of a dispatch are short, so a turn has several.
DISPATCH_BLOCKS = 4
DJANGO = "Django"
#: Builds are compared with the same versions of these, or not at all.
SAME = ["Django", "channels", "asgiref", "uvicorn", "uvloop", "httptools", "websockets"]

#: Returns the nanoseconds of a unit, once for each block of a turn.
Turn = Callable[[], list[float]]


class Cell(NamedTuple):
    """One row of the table."""

    name: str
    make: Callable[[str], Turn]
    #: The package, or Django, that is measured beside the builds.
    beside: str = ""


class Part(NamedTuple):
    """Cells that share their processes, and how often they are measured."""

    cells: Callable[[], list[Cell]]
    #: Fresh pairs of processes: where objects lie in memory differs between them.
    processes: int = 3
    turns: int = 10
    #: Otherwise each cell has processes of its own, and no block before the measured.
    warm: bool = True


def in_loop(measure: Callable[[], Any]) -> Turn:
    """Return a turn of one block, which runs in an event loop of its own."""
    arm = drivers.Arm(measure)

    def turn() -> list[float]:
        arm()
        return [arm.times.pop()]

    return turn


def messages() -> list[Cell]:
    """An echo, by how the next message comes."""

    def cell(name: str, driver: Any, layer: bool) -> Cell:
        def make(package: str) -> Turn:
            application = arms.echo(package, layer)
            return in_loop(lambda: driver(application, MESSAGES))

        return Cell(f"message {name}, {'in-memory' if layer else 'no'} layer", make)

    return [
        cell("awaited", drivers.awaited, layer=False),
        cell("awaited", drivers.awaited, layer=True),
        cell("always ready", drivers.ready, layer=False),
        cell("always ready", drivers.ready, layer=True),
    ]


def connections() -> list[Cell]:
    """Connect and disconnect."""

    def cell(name: str, application: Callable[[str], Any]) -> Cell:
        def make(package: str) -> Turn:
            made = application(package)
            return in_loop(
                lambda: drivers.connections(made, CONNECTIONS, drivers.STRANGER)
            )

        return Cell(f"connection, {name}", make)

    return [
        cell("no layer", arms.echo),
        cell("in-memory layer", lambda package: arms.echo(package, layer=True)),
        # AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter([...])))
        cell("full stack, no session", lambda package: arms.stack(package, 100)),
    ]


def sync() -> list[Cell]:
    """An echo whose handlers run in a thread."""

    def cell(name: str, driver: Any) -> Cell:
        def make(package: str) -> Turn:
            application = arms.sync_echo(package)
            return in_loop(lambda: driver(application, MESSAGES // 4))

        return Cell(f"sync consumer, message {name}", make, UPSTREAM)

    return [cell("always ready", drivers.ready), cell("awaited", drivers.awaited)]


def communicator() -> list[Cell]:
    """What the tests of a project do."""

    def cell(name: str, driver: Any) -> Cell:
        def make(package: str) -> Turn:
            application = arms.echo(package)
            return in_loop(lambda: driver(package, application, MESSAGES // 4))

        return Cell(f"WebsocketCommunicator, {name}", make)

    return [
        cell("message", drivers.communicator_messages),
        cell("connection", drivers.communicator_connections),
    ]


def groups() -> list[Cell]:
    """One message to a group. Per member."""

    def queues(package: str) -> Turn:
        return in_loop(lambda: drivers.queues(package, MEMBERS, 20))

    def consumers(package: str) -> Turn:
        application = arms.member(package)
        return in_loop(lambda: drivers.fan_out(package, application, MEMBERS, 3))

    return [
        Cell(f"group_send into {MEMBERS} queues, a member", queues),
        Cell(f"group_send to {MEMBERS} consumers, a member", consumers),
    ]


def tables() -> list[Cell]:
    """Make the table of a router, and beside it what Django compiles."""

    def cell(name: str, shape: str, when: str) -> Cell:
        def make(package: str) -> Turn:
            routes = SHAPES[shape](ROUTES)
            text = probe_paths(routes, "last", 1)[0]
            router_class = package != DJANGO and router_of(package)

            def turn() -> list[float]:
                # New objects: Django keeps what it compiled in the pattern.
                made = [route.make(route.text, application) for route in routes]
                re.purge()
                gc.collect()
                gc.disable()
                try:
                    started = time.perf_counter_ns()
                    if package == DJANGO:
                        for route in made:
                            route.pattern.regex  # noqa: B018 # compiles it
                        return [time.perf_counter_ns() - started]
                    router = router_class(made)
                    constructed = time.perf_counter_ns()
                    dispatch(router, text)
                    ended = time.perf_counter_ns()
                finally:
                    gc.enable()
                return [(constructed if when == "made" else ended) - started]

            return turn

        # Django compiles when a path is looked for, not when the router is made.
        return Cell(
            f"{ROUTES:,} {name} routes, {when}", make, DJANGO if when != "made" else ""
        )

    return [
        cell(name, shape, when)
        for name, shape in (("path()", "realistic"), ("re_path()", "regex"))
        for when in ("made", "made and first dispatch")
    ]


def router_of(package: str) -> Any:
    """Return the class of the router."""
    return arms.part(package, "routing").URLRouter


def routing() -> list[Cell]:
    """One dispatch, hits all over the table and a miss that comes close."""

    def cell(shape: str, size: int, probe: str) -> Cell:
        def make(package: str) -> Turn:
            routes = SHAPES[shape](size)
            router = build(router_of(package), routes)
            block = Block(router, probe_paths(routes, probe))

            def turn() -> list[float]:
                block.times.clear()
                for _ in range(DISPATCH_BLOCKS):
                    block.measure()
                return [seconds * 1e9 for seconds in block.times]

            return turn

        name = {"random": "hit", "miss": "miss"}[probe]
        return Cell(f"dispatch, {shape}, {routes_text(size)}, {name}", make)

    return [
        cell(shape, size, probe)
        for shape in ("static", "realistic", "regex")
        for size in SIZES
        for probe in ("random", "miss")
    ]


PARTS = {
    "messages": Part(messages, processes=5, turns=20),
    "connections": Part(connections, processes=5, turns=20),
    "communicator": Part(communicator, processes=3, turns=12),
    "sync": Part(sync, processes=5, turns=12),
    "groups": Part(groups, processes=4, turns=12),
    # The table that the first connection of a process waits for.
    "first": Part(tables, processes=7, turns=1, warm=False),
    "tables": Part(tables, processes=3, turns=5),
    "routing": Part(routing, processes=2, turns=20),
}


def environment() -> dict[str, Any]:
    """Return what the figures depend on, and where the package is."""
    import channels_fast

    versions: dict[str, Any] = {"Python": platform.python_version()}
    for name in SAME:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = None
    return {"package": str(Path(channels_fast.__file__).parent), "versions": versions}


def work(part: str, beside: bool) -> None:
    """Measure the cell whose number is read, until there is no further one."""
    import django

    django.setup()
    if hasattr(os, "sched_setaffinity"):
        # To wake a thread on an idle second core costs up to twice as much.
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    found = PARTS[part]
    cells = found.cells()
    turns: dict[int, Turn] = {}
    print(json.dumps(environment()), flush=True)
    for line in sys.stdin:
        number = int(line)
        if number not in turns:
            cell = cells[number]
            turns.clear()  # no table is kept while others are measured
            turns[number] = cell.make(cell.beside if beside else OURS)
            if found.warm:
                turns[number]()
            # What is loaded by now is not looked through before each block.
            gc.freeze()
        print(json.dumps(turns[number]()), flush=True)


if __name__ == "__main__":
    work(sys.argv[1], beside=sys.argv[2] == "beside")
