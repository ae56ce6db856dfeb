"""The system checks of the application."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from django import conf
from django.core import checks as django_checks

from channels_fast.checks import registered as checks

from ..support.programs import run_program

PROGRAM = Path(__file__).parent / "programs" / "router_check.py"


@pytest.mark.skipif(
    find_spec("channels_fast._rust") is None,
    reason="this is the wheel without the extension",
)
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


@pytest.mark.parametrize("layers", [None, ["memory"], {"default": "memory"}])
def test_layers_of_an_odd_kind_are_left_to_another_check(settings, layers):
    settings.DEBUG = False
    settings.CHANNEL_LAYERS = layers
    assert checks.check_layers(None) == []


def test_project_without_layers_is_fine(settings):
    settings.DEBUG = False
    del settings.CHANNEL_LAYERS
    assert checks.check_layers(None) == []


@pytest.mark.parametrize("kept", [60, None])
def test_connections_that_are_kept_are_a_warning_under_asgi(
    settings, monkeypatch, kept
):
    databases = {
        "default": {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": kept},
        "other": {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 0},
        "third": {"ENGINE": "django.db.backends.sqlite3"},
        "none": {"CONN_MAX_AGE": 60},
    }
    settings.ASGI_APPLICATION = "project.asgi.application"
    # Without the signal of a changed setting, which warns about databases.
    monkeypatch.setattr(conf.settings, "DATABASES", databases)
    assert checks.check_databases(None) == []
    with checks.importing_application():
        [message] = checks.check_databases(None)
        assert message.id == "channels_fast.W013"
        assert message.msg.startswith(f"DATABASES['default'] has CONN_MAX_AGE {kept}:")
        settings.ASGI_APPLICATION = None
        assert checks.check_databases(None) == []
