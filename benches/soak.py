"""
Keep a server busy for minutes, and look at what it holds.

    python -m benches.soak [--messages 200000] [--sockets 5000] [--redis ADDRESS]

One uvicorn process has a full stack with groups. Clients in this process keep sockets
open, send messages to it and to their rooms, change rooms, and come and go. Every
second the server says what it holds. The figures go into target/bench/soak.json.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benches.servers import free_port
from benches.soak_client import Client, any_path, connect

TARGET = Path("target/bench/soak.json")
SPEAKERS = 64  # messages that are under way at once
MEMBERS = 10  # of a room, on average
SAMPLE_SECONDS = 1
READY_SECONDS = 30
#: Shares of the messages.
TELL, MOVE, COME_AND_GO = 0.25, 0.05, 0.05


class Soak:
    """What the clients do, and what the server says meanwhile."""

    def __init__(self, port: int, messages: int, sockets: int, seconds: int) -> None:
        self.port = port
        self.messages = messages
        self.sockets = sockets
        self.seconds = seconds
        self.rooms = max(1, sockets // MEMBERS)
        self.clients: list[Client] = []
        self.said = 0
        self.lost: list[str] = []
        self.opened = 0
        self.received = 0
        self.samples: list[dict[str, Any]] = []
        self.began = time.monotonic()

    async def open(self) -> Client:
        client = await connect(self.port, any_path(self.rooms))
        self.opened += 1
        return client

    async def fill(self) -> None:
        while self.opened < self.sockets:
            count = min(SPEAKERS, self.sockets - self.opened)
            self.clients += await asyncio.gather(*(self.open() for _ in range(count)))

    async def speak(self) -> None:
        until = time.monotonic() + self.seconds
        while self.said < self.messages and time.monotonic() < until:
            self.said += 1
            place = random.randrange(self.sockets)
            client = self.clients[place]
            async with client.turn:
                if self.clients[place] is not client:
                    continue  # it left while this one waited for its turn
                message = self.message()
                try:
                    await client.say(message)
                except (asyncio.TimeoutError, ConnectionError) as error:
                    self.lost.append(f"{client.path} {message!r} {error!r}")
                    client.transport.abort()
                    self.clients[place] = await self.open()
                    continue
                if random.random() < COME_AND_GO:
                    await client.leave(politely=random.random() < 0.5)
                    self.received += client.received
                    self.clients[place] = await self.open()

    def message(self) -> bytes:
        choice = random.random()
        if choice < TELL:
            return b"tell:%d" % self.said
        if choice < TELL + MOVE:
            return b"move:room%d" % random.randrange(self.rooms)
        return b"echo:%d" % self.said

    async def sample(self) -> None:
        while True:
            figures = await ask(self.port)
            seconds = round(time.monotonic() - self.began, 1)
            counts = {"seconds": seconds, "messages": self.said, "opened": self.opened}
            self.samples.append({**counts, **figures})
            print(f"\r{self.said:,} messages, {figures}", end="", file=sys.stderr)
            await asyncio.sleep(SAMPLE_SECONDS)

    async def leave(self) -> None:
        for first in range(0, len(self.clients), SPEAKERS):
            some = self.clients[first : first + SPEAKERS]
            await asyncio.gather(*(client.leave(politely=True) for client in some))
        self.received += sum(client.received for client in self.clients)

    async def run(self) -> dict[str, Any]:
        """Return the report of a whole run."""
        # What the first connections import and cache is not theirs.
        for path in ("/async/first/", "/sync/first/"):
            await (await connect(self.port, path)).leave(politely=True)
        await asyncio.sleep(1)  # until these have ended
        before = await ask(self.port, "?collect")
        sampling = asyncio.ensure_future(self.sample())
        await self.fill()
        await asyncio.gather(*(self.speak() for _ in range(SPEAKERS)))
        await self.leave()
        sampling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sampling
        after = await settled(self.port, before)
        full = [one for one in self.samples if one["messages"]]
        return {
            "messages": self.said,
            "sockets": self.sockets,
            "opened": self.opened,
            "received": self.received,
            "lost": self.lost,
            "seconds": self.samples[-1]["seconds"],
            "before": before,
            "after": after,
            "bytes_per_10000": slope(full, "bytes"),
            "samples": self.samples,
        }


def slope(samples: list[dict[str, Any]], name: str) -> float:
    """Return the growth for 10,000 messages, over the second half of a run."""
    half = samples[-1]["messages"] / 2
    # The last messages have several samples, since all sockets are closed then.
    end = samples[-1]["messages"]
    second = [one for one in samples if half <= one["messages"] < end]
    if len(second) < 2:
        raise SystemExit("soak: that was too short to tell. Try more --messages")
    fit = statistics.linear_regression(
        [one["messages"] for one in second], [one[name] for one in second]
    )
    return fit.slope * 10_000


async def ask(port: int, query: str = "") -> dict[str, int]:
    """Return what the server says that it holds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"GET /figures/{query} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n"
    writer.write(f"{head}\r\n".encode())
    answer = await reader.read()
    writer.close()
    figures: dict[str, int] = json.loads(answer.partition(b"\r\n\r\n")[2])
    return figures


async def settled(port: int, before: dict[str, int]) -> dict[str, int]:
    """Return what the server holds when the last connections have ended."""
    # The layer keeps a message to a client that has left for a minute.
    for _ in range(80):
        after = await ask(port, "?collect")
        if all(after[name] <= before[name] for name in before if name != "bytes"):
            break
        await asyncio.sleep(1)
    return after


@contextlib.contextmanager
def serving(redis: str) -> Iterator[int]:
    """Run the server, and yield its port."""
    port = free_port()
    options = "--log-level warning --no-access-log --lifespan off --backlog 4096"
    command = [sys.executable, "-m", "uvicorn", "benches.soak_app:application"]
    environment = {
        "DJANGO_SETTINGS_MODULE": "benches.soak_settings",
        "SOAK_REDIS": redis,
    }
    process = subprocess.Popen(
        [*command, *options.split(), "--port", str(port)],
        env={**os.environ, **environment},
    )
    try:
        deadline = time.monotonic() + READY_SECONDS
        while True:
            try:
                asyncio.run(ask(port))
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit("soak: the server did not start") from None
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


def left_over(report: dict[str, Any]) -> dict[str, int]:
    """Return what the server holds at the end and did not hold at the beginning."""
    before, after = report["before"], report["after"]
    return {
        name: after[name] - before[name]
        for name in before
        if name != "bytes" and after[name] > before[name]
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="benches.soak")
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--sockets", type=int, default=5_000)
    parser.add_argument("--seconds", type=int, default=3600, help="at the most")
    parser.add_argument("--redis", default="", help="channels_redis, at this address")
    parser.add_argument("--target", type=Path, default=TARGET)
    options = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < options.sockets + 100:
        raise SystemExit(f"soak: at most {most} open files. Try --sockets {most // 2}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with serving(options.redis) as port:
        soak = Soak(port, options.messages, options.sockets, options.seconds)
        report = asyncio.run(soak.run())
    report["layer"] = "channels_redis" if options.redis else "in-memory"
    options.target.parent.mkdir(parents=True, exist_ok=True)
    options.target.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    left = left_over(report)
    print(
        f"\n{report['messages']:,} messages, {report['received']:,} answers and group "
        f"messages, {report['opened']:,} connections in {report['seconds']:.0f} s\n"
        f"memory: {report['bytes_per_10000'] / 1e3:+,.0f} KB for 10,000 messages\n"
        f"lost: {len(report['lost'])}; left at the end: {left or 'nothing'}"
    )
    if left or report["lost"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
