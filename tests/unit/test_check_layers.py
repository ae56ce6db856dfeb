"""The system checks of channel layers, and of consumers that need one."""

from __future__ import annotations

import pytest
from django.core import checks as django_checks
from django.urls import path

from channels_fast._routes.names import source_of
from channels_fast.generic.websocket import AsyncWebsocketConsumer
from channels_fast.layers import BaseChannelLayer, InMemoryChannelLayer

from ..support.checks import application_checks, websocket  # noqa: F401
from ..support.written import import_of_written  # noqa: F401

MEMORY = "channels_fast.layers.InMemoryChannelLayer"
REDIS = "channels_redis.core.RedisChannelLayer"
PUBSUB = "channels_redis.pubsub.RedisPubSubChannelLayer"
VALKEY = "channels_valkey.core.ValkeyChannelLayer"


class Chat(AsyncWebsocketConsumer):
    """A consumer."""


class InGroups(AsyncWebsocketConsumer):
    groups = ["all"]


class Plain(BaseChannelLayer):
    """A layer without groups."""


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
def check(found, settings):
    """Return a function that checks CHANNEL_LAYERS and consumers, as {id: message}."""

    def check(value, *consumers):
        for package in ("channels_redis", "channels_valkey"):
            if package in str(value):
                pytest.importorskip(package)
        settings.CHANNEL_LAYERS = value
        consumers = consumers or (Chat,)
        routes = [path(f"{n}/", one.as_asgi()) for n, one in enumerate(consumers)]
        return found(websocket(*routes))

    return check


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
            {"BACKEND": "django.core.cache.backends.redis.RedisCache"},
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
def test_a_layer_that_cannot_be_used_is_an_error(check, entry, reason):
    message = check({"default": entry})["E008"]
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
def test_no_message_has_a_password_in_it(check, entry):
    message = check({"default": entry})["E008"]
    assert "secret" not in f"{message.msg} {message.hint}"


def test_a_missing_package_is_named_in_the_hint(check):
    message = check({"default": {"BACKEND": "gone_package.core.Layer"}})["E008"]
    assert message.hint == (
        "Install the package that has 'gone_package', or correct \"BACKEND\"."
    )


def test_a_layer_that_no_consumer_uses_is_a_warning(check):
    layers = {"default": {"BACKEND": MEMORY}, "other": {}}
    assert check(layers)["E008"].level == django_checks.WARNING


@pytest.mark.parametrize("value", [None, [], "redis"])
def test_a_setting_that_is_no_dictionary_is_an_error(check, value):
    message = check(value)["E008"]
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
        (REDIS, {"serializer_format": "json"}),
        (PUBSUB, {"hosts": [("127.0.0.1", 6379)], "prefix": "b"}),
        (PUBSUB, {"hosts": ["redis://a:6379"], "on_disconnect": "redis.disconnect"}),
        (VALKEY, {}),
    ],
)
def test_a_layer_that_can_be_used_is_fine(check, backend, config):
    assert check({"default": {"BACKEND": backend, "CONFIG": config}}, Chat) == {}


@pytest.mark.parametrize("backend", [MEMORY, REDIS, PUBSUB, f"{__name__}.make"])
def test_groups_in_a_layer_that_has_them_are_fine(check, backend):
    assert check({"default": {"BACKEND": backend}}, InGroups) == {}


@pytest.mark.parametrize("name", ["Plain", "Duck"])
def test_groups_in_a_layer_that_has_none_are_an_error(check, name):
    config = {"url": "a"} if name == "Duck" else {}
    entry = {"BACKEND": f"{__name__}.{name}", "CONFIG": config}
    assert check({"default": entry}, Chat) == {}
    message = check({"default": entry}, InGroups)["E008"]
    assert message.msg == (
        f"URLRouter, route '0/': {source_of(InGroups)} has groups, but "
        f"{__name__}.{name}, its channel layer, has none."
    )


def test_groups_without_a_layer_are_an_error(check):
    class Other(AsyncWebsocketConsumer):
        groups = ["all"]
        channel_layer_alias = "other"

    message = check({}, Other)["E008"]
    assert message.level == django_checks.ERROR
    assert message.msg == (
        f"URLRouter, route '0/': {source_of(Other)} has groups, but CHANNEL_LAYERS has "
        "no 'other'."
    )
    assert check({"other": {"BACKEND": MEMORY}}, Other) == {}


@pytest.mark.parametrize("group", ["chat room", "", "a" * 100, 7, "größe", "a!b"])
@pytest.mark.parametrize("backend", [MEMORY, REDIS])
def test_a_group_with_an_invalid_name_is_an_error(check, backend, group):
    consumer = type("Named", (AsyncWebsocketConsumer,), {"groups": ["all", group]})
    message = check({"default": {"BACKEND": backend}}, consumer)["E008"]
    assert f"has the group {group!r}, which is no valid name." in message.msg
    assert "ASCII alphanumerics, hyphens, underscores, or periods" in message.hint


def test_one_text_in_place_of_a_list_of_groups_is_an_error(check):
    consumer = type("Named", (AsyncWebsocketConsumer,), {"groups": "chat"})
    message = check({"default": {"BACKEND": MEMORY}}, consumer)["E008"]
    assert "has the groups 'chat', of which each letter counts as one." in message.msg
    assert message.hint == "Write groups = ['chat']."


def test_groups_that_are_computed_are_left_alone(check):
    class Computed(AsyncWebsocketConsumer):
        @property
        def groups(self):
            return []

        @groups.setter
        def groups(self, value): ...

    assert check({}, Computed) == {}


def test_a_use_of_a_layer_that_is_not_there_is_a_warning(check, written):
    module = written(
        """
        class Chat(AsyncWebsocketConsumer):
            async def connect(self):
                await self.channel_layer.group_add("all", self.channel_name)
        """
    )
    message = check({}, module.Chat)["E008"]
    assert message.level == django_checks.WARNING
    assert message.msg == (
        f"URLRouter, route '0/': {module.__name__}.Chat uses self.channel_layer "
        f"({module.__file__}, line 8), but CHANNEL_LAYERS has no 'default', so it is "
        "None."
    )
    assert check({"default": {"BACKEND": MEMORY}}, module.Chat) == {}


def test_a_consumer_that_asks_for_its_layer_is_fine(check, written):
    module = written(
        """
        class Asking(AsyncWebsocketConsumer):
            async def connect(self):
                if self.channel_layer:
                    await self.channel_layer.group_add("all", self.channel_name)

        class Trying(AsyncWebsocketConsumer):
            async def connect(self):
                try:
                    await self.channel_layer.group_add("all", self.channel_name)
                except AttributeError:
                    pass

        class Suppressing(AsyncWebsocketConsumer):
            async def connect(self):
                with contextlib.suppress(AttributeError):
                    await self.channel_layer.group_add("all", self.channel_name)

        class Getting(AsyncWebsocketConsumer):
            async def connect(self):
                if getattr(self, "channel_layer", None):
                    await self.channel_layer.group_add("all", self.channel_name)

        class Setting(AsyncWebsocketConsumer):
            async def connect(self):
                self.channel_layer = get_channel_layer("other")
                await self.channel_layer.group_add("all", self.channel_name)

        class Having(AsyncWebsocketConsumer):
            channel_layer = get_channel_layer("other")

            async def connect(self):
                await self.channel_layer.group_add("all", self.channel_name)
        """
    )
    consumers = [cls for name, cls in vars(module).items() if name.endswith("ing")]
    assert len(consumers) == 6
    assert check({}, *consumers) == {}
