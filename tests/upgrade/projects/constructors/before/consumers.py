from channels.generic.websocket import WebsocketConsumer


class One(WebsocketConsumer):
    def __init__(self, scope):
        super().__init__(scope)
        self.rooms = set()


class Two(WebsocketConsumer):
    def __init__(self, scope):
        super(Two, self).__init__(scope)  # the base
        self.user = self.scope["user"]


class Three(WebsocketConsumer):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.rooms = set()


class Four(WebsocketConsumer):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.path = self.scope["path"]


class NoConsumer:
    def __init__(self, scope):
        self.scope = scope
