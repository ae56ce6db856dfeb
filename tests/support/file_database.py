"""A database whose connections can be closed, for the tests of housekeeping."""

from __future__ import annotations

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.db import connections


@pytest.fixture(name="alias")
def file_database(tmp_path, django_db_blocker):
    """
    A database in a file: connections to one in memory are never closed.

    The alias lives for one test. The thread for sync code outlives it, so the
    wrapper is taken from there as well.
    """
    name = "in_a_file"
    connections.databases[name] = {
        **connections.databases["default"],
        "NAME": str(tmp_path / "db.sqlite3"),
        "CONN_MAX_AGE": 0,
    }
    with django_db_blocker.unblock():
        yield name
        asyncio.run(sync_to_async(remove)(name))
        remove(name)
    del connections.databases[name]


def remove(name):
    """Close the connection of this thread and delete its wrapper."""
    if hasattr(connections._connections, name):
        connections[name].close()
        del connections[name]


def query(alias):
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1234")
        return cursor.fetchone()[0]


def is_open(alias):
    return connections[alias].connection is not None
