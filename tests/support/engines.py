"""What matches routes, also where the suite runs with ``CHANNELS_FAST_DISABLE=1``."""

from __future__ import annotations

import pytest
from django.urls import path

from channels_fast.routing import URLRouter


async def _application(scope, receive, send):
    """An application for a route."""


(_ROUTE,) = URLRouter([path("", _application)]).describe()

#: The reason for which no route is compiled in this process; empty if routes are.
WHY_NOT_COMPILED = _ROUTE.reason if _ROUTE.engine == "Django" else ""


def told(engine: str, reason: str = "") -> tuple[str, str]:
    """Return how a route is described that the compiled part gives this *engine*."""
    return ("Django", WHY_NOT_COMPILED) if WHY_NOT_COMPILED else (engine, reason)


def without_note(lines: list[str]) -> list[str]:
    """Take away the last line of a list of routes that says why none is compiled."""
    if not WHY_NOT_COMPILED:
        return lines
    assert lines[-1].startswith(f"No route is compiled: {WHY_NOT_COMPILED[:50]}")
    return lines[:-1]


@pytest.fixture(name="engine", params=["compiled", "python"])
def both_engines(request, monkeypatch):
    """Run a test with the compiled table and with Python's own routing."""
    if request.param == "python":
        monkeypatch.setattr("channels_fast._routes.compile.WHY_NOT_COMPILED", "a test")
    return request.param
