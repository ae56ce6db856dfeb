"""The ``repr()`` of middleware, in modules that load no routes."""

from __future__ import annotations

from typing import Any


def printed(application: Any) -> str:
    """Return what `tree` does of *application*."""
    # Few processes print one, and some never load the compiled part.
    from .tree import tree  # noqa: PLC0415

    return tree(application)
