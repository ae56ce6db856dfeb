from django.urls import path

from consumers import Echo

websocket_urlpatterns = [path("echo/", Echo.as_asgi())]
