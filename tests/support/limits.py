"""A connection to a consumer that has limits, and a clock that the test turns."""

from __future__ import annotations

import asyncio

from channels_fast.generic.websocket import AsyncWebsocketConsumer

from .consumers import CONNECT, FailedError, settle, text, until

GONE = {"type": "websocket.disconnect", "code": 1006}


class Connection:
    """
    What a server is to one consumer: events go in, and what it sends is kept.

    It answers a close as servers do, with a disconnect event of the same code. As
    uvicorn does, it returns that event again and again.
    """

    def __init__(self, application, kind="websocket"):
        self.events = asyncio.Queue()
        self.sent = []
        #: How many events the consumer has read.
        self.reads = 0
        #: How often it has read the disconnect event again.
        self.repeats = 0
        self._disconnect = None
        self.task = asyncio.ensure_future(
            application({"type": kind}, self._receive, self._send)
        )

    async def _receive(self):
        if self._disconnect is not None and self.events.empty():
            self.repeats += 1
            return dict(self._disconnect)
        event = await self.events.get()
        self.reads += 1
        if isinstance(event, BaseException):
            raise event
        if event.get("type") == "websocket.disconnect":
            self._disconnect = event
        return event

    async def _send(self, event):
        self.sent.append(event)
        if event["type"] == "websocket.close":
            self.put({"type": "websocket.disconnect", "code": event.get("code", 1000)})

    def put(self, *events):
        for event in events:
            self.events.put_nowait(event)

    def say(self, *texts):
        self.put(*map(text, texts))

    @property
    def closes(self):
        """The codes with which the consumer has closed."""
        return [e["code"] for e in self.sent if e["type"] == "websocket.close"]

    async def ended(self):
        """Wait for the end of the consumer, and raise its error."""
        await until(self.task.done)
        self.task.result()


def open_connection(application, *texts):
    """Return a connection whose client comes and says *texts*."""
    connection = Connection(application)
    connection.put(CONNECT)
    connection.say(*texts)
    return connection


class Clock:
    """The clock of the event loop, which stands still until the test turns it."""

    def __init__(self):
        self.loop = asyncio.get_running_loop()
        self.now = self.loop.time()
        self.loop.time = lambda: self.now

    async def turn(self, seconds):
        self.now += seconds
        await settle()


class Steps:
    """The log of handlers that end when the test lets them."""

    def __init__(self):
        self.log = []
        self.allowed = set()
        self._changed = asyncio.Event()

    def let(self, *names):
        self.allowed.update(names)
        self._changed.set()

    async def wait(self, name):
        """Be a handler: begin, and end when the test lets *name*."""
        self.log.append(f"{name} begins")
        try:
            while name not in self.allowed:
                self._changed.clear()
                await self._changed.wait()
        except asyncio.CancelledError:
            self.log.append(f"{name} is cancelled")
            raise
        self.log.append(f"{name} ends")

    async def until(self, entry):
        await until(lambda: entry in self.log)


def chat(steps, base=AsyncWebsocketConsumer, **attributes):
    """Return an application whose handlers are *steps*."""

    class Chat(base):
        async def connect(self):
            await steps.wait("connect")
            await self.accept()

        async def receive(self, text_data):
            await steps.wait(text_data)

        async def disconnect(self, code):
            await steps.wait(f"disconnect {code}")

    for name, value in attributes.items():
        setattr(Chat, name, value)
    return Chat.as_asgi()


def of_chat(text):
    """Return a log line about the consumer that ``chat()`` makes."""
    return f"{__name__}.Chat: {text}"


def chat_with_policy(steps, policy, **attributes):
    """Return a consumer whose handlers are *steps*, and fail if they are told to."""

    class Chat(AsyncWebsocketConsumer):
        disconnect_policy = policy

        async def receive(self, text_data):
            await steps.wait(text_data)
            if "fail" in text_data:
                raise FailedError(text_data)

        async def disconnect(self, code):
            await steps.wait(f"disconnect {code}")

    for name, value in attributes.items():
        setattr(Chat, name, value)
    return Chat
