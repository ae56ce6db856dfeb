"""The system checks of channel layers."""

from __future__ import annotations

import pytest
from django.core import checks as django_checks

from channels_fast.generic.websocket import AsyncWebsocketConsumer
from channels_fast.layers import InMemoryChannelLayer

from ..support.checks import application_checks  # noqa: F401 # fixtures
from ..support.written import consumer_checks  # noqa: F401 # fixtures

MEMORY = "channels_fast.layers.InMemoryChannelLayer"
REDIS = "channels_redis.core.RedisChannelLayer"
PUBSUB = "channels_redis.pubsub.RedisPubSubChannelLayer"
VALKEY = "channels_valkey.core.ValkeyChannelLayer"


class Chat(AsyncWebsocketConsumer):
    """A consumer."""


class Duck:
    """A layer of another kind."""

    def __init__(self, url):
        self.url = url

    async def new_channel(self): ...

    async def receive(self, channel): ...


class Forwarding:
    """A layer that hands on everything."""

    def __getattr__(self, name):
        raise AttributeError(name)


def make(prefix="a"):
    return InMemoryChannelLayer()


@pytest.fixture
def check_layers(check):
    """Return a function that checks CHANNEL_LAYERS with a consumer of "default"."""
    return lambda layers: check(Chat, layers=layers)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("redis", "it is of type str and no dictionary."),
        ({}, 'it has no "BACKEND", the dotted name of a class.'),
        ({"BACKEND": InMemoryChannelLayer}, 'it has no "BACKEND"'),
        ({"BACKEND": MEMORY, "ROUTING": "a.b"}, '"ROUTING" is of Channels 1.'),
        (
            {"BACKEND": MEMORY, "CONFIG": None},
            'its "CONFIG" is of type NoneType and no',
        ),
        ({"BACKEND": f"{MEMORY}s"}, "ImportError: Module "),
        ({"BACKEND": "gone_package.Layer"}, "ModuleNotFoundError: No module named"),
        ({"BACKEND": "nodot"}, "ImportError: nodot doesn't look like a module path"),
        ({"BACKEND": "channels_fast.DEFAULT_CHANNEL_LAYER"}, " is no class."),
        (
            {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
            "is no channel layer: it has no new_channel and no receive.",
        ),
        ({"BACKEND": MEMORY, "CONFIG": {"hosts": []}}, "unexpected keyword argument"),
        (
            {"BACKEND": REDIS, "CONFIG": {"host": "a"}},
            "'host'. It takes hosts, prefix,",
        ),
        ({"BACKEND": f"{__name__}.Duck"}, "missing a required argument: 'url'"),
        ({"BACKEND": MEMORY, "CONFIG": {"capacity": "9"}}, "is '9' and no number."),
        ({"BACKEND": MEMORY, "CONFIG": {"expiry": "60"}}, "is '60' and no number."),
        ({"BACKEND": MEMORY, "CONFIG": {"expiry": 0}}, "is 0, so no message arrives."),
        ({"BACKEND": REDIS, "CONFIG": {"capacity": "9"}}, "is '9' and no number."),
        ({"BACKEND": REDIS, "CONFIG": {"capacity": 0}}, "is 0, so no message arrives."),
        ({"BACKEND": REDIS, "CONFIG": {"expiry": 0.5}}, "is 0, so no message arrives."),
        ({"BACKEND": REDIS, "CONFIG": {"prefix": 1}}, "AssertionError: Prefix must be"),
        ({"BACKEND": REDIS, "CONFIG": {"channel_capacity": [1]}}, "TypeError: "),
        ({"BACKEND": MEMORY, "CONFIG": {"channel_capacity": {"a": "b"}}}, "ValueError"),
        ({"BACKEND": REDIS, "CONFIG": {"hosts": "redis://a"}}, "and no list."),
        ({"BACKEND": PUBSUB, "CONFIG": {"hosts": "redis://a"}}, "and no list."),
        ({"BACKEND": REDIS, "CONFIG": {"hosts": ("a", 6379)}}, "neither a pair"),
        ({"BACKEND": REDIS, "CONFIG": {"hosts": ["a:6379"]}}, "neither a pair"),
        (
            {"BACKEND": REDIS, "CONFIG": {"symmetric_encryption_keys": "secret"}},
            "symmetric_encryption_keys must be a list",
        ),
    ],
)
def test_a_layer_that_cannot_be_used_is_an_error(check_layers, entry, reason):
    message = check_layers({"default": entry})["E008"]
    assert message.level == django_checks.ERROR
    assert message.msg.startswith(
        "The channel layer 'default' in CHANNEL_LAYERS cannot be used: "
    )
    assert reason in message.msg


