"""
Compare two builds of channels_fast, each in an environment of its own.

    python -m benches.compare_builds BEFORE AFTER [PART ...] [--quick] [--json FILE]

BEFORE and AFTER are the interpreters of two environments that have the same packages
and different builds of this one, both made with `--release`:

    git worktree add ../before COMMIT && make -C ../before .venv/bench .venv/built
    .venv/bin/python -m benches.compare_builds ../before/.venv/bin/python \\
        .venv/bin/python messages connections

The parts are messages, connections, communicator, sync, groups, first, tables, routing,
memory and servers; without names, all of them run, in about five minutes. `first` is
the first table that a process makes, `tables` each further one. `--quick` takes a tenth
of the time, to see whether everything runs.

The builds take turns, A B B A, in fresh pairs of processes. Times are of one message,
connection, dispatch, table or member. A ratio is after divided by before: above 1 the
new build is the slower or the larger one. First come the minima, which say most on a
quiet machine, then the ratio of the medians. Where channels or Django do the same work,
they take turns too, in AFTER's environment, and "of it" is what AFTER needs of their
time. This program and the benchmarks are those of the directory that it is run in,
for both builds.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from benches import memory, servers
from benches.arms import OURS
from benches.build_cells import PARTS, Cell
from benches.terminal import Progress, print_table, time_text

ROOT = Path(__file__).parents[1]
ARMS = ("before", "after")
MEMORY, SERVERS = "memory", "servers"
MEMORY_ROUNDS = 2
SERVER_ROUNDS = 8

#: The samples of a row, by its arm.
Samples = dict[str, list[float]]
#: The rows of a part, by their names.
Rows = dict[str, Samples]


class Worker:
    """A process in the environment of one build that measures when it is told to."""

    def __init__(self, pythons: dict[str, str], part: str, arm: str) -> None:
        python = pythons["after" if arm == "beside" else arm]
        self._process = subprocess.Popen(
            [python, "-m", "benches.build_cells", part, arm],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.environment = self._read()

    def measure(self, cell: int) -> list[float]:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{cell}\n")
        self._process.stdin.flush()
        found: list[float] = self._read()
        return found

    def _read(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"benches: {self._process.args} ended, see above")
        return json.loads(line)

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


def in_turns(arms: list[str], turn: int) -> list[str]:
    """Return *arms* in the order of a turn: A B, then B A."""
    return arms[:: -1 if turn % 2 else 1]


def compare(name: str, pythons: dict[str, str], quick: bool) -> Rows:
    """Measure a part in process."""
    part = PARTS[name]
    cells = part.cells()
    processes, turns = part.processes, part.turns
    if quick:
        processes, turns = 1, min(turns, 2)
    rows: Rows = {cell.name: {} for cell in cells}
    progress = Progress(name, processes * len(cells))
    numbers = range(len(cells))
    shared = [[*numbers]] if part.warm else [[number] for number in numbers]
    for process in range(processes):
        for group in shared:
            with ExitStack() as stack:
                workers: dict[str, Worker] = {}
                for number in group:
                    cell = cells[number]
                    progress.step(cell.name)
                    for turn in range(process, process + turns):
                        for arm in in_turns(arms_of(cell), turn):
                            if arm not in workers:
                                workers[arm] = Worker(pythons, name, arm)
                                stack.callback(workers[arm].close)
                            samples = rows[cell.name].setdefault(arm, [])
                            samples += workers[arm].measure(number)
    progress.end()
    return rows


def arms_of(cell: Cell) -> list[str]:
    return [*ARMS, "beside"] if cell.beside else [*ARMS]


def check(environments: dict[str, dict[str, Any]]) -> None:
    """
    Make sure that nothing but the build differs.

    Raises:
        SystemExit: Something else does.
    """
    before, after = (environments[arm]["versions"] for arm in ARMS)
    different = [name for name in before if before[name] != after[name]]
    if different:
        name = different[0]
        raise SystemExit(
            f"benches: before has {name} {before[name]}, after has {after[name]}. "
            "Install the same packages in both environments."
        )


def compare_memory(pythons: dict[str, str], quick: bool) -> Rows:
    """Measure idle connections, in a process for each figure. In bytes."""
    rows: Rows = {f"idle connection, {kind}": {} for kind in memory.NAMES}
    rounds = 1 if quick else MEMORY_ROUNDS
    progress = Progress(MEMORY, rounds * len(rows) * len(ARMS))
    for turn in range(rounds):
        for number, name in enumerate(rows):
            for arm in in_turns([*ARMS], turn):
                progress.step(f"{name}, {arm}")
                done = subprocess.run(
                    [
                        pythons[arm],
                        "-m",
                        "benches.memory",
                        "--child",
                        OURS,
                        f"{number}",
                    ],
                    cwd=ROOT,
                    stdout=subprocess.PIPE,
                    text=True,
                    check=True,
                    timeout=180,
                )
                found = json.loads(done.stdout)["bytes"]
                rows[name].setdefault(arm, []).append(found)
    progress.end()
    return rows


def compare_servers(pythons: dict[str, str], quick: bool) -> Rows:
    """Measure uvicorn on a real port. The time of a message or a connection."""
    rounds = 1 if quick else SERVER_ROUNDS
    rows: Rows = {}
    shares = []
    progress = Progress(SERVERS, rounds * len(servers.MODES) * len(ARMS))
    server_core, client_core = servers.cores()
    with ExitStack() as running:
        directory = running.enter_context(tempfile.TemporaryDirectory())
        client = servers.build_client(directory)
        at = {
            arm: running.enter_context(
                servers.serve("uvicorn", OURS, server_core, pythons[arm])
            )
            for arm in ARMS
        }
        for turn in range(rounds):
            for mode, name in (("echo", "message"), ("connect", "connection")):
                for arm in in_turns([*ARMS], turn):
                    progress.step(f"{name}, {arm}")
                    found = servers.visit(client, client_core, *at[arm], mode)
                    row = rows.setdefault(f"uvicorn, AuthMiddlewareStack, {name}", {})
                    row.setdefault(arm, []).append(1e9 / found["rate"])
                    shares.append(found.get("server_cpu", 1.0))
    progress.end()
    if min(shares) < servers.QUIET:
        print(f"\nNot quiet: a server had only {min(shares):.0%} of its core.")
    return rows


def show(name: str, rows: Rows) -> None:
    """Print the rows of a part as a table."""

    def text(figure: float) -> str:
        if name == MEMORY:
            return f"{figure / 1e3:.1f} KB"
        if name == SERVERS:
            return f"{time_text(figure)} ({1e9 / figure:,.0f}/s)"
        return time_text(figure)

    head = ["", "before", "after", "ratio", "of medians"]
    beside = any("beside" in samples for samples in rows.values())
    if beside:
        title = next(cell.beside for cell in PARTS[name].cells() if cell.beside)
        head += [title, "of it", "of medians"]
    lines = []
    for row, samples in rows.items():
        before, after = samples["before"], samples["after"]
        line = [row, text(min(before)), text(min(after))]
        line += ratios(after, before)
        if "beside" in samples:
            other = samples["beside"]
            line += [text(min(other)), *ratios(after, other)]
        elif beside:
            line += [""] * 3
        lines.append(line)
    print_table(name, head, lines)
    sys.stdout.flush()


def ratios(one: list[float], other: list[float]) -> list[str]:
    """Return the ratio of the minima and that of the medians."""
    return [
        f"{min(one) / min(other):.3f}",
        f"{median(one) / median(other):.3f}",
    ]


def versions(pythons: dict[str, str]) -> None:
    """Print what is compared."""
    found = {}
    for arm in ARMS:
        worker = Worker(pythons, "messages", arm)
        found[arm] = worker.environment
        worker.close()
    check(found)
    for arm in ARMS:
        print(f"{arm:<7} {found[arm]['package']}")
    print(", ".join(f"{k} {v or '-'}" for k, v in found["after"]["versions"].items()))


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benches.compare_builds", description=__doc__.split("\n\n")[0]
    )
    known = [*PARTS, MEMORY, SERVERS]
    parser.add_argument("before", help="the interpreter that has the old build")
    parser.add_argument("after", help="the interpreter that has the new build")
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(known))
    parser.add_argument("--quick", action="store_true", help="a tenth of the time")
    parser.add_argument("--json", type=Path, help="write all samples to this file")
    options = parser.parse_intermixed_args(arguments)
    unknown = [part for part in options.parts if part not in known]
    if unknown:
        parser.error(f"no part {unknown[0]!r}. The parts: {' '.join(known)}")
    # Not resolve(): the interpreter of an environment is a link.
    pythons = {arm: str(Path(getattr(options, arm)).absolute()) for arm in ARMS}
    started = time.monotonic()
    results: dict[str, Rows] = {}
    with tempfile.TemporaryDirectory() as directory:
        os.environ["DJANGO_SETTINGS_MODULE"] = "benches.settings"
        os.environ["BENCH_DATABASE"] = str(Path(directory) / "db.sqlite3")
        versions(pythons)
        for name in [part for part in known if part in (options.parts or known)]:
            if name == MEMORY:
                results[name] = compare_memory(pythons, options.quick)
            elif name == SERVERS:
                results[name] = compare_servers(pythons, options.quick)
            else:
                results[name] = compare(name, pythons, options.quick)
            show(name, results[name])
            if options.json:
                options.json.write_text(json.dumps(results, indent=1) + "\n")
    minutes, seconds = divmod(round(time.monotonic() - started), 60)
    print(f"\n{minutes} min {seconds} s")


if __name__ == "__main__":
    main(sys.argv[1:])
