"""The WebSockets."""

from channels.routing import URLRouter
from django.urls import path

from photos.consumers import Gallery

sockets = URLRouter([path("ws/<slug:gallery>/", Gallery.as_asgi())])
