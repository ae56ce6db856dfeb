"""
Run the benchmarks, draw the pictures and write the page.

    python -m benches [NAME ...]

The names are those of `PARTS`, and "pictures"; without any, everything. Each part
leaves its JSON in target/bench; the pictures and the page are made anew from all JSON
that is there.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "target" / "bench"
PYTEST = ["-m", "pytest", "-c", "benches/pytest.ini"]

#: What Python runs for each part; `{json}` is the file with the figures.
PARTS = {
    "rivals": ["-m", "benches.rivals", "{json}"],
    "routing": [*PYTEST, "benches/test_routing.py", "--benchmark-json={json}"],
    "consumers": [*PYTEST, "benches/test_consumers.py", "--benchmark-json={json}"],
    "memory": ["-m", "benches.memory", "{json}"],
    "redis": ["-m", "benches.redis_groups", "{json}"],
    "servers": ["-m", "benches.servers", "{json}"],
    "frameworks": ["-m", "benches.servers", "{json}", "frameworks"],
    "urls": ["-m", "benches.urls", "{json}"],
    "urls_reverse": ["-m", "benches.urls_reverse", "{json}"],
}
PICTURES = "pictures"
#: They read /proc, and the load client waits with epoll.
LINUX_ONLY = {"memory", "servers", "frameworks"}


def python(*arguments: str) -> None:
    """
    Run Python, in the directory of the project.

    Raises:
        SystemExit: It failed; it has said why.
    """
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, check=False)
    if done.returncode:
        raise SystemExit(f"benches: python {' '.join(arguments)} failed")


def main(names: list[str]) -> None:
    unknown = sorted({*names} - {*PARTS, PICTURES})
    if unknown:
        known = " ".join([*PARTS, PICTURES])
        raise SystemExit(f"benches: no part {unknown[0]!r}. The parts: {known}")
    chosen = [part for part in PARTS if not names or part in names]
    if sys.platform != "linux" and LINUX_ONLY & {*chosen}:
        rest = " ".join(part for part in PARTS if part not in LINUX_ONLY)
        raise SystemExit(
            f'benches: the rest needs Linux. Try: make bench PARTS="{rest}"'
        )
    TARGET.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    for part in chosen:
        # Figures of a run that failed half-way are not left to be published.
        target = TARGET / f"{part}.json"
        target.unlink(missing_ok=True)
        python(*[argument.format(json=target) for argument in PARTS[part]])
    python("-m", "benches.pictures", str(TARGET), "docs/pictures")
    python("-m", "benches.report", str(TARGET), "docs/benchmarks.md")
    minutes, seconds = divmod(round(time.monotonic() - started), 60)
    print(f"\ndocs/benchmarks.md is written, after {minutes} min {seconds} s")


if __name__ == "__main__":
    main(sys.argv[1:])
