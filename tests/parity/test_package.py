"""The package itself, its application, and its exceptions."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.apps import AppConfig

SET_UP = """
import warnings

import django
from django.conf import settings

warnings.simplefilter("ignore")
settings.configure(
    INSTALLED_APPS=["{package}", "django.contrib.staticfiles"], STATIC_URL="/s/"
)
django.setup()

from django.apps import apps
from django.contrib.staticfiles.management.commands.runserver import Command

config = apps.get_app_config("channels")
print(config.verbose_name, apps.is_installed("channels"))
print(Command.__mro__[1].__module__.replace("channels_fast", "channels"))
"""


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
    code = SET_UP.format(package=channels)
    # Two INSTALLED_APPS that make `channels` an alias cannot be tried in one process.
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    )
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
