from channels.generic.websocket import WebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path


class Chat(WebsocketConsumer):
    pass


async def http(scope, receive, send):
    pass


sockets = URLRouter([path("chat/", Chat)])
application = ProtocolTypeRouter({"http": http, "websocket": sockets})
