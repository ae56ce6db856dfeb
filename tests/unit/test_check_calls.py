"""The system check of the arguments that a consumer calls its methods with."""

from __future__ import annotations

import sys

import pytest
from django.core import checks as django_checks

from channels_fast.consumer import AsyncConsumer, SyncConsumer
from channels_fast.generic.http import AsyncHttpConsumer
from channels_fast.generic.websocket import (
    AsyncJsonWebsocketConsumer,
    AsyncWebsocketConsumer,
    WebsocketConsumer,
)

from ..support.checks import application_checks  # noqa: F401 # fixtures
from ..support.written import (  # noqa: F401 # fixtures
    async_anything,
    connected,
    consumer_checks,
    import_of_written,
)


@pytest.mark.parametrize(
    ("base", "name", "arguments", "right"),
    [
        (AsyncWebsocketConsumer, "connect", "self, event", "self"),
        (WebsocketConsumer, "connect", "self, event", "self"),
        (AsyncWebsocketConsumer, "disconnect", "self", "self, code"),
        (WebsocketConsumer, "disconnect", "self", "self, code"),
        (
            AsyncWebsocketConsumer,
            "receive",
            "self, message",
            "self, text_data=None, bytes_data=None",
        ),
        (
            AsyncJsonWebsocketConsumer,
            "receive_json",
            "self",
            "self, content, **kwargs",
        ),
        (AsyncConsumer, "websocket_receive", "self", "self, event"),
        (AsyncHttpConsumer, "handle", "self", "self, body"),
        (AsyncHttpConsumer, "disconnect", "self, code", "self"),
        (AsyncConsumer, "dispatch", "self", "self, message"),
    ],
)
async def test_a_method_with_other_arguments_is_an_error(
    check, base, name, arguments, right
):
    kind = "def" if issubclass(base, SyncConsumer) else "async def"
    names = {"handle": async_anything}
    exec(f"{kind} {name}({arguments}): ...", names)
    consumer = type("Wrong", (base,), {one: names[one] for one in ("handle", name)})
    with pytest.raises(TypeError, match=r"argument"):
        await connected(consumer, name)
    message = check(consumer)["E010"]
    assert message.level == django_checks.ERROR
    assert message.msg.endswith("cannot be called with the arguments that it gets.")
    assert message.hint == f"Write `{kind} {name}({right})`."


async def test_an_http_consumer_sends_events_by_its_own_method(check):
    class Answering(AsyncHttpConsumer):
        async def handle(self, body):
            await self.send_response(200, b"")

        async def send(self, text_data, close):
            """As if it were for WebSockets."""

    with pytest.raises(TypeError, match="argument"):
        await connected(Answering, "send")
    assert check(Answering)["E010"].hint == "Write `async def send(self, message)`."


def test_the_arguments_of_the_tutorial_and_others_that_work_are_fine(check):
    class Tutorial(AsyncWebsocketConsumer):
        async def receive(self, text_data):
            """As the tutorial has it."""

        async def disconnect(self, close_code):
            """As the tutorial has it."""

    class Binary(WebsocketConsumer):
        def receive(self, bytes_data):
            """For a protocol with binary frames."""

        def disconnect(self, *args):
            """For any version."""

    assert check(Tutorial, Binary) == {}


def test_arguments_by_name_and_with_defaults_are_fine(check):
    offset = 1

    class Keywords(AsyncJsonWebsocketConsumer):
        async def disconnect(self, code, *, reason=None):
            """A default by name."""

        async def receive_json(self, content, depth=offset):
            self.depth = depth + offset

    assert check(Keywords) == {}


@pytest.mark.skipif(
    sys.version_info < (3, 14), reason="annotations are evaluated with the function"
)
def test_annotations_are_not_evaluated(check, written):
    module = written(
        """
        class Annotated(AsyncWebsocketConsumer):
            async def disconnect(self, code: Missing):
                self.code = code
        """
    )
    assert check(module.Annotated) == {}
