"""Consumers that send back what they get, for the tests of ``connect()``."""

from __future__ import annotations

import asyncio

import pytest

from channels_fast.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer


class Echo(AsyncWebsocketConsumer):
    async def receive(self, text_data=None, bytes_data=None):
        if text_data == "fail":
            await self.send("before")
            raise LookupError("mine")
        if text_data == "hang":
            await asyncio.sleep(100)
        await self.send(text_data, bytes_data)


class SyncEcho(WebsocketConsumer):
    def receive(self, text_data=None, bytes_data=None):
        if text_data == "fail":
            raise LookupError("mine")
        self.send(text_data, bytes_data)


echo = Echo.as_asgi()


async def accept(receive, send):
    await receive()
    await send({"type": "websocket.accept"})


@pytest.fixture(autouse=True)
async def no_task_is_left():
    before = asyncio.all_tasks()
    yield
    assert asyncio.all_tasks() - before - {asyncio.current_task()} == set()
