"""
Measure the memory of idle connections, in a process of its own for each figure.

    python -m benches.memory target/bench/memory.json
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Callable, NamedTuple

from benches import arms
from benches.drivers import STRANGER
from benches.terminal import Progress, print_table

IDLE = 5_000
ROUTES = 10


class Kind(NamedTuple):
    """What is connected to, and the arms that have it."""

    application: Callable[[str], Any]
    arms: Iterable[str]


KINDS = {
    "no layer": Kind(arms.echo, arms.ARMS),
    "in-memory layer": Kind(lambda name: arms.echo(name, layer=True), arms.PACKAGES),
    "full stack, no session": Kind(
        lambda name: arms.stack(name, ROUTES), [*arms.PACKAGES, *arms.FRAMEWORKS]
    ),
}
#: In a child process by its number, since the names have spaces.
NAMES = list(KINDS)


def resident() -> int:
    """Return the bytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


async def connect(application: Any, count: int) -> list[Any]:
    """Return the tasks of *count* connections that were accepted and wait."""
    accepted = 0
    complete = asyncio.Event()

    async def send(message: Any) -> None:
        nonlocal accepted
        accepted += 1
        if accepted == count:
            complete.set()

    def client() -> Any:
        messages = [{"type": "websocket.connect"}]

        async def receive() -> dict[str, Any]:
            if messages:
                return messages.pop()
            waiting: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            result: dict[str, Any] = await waiting
            return result

        return receive

    tasks = [
        asyncio.ensure_future(application(arms.make_scope(STRANGER), client(), send))
        for _ in range(count)
    ]
    await complete.wait()
    await asyncio.sleep(0.05)
    return tasks


async def child(application: Any) -> dict[str, float]:
    # Whatever is imported or cached by the first connections is not theirs.
    kept = [await connect(application, 50)]
    gc.collect()
    before, tasks = resident(), len(asyncio.all_tasks())
    kept.append(await connect(application, IDLE))
    gc.collect()
    return {
        "bytes": (resident() - before) / IDLE,
        "tasks": (len(asyncio.all_tasks()) - tasks) / IDLE,
    }


def run_child(package: str, kind: str) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benches.settings")
    django.setup()
    asyncio.run(_report(KINDS[kind].application(package)))


async def _report(application: Any) -> None:
    print(json.dumps(await child(application)), flush=True)
    # All these connections need not be left one by one.
    os._exit(0)


def main(target: str) -> None:
    cells = [(name, arm) for name, kind in KINDS.items() for arm in kind.arms]
    progress = Progress("memory", len(cells))
    figures: dict[str, dict[str, Any]] = {kind: {} for kind in NAMES}
    for kind, arm in cells:
        progress.step(f"{kind}, {arms.TITLES[arm]}")
        command = [sys.executable, "-m", "benches.memory", "--child"]
        done = subprocess.run(
            [*command, arms.ARMS[arm], str(NAMES.index(kind))],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=180,
        )
        figures[kind][arm] = json.loads(done.stdout)
    progress.end()
    rows = []
    for kind, found in figures.items():
        texts = [
            f"{found[arm]['bytes'] / 1e3:.1f} KB" if arm in found else "-"
            for arm in arms.ARMS
        ]
        rows.append([kind, *texts])
    print_table("memory of an idle connection", ["", *arms.TITLES.values()], rows)
    versions = {name: version(name) for name in arms.FRAMEWORKS}
    report = {
        "idle": IDLE,
        "routes": ROUTES,
        "versions": versions,
        "figures": figures,
    }
    Path(target).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1] == "--child":
        run_child(sys.argv[2], NAMES[int(sys.argv[3])])
    else:
        main(sys.argv[1])
