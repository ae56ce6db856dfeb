"""
Measure the start of processes that are no server: commands, and workers of Celery.

    python -m benches.start_up [rounds]

A time is the median of processes of their own, in which the packages take turns.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from typing import NamedTuple

from benches.terminal import Progress, print_table

ROUNDS = 20
PACKAGES = ("channels", "channels_fast")
#: What stands behind ``manage.py``; nothing is ``django.setup()``, as in a worker.
COMMANDS = ("", "migrate --plan", "shell -c pass", "check")
HEAD = ["", "package", "time", "modules", "asgi.py"]


class Start(NamedTuple):
    """One process, from its start to its end."""

    seconds: float
    modules: int
    imports_asgi: bool


def start(package: str, command: str) -> Start:
    """Return what a process took and loaded, whose ``INSTALLED_APPS`` has *package*."""
    before = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "benches.start_up_child", package, *command.split()],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
    )
    seconds = time.perf_counter() - before
    modules, imports_asgi = done.stdout.split()[-2:]
    return Start(seconds, int(modules), imports_asgi == "True")


def main(rounds: int) -> None:
    progress = Progress("start-up", len(COMMANDS))
    rows = []
    for command in COMMANDS:
        progress.step(command)
        starts = [
            [start(package, command) for package in PACKAGES] for _ in range(rounds)
        ]
        for package, found in zip(PACKAGES, zip(*starts)):
            seconds = statistics.median(one.seconds for one in found)
            modules, imports_asgi = found[0][1:]
            asgi = "imported" if imports_asgi else "-"
            time_ = f"{seconds * 1000:.0f} ms"
            rows.append([command or "setup()", package, time_, str(modules), asgi])
    progress.end()
    print_table("start of a process that is no server", HEAD, rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
