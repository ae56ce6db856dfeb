"""The package itself, its application, and its exceptions."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import AppConfig

from ..support.programs import run_program

PROGRAM = Path(__file__).parent / "programs" / "application_config.py"


def test_the_application_goes_by_its_name(channels):
    config = channels.apps.ChannelsConfig
    assert issubclass(config, AppConfig)
    assert (config.name, config.verbose_name) == (channels.name, "Channels")


def test_the_application_is_found_as_channels(channels):
    """Channels 3 and this package give the server of static files their own."""
    brings_a_server = channels.version < (4, 0) or channels.name == "channels_fast"
    assert (channels.apps.ChannelsConfig.ready is not AppConfig.ready) is (
        brings_a_server
    )
    # Two INSTALLED_APPS that make `channels` an alias cannot be tried in one process.
    done = run_program(PROGRAM, channels.name)
    assert done.returncode == 0, done.stderr
    name, server = done.stdout.splitlines()
    assert name == "Channels True"
    assert server == (
        "channels.management.commands.runserver"
        if brings_a_server
        else "django.core.management.commands.runserver"
    )


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("RequestAborted", Exception),
        ("RequestTimeout", "RequestAborted"),
        ("InvalidChannelLayerError", ValueError),
        ("AcceptConnection", Exception),
        ("DenyConnection", Exception),
        ("ChannelFull", Exception),
        ("MessageTooLarge", Exception),
        ("StopConsumer", Exception),
    ],
)
def test_exceptions_have_their_bases(channels, name, base):
    exception = getattr(channels.exceptions, name)
    if isinstance(base, str):
        base = getattr(channels.exceptions, base)
    assert exception.__base__ is base
    assert exception("why", 1).args == ("why", 1)


def test_the_version_can_be_compared(channels):
    assert channels.version >= (3, 0, 5)
    assert isinstance(channels().__version__, str)
