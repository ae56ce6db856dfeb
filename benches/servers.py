"""
Measure real servers on a real port: messages and connections per second.

    python -m benches.servers target/bench/servers.json
    python -m benches.servers target/bench/frameworks.json frameworks

The second has other frameworks beside both packages, under one server. Each server
runs each application in a process of its own, all on one core; the load client, a
program in C, runs on another one and visits them in turn.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benches import arms
from benches.terminal import Progress, print_table, ratio_text

SETTINGS: dict[str, Any] = {
    "connections": 64,
    "routes": 100,
    "rounds": 5,
    "seconds": 1.0,
    "bytes": 64,
}
MODES = ("echo", "connect")
APPLICATION = "benches.server_app:application"
COMMANDS = {
    "uvicorn": "--host 127.0.0.1 --port {port} --log-level error --no-access-log "
    "--lifespan off",
    "granian": "--interface asginl --host 127.0.0.1 --port {port} --workers 1 --ws "
    "--loop uvloop --no-access-log --log-level error",
    "hypercorn": "-b 127.0.0.1:{port} -k uvloop --log-level error",
    "daphne": "-b 127.0.0.1 -p {port} -v 0",
}
LOAD = Path(__file__).with_name("load.c")
READY_SECONDS = 30
#: A server under full load has less of its core only if it shares it.
QUIET = 0.85


def cores() -> tuple[int | None, int | None]:
    """Return the core of the servers and that of the client, if there are two."""
    if not hasattr(os, "sched_getaffinity"):
        return None, None
    usable = sorted(os.sched_getaffinity(0))
    return (usable[0], usable[1]) if len(usable) > 1 else (None, None)


def on_core(core: int | None, command: list[str]) -> list[str]:
    """Return *command*, to be run on one core."""
    if core is None:
        return command
    # A program between: Python runs no code between fork() and exec() safely.
    script = (
        "import os, sys; os.sched_setaffinity(0, {int(sys.argv[1])}); "
        "os.execvp(sys.argv[2], sys.argv[2:])"
    )
    return [sys.executable, "-c", script, str(core), *command]


def build_client(directory: str) -> str:
    """
    Compile the load client.

    Raises:
        SystemExit: There is no C compiler.
    """
    compiler = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    if compiler is None:
        raise SystemExit("benches.servers needs a C compiler (cc) for its load client")
    client = str(Path(directory) / "load")
    subprocess.run([compiler, "-O2", "-Wall", "-o", client, str(LOAD)], check=True)
    return client


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serve(
    server: str, package: str, core: int | None, python: str = sys.executable
) -> Iterator[tuple[int, int]]:
    """Run a server, and yield its port and its process when it answers."""
    port = free_port()
    options = COMMANDS[server].format(port=port).split()
    command = [python, "-m", server, *options, APPLICATION]
    environment = {
        **os.environ,
        "BENCH_PACKAGE": package,
        "BENCH_ROUTES": str(SETTINGS["routes"]),
        "DJANGO_SETTINGS_MODULE": "benches.settings",
        "PYTHONPATH": os.pathsep.join([os.getcwd(), os.environ.get("PYTHONPATH", "")]),
    }
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            on_core(core, command), env=environment, stdout=log, stderr=log
        )
        try:
            _wait_for(process, port)
            yield port, process.pid
        except Exception:
            log.seek(0)
            sys.stderr.buffer.write(log.read()[-2_000:])
            raise
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with code {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 0.5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server does not listen after {READY_SECONDS} seconds")


def processor(pid: int) -> float | None:
    """Return the seconds that a process and its children have computed."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
        fields = stat.rpartition(")")[2].split()
        spent = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                spent += processor(int(child)) or 0
    except OSError:
        return None
    return spent


def visit(
    client: str, core: int | None, port: int, pid: int, mode: str
) -> dict[str, Any]:
    """
    Let the load client talk to a server.

    Raises:
        RuntimeError: Some connections failed, so the figures mean nothing.
    """
    sizes = [SETTINGS["connections"], SETTINGS["seconds"], SETTINGS["bytes"]]
    command = [client, str(port), arms.PATH, mode, *map(str, sizes)]
    before = processor(pid)
    done = subprocess.run(
        on_core(core, command),
        capture_output=True,
        text=True,
        timeout=SETTINGS["seconds"] + 60,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the load client: {done.stderr.strip()}")
    found: dict[str, Any] = json.loads(done.stdout)
    if found["errors"] or not found["count"]:
        raise RuntimeError(f"connections failed: {done.stdout}{done.stderr}")
    after = processor(pid)
    if before is not None and after is not None:
        # Far below 1: another process was on the core.
        found["server_cpu"] = (after - before) / found["total"]
    return found


def measure(
    server: str, packages: dict[str, str], client: str, progress: Progress
) -> list[dict[str, Any]]:
    """Return the best round of each application and mode under one server."""
    server_core, client_core = cores()
    runs: dict[tuple[str, str], list[dict[str, Any]]] = {}
    with ExitStack() as running:
        running_at = {
            arm: running.enter_context(serve(server, package, server_core))
            for arm, package in packages.items()
        }
        for turn in range(SETTINGS["rounds"]):
            for arm in list(running_at)[:: -1 if turn % 2 else 1]:
                for mode in MODES:
                    progress.step(f"{server}, {arms.TITLES[arm]}, {mode}")
                    found = visit(client, client_core, *running_at[arm], mode)
                    runs.setdefault((arm, mode), []).append(found)
    return [
        {
            **max(found, key=lambda one: one["rate"]),
            "server": server,
            "arm": arm,
            "rates": [one["rate"] for one in found],
        }
        for (arm, mode), found in runs.items()
    ]


def main(target: str, part: str = "servers") -> None:
    names, packages = [*COMMANDS], {**arms.PACKAGES, "bare": arms.BARE}
    if part == "frameworks":
        names, packages = ["uvicorn"], arms.ARMS
    installed = [name for name in names if shutil.which(name) or _has(name)]
    visits = SETTINGS["rounds"] * len(packages) * len(MODES)
    progress = Progress(part, len(installed) * visits)
    results: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as directory:
        client = build_client(directory)
        for server in installed:
            results += measure(server, packages, client, progress)
    progress.end()
    found = {(one["server"], one["arm"], one["mode"]): one for one in results}
    for mode in MODES:
        rows = []
        for server in installed:
            rates = [found[server, arm, mode]["rate"] for arm in packages]
            ratio = ratio_text(rates[1] / rates[0])
            rows.append([server, *[f"{rate:,.0f}" for rate in rates], ratio])
        head = ["", *[arms.TITLES[arm] for arm in packages], "ratio"]
        print_table(f"{mode}, per second", head, rows)
    shares = [one["server_cpu"] for one in results if "server_cpu" in one]
    if shares and min(shares) < QUIET:
        print(f"\nNot quiet: a server had only {min(shares):.0%} of its core, so")
        print("something else ran there. These figures are not to be published.")
    report = {
        "settings": SETTINGS,
        "versions": {name: version(name) for name in [*installed, *arms.FRAMEWORKS]},
        "results": results,
    }
    Path(target).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def _has(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(name) is not None


if __name__ == "__main__":
    main(*sys.argv[1:])
