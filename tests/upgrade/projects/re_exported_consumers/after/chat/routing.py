from django.urls import path

from .consumers import RoomConsumer, ready
from .consumers.rooms import Ready

websocket_urlpatterns = [
    path("room/", RoomConsumer.as_asgi()),
    path("ready/", ready),
    path("also/", Ready),
]
