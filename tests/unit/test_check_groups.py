"""The system checks of groups, and of consumers that need a layer."""

from __future__ import annotations

import inspect

import pytest
from django.core import checks as django_checks

from channels_fast._routes.names import source_of
from channels_fast.generic.websocket import AsyncWebsocketConsumer
from channels_fast.layers import BaseChannelLayer, InMemoryChannelLayer

from ..support.checks import application_checks  # noqa: F401 # fixtures
from ..support.written import consumer_checks, import_of_written  # noqa: F401 # fixtures

MEMORY = "channels_fast.layers.InMemoryChannelLayer"
REDIS = "channels_redis.core.RedisChannelLayer"
PUBSUB = "channels_redis.pubsub.RedisPubSubChannelLayer"


class Chat(AsyncWebsocketConsumer):
    """A consumer."""


class InGroups(AsyncWebsocketConsumer):
    groups = ["all"]


class Plain(BaseChannelLayer):
    """A layer without groups."""


class Duck:
    """A layer of another kind."""

    async def new_channel(self): ...

    async def receive(self, channel): ...


def make():
    return InMemoryChannelLayer()


@pytest.mark.parametrize("backend", [MEMORY, REDIS, PUBSUB, f"{__name__}.make"])
def test_groups_in_a_layer_that_has_them_are_fine(check, backend):
    assert check(InGroups, layers={"default": {"BACKEND": backend}}) == {}


@pytest.mark.parametrize("name", ["Plain", "Duck"])
def test_groups_in_a_layer_that_has_none_are_an_error(check, name):
    entry = {"BACKEND": f"{__name__}.{name}"}
    assert check(Chat, layers={"default": entry}) == {}
    message = check(InGroups, layers={"default": entry})["E008"]
    assert message.msg == (
        f"URLRouter, route '0/': {source_of(InGroups)} has groups, but "
        f"{__name__}.{name}, its channel layer, has none."
    )


def test_groups_without_a_layer_are_an_error(check):
    class Other(AsyncWebsocketConsumer):
        groups = ["all"]
        channel_layer_alias = "other"

    message = check(Other, layers={})["E008"]
    assert message.level == django_checks.ERROR
    assert message.msg == (
        f"URLRouter, route '0/': {source_of(Other)} has groups, but CHANNEL_LAYERS has "
        "no 'other'."
    )
    assert check(Other, layers={"other": {"BACKEND": MEMORY}}) == {}


@pytest.mark.parametrize("group", ["chat room", "", "a" * 100, 7, "größe", "a!b"])
@pytest.mark.parametrize("backend", [MEMORY, REDIS])
def test_a_group_with_an_invalid_name_is_an_error(check, backend, group):
    consumer = type("Named", (AsyncWebsocketConsumer,), {"groups": ["all", group]})
    message = check(consumer, layers={"default": {"BACKEND": backend}})["E008"]
    assert f"has the group {group!r}, which is no valid name." in message.msg
    assert "ASCII alphanumerics, hyphens, underscores, or periods" in message.hint


def test_one_text_in_place_of_a_list_of_groups_is_an_error(check):
    consumer = type("Named", (AsyncWebsocketConsumer,), {"groups": "chat"})
    message = check(consumer, layers={"default": {"BACKEND": MEMORY}})["E008"]
    assert "has the groups 'chat', of which each letter counts as one." in message.msg
    assert message.hint == "Write groups = ['chat']."


def test_groups_that_are_computed_are_left_alone(check):
    class Computed(AsyncWebsocketConsumer):
        @property
        def groups(self):
            return []

        @groups.setter
        def groups(self, value): ...

    assert check(Computed, layers={}) == {}


def test_a_use_of_a_layer_that_is_not_there_is_a_warning(check, written):
    module = written(
        """
        class Chat(AsyncWebsocketConsumer):
            async def connect(self):
                await self.channel_layer.group_add("all", self.channel_name)
        """
    )
    message = check(module.Chat, layers={})["E008"]
    assert message.level == django_checks.WARNING
    assert message.msg == (
        f"URLRouter, route '0/': {module.__name__}.Chat uses self.channel_layer "
        f"({module.__file__}, line 8), but CHANNEL_LAYERS has no 'default', so it is "
        "None."
    )
    assert check(module.Chat, layers={"default": {"BACKEND": MEMORY}}) == {}


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
    made = [cls for cls in vars(module).values() if inspect.isclass(cls)]
    consumers = [cls for cls in made if cls.__module__ == module.__name__]
    assert len(consumers) == 6
    assert check(*consumers, layers={}) == {}
