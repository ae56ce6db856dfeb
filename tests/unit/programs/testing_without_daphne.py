"""Imports the communicators where daphne cannot be imported."""

import sys

# What the import system does for a package that is missing, it does for None.
sys.modules["daphne"] = None

from channels_fast import testing

print(testing.WebsocketCommunicator.__name__, testing.HttpCommunicator.__name__)
try:
    testing.ChannelsLiveServerTestCase  # noqa: B018 # the access is the test
except ImportError as error:
    print("daphne" in str(error))
