"""From the name of a route to its path, as ``django.urls.reverse`` does for views."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from django.core.exceptions import ImproperlyConfigured
from django.urls import NoReverseMatch, clear_url_caches, reverse

from ._routes.reversing import ReversibleRoutes
from .routing import URLRouter, get_default_application

# Of the last few applications, by their ids. A project has one.
_known: dict[int, ReversibleRoutes] = {}
_MOST_KNOWN = 8
# An error that lists hundreds of names is not read.
_MOST_NAMES = 10


def reverse_ws(
    viewname: str,
    args: Optional[Sequence[Any]] = None,
    kwargs: Optional[dict[str, Any]] = None,
    current_app: Optional[str] = None,
    *,
    router: Any = None,
) -> str:
    """
    Return the path of the WebSocket route with the name *viewname*.

    Names, namespaces, arguments and the script prefix are those of
    ``django.urls.reverse``. Prefixes of nested routers are part of the path, and
    routers behind middleware are found.

    Args:
        viewname: The name of a route, behind the namespaces of ``include()``:
            "chat:room".
        args: Arguments by position.
        kwargs: Arguments by name; not both.
        current_app: The namespace that is meant where an application is included
            more than once.
        router: The application to look in, by default that of ``ASGI_APPLICATION``.

    Raises:
        NoReverseMatch: There is no such name, the arguments do not fit its route, or
            Django cannot reverse a pattern on the way to it.
        ImproperlyConfigured: ``ASGI_APPLICATION`` names no application, or a regex
            is broken, or captures what a route in front of it has captured.
    """
    routes = _routes_of(get_default_application() if router is None else router)
    urlconf: Any = routes  # what has `urlpatterns` is as good as a module
    try:
        return reverse(viewname, urlconf, args, kwargs, current_app)
    except NoReverseMatch as error:
        reason = routes.irreversible.get(str(viewname))
        if reason:
            raise NoReverseMatch(
                f"{viewname!r} cannot be reversed: {reason}. Write it without."
            ) from None
        names = routes.names()
        if viewname in names:
            raise
        near = difflib.get_close_matches(str(viewname), names, _MOST_NAMES, cutoff=0)
        text = ", ".join(map(repr, near)) or "none"
        if len(near) < len(names):
            text += f" and {len(names) - len(near)} more"
        reason = str(error).rstrip(".")
        raise NoReverseMatch(f"{reason}. The names that there are: {text}.") from None
    except re.error as error:
        # Django asks one regex for the whole path. Nested routers have one each.
        raise ImproperlyConfigured(
            f"{viewname!r} cannot be reversed: two routes on the way to it capture the "
            f"same argument ({error}). Give one of them another name."
        ) from None


def _routes_of(application: Any) -> ReversibleRoutes:
    # A `ProtocolTypeRouter` reads its mapping at each call.
    mapping = getattr(application, "application_mapping", None)
    if isinstance(mapping, Mapping) and "websocket" in mapping:
        application = mapping["websocket"]
    known = _known.get(id(application))
    if known is not None and known.application is application and known.is_current():
        return known
    if known is not None or len(_known) >= _MOST_KNOWN:
        _known.clear()
        # Django keeps what it has made of them.
        clear_url_caches()
    return _known.setdefault(id(application), ReversibleRoutes(application, URLRouter))
