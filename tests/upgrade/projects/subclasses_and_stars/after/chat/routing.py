from django.urls import path

# TODO(channels-fast): write out what you import here, its uses are not looked at. See docs/troubleshooting.md#a-class-in-place-of-an-application
from .talks import *

# TODO(channels-fast): if Talk is a consumer, write Talk.as_asgi(). See docs/troubleshooting.md#a-class-in-place-of-an-application
websocket_urlpatterns = [path("talk/", Talk)]
