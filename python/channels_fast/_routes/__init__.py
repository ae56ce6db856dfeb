"""
How the routes of a ``URLRouter`` become a table.

``reader`` and ``regex`` read Django's URL objects, ``compile`` makes a plan of
them that the Rust side turns into a table, ``uncompiled`` routes without a table.
``router`` is the base of all routers.

What a person reads of them is said by ``walk``, ``describe``, ``tree`` and ``resolve``.
"""

from __future__ import annotations

from typing import Any


def printed(application: Any) -> str:
    """Return what `tree` does of *application*: its ``repr()``."""
    # Few processes print one.
    from .tree import tree  # noqa: PLC0415 # for people

    return tree(application)
