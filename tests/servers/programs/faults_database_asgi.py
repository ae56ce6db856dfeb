"""Consumers that ask a PostgreSQL, with the package that PACKAGE names."""

import importlib
import os

import django
from django.conf import settings

PACKAGE = os.environ["PACKAGE"]
DATABASE = {
    "ENGINE": "django.db.backends.postgresql",
    "HOST": os.environ["POSTGRES"],
    "NAME": "postgres",
    "USER": "tests",
}
settings.configure(
    SECRET_KEY="not a secret",
    INSTALLED_APPS=[PACKAGE],
    # The same one, with the three ways in which connections are kept.
    DATABASES={
        "default": {**DATABASE, "CONN_MAX_AGE": 0},
        "kept": {**DATABASE, "CONN_MAX_AGE": None},
        "checked": {**DATABASE, "CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True},
    },
    LOGGING_CONFIG=None,
)
django.setup()

from django.db import connections
from django.urls import path

db = importlib.import_module(f"{PACKAGE}.db")
routing = importlib.import_module(f"{PACKAGE}.routing")
websocket = importlib.import_module(f"{PACKAGE}.generic.websocket")


def ask(text):
    """Ask the database of that name, and wait for a lock if it is told to."""
    alias, _, lock = text.partition(" ")
    try:
        with connections[alias].cursor() as cursor:
            if lock:
                cursor.execute("SELECT pg_advisory_xact_lock(1)")
            cursor.execute("SELECT 'answer'")
            return cursor.fetchone()[0]
    except Exception as error:
        return type(error).__name__


class Async(websocket.AsyncWebsocketConsumer):
    async def receive(self, text_data=None, bytes_data=None):
        await self.send(await db.database_sync_to_async(ask)(text_data))


class Sync(websocket.WebsocketConsumer):
    def receive(self, text_data=None, bytes_data=None):
        self.send(ask(text_data))


class Echo(websocket.AsyncWebsocketConsumer):
    async def receive(self, text_data=None, bytes_data=None):
        await self.send(text_data)


async def no_pages(scope, receive, send):
    """Stand for Django, which is not needed here."""


application = routing.ProtocolTypeRouter(
    {
        "http": no_pages,
        "websocket": routing.URLRouter(
            [path(f"{one.__name__}/", one.as_asgi()) for one in (Async, Sync, Echo)]
        ),
    }
)