@pytest.mark.parametrize(
    "entry",
    [
        "redis://:secret@localhost",
        {"BACKEND": MEMORY, "CONFIG": "redis://:secret@localhost"},
        {"BACKEND": MEMORY, "CONFIG": {"hosts": ["redis://:secret@localhost"]}},
        {"BACKEND": REDIS, "CONFIG": {"hosts": "redis://:secret@localhost"}},
        {"BACKEND": REDIS, "CONFIG": {"hosts": [":secret@localhost:6379"]}},
        {"BACKEND": REDIS, "CONFIG": {"symmetric_encryption_keys": "secret"}},
    ],
)
def test_no_message_has_a_password_in_it(check_layers, entry):
    message = check_layers({"default": entry})["E008"]
    assert "secret" not in f"{message.msg} {message.hint}"


def test_a_missing_package_is_named_in_the_hint(check_layers):
    message = check_layers({"default": {"BACKEND": "gone_package.core.Layer"}})["E008"]
    assert message.hint == (
        "Install the package that has 'gone_package', or correct \"BACKEND\"."
    )


def test_a_layer_that_no_consumer_uses_is_a_warning(check_layers):
    layers = {"default": {"BACKEND": MEMORY}, "other": {}}
    assert check_layers(layers)["E008"].level == django_checks.WARNING


@pytest.mark.parametrize("value", [None, [], "redis"])
def test_a_setting_that_is_no_dictionary_is_an_error(check_layers, value):
    message = check_layers(value)["E008"]
    assert message.level == django_checks.ERROR
    kind = type(value).__name__
    assert message.msg == f"CHANNEL_LAYERS is of type {kind} and no dictionary."


@pytest.mark.parametrize(
    ("backend", "config"),
    [
        (MEMORY, {}),
        (MEMORY, {"capacity": 0, "channel_capacity": {"a*": 9}}),
        (f"{__name__}.Duck", {"url": "a"}),
        (f"{__name__}.Forwarding", {}),
        (f"{__name__}.make", {"prefix": "b"}),
        # The documentation of channels and of channels_redis has these.
        (REDIS, {"hosts": [("127.0.0.1", 6379)]}),
        (REDIS, {"hosts": [["127.0.0.1", 6379]]}),
        (REDIS, {"hosts": ["redis://:password@127.0.0.1:6379/0"]}),
        (REDIS, {"hosts": ("redis://a:6379", "rediss://b:6379")}),
        (REDIS, {"hosts": [{"address": "rediss://a:6379", "ssl_cert_reqs": None}]}),
        (REDIS, {"hosts": [{"address": ("localhost", 6379)}]}),
        (REDIS, {"hosts": [{"host": "a", "port": 6379, "socket_timeout": 30}]}),
        (REDIS, {"hosts": [{"sentinels": [("a", 26379)], "master_name": "m"}]}),
        (REDIS, {"hosts": ["unix:///tmp/redis.sock"], "prefix": "b"}),
        (REDIS, {"expiry": "60", "group_expiry": 9, "capacity": 9}),
        (REDIS, {"channel_capacity": {"http.request": 200}}),
        (REDIS, {"hosts": [], "symmetric_encryption_keys": ["secret"]}),
        (PUBSUB, {"hosts": [("127.0.0.1", 6379)], "prefix": "b"}),
        (PUBSUB, {"hosts": ["redis://a:6379"], "on_disconnect": "redis.disconnect"}),
        (VALKEY, {}),
    ],
)
def test_a_layer_that_can_be_used_is_fine(check_layers, backend, config):
    assert check_layers({"default": {"BACKEND": backend, "CONFIG": config}}) == {}


def test_what_a_newer_layer_for_redis_takes_is_fine(check_layers):
    pytest.importorskip("channels_redis", minversion="4.3.0")
    config = {"serializer_format": "json"}
    assert check_layers({"default": {"BACKEND": REDIS, "CONFIG": config}}) == {}


def test_an_iterator_of_hosts_is_left_to_the_layer(check_layers):
    hosts = map(str, ["redis://localhost:6379"])
    config = {"hosts": hosts}
    assert check_layers({"default": {"BACKEND": REDIS, "CONFIG": config}}) == {}
    assert list(hosts) == ["redis://localhost:6379"]
