"""
How one dispatch is measured: contenders take turns, block by block.

Below are the hooks that show a line of progress and, in the end, the ratios.
"""

from __future__ import annotations

import os
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any, Callable

import django
import pytest
from channels.routing import URLRouter as Upstream

from benches.dispatches import Block, build, floor
from benches.shapes import SHAPES, Route
from benches.terminal import Progress, print_table, ratio_text, time_text
from channels_fast.routing import URLRouter as Ours

# pytest-django would keep the benchmarks from the database.
DIRECTORY = tempfile.TemporaryDirectory(prefix="channels_fast_bench_")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benches.settings")
os.environ.setdefault("BENCH_DATABASE", str(Path(DIRECTORY.name) / "db.sqlite3"))
django.setup()

ROUNDS = 60


@lru_cache(maxsize=1)
def contenders(shape: str, size: int) -> tuple[list[Route], dict[str, Any]]:
    """Return the routes of a cell, and its routers by name."""
    routes = SHAPES[shape](size)
    return routes, {
        "ours": build(Ours, routes),
        "upstream": build(Upstream, routes),
        "floor": floor,
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


@pytest.fixture(scope="session")
def one_core() -> Any:
    """
    Stay on one core, as a worker in a container with one does.

    To wake a thread on an idle second core costs up to twice as much, which would
    make the sync paths of upstream look worse than they are there.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    yield
    os.sched_setaffinity(0, before)


@pytest.fixture(scope="session")
def session_cookie() -> bytes:
    """Return the cookie of a user who is logged in."""
    from django.contrib.auth import SESSION_KEY, login
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.db import connections
    from django.http import HttpRequest

    call_command("migrate", verbosity=0)
    request = HttpRequest()
    request.session = SessionStore()
    login(request, User.objects.create_user("alice", password="x"))
    assert SESSION_KEY in request.session
    request.session.save()
    connections.close_all()
    return f"csrftoken=abcdef; sessionid={request.session.session_key}".encode()


class Terminal:
    """Shows how far the run is, and the figures in the end."""

    def __init__(self, config: Any) -> None:
        self._config = config
        self._progress = Progress("", 0)

    def pytest_collection_finish(self, session: Any) -> None:
        self._progress = Progress("in process", len(session.items))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._progress.step(nodeid.rpartition("::")[2])

    def pytest_report_teststatus(self, report: Any) -> Any:
        # No dots: the line of progress is there instead.
        return ("passed", "", "") if report.passed else None

    def pytest_terminal_summary(self) -> None:
        self._progress.end()
        session = getattr(self._config, "_benchmarksession", None)
        benchmarks = session.benchmarks if session else []
        infos = [b.extra_info for b in benchmarks if "ours" in b.extra_info]
        others = sorted(
            {key for info in infos for key in ("floor", "bare", "flat") if key in info}
        )
        rows = []
        for info in infos:
            name = [
                str(info[key])
                for key in ("case", "shape", "size", "probe")
                if key in info
            ]
            figures = [
                info[who]["min"] if who in info else None
                for who in ("upstream", "ours", *others)
            ]
            texts = ["-" if figure is None else time_text(figure) for figure in figures]
            rows.append([" ".join(name), *texts, ratio_text(figures[0] / figures[1])])
        if rows:
            head = ["minimum over the blocks", "upstream", "ours", *others, "ratio"]
            print_table("", head, rows)


def pytest_configure(config: Any) -> None:
    config.pluginmanager.register(Terminal(config), "benches-terminal")
