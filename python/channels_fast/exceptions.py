"""Exceptions of channels_fast, under the names that Channels gives them."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

# What `import *` gives: the names of Channels, none that could hide a project's own.
__all__ = [
    "AcceptConnection",
    "ChannelFull",
    "DenyConnection",
    "InvalidChannelLayerError",
    "MessageTooLarge",
    "NotAnApplicationError",
    "RequestAborted",
    "RequestTimeout",
    "StopConsumer",
]


class RequestAborted(Exception):  # noqa: N818 # the public name of Channels
    """The client went away before the whole request body was read."""


class RequestTimeout(RequestAborted):
    """The request body did not arrive in time."""


class InvalidChannelLayerError(ValueError):
    """A channel layer is configured wrongly, or lacks what a consumer asks of it."""


class AcceptConnection(Exception):  # noqa: N818 # the public name of Channels
    """Raise it in ``connect()`` to accept the connection."""


class DenyConnection(Exception):  # noqa: N818 # the public name of Channels
    """Raise it in ``connect()`` to refuse the connection."""


class ChannelFull(Exception):  # noqa: N818 # the public name of Channels
    """A channel holds as many messages as its capacity allows."""


class MessageTooLarge(Exception):  # noqa: N818 # the public name of Channels
    """A message is larger than its channel layer can carry."""


class NotAnApplicationError(ImproperlyConfigured, TypeError):
    """
    Something has to be changed to be an application, such as a consumer's class.

    Not a name of Channels, where it is a TypeError of Python.
    """


class StopConsumer(Exception):  # noqa: N818 # the public name of Channels
    """Raise it in a handler to end the consumer without an error."""
