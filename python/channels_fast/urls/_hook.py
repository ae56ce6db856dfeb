"""Puts the compiled tables in the place of Django's ``URLResolver.resolve``."""

from __future__ import annotations

import logging
from typing import Any

from django.urls.resolvers import URLResolver

from .._routes import compile as compiling
from ._compare import VARIABLE, Comparison, mode

logger = logging.getLogger("channels_fast.urls")

#: Django's own function.
STOCK: Any = URLResolver.__dict__["resolve"]

#: Why Django resolves although it was asked not to, or an empty string.
reason = ""


def resolve(self: Any, path: Any) -> Any:
    """
    Return the ``ResolverMatch`` for *path*, as Django's own function does.

    Raises:
        Resolver404: No route accepts the path.
    """
    return STOCK(self, path)


resolve.__wrapped__ = STOCK  # type: ignore[attr-defined] # as functools.wraps does


#: For ``CHANNELS_FAST_URLS=check``.
comparison = Comparison()
_compared = comparison.of(STOCK, resolve, "URLResolver.resolve()")


def install() -> None:
    """Put `resolve` in the place of Django's own function, if that is there."""
    global reason  # noqa: PLW0603  there is one process
    wanted = mode()
    now = URLResolver.__dict__.get("resolve")
    if now in (resolve, _compared) or wanted == "off":
        return
    reason = _why_not(now)
    if reason:
        logger.warning("Django resolves its URLs itself: %s.", reason)
        return
    # That is the point.
    URLResolver.resolve = _compared if wanted == "check" else resolve  # type: ignore[method-assign]


def uninstall() -> None:
    """Put Django's own function back, unless somebody has wrapped this one."""
    global reason  # noqa: PLW0603  as above
    reason = ""
    if URLResolver.__dict__.get("resolve") in (resolve, _compared):
        URLResolver.resolve = STOCK  # type: ignore[method-assign] # as above


def describe() -> str:
    """Say in a sentence whether compiled tables answer, and why if they do not."""
    if URLResolver.__dict__.get("resolve") is resolve:
        return "Compiled tables answer for Django's URLs."
    if URLResolver.__dict__.get("resolve") is _compared:
        return comparison.describe()
    if reason:
        return f"Django resolves its URLs itself: {reason}."
    if mode() == "off":
        return f"Django resolves its URLs itself: {VARIABLE} is off."
    return "Django resolves its URLs itself: channels_fast.urls is not installed."


def _why_not(now: Any) -> str:
    if compiling.WHY_NOT_COMPILED:
        return compiling.WHY_NOT_COMPILED
    code = getattr(now, "__code__", None)
    if code is None or code.co_filename != URLResolver.__init__.__code__.co_filename:
        module = getattr(now, "__module__", None)
        return f"URLResolver.resolve is not Django's own but one of {module}"
    return ""
