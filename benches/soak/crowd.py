"""What thousands of clients do, and what the server says meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import statistics
import sys
import time
from typing import Any

from benches.soak.client import Client, any_path, connect
from benches.soak.server import ask

SPEAKERS = 64  # messages that are under way at once
MEMBERS = 10  # of a room, on average
SAMPLE_SECONDS = 1
#: Shares of the messages.
TELL, MOVE, COME_AND_GO = 0.25, 0.05, 0.05
#: After so many failures nothing more is to be learned.
ENOUGH = 100
#: No counts of what is held.
FIGURES = {"bytes", "blocks", "dropped"}
#: channels_redis keeps its connections, and messages to clients that have left:
#: https://github.com/django/channels_redis/issues/384
OF_REDIS = {"files", "channels", "queued"}
NO_ANSWER = (asyncio.TimeoutError, OSError)


class Crowd:
    """
    Clients of one server.

    Args:
        messages: How many they send in all.
        pace: How many in a second at the most; 0 is as many as they can.
        seconds: After which they stop in any case.
    """

    def __init__(
        self,
        port: int,
        messages: int,
        sockets: int,
        pace: float,
        seconds: float,
    ) -> None:
        self.port = port
        self.messages = messages
        self.sockets = sockets
        self.pace = pace
        self.seconds = seconds
        self.rooms = max(1, sockets // MEMBERS)
        self.clients: list[Client] = []
        self.said = self.opened = self.received = 0
        #: No text is said twice, so that each answer is told apart.
        self.numbers = itertools.count()
        self.slowest = 0.0
        #: Messages through the layer, which may drop some, without an answer.
        self.unanswered: list[str] = []
        #: What no layer is a reason for.
        self.failures: list[str] = []
        self.samples: list[dict[str, Any]] = []
        self.began = time.monotonic()

    def fail(self, what: str, error: Exception) -> None:
        self.failures.append(f"{what}: {error!r}, after {self.said} messages")
        if len(self.failures) >= ENOUGH:
            raise SystemExit("\n".join(["soak: too much fails", *self.failures]))

    async def open(self) -> Client:
        while True:
            path = any_path(self.rooms)
            try:
                client = await connect(self.port, path)
            except NO_ANSWER as error:
                self.fail(f"handshake of {path}", error)
            else:
                self.opened += 1
                return client

    async def leave(self, client: Client, *, politely: bool) -> None:
        try:
            await client.leave(politely=politely)
        except NO_ANSWER as error:
            self.fail(f"close of {client.path}", error)
        self.received += client.received

    async def fill(self) -> None:
        while self.opened < self.sockets:
            count = min(SPEAKERS, self.sockets - self.opened)
            self.clients += await asyncio.gather(*(self.open() for _ in range(count)))

    async def speak(self) -> None:
        """Be one of those who let clients say something, one after the other."""
        while self.said < self.messages and time.monotonic() < self.until:
            self.said += 1
            if self.pace:
                due = self.speaking_since + self.said / self.pace
                await asyncio.sleep(due - time.monotonic())
            place = random.randrange(self.sockets)
            client = self.clients[place]
            async with client.turn:
                # Another one may be there since this one waited for its turn.
                if self.clients[place] is client and not await self.stays(client):
                    self.clients[place] = await self.open()

    async def stays(self, client: Client) -> bool:
        """Let a client say something, and tell whether it is still there."""
        message = self.message()
        began = time.monotonic()
        try:
            await client.say(message)
        except NO_ANSWER as error:
            if message.startswith(b"tell") and isinstance(error, asyncio.TimeoutError):
                self.unanswered.append(f"{client.path} {message!r}")
            else:
                self.fail(f"{message!r} of {client.path}", error)
            await self.leave(client, politely=False)
            return False
        self.slowest = max(self.slowest, time.monotonic() - began)
        if random.random() < COME_AND_GO:
            await self.leave(client, politely=random.random() < 0.5)
            return False
        return True

    def message(self) -> bytes:
        choice = random.random()
        number = next(self.numbers)
        if choice < TELL:
            return b"tell:%d" % number
        if choice < TELL + MOVE:
            return b"move:room%d" % random.randrange(self.rooms)
        return b"echo:%d" % number

    async def sample(self, query: str) -> None:
        while True:
            figures = await ask(self.port, query)
            seconds = round(time.monotonic() - self.began, 1)
            counts = {"seconds": seconds, "messages": self.said, "opened": self.opened}
            self.samples.append({**counts, **figures})
            print(f"\r{self.said:,} messages, {figures}", end="", file=sys.stderr)
            await asyncio.sleep(SAMPLE_SECONDS)

    async def leave_all(self) -> None:
        for first in range(0, len(self.clients), SPEAKERS):
            some = self.clients[first : first + SPEAKERS]
            await asyncio.gather(*(self.leave(one, politely=True) for one in some))

    async def run(self, ignored: set[str], collect: bool) -> dict[str, Any]:
        """
        Return the report of a whole run.

        Args:
            ignored: What the layer may keep.
            collect: Whether garbage is collected before each sample.
        """
        # What the first connections import and cache is not theirs.
        for path in ("/async/first/", "/sync/first/"):
            await (await connect(self.port, path)).leave(politely=True)
        await asyncio.sleep(1)  # until these have ended
        before = await ask(self.port, "?collect")
        sampling = asyncio.ensure_future(self.sample("?collect" if collect else ""))
        await self.fill()
        self.speaking_since = time.monotonic()
        self.until = self.speaking_since + self.seconds
        await asyncio.gather(*(self.speak() for _ in range(SPEAKERS)))
        seconds = time.monotonic() - self.speaking_since
        busy = await ask(self.port, "?collect")
        await self.leave_all()
        sampling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sampling
        after = await settled(self.port, before, ignored)
        return {
            "messages": self.said,
            "sockets": self.sockets,
            "opened": self.opened,
            "received": self.received,
            "unanswered": self.unanswered,
            "failures": self.failures,
            "slowest": self.slowest,
            "seconds": seconds,
            "before": before,
            "busy": busy,
            "after": after,
            "samples": self.samples,
        }


def growth(samples: list[dict[str, Any]], name: str) -> float:
    """Return the growth for 10,000 messages, over the second half of a run."""
    end = max((one["messages"] for one in samples), default=0)
    # The last messages have several samples, since all sockets are closed then.
    second = [one for one in samples if end / 2 <= one["messages"] < end]
    if len(second) < 2:
        return 0.0
    fit = statistics.linear_regression(
        [one["messages"] for one in second], [one[name] for one in second]
    )
    return fit.slope * 10_000


def left_over(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """Return what the server holds at the end and did not hold at the beginning."""
    return {
        name: after[name] - before[name]
        for name in before
        if name not in FIGURES and after[name] > before[name]
    }


async def settled(
    port: int, before: dict[str, int], ignored: set[str]
) -> dict[str, int]:
    """Return what the server holds when the last connections have ended."""
    # The layer keeps a message to a client that has left for a minute.
    for _ in range(120):
        after = await ask(port, "?collect")
        if not left_over(before, after).keys() - ignored:
            break
        await asyncio.sleep(1)
    return after
