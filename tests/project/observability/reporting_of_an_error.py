"""Sends what is no JSON, and looks at what Sentry is told of the error."""

import asyncio

import django
import sentry_sdk
from sentry_sdk.integrations.asgi import SentryAsgiMiddleware

django.setup()
events = []
sentry_sdk.init(
    dsn="https://public@localhost/1",
    before_send=lambda event, hint: events.append(event),  # and send nothing
)

from django.urls import path
from reporting import consumers, reporting  # written by the test

from channels_fast.generic.websocket import AsyncJsonWebsocketConsumer
from channels_fast.routing import URLRouter
from channels_fast.testing import connect

reporting.listen()
routes = [
    path("chat/<str:room>/", consumers.Chat.as_asgi()),
    path("fails/<str:room>/", AsyncJsonWebsocketConsumer.as_asgi()),
]
application = SentryAsgiMiddleware(URLRouter(routes))


async def main():
    async with connect(application, "/chat/tea/") as client:
        await client.send_to(text_data="{")
        closed = await client.receive_output()
        assert closed == {"type": "websocket.close", "code": 1011}, closed
    try:
        async with connect(application, "/fails/tea/") as client:
            await client.send_to(text_data="{")
            await client.receive_output()
    except ValueError:
        return
    raise AssertionError("it did not fail")


asyncio.run(main())
# One each: the log record of the second is none of its own.
told = [
    (event["transaction"], event["exception"]["values"][-1]["type"]) for event in events
]
assert told == [
    ("chat/<str:room>/", "JSONDecodeError"),
    ("fails/<str:room>/", "JSONDecodeError"),
], told
