"""
Measure how long the modules of channels and of this package take to import.

    python -m benches.import_times [rounds]

Each is imported alone, in processes of their own in which Django is set up and the
packages take turns. A time is the shortest, and of the processor: what else runs on the
machine does not count. The sum counts for each module what it shares with others;
"asgi.py" is one process that imports what most projects do. The garbage collector is
off: one of its rounds takes longer than all of it, and by chance falls into the import
of one module or another.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

from benches.terminal import Progress, print_table, time_text

ROUNDS = 20
PACKAGES = ("channels", "channels_fast")
MODULES = (
    *("routing", "consumer", "generic.websocket", "generic.http", "layers", "auth"),
    *("sessions", "middleware", "db", "security.websocket", "testing"),
)
ASGI = ("routing", "generic.websocket", "auth", "security.websocket")
HEAD = ["", *PACKAGES, "ratio"]

CHILD = """if True:
    import gc, importlib, sys, time
    import django
    from django.conf import settings
    installed = ("auth", "contenttypes", "sessions")
    settings.configure(INSTALLED_APPS=[f"django.contrib.{name}" for name in installed])
    django.setup()
    gc.disable()
    before = time.process_time_ns()
    for name in sys.argv[1:]:
        importlib.import_module(name)
    print(time.process_time_ns() - before)
"""


def import_time(package: str, modules: tuple[str, ...], bytecode: str) -> int:
    """Return the nanoseconds that a process of its own takes to import *modules*."""
    names = [f"{package}.{module}" for module in modules]
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-c", CHILD, *names]
    return int(subprocess.check_output(command, env=environment, timeout=60))


def main(rounds: int) -> None:
    progress = Progress("imports", rounds)
    cases = {"asgi.py": ASGI, **{module: (module,) for module in MODULES}}
    best: dict[tuple[str, str], int] = {}
    with tempfile.TemporaryDirectory() as bytecode:
        # The first round writes the bytecode.
        for turn in range(rounds + 1):
            progress.step("")
            for name, modules in cases.items():
                for package in PACKAGES:
                    taken = import_time(package, modules, bytecode)
                    if turn:
                        key = (name, package)
                        best[key] = min(taken, best.get(key, taken))
    progress.end()
    for package in PACKAGES:
        best["sum", package] = sum(best[module, package] for module in MODULES)
    rows = []
    for name in (*MODULES, "sum", "asgi.py"):
        theirs, ours = (best[name, package] for package in PACKAGES)
        times = [time_text(theirs), time_text(ours)]
        rows.append([name, *times, f"{ours / theirs:.2f}"])
    print_table("import of a module", HEAD, rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
