"""Print what `channels_fast.urls` does where New Relic has wrapped the resolver."""

import logging

from newrelic import agent

# Nothing is sent anywhere.
agent.global_settings().developer_mode = True
agent.initialize()

import django
from django.conf import settings
from django.http import HttpResponse
from django.urls import path

logging.basicConfig(format="%(message)s")
urlpatterns = [path("<int:n>/", lambda request, n: HttpResponse(str(n)))]
settings.configure(
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["channels_fast.urls"],
    ALLOWED_HOSTS=["testserver"],
)
django.setup()

from django.core.checks import run_checks
from django.test import Client

from channels_fast import urls

print(urls.describe())
print("channels_fast.W019" in [message.id for message in run_checks()])
print(*[Client().get("/7/").content for _ in range(4)])
