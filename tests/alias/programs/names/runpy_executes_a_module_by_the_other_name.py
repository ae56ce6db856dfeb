"""This is what ``python -m`` does."""

import runpy

import channels_fast

channels_fast.install()
names = runpy.run_module("channels.worker", run_name="__main__")
assert names["Worker"].__module__ == "__main__"
assert names["__spec__"].name == "channels.worker"
