# TODO(channels-fast): write out what you import here, its uses are not looked at. See docs/troubleshooting.md#a-class-in-place-of-an-application
from channels.generic.websocket import *


class Chat(WebsocketConsumer):
    pass
