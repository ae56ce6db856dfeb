from channels.generic.websocket import JsonWebsocketConsumer


class Base(JsonWebsocketConsumer):
    pass


class Derived(Base):
    pass


class NoConsumer:
    async def __call__(self, scope, receive, send):
        await send({})
