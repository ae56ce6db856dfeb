"""Threads that import at once get one module."""

import importlib
import sys
import threading

import channels_fast

channels_fast.install()
start, got = threading.Barrier(8), []


def load(name):
    start.wait()
    got.append(importlib.import_module(name))


names = ["channels.generic.websocket", "channels_fast.generic.websocket"] * 4
threads = [threading.Thread(target=load, args=[name]) for name in names]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert len(got) == 8
assert len(set(map(id, got))) == 1
