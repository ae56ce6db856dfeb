"""Django Channels with a router compiled in Rust."""

from __future__ import annotations

import sys

import django

#: The version of this package, under either name.
VERSION = "0.1.0"

#: The version of this package. Once ``channels`` is another name of it, the version
#: of Channels whose API it has: others compare ``channels.__version__`` with theirs.
__version__ = VERSION

DEFAULT_CHANNEL_LAYER = "default"

if django.VERSION < (3, 2):
    # Later versions find it themselves, and the first of them warn about the name.
    default_app_config = "channels_fast.apps.ChannelsConfig"


def install() -> None:
    """
    Make ``channels`` another name of this package, in this process.

    From then on ``import channels`` and ``import channels.anything`` give the
    modules of ``channels_fast``, whether the ``channels`` distribution is
    installed or not. Calling it again does nothing. ``"channels_fast"`` in
    ``INSTALLED_APPS`` calls it.

    Raises:
        RuntimeError: The real ``channels`` was imported already.
    """
    from . import _alias  # noqa: PLC0415 # not needed for the router alone

    _alias.install()


if sys.modules.get("channels") is sys.modules[__name__]:
    # This is a reload, which has just put the other version back.
    install()
