from channels.generic.http import AsyncHttpConsumer
from channels.generic.websocket import WebsocketConsumer


class Chat(WebsocketConsumer):
    pass


class Page(AsyncHttpConsumer):
    pass
