"""Small programs, each with an error that is often asked about, and what to say."""

from __future__ import annotations

import asyncio
import types
import warnings

import django
import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.urls import include, path

from channels_fast.auth import AuthMiddleware, UserLazyObject, login
from channels_fast.consumer import AsyncConsumer
from channels_fast.generic.http import AsyncHttpConsumer
from channels_fast.generic.websocket import AsyncWebsocketConsumer
from channels_fast.layers import InMemoryChannelLayer, channel_layers, get_channel_layer
from channels_fast.routing import (
    ChannelNameRouter,
    ProtocolTypeRouter,
    URLRouter,
    get_default_application,
)
from channels_fast.security.websocket import OriginValidator
from channels_fast.sessions import CookieMiddleware, SessionMiddleware
from channels_fast.testing import connect
from channels_fast.worker import Worker

from .ports import free_port

SOCKET = {"type": "websocket", "path": "/a/", "headers": []}


async def nothing(*event):
    return {"type": "websocket.connect"}


class Chat(AsyncWebsocketConsumer):
    """A consumer that accepts every connection."""


def view(request):
    """Stand for a view of Django."""


async def a_class_as_a_route():
    await URLRouter([path("a/", Chat)])(SOCKET, nothing, nothing)


async def as_asgi_that_is_not_called():
    await URLRouter([path("a/", Chat.as_asgi)])(SOCKET, nothing, nothing)


async def a_class_as_the_whole_application():
    await Chat(SOCKET, nothing, nothing)


async def an_object_called_as_asgi_2():
    await Chat()(nothing, nothing)


async def a_class_of_the_project_that_is_awaited():
    class Application:
        def __init__(self, scope, receive, send):
            pass

    async def middleware(scope, receive, send):
        return await Application(scope, receive, send)

    await middleware(SOCKET, nothing, nothing)


async def a_consumer_with_a_constructor_of_its_own():
    class Own(AsyncConsumer):
        def __init__(self):
            super().__init__()

    async def middleware(scope, receive, send):
        return await Own(scope, receive, send)

    await middleware(SOCKET, nothing, nothing)


async def a_view_as_a_route():
    await URLRouter([path("a/", view)])(SOCKET, nothing, nothing)


async def a_view_called_as_an_application():
    view(SOCKET, nothing, nothing)


async def a_router_called_by_a_server_of_asgi_2():
    await ProtocolTypeRouter({"http": nothing})(SOCKET)(nothing, nothing)


async def middleware_in_two_steps():
    class TwoSteps:
        def __init__(self, inner):
            self.inner = inner

        def __call__(self, scope):
            return self.inner(scope)

    await TwoSteps(URLRouter([]))(SOCKET, nothing, nothing)


async def middleware_in_two_steps_behind_a_router():
    class TwoSteps:
        def __init__(self, inner):
            self.inner = inner

        def __call__(self, scope):
            return self.inner(scope)

    routes = [path("a/", TwoSteps(Chat.as_asgi()))]
    await URLRouter(routes)(SOCKET, nothing, nothing)


async def a_router_that_cannot_answer_http():
    mapping = types.MappingProxyType({"websocket": Chat.as_asgi()})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        router = ProtocolTypeRouter(mapping)
    await router({"type": "http"}, nothing, nothing)


async def a_misspelled_key():
    router = ProtocolTypeRouter({"http": nothing, "websockets": Chat.as_asgi()})
    await router(SOCKET, nothing, nothing)


async def a_path_without_a_route():
    router = URLRouter([path("ws/<str:room>/", Chat.as_asgi())])
    async with connect(router, "/ws/lobby"):
        pass


async def a_channel_without_an_application():
    scope = {"type": "channel", "channel": "other"}
    await ChannelNameRouter({"thumbnails": nothing})(scope, nothing, nothing)


async def a_message_for_a_worker_without_a_type():
    layer = InMemoryChannelLayer()
    await layer.send("thumbnails", {})
    await Worker(nothing, ["thumbnails"], layer).listener("thumbnails")


async def django_with_a_websocket():
    from django.core.asgi import get_asgi_application

    await get_asgi_application()(SOCKET, nothing, nothing)


