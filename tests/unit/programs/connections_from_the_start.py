"""
Opens a database connection before the package is imported, and looks at it after that.

Arguments: a file for the database, and steps. For each step a line says if it went to
a thread, and if the connection is open after it.
"""

import asyncio
import sys
from unittest import mock

import django
from asgiref.sync import SyncToAsync, sync_to_async
from django.conf import settings
from django.db import connection

FILE, *STEPS = sys.argv[1:]
DATABASE = {"ENGINE": "django.db.backends.sqlite3", "NAME": FILE, "CONN_MAX_AGE": 600}
settings.configure(DATABASES={"default": DATABASE})
django.setup()


def query():
    connection.cursor().execute("SELECT 1")


def grow_old():
    connection.close_at = 0


def is_open():
    return connection.connection is not None


async def take(step):
    if step == "old":
        await sync_to_async(grow_old)()
        return
    from channels_fast import db

    if step == "aclose":
        await db.aclose_old_connections()
    else:
        await db.database_sync_to_async(int)()


async def main():
    await sync_to_async(query)()
    for step in STEPS:
        with mock.patch.object(
            SyncToAsync, "__call__", autospec=True, side_effect=SyncToAsync.__call__
        ) as calls:
            await take(step)
        went = "went" if calls.called else "stayed"
        print(step, went, "open" if await sync_to_async(is_open)() else "closed")


asyncio.run(main())
