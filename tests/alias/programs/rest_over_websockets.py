"""djangochannelsrestframework: a model over a WebSocket, observed by another one."""

import asyncio

import django
from django.conf import settings

settings.configure(
    INSTALLED_APPS=[
        "channels_fast",
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "rest_framework",
    ],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db"}},
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    USE_TZ=True,
)
django.setup()

from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.urls import path
from djangochannelsrestframework import permissions
from djangochannelsrestframework.generics import GenericAsyncAPIConsumer
from djangochannelsrestframework.mixins import (
    CreateModelMixin,
    ListModelMixin,
)
from djangochannelsrestframework.observer.generics import (
    ObserverModelInstanceMixin,
)
from rest_framework import serializers

from channels_fast.consumer import AsyncConsumer
from channels_fast.routing import URLRouter

User = get_user_model()


class UserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["id", "username"]


class Users(
    CreateModelMixin,
    ListModelMixin,
    ObserverModelInstanceMixin,
    GenericAsyncAPIConsumer,
):
    queryset = User.objects.all()
    serializer_class = UserSerializer
    permission_classes = (permissions.AllowAny,)


async def ask(socket, action, **content):
    await socket.send_json_to({"action": action, "request_id": 1, **content})
    answer = await socket.receive_json_from(timeout=30)
    assert (answer["action"], answer["errors"]) == (action, []), answer
    return answer["data"]


async def main():
    assert issubclass(Users, AsyncConsumer)
    socket = WebsocketCommunicator(URLRouter([path("", Users.as_asgi())]), "/")
    assert (await socket.connect(timeout=30))[0]
    made = await ask(socket, "create", data={"username": "ada"})
    assert await ask(socket, "list") == [made] == [{"id": 1, "username": "ada"}]
    await socket.send_json_to(
        {"action": "subscribe_instance", "request_id": 2, "pk": 1}
    )
    answer = await socket.receive_json_from(timeout=30)
    assert answer["response_status"] == 201, answer

    @database_sync_to_async
    def rename():
        user = User.objects.get(pk=1)
        user.username = "grace"
        user.save()

    await rename()
    event = await socket.receive_json_from(timeout=30)
    assert (event["action"], event["data"]["username"]) == ("update", "grace"), event
    await socket.disconnect(timeout=30)


call_command("migrate", verbosity=0)
asyncio.run(main())
print("observed")
