from channels.generic.websocket import WebsocketConsumer


class Talk(WebsocketConsumer):
    def __init__(self, scope):
        super().__init__(scope)


class LongTalk(Talk):
    def __init__(self, scope, length):
        super().__init__(scope)
        self.length = length