async def django_with_a_lifespan():
    from django.core.asgi import get_asgi_application

    await get_asgi_application()({"type": "lifespan"}, nothing, nothing)


async def an_include():
    routes = []
    routes.append(path("chat/", include(routes)))
    URLRouter(routes)


async def no_setting():
    get_default_application()


async def the_orm_in_a_coroutine():
    class Counting(AsyncWebsocketConsumer):
        async def connect(self):
            User.objects.count()

    async with connect(Counting.as_asgi(), "/"):
        pass


async def async_to_sync_in_a_coroutine():
    class Calling(AsyncWebsocketConsumer):
        async def connect(self):
            async_to_sync(self.accept)()

    async with connect(Calling.as_asgi(), "/"):
        pass


async def a_group_without_a_layer():
    class Joining(AsyncWebsocketConsumer):
        async def connect(self):
            await self.channel_layer.group_add("room", self.channel_name)

    async with connect(Joining.as_asgi(), "/"):
        pass


async def a_message_without_a_layer():
    await get_channel_layer().group_send("room", {"type": "chat.message"})


async def groups_of_a_consumer_without_a_layer():
    class Member(AsyncWebsocketConsumer):
        groups = ["room"]

    async with connect(Member.as_asgi(), "/"):
        pass


async def a_layer_that_is_not_there():
    channel_layers.make_backend("default")


async def a_full_channel():
    layer = InMemoryChannelLayer(capacity=1)
    await layer.send("thumbnails", {"type": "make"})
    await layer.send("thumbnails", {"type": "make"})


async def a_name_with_a_blank():
    await InMemoryChannelLayer().group_add("Tea time", "channel")


async def redis_that_is_not_there():
    core = pytest.importorskip("channels_redis.core")
    layer = core.RedisChannelLayer(hosts=[("127.0.0.1", free_port())])
    await layer.send("thumbnails", {"type": "make"})


async def a_loop_that_has_ended():
    loop = asyncio.new_event_loop()
    loop.close()
    loop.call_soon(print)


async def a_message_without_a_handler():
    async def receive():
        return {"type": "chat.message"}

    await Chat.as_asgi()(SOCKET, receive, nothing)


async def a_message_without_a_type():
    async def receive():
        return {"text": "hello"}

    await Chat.as_asgi()(SOCKET, receive, nothing)


async def nothing_to_send():
    class Silent(AsyncWebsocketConsumer):
        async def connect(self):
            await self.accept()
            await self.send()

    async with connect(Silent.as_asgi(), "/"):
        pass


async def a_consumer_without_a_router():
    class Reading(AsyncWebsocketConsumer):
        async def connect(self):
            self.room = self.scope["url_route"]["kwargs"]["room"]

    async with connect(Reading.as_asgi(), "/"):
        pass


async def sessions_without_cookies():
    await SessionMiddleware(Chat.as_asgi())(SOCKET, nothing, nothing)


async def users_without_sessions():
    await AuthMiddleware(Chat.as_asgi())(SOCKET, nothing, nothing)


async def cookies_of_a_worker():
    scope = {"type": "channel", "channel": "thumbnails"}
    await CookieMiddleware(Chat.as_asgi())(scope, nothing, nothing)


async def an_origin_of_a_worker():
    scope = {"type": "channel", "channel": "thumbnails"}
    await OriginValidator(Chat.as_asgi(), ["*"])(scope, nothing, nothing)


async def a_user_before_it_is_there():
    bool(UserLazyObject())


async def a_login_without_a_session():
    await login(dict(SOCKET), User())


async def a_page_without_handle():
    async def receive():
        return {"type": "http.request", "body": b""}

    await AsyncHttpConsumer.as_asgi()({"type": "http"}, receive, nothing)


# channels_redis 4.0 calls a method by the name that Channels 4.3 deprecates.
_OLD_CHANNELS_REDIS = pytest.mark.filterwarnings("ignore:valid_channel_name is")
_SINCE_DJANGO_3 = pytest.mark.skipif(
    django.VERSION < (3, 0), reason="it has nothing asynchronous"
)

