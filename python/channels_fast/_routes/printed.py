"""The ``repr()`` of routers and middleware, in modules that print none."""

from __future__ import annotations

from typing import Any


def printed(application: Any) -> str:
    """Return what `tree` does of *application*."""
    # Few processes print one.
    from .tree import tree  # noqa: PLC0415

    return tree(application)
