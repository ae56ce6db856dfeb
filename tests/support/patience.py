"""How long tests wait: what a busy machine takes a second for is no error."""

from __future__ import annotations

import importlib
import inspect

from asgiref.testing import ApplicationCommunicator

#: Only what hangs reaches it.
WAIT_SECONDS = 60


def have_communicators_wait(*packages):
    """Give each ``timeout=1`` of the communicators of *packages* another default."""
    for package in packages:
        importlib.import_module(f"{package}.testing")
    classes = [ApplicationCommunicator]
    for communicator in classes:
        classes += communicator.__subclasses__()
        for method in vars(communicator).values():
            defaults = getattr(method, "__defaults__", None) or ()
            if defaults[-1:] == (1,):
                method.__defaults__ = (*defaults[:-1], WAIT_SECONDS)
    connect = importlib.import_module("channels_fast.testing").connect
    inspect.unwrap(connect).__kwdefaults__["timeout"] = WAIT_SECONDS
