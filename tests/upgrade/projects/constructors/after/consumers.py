from channels.generic.websocket import WebsocketConsumer


class One(WebsocketConsumer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.rooms = set()


# TODO(channels-fast): this has no scope yet since Channels 3, move it to connect(). See docs/troubleshooting.md#a-class-in-place-of-an-application
class Two(WebsocketConsumer):
    def __init__(self, scope):
        super(Two, self).__init__(scope)  # the base
        self.user = self.scope["user"]


class Three(WebsocketConsumer):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.rooms = set()


# TODO(channels-fast): this has no scope yet since Channels 3, move it to connect(). See docs/troubleshooting.md#a-class-in-place-of-an-application
class Four(WebsocketConsumer):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.path = self.scope["path"]


class NoConsumer:
    def __init__(self, scope):
        self.scope = scope