#: Each with words of the cause and of the cure.
PROGRAMS = [
    (a_class_as_a_route, "got the class of a consumer", "ChatConsumer.as_asgi()"),
    (as_asgi_that_is_not_called, "without its parentheses", "ChatConsumer.as_asgi()"),
    (a_class_as_the_whole_application, "the class of a consumer", ".as_asgi()"),
    (an_object_called_as_asgi_2, "the class of a consumer", ".as_asgi()"),
    (a_class_of_the_project_that_is_awaited, "got the class", ".as_asgi()"),
    (a_consumer_with_a_constructor_of_its_own, "got the class", ".as_asgi()"),
    (a_view_as_a_route, "leads to a view", "Put the view into the URLconf"),
    (a_view_called_as_an_application, "leads to a view", "into the URLconf"),
    (a_router_called_by_a_server_of_asgi_2, "with the scope alone", "Daphne 3.0.2"),
    (middleware_in_two_steps, "is of Channels 2", "async def __call__(self, scope"),
    (middleware_in_two_steps_behind_a_router, "of Channels 2", "async def __call__"),
    (a_router_that_cannot_answer_http, 'no "http" key', '"http": get_asgi_app'),
    (a_misspelled_key, "the key is misspelled", '"websocket", "lifespan"'),
    (a_path_without_a_route, "No route accepts the path", "asgi_routes --resolve"),
    (a_channel_without_an_application, "nobody for", "into its mapping"),
    (a_message_for_a_worker_without_a_type, "a worker", '"type" into each message'),
    pytest.param(
        django_with_a_websocket,
        "to Django's own application",
        "be a `ProtocolTypeRouter`",
        marks=_SINCE_DJANGO_3,
    ),
    pytest.param(
        django_with_a_lifespan,
        "tells the application that it starts",
        "Serve the `ProtocolTypeRouter`",
        marks=_SINCE_DJANGO_3,
    ),
    (an_include, "or includes itself", "Call the list `urlpatterns`"),
    (no_setting, "missing or misspelled", 'ASGI_APPLICATION = "mysite.asgi'),
    pytest.param(
        the_orm_in_a_coroutine,
        "A coroutine uses the ORM",
        "database_sync_to_async",
        marks=_SINCE_DJANGO_3,
    ),
    (async_to_sync_in_a_coroutine, "for synchronous code", "await function(...)"),
    (a_group_without_a_layer, "are `None`", 'CHANNEL_LAYERS = {"default"'),
    (a_message_without_a_layer, "are `None`", 'CHANNEL_LAYERS = {"default"'),
    (groups_of_a_consumer_without_a_layer, "no such alias", "CHANNEL_LAYERS ="),
    (a_layer_that_is_not_there, "names no class", 'dotted name of the class as "BA'),
    (a_full_channel, "as many messages as its capacity", 'Raise "capacity"'),
    (a_name_with_a_blank, "fewer than 100 characters", "from a hash"),
    pytest.param(
        redis_that_is_not_there,
        "Nothing listens",
        "Start Redis",
        marks=_OLD_CHANNELS_REDIS,
    ),
    (a_loop_that_has_ended, "event loop that has ended", "Update channels_redis"),
    (a_message_without_a_handler, "names the method", "Write the method"),
    (a_message_without_a_type, "names the method", "mend the type"),
    (nothing_to_send, "neither a text nor bytes", "self.send(text_data=...)"),
    (a_consumer_without_a_router, "without a router", "path_kwargs={...}"),
    (sessions_without_cookies, "Sessions need cookies", "AuthMiddlewareStack(...)"),
    (users_without_sessions, "users need sessions", "AuthMiddlewareStack(...)"),
    (cookies_of_a_worker, "only HTTP and WebSocket have headers", '"websocket" and'),
    (an_origin_of_a_worker, "only HTTP and WebSocket", '"websocket" and not around'),
    (a_user_before_it_is_there, "when the consumer is called", "AuthMiddlewareStack"),
    (a_login_without_a_session, "work on the session", "AuthMiddlewareStack"),
    (a_page_without_handle, "calls `handle(body)`", "async def handle(self, body)"),
]
