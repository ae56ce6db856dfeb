from channels.generic.websocket import *


class Chat(WebsocketConsumer):
    pass
