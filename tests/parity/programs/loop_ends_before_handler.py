"""Ends the event loop while a handler of a sync consumer runs in its thread."""

import asyncio
import importlib
import sys
import threading
import time

import django
from django.conf import settings

settings.configure(DATABASES={})
django.setup()
SyncConsumer = importlib.import_module(f"{sys.argv[1]}.consumer").SyncConsumer

entered = threading.Event()
loop_closed = threading.Event()


class Consumer(SyncConsumer):
    def work(self, message):
        self.send("first")

    def wait(self, message):
        self.send("second")
        entered.set()
        loop_closed.wait()
        time.sleep(0.3)  # by then the interpreter waits for it, mostly
        print("handler ends", flush=True)
        self.send("third")


async def send(event):
    print(event, flush=True)


async def main():
    queue = asyncio.Queue()
    for name in ("work", "wait", "work"):
        queue.put_nowait({"type": name})
    task = asyncio.ensure_future(Consumer.as_asgi()({}, queue.get, send))
    while not entered.is_set():  # noqa: ASYNC110 # an event of threads
        await asyncio.sleep(0.01)
    task.cancel()


asyncio.run(main())
print("loop closed", flush=True)
loop_closed.set()
