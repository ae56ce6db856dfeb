"""The system checks of the application."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core import checks as django_checks

from channels_fast.checks import registered as checks

from ..support.programs import run_program

PROGRAM = Path(__file__).parent / "programs" / "router_check.py"


def test_compiled_router_needs_no_remark():
    done = run_program(PROGRAM, CHANNELS_FAST_DISABLE="")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_router_in_python_says_why():
    done = run_program(PROGRAM, CHANNELS_FAST_DISABLE="1")
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        f"channels_fast.I002 {django_checks.INFO} "
        "Routes are matched by Python: CHANNELS_FAST_DISABLE is set.\n"
    )


@pytest.mark.parametrize("package", ["channels", "channels_fast"])
def test_layer_in_memory_is_reported_for_production(settings, package):
    backend = f"{package}.layers.InMemoryChannelLayer"
    settings.DEBUG = False
    settings.CHANNEL_LAYERS = {"here": {"BACKEND": backend}}
    [message] = checks.check_layers(None)
    assert message.id == "channels_fast.W010"
    assert message.msg == "The channel layer 'here' is in the memory of one process."


def test_layer_in_memory_is_fine_in_development(settings):
    backend = "channels.layers.InMemoryChannelLayer"
    settings.DEBUG = True
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": backend}}
    assert checks.check_layers(None) == []


def test_layer_in_a_server_is_fine_in_production(settings):
    settings.DEBUG = False
    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.core.RedisChannelLayer"}
    }
    assert checks.check_layers(None) == []


def test_project_without_layers_is_fine(settings):
    settings.DEBUG = False
    del settings.CHANNEL_LAYERS
    assert checks.check_layers(None) == []
