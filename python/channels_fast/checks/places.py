"""Where a mistake is, in words."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from .._routes.applications import layers_of
from .._routes.names import source_of
from .._routes.walk import is_router

if TYPE_CHECKING:
    from .._routes.walk import Visited


def place_of(visited: Visited) -> str:
    """Return the route that leads to *visited*, and the consumer with file and line."""
    application = layers_of(visited.application)[-1:]
    if not application or is_router(application[0]):
        return visited.location
    try:
        return f"{visited.location}, to {_source_of(application[0])}"
    except Exception:  # an object of a project may fail to tell its name
        return visited.location


# Python reads the whole file for the line of a class.
@functools.lru_cache(maxsize=256)
def _source_of(application: Any) -> str:
    return source_of(application)
