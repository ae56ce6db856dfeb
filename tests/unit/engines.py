"""What matches a route, also where the suite runs with ``CHANNELS_FAST_DISABLE=1``."""

from __future__ import annotations

from channels_fast._routes.compile import WHY_NOT_COMPILED


def told(engine: str, reason: str = "") -> tuple[str, str]:
    """Return what is told of a route that the compiled part gives this *engine*."""
    return ("python", WHY_NOT_COMPILED) if WHY_NOT_COMPILED else (engine, reason)
