from django.urls import path

from .talks import *

websocket_urlpatterns = [path("talk/", Talk)]
