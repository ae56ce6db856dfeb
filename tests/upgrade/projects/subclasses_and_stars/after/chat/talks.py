from channels.generic.websocket import WebsocketConsumer


class Talk(WebsocketConsumer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)


# TODO(channels-fast): a constructor gets no scope since Channels 3, take it out. See docs/troubleshooting.md#a-class-in-place-of-an-application
class LongTalk(Talk):
    def __init__(self, scope, length):
        super().__init__(scope)
        self.length = length
