"""The registry of channel layers: made from the setting, one for each alias."""

from __future__ import annotations

import pytest

from ..support.layers import memory_layer


def test_an_alias_without_a_layer_gives_none(channels, settings):
    settings.CHANNEL_LAYERS = {}
    assert channels.layers.get_channel_layer() is None
    assert channels.layers.get_channel_layer("other") is None


def test_missing_setting_means_no_layers(channels, settings):
    del settings.CHANNEL_LAYERS
    assert channels.layers.channel_layers.configs == {}
    assert channels.layers.get_channel_layer() is None


def test_a_layer_is_made_once(channels, settings):
    settings.CHANNEL_LAYERS = memory_layer(channels, capacity=7)
    layer = channels.layers.get_channel_layer()
    assert layer is channels.layers.get_channel_layer("default")
    assert layer is channels.layers.get_channel_layer(channels().DEFAULT_CHANNEL_LAYER)
    assert layer.capacity == 7


def test_layers_are_forgotten_when_the_setting_changes(channels, settings):
    settings.CHANNEL_LAYERS = memory_layer(channels)
    first = channels.layers.get_channel_layer()
    settings.CHANNEL_LAYERS = memory_layer(channels)
    assert channels.layers.channel_layers.backends == {}
    assert channels.layers.get_channel_layer() is not first


def test_other_settings_do_not_matter(channels, settings):
    settings.CHANNEL_LAYERS = memory_layer(channels)
    first = channels.layers.get_channel_layer()
    settings.USE_TZ = False
    assert channels.layers.get_channel_layer() is first
    manager = channels.layers.channel_layers
    manager._reset_backends(setting="USE_TZ")
    assert manager.backends == {"default": first}
    manager._reset_backends(setting="CHANNEL_LAYERS")
    assert manager.backends == {}


def test_contains_asks_the_setting(channels, settings):
    settings.CHANNEL_LAYERS = memory_layer(channels)
    assert "default" in channels.layers.channel_layers
    assert "other" not in channels.layers.channel_layers


def test_set_returns_what_was_there(channels, settings):
    settings.CHANNEL_LAYERS = {}
    manager = channels.layers.ChannelLayerManager()
    assert manager.set("a", "first") is None
    assert manager.set("a", "second") == "first"
    assert manager["a"] == "second"


@pytest.mark.parametrize(
    ("entry", "error"),
    [
        ({}, "No BACKEND specified for default"),
        (
            {"BACKEND": "no.such.Layer"},
            "Cannot import BACKEND 'no.such.Layer' specified for default",
        ),
        (
            {"BACKEND": "x", "ROUTING": "y"},
            "ROUTING key found for default - this is no longer needed in Channels 2.",
        ),
    ],
)
def test_bad_entries_are_explained(channels, settings, entry, error):
    settings.CHANNEL_LAYERS = {"default": entry}
    with pytest.raises(channels.exceptions.InvalidChannelLayerError) as caught:
        channels.layers.get_channel_layer()
    assert str(caught.value) == error


def test_test_backends_need_a_test_config(channels, settings):
    settings.CHANNEL_LAYERS = memory_layer(channels)
    manager = channels.layers.channel_layers
    with pytest.raises(channels.exceptions.InvalidChannelLayerError) as caught:
        manager.make_test_backend("default")
    assert str(caught.value) == "No TEST_CONFIG specified for default"


def test_test_backends_use_their_test_config(channels, settings):
    setting = memory_layer(channels, expiry=1)
    setting["default"]["TEST_CONFIG"] = {"expiry": 100500}
    settings.CHANNEL_LAYERS = setting
    assert channels.layers.channel_layers.make_test_backend("default").expiry == 100500


class Failing:
    def __init__(self):
        raise KeyError("mine")


def test_a_key_error_of_a_backend_looks_like_no_layer(channels, settings):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": f"{__name__}.Failing"}}
    assert channels.layers.get_channel_layer() is None
    with pytest.raises(KeyError, match="mine"):
        channels.layers.channel_layers.make_backend("default")
