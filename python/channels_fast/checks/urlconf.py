"""A system check of Django's own routes: no application of ASGI belongs there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import checks
from django.urls import get_resolver

from .._routes.applications import is_consumer_class, is_uncalled
from .._routes.names import as_written, source_of
from .._routes.router import Router

if TYPE_CHECKING:
    from collections.abc import Iterator


def check_urlconf() -> Iterator[checks.CheckMessage]:
    """Find consumers and routers in ``ROOT_URLCONF``."""
    urlconf = getattr(settings, "ROOT_URLCONF", None)
    if not urlconf:
        return
    try:
        found = list(_applications(get_resolver(urlconf), ""))
    except Exception:  # Django's own check reports it
        return
    for route, application in found:
        yield checks.Error(
            f"ROOT_URLCONF {urlconf!r}, route {as_written(route)}: "
            f"{source_of(getattr(application, '__self__', application))} is an "
            "application of ASGI and not a view.",
            hint="Django calls it with a request. Move the route to the URLRouter of "
            f"asgi.py: {_as_written_there(route, application)}.",
            id="channels_fast.E012",
        )


def _applications(resolver: Any, outer: str) -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        route = outer + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            yield from _applications(entry, route)
        elif _is_of_asgi(entry.callback):
            yield route, entry.callback


def _is_of_asgi(view: Any) -> bool:
    return (
        is_consumer_class(view)
        or is_uncalled(view)
        or hasattr(view, "consumer_class")
        or isinstance(view, Router)
    )


def _as_written_there(route: str, application: Any) -> str:
    application = getattr(application, "consumer_class", application)
    application = getattr(application, "__self__", application)
    text = as_written(route)
    function = f"re_path(r{text}" if set(route) & set("^$\\") else f"path({text}"
    if not hasattr(application, "as_asgi"):
        return f"{function}, {type(application).__name__}(...))"
    return f"{function}, {application.__name__}.as_asgi())"
