"""
Measure a message to a group through channels_redis, with a Redis server of its own.

    python -m benches.redis_groups target/bench/redis.json
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import statistics
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.support.redis_server import ask, running_redis

from benches import arms
from benches.terminal import Progress, print_table, ratio_text, time_text

MEMBERS = (1, 10, 100)
LAYERS = {
    "core": "channels_redis.core.RedisChannelLayer",
    "pubsub": "channels_redis.pubsub.RedisPubSubChannelLayer",
}
ROUNDS = 7
#: Messages of a round. With more members a round has fewer.
HANDLED = 1000


class Group:
    """Consumers of one package that are members of one group."""

    def __init__(self, package: str, layer: str, members: int) -> None:
        consumer = importlib.import_module(f"{package}.consumer")
        layers = importlib.import_module(f"{package}.layers")
        self.name, self.members = f"{package}-{layer}-{members}", members
        self.layer = layers.channel_layers[layer]
        self.left = members
        self.complete = asyncio.Event()
        group = self

        class Member(consumer.AsyncConsumer):  # type: ignore[name-defined, misc] # of either package
            channel_layer_alias = layer

            async def websocket_connect(self, message: Any) -> None:
                await self.channel_layer.group_add(group.name, self.channel_name)
                group.count()

            async def bench_tick(self, message: Any) -> None:
                group.count()

        self.application = Member.as_asgi()

    def count(self) -> None:
        self.left -= 1
        if not self.left:
            self.complete.set()

    async def all_counted(self) -> None:
        await asyncio.wait_for(self.complete.wait(), 30)
        self.complete.clear()
        self.left = self.members

    async def join(self) -> None:
        def client() -> Any:
            messages = [{"type": "websocket.connect"}]

            async def receive() -> dict[str, Any]:
                if messages:
                    return messages.pop()
                await asyncio.Event().wait()
                raise AssertionError

            return receive

        async def send(message: Any) -> None: ...

        scope = {"type": "websocket", "path": "/", "headers": []}
        self.tasks = [
            asyncio.ensure_future(self.application(dict(scope), client(), send))
            for _ in range(self.members)
        ]
        await self.all_counted()

    async def send(self, messages: int) -> float:
        """Return the nanoseconds from a message to the last member's handler."""
        started = time.perf_counter_ns()
        for _ in range(messages):
            await self.layer.group_send(self.name, {"type": "bench.tick"})
            await self.all_counted()
        return (time.perf_counter_ns() - started) / messages

    async def leave(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def measure(layer: str, members: int) -> dict[str, dict[str, float]]:
    """Return the times of both packages, which take turns."""
    groups = {arm: Group(arms.PACKAGES[arm], layer, members) for arm in arms.PACKAGES}
    times: dict[str, list[float]] = {arm: [] for arm in groups}
    messages = max(HANDLED // members, 10)
    for group in groups.values():
        await group.join()
        await group.send(max(messages // 10, 2))
    for _ in range(ROUNDS):
        for arm, group in groups.items():
            times[arm].append(await group.send(messages))
    for group in groups.values():
        await group.leave()
    return {
        arm: {"min": min(found), "median": statistics.median(found)}
        for arm, found in times.items()
    }


def main(target: str) -> None:
    import django
    from django.conf import settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benches.settings")
    progress = Progress("redis", len(LAYERS) * len(MEMBERS))
    results = []
    with running_redis() as port:
        # redis-py 8 ends a wait after five seconds, and opens 100 connections at most.
        host = {
            "address": f"redis://127.0.0.1:{port}",
            "socket_timeout": None,
            "max_connections": 10_000,
        }
        settings.CHANNEL_LAYERS = {
            name: {"BACKEND": backend, "CONFIG": {"hosts": [host], "capacity": 1000}}
            for name, backend in LAYERS.items()
        }
        django.setup()
        for layer in LAYERS:
            for members in MEMBERS:
                progress.step(f"{layer}, {members} members")
                found = asyncio.run(measure(layer, members))
                results.append({"layer": layer, "members": members, **found})
        server = ask(port, "INFO server").decode().partition("redis_version:")[2]
    progress.end()
    rows = [
        [
            f"{one['layer']}, {one['members']} members",
            *[time_text(one[arm]["min"]) for arm in arms.PACKAGES],
            ratio_text(one["upstream"]["min"] / one["ours"]["min"]),
        ]
        for one in results
    ]
    head = ["", *[arms.TITLES[arm] for arm in arms.PACKAGES], "ratio"]
    print_table("a message to a group through Redis", head, rows)
    versions = {name: version(name) for name in ("channels_redis", "redis")}
    versions["redis-server"] = server.partition("\r")[0]
    report = {"versions": versions, "rounds": ROUNDS, "results": results}
    Path(target).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
