"""A system check of the databases: connections that are kept do not go with ASGI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core import checks

if TYPE_CHECKING:
    from collections.abc import Iterator


def check_databases() -> Iterator[checks.CheckMessage]:
    """Find databases whose connections are kept for longer than a request."""
    if not getattr(settings, "ASGI_APPLICATION", None):
        return
    for alias, database in settings.DATABASES.items():
        kept = database.get("CONN_MAX_AGE", 0)
        if kept != 0 and database.get("ENGINE"):
            yield checks.Warning(
                f"DATABASES[{alias!r}] has CONN_MAX_AGE {kept!r}: under ASGI Django "
                "serves each request in a thread of its own, which leaves its "
                "connection behind.",
                hint='Write "CONN_MAX_AGE": 0, as the documentation of Django advises '
                "for ASGI, and let the pool of the database backend keep connections.",
                id="channels_fast.W013",
            )
