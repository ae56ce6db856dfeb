"""strawberry: a query over HTTP and a subscription over a WebSocket and a layer."""

import asyncio
import json

import django
from django.conf import settings

settings.configure(
    INSTALLED_APPS=["channels_fast"],
    ALLOWED_HOSTS=["testserver"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="not a secret",
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
)
django.setup()

from collections.abc import AsyncGenerator

import strawberry
from channels.layers import get_channel_layer
from channels.testing import HttpCommunicator
from django.core.asgi import get_asgi_application
from django.http import HttpResponse
from django.urls import path
from strawberry.channels import GraphQLProtocolTypeRouter
from strawberry.channels.testing import GraphQLWebsocketCommunicator

from channels_fast.generic.http import AsyncHttpConsumer
from channels_fast.routing import ProtocolTypeRouter

urlpatterns = [path("page/", lambda request: HttpResponse("a page"))]


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str) -> str:
        return f"Hello {name}"


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def said(self, info: strawberry.Info) -> AsyncGenerator[str, None]:
        consumer = info.context["ws"]
        async with consumer.listen_to_channel("said", groups=["room"]) as messages:
            yield "listening"
            async for message in messages:
                yield message["text"]


application = GraphQLProtocolTypeRouter(
    strawberry.Schema(query=Query, subscription=Subscription),
    django_application=get_asgi_application(),
)


async def main():
    assert isinstance(application, ProtocolTypeRouter)
    body = json.dumps({"query": '{ hello(name: "Ada") }'}).encode()
    answer = await HttpCommunicator(
        application,
        "POST",
        "/graphql",
        body=body,
        headers=[(b"content-type", b"application/json"), (b"host", b"testserver")],
    ).get_response(timeout=30)
    assert json.loads(answer["body"]) == {"data": {"hello": "Hello Ada"}}, answer

    page = HttpCommunicator(
        application, "GET", "/page/", headers=[(b"host", b"testserver")]
    )
    assert (await page.get_response(timeout=30))["body"] == b"a page"

    async with GraphQLWebsocketCommunicator(application, path="/graphql") as client:
        results = client.subscribe(query="subscription { said }")
        assert (await results.__anext__()).data == {"said": "listening"}
        await get_channel_layer().group_send("room", {"type": "said", "text": "hi"})
        assert (await results.__anext__()).data == {"said": "hi"}


assert (
    AsyncHttpConsumer
    in __import__(
        "strawberry.channels", fromlist=["GraphQLHTTPConsumer"]
    ).GraphQLHTTPConsumer.__mro__
)
asyncio.run(main())
print("subscribed")
