"""Parts that are imported first under the other name are the same."""

import channels_fast

channels_fast.install()
import channels.utils
import channels.worker

import channels_fast.utils
import channels_fast.worker

assert channels_fast.worker is channels.worker
assert channels_fast.worker.Worker.__module__ == "channels_fast.worker"
assert channels_fast.utils is channels.utils
