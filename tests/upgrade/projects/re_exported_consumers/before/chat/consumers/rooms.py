from channels.consumer import AsyncConsumer


class RoomConsumer(AsyncConsumer):
    pass


ready = RoomConsumer.as_asgi()
Ready = ready
