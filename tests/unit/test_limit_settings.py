"""What the limits of a consumer may be, and what is said about wrong ones."""

from __future__ import annotations

import copy
import dataclasses

import pytest
from django.core.exceptions import ImproperlyConfigured

from channels_fast.consumer import AsyncConsumer, SyncConsumer
from channels_fast.generic.http import AsyncHttpConsumer
from channels_fast.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels_fast.limits import Limits

from ..support.consumers import run

WRONG = [
    ("max_concurrency", 0, "a positive integer"),
    ("max_concurrency", 2.5, "a positive integer"),
    ("max_concurrency", "4", "a positive integer"),
    ("max_concurrency", None, "a positive integer"),
    ("disconnect_policy", "wait", "one of 'queue', 'cancel', 'concurrent'"),
    ("disconnect_policy", None, "one of 'queue', 'cancel', 'concurrent'"),
]
WRONG_LIMITS = [
    ("max_message_size", -1, "a positive integer, or None"),
    ("max_message_size", 2.5, "a positive integer, or None"),
    ("max_message_size", True, "a positive integer, or None"),
    ("max_messages_per_second", 0, "a positive number, or None"),
    ("max_messages_per_second", float("nan"), "a positive number, or None"),
    ("message_burst", 0, "a positive integer, or None"),
    ("handler_timeout", "10", "a positive number, or None"),
    ("handler_timeout", float("inf"), "a positive number, or None"),
    ("idle_timeout", -5, "a positive number, or None"),
    ("close_codes", {"idle": 4000}, "a mapping of max_message_size, "),
    ("close_codes", {"idle_timeout": 99}, "to codes from 1000 to 4999"),
    ("close_codes", {"idle_timeout": "4000"}, "to codes from 1000 to 4999"),
    ("close_codes", [4000], "a mapping of max_message_size, "),
    ("close_codes", None, "a mapping of max_message_size, "),
]


def consumer(base=AsyncWebsocketConsumer, **attributes):
    return type("Chat", (base,), {"__module__": "chat", **attributes})


@pytest.mark.parametrize(("name", "value", "expected"), WRONG)
def test_a_wrong_value_is_named_when_the_application_is_made(name, value, expected):
    with pytest.raises(ImproperlyConfigured) as caught:
        consumer(**{name: value}).as_asgi()
    said = str(caught.value)
    assert said.startswith(f"chat.Chat.{name} is {value!r}: it has to be ")
    assert expected in said


@pytest.mark.parametrize(("name", "value", "expected"), WRONG_LIMITS)
def test_a_wrong_limit_is_named_where_it_is_written(name, value, expected):
    with pytest.raises(ImproperlyConfigured) as caught:
        Limits(**{name: value})
    said = str(caught.value)
    assert said.startswith(f"Limits({name}={value!r}) is wrong. Write {name} as ")
    assert expected in said


def test_a_burst_without_a_rate_is_refused():
    with pytest.raises(ImproperlyConfigured, match="without max_messages_per_second"):
        Limits(message_burst=5)


def test_limits_do_not_change():
    codes = {"idle_timeout": 4000}
    limits = Limits(idle_timeout=5, close_codes=codes)
    with pytest.raises(dataclasses.FrozenInstanceError):
        limits.idle_timeout = -1
    codes["idle_timeout"] = -1
    assert limits.close_codes == {"idle_timeout": 4000}


def test_limits_are_compared_and_copied_as_values():
    limits = Limits(idle_timeout=5, close_codes={"idle_timeout": 4000})
    assert copy.deepcopy(limits) == limits
    assert hash(copy.deepcopy(limits)) == hash(limits)
    assert dataclasses.replace(limits, idle_timeout=6) != limits


@pytest.mark.parametrize(
    ("name", "value"), [("max_concurrency", 2), ("disconnect_policy", "concurrent")]
)
@pytest.mark.parametrize("base", [SyncConsumer, WebsocketConsumer])
def test_what_one_thread_cannot_do_is_refused(base, name, value):
    with pytest.raises(ImproperlyConfigured) as caught:
        consumer(base, **{name: value}).as_asgi()
    assert str(caught.value).startswith(f"chat.Chat.{name} cannot be ")
    assert "share one thread" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "attributes"),
    [
        ("max_concurrency", {"max_concurrency": 2}),
        ("disconnect_policy", {"disconnect_policy": "cancel"}),
        (
            "limits.max_messages_per_second",
            {"limits": Limits(max_messages_per_second=5)},
        ),
        ("limits.idle_timeout", {"limits": Limits(idle_timeout=5)}),
    ],
)
async def test_what_a_request_does_not_have_is_refused_at_the_first_one(
    name, attributes
):
    made = consumer(AsyncHttpConsumer, **attributes).as_asgi()
    with pytest.raises(ImproperlyConfigured) as caught:
        await run(made, {"type": "http.request"}, scope={"type": "http"})
    assert str(caught.value) == f"chat.Chat.{name} has no effect for 'http'."


async def test_a_worker_has_no_limits_of_clients():
    made = consumer(AsyncConsumer, limits=Limits(max_message_size=5)).as_asgi()
    with pytest.raises(ImproperlyConfigured, match="no effect for 'channel'"):
        await run(made, {"type": "work"}, scope={"type": "channel"})
