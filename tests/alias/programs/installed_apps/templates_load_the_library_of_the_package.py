"""Templates load the library of the package."""

import sys
from types import ModuleType

import django

django.setup()
from channels.routing import URLRouter
from django.template.backends.django import DjangoTemplates
from django.test import RequestFactory
from django.urls import path


async def application(scope, receive, send):
    """Do nothing."""


asgi = sys.modules["project.asgi"] = ModuleType("project.asgi")
asgi.application = URLRouter([path("<str:room>/", application, name="room")])

text = '{% load channels_fast %}{% ws_url "room" room="a" %}'
options = {"NAME": "django", "DIRS": [], "APP_DIRS": False, "OPTIONS": {}}
template = DjangoTemplates(options).from_string(text)
assert template.render() == "/a/"
request = RequestFactory().get("/", HTTP_HOST="localhost:8000")
assert template.render({}, request) == "ws://localhost:8000/a/"

import channels.templatetags.channels_fast

import channels_fast.templatetags.channels_fast

assert channels.templatetags is channels_fast.templatetags
