"""
What consumers live through with one version of redis-py: as JSON, on standard output.

    python redis_clients.py PACKAGE LAYER PORT CONFIG_OF_THE_HOST
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from typing import Any

import django
from django.conf import settings

PACKAGE, LAYER, PORT, HOST = sys.argv[1:]
LAYERS = {
    "core": "channels_redis.core.RedisChannelLayer",
    "pubsub": "channels_redis.pubsub.RedisPubSubChannelLayer",
}
TOGETHER = 200
ENDS = 60
#: A consumer whose cancellation is lost ends with the next time-out, of five seconds.
SLOW_SECONDS = 4.5
IDLE_SECONDS = 7

if PACKAGE == "channels_fast":
    import channels_fast

    channels_fast.install()
settings.configure(
    SECRET_KEY="not a secret",
    INSTALLED_APPS=["channels"],
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": LAYERS[LAYER],
            "CONFIG": {
                "hosts": [{"address": f"redis://127.0.0.1:{PORT}", **json.loads(HOST)}]
            },
        }
    },
)
django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer


class Consumer(AsyncWebsocketConsumer):
    groups = ["all"]

    async def say(self, event: dict[str, Any]) -> None:
        await self.send(event["text"])


class Client:
    """One connection, driven as a server does."""

    def __init__(self) -> None:
        self.events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.events.put_nowait({"type": "websocket.connect"})
        scope = {"type": "websocket", "path": "/", "headers": []}
        self.task = asyncio.ensure_future(
            Consumer.as_asgi()(scope, self.events.get, self.sent.put)
        )

    async def next(self, seconds: float = 60) -> dict[str, Any]:
        """Return the next event, or raise what the application raised."""
        answer = asyncio.ensure_future(self.sent.get())
        await asyncio.wait(
            {answer, self.task}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
        if answer.done():
            return answer.result()
        answer.cancel()
        if self.task.done():
            self.task.result()
        raise asyncio.TimeoutError

    async def end(self) -> float:
        """Leave, and return how long it took the consumer to end."""
        started = time.monotonic()
        self.events.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await asyncio.wait({self.task}, timeout=20)
        return time.monotonic() - started


async def idle() -> str:
    """Return what a consumer gets that has waited for a message of the layer."""
    client = Client()
    await client.next()
    await asyncio.sleep(IDLE_SECONDS)
    try:
        await get_channel_layer().group_send("all", {"type": "say", "text": "hello"})
        text = (await client.next()).get("text")
    except Exception as error:
        return type(error).__name__
    finally:
        await client.end()
    return str(text)


async def together() -> str:
    """Return what becomes of many consumers that join a group at once."""
    clients = [Client() for _ in range(TOGETHER)]
    found = await asyncio.gather(
        *(client.next() for client in clients), return_exceptions=True
    )
    errors = [type(one).__name__ for one in found if isinstance(one, BaseException)]
    await asyncio.gather(*(client.end() for client in clients))
    return f"{len(errors)} {errors[0]}" if errors else "all"


async def ends() -> int:
    """Return how many of some consumers did not end at once."""
    slow = 0
    for _ in range(ENDS):
        client = Client()
        await client.next()
        slow += await client.end() > SLOW_SECONDS
    return slow


async def main() -> None:
    logging.disable(logging.CRITICAL)
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    report = {"idle": await idle(), "together": await together(), "slow": await ends()}
    print(json.dumps(report))


asyncio.run(main())
