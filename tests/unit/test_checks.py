"""The system checks of the application."""

from __future__ import annotations

import pytest
from django.core import checks as django_checks

from channels_fast import checks
from channels_fast._routes import compile as compiling


@pytest.fixture
def _without_the_compiled_part(monkeypatch):
    monkeypatch.setattr(compiling, "WHY_NOT_COMPILED", "the reason")


def test_compiled_router_needs_no_remark(monkeypatch):
    monkeypatch.setattr(compiling, "WHY_NOT_COMPILED", "")
    assert checks.check_router(None) == []


@pytest.mark.usefixtures("_without_the_compiled_part")
def test_router_in_python_says_why():
    [message] = checks.check_router(None)
    assert message.id == "channels_fast.I002"
    assert message.level == django_checks.INFO
    assert message.msg == "Routes are matched by Python: the reason."


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
