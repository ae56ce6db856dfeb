"""
Read patterns whose text is translated, for one language.

``path(gettext_lazy("about/"), ...)`` says something else in each language, and nothing
but the language decides what. Of any other lazy text that cannot be known.
"""

from __future__ import annotations

from typing import Any

from django.urls import resolvers
from django.urls.resolvers import RegexPattern, RoutePattern
from django.utils import translation

# What the functions of Django that end in `_lazy` call.
_TRANSLATES = (translation.gettext, translation.pgettext)

_resolvers: Any = resolvers


def active_language() -> str | None:
    """Return the language as Django's resolvers ask for it."""
    language: str | None = _resolvers.get_language()
    return language


def as_translated(pattern: Any) -> Any:
    """
    Return a pattern that says what *pattern* does in the active language.

    Returns ``None`` if that is not known, or if nothing is translated.
    """
    cls = type(pattern)
    own = vars(pattern)
    if cls is RoutePattern:
        text = own.get("_route")
    elif cls is RegexPattern:
        text = own.get("_regex")
    else:
        return None
    if type(text) is str or not _is_translation(text):
        return None
    plain: Any = cls(str(text), pattern.name, own["_is_endpoint"])
    # Django keeps what the text meant when it was first used in each language, and
    # the converters that it had at the very first.
    if (
        plain.converters != pattern.converters
        or plain.regex.pattern != pattern.regex.pattern
    ):
        return None
    return plain


def _is_translation(text: Any) -> bool:
    """Return whether Django's translation is all that *text* stands for."""
    try:
        _, (function, *_) = text.__reduce__()
    except Exception:  # it is no lazy text of Django
        return False
    return type(text).__module__ == "django.utils.functional" and any(
        function is one for one in _TRANSLATES
    )
