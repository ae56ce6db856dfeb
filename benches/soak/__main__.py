"""The command: `python -m benches.soak`, as the package says."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import resource
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from tests.support.redis_server import running_redis

from benches import arms
from benches.report import machine
from benches.soak.crowd import OF_REDIS, Crowd, growth, left_over
from benches.soak.server import serving

TARGET = Path("target/bench/soak.json")


@contextlib.contextmanager
def layer_of(options: argparse.Namespace) -> Iterator[str]:
    """Yield the address of a Redis server of its own, or nothing."""
    if not options.redis:
        yield ""
        return
    with running_redis() as port:
        yield f"redis://127.0.0.1:{port}"


def soak(package: str, options: argparse.Namespace) -> dict[str, Any]:
    """Return the report of a run, and print what it says."""
    ignored = OF_REDIS if options.redis else set()
    sizes = (options.messages, options.sockets, options.pace, options.seconds)
    with layer_of(options) as redis, serving(package, redis, options.expiry) as port:
        report = asyncio.run(Crowd(port, *sizes).run(ignored, options.compare))
    said = [one for one in report["samples"] if one["messages"]]
    report["growth"] = {name: growth(said, name) for name in ("bytes", "blocks")}
    left = left_over(report["before"], report["after"])
    dropped = report["after"]["dropped"]
    # What a layer may drop is no failure; what nobody has dropped is lost.
    lost = max(0, len(report["unanswered"]) - dropped)
    failed = bool(left.keys() - ignored or lost or report["failures"])
    report.update(left=left, lost=lost, package=package, failed=failed)
    report.update(machine=machine(), date=f"{date.today():%-d %B %Y}")
    print(
        f"\n{package}: {report['messages']:,} messages, {report['received']:,} answers "
        f"and group messages, {report['opened']:,} connections in "
        f"{report['seconds']:.0f} s\n"
        f"the slowest answer took {report['slowest']:.1f} s\n"
        f"memory: {report['growth']['bytes'] / 1e3:+,.0f} KB and "
        f"{report['growth']['blocks']:+,.0f} blocks for 10,000 messages\n"
        f"lost: {lost}; dropped by the layer: {dropped}; "
        f"left at the end: {left or 'nothing'}",
        *report["failures"],
        sep="\n",
    )
    return report


def main() -> None:
    parser = argparse.ArgumentParser(prog="benches.soak")
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--sockets", type=int, default=5_000)
    # Faster, and the sync consumers, which share a thread, fall behind more and more.
    parser.add_argument("--pace", type=float, default=300, help="messages in a second")
    parser.add_argument("--seconds", type=float, default=3600, help="at the most")
    # Seconds that a message lives in the in-memory layer.
    parser.add_argument("--expiry", type=float, default=60)
    parser.add_argument("--redis", action="store_true", help="channels_redis")
    # What waits for the garbage collector comes and goes, in periods that differ, so
    # that garbage is collected before each look then.
    parser.add_argument("--compare", action="store_true", help="with others")
    parser.add_argument("--package", default=arms.OURS)
    parser.add_argument("--target", type=Path, default=TARGET)
    options = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < options.sockets + 100:
        raise SystemExit(f"soak: at most {most} open files. Try --sockets {most // 2}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if options.compare:
        packages = [arms.OURS, arms.UPSTREAM, *([] if options.redis else [arms.BARE])]
    else:
        packages = [options.package]
    runs = [soak(package, options) for package in packages]
    layer = "channels_redis" if options.redis else "in-memory"
    name = f"{layer}, compared" if options.compare else layer
    found = json.loads(options.target.read_text()) if options.target.exists() else {}
    found[name] = runs if options.compare else runs[0]
    options.target.parent.mkdir(parents=True, exist_ok=True)
    options.target.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    # The others are there to be compared with.
    sys.exit(runs[0]["failed"])


if __name__ == "__main__":
    main()
