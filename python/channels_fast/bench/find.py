"""Import the application that the command line names, and find its routers."""

from __future__ import annotations

import importlib
import operator
import os
from typing import Any

from django.core.exceptions import AppRegistryNotReady, ImproperlyConfigured

from .._routes.applications import is_url_router
from .._routes.walk import Visited, walk


class TargetError(Exception):
    """The application cannot be measured; the text says why and what to write."""


def load(target: str) -> Any:
    """Import *target*, written ``module:attribute``; a TargetError says why not."""
    name, _, attribute = target.partition(":")
    if not name or not attribute:
        raise TargetError(
            f"{target!r} has no module and attribute. "
            "Write it as for a server: myproject.asgi:application"
        )
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise  # the module is there, and something that it imports is not
        raise TargetError(
            f"There is no module {name!r}: {error}. Run this in the directory of "
            f"manage.py, or add that to PYTHONPATH (now in {os.getcwd()})."
        ) from error
    except (ImproperlyConfigured, AppRegistryNotReady) as error:
        text = f"{name!r} cannot be imported: {type(error).__name__}: {error}"
        if "DJANGO_SETTINGS_MODULE" not in os.environ:
            text = (
                f"{name!r} needs Django's settings, and DJANGO_SETTINGS_MODULE is not "
                "set. Set it: DJANGO_SETTINGS_MODULE=myproject.settings "
                f"python -m channels_fast.bench {target}"
            )
        raise TargetError(text) from error
    try:
        return operator.attrgetter(attribute)(module)
    except AttributeError as error:
        raise TargetError(f"{target!r} is not there: {error}.") from None


def find_routers(application: Any, location: str) -> list[Visited]:
    """
    Return the outermost routers inside *application*, or raise a TargetError.

    The routers inside of those are measured as part of them, or not at all if
    middleware stands between: only connections that the outer table has matched
    get there.
    """
    found = {
        id(visited.application): visited
        for visited in walk(application, location)
        if is_url_router(visited.application)
        and not any(map(is_url_router, visited.ancestors))
    }
    if not found:
        name = getattr(application, "__name__", None) or type(application).__name__
        raise TargetError(
            f"There is no URLRouter inside {name}. It was looked for in the mappings "
            "of ProtocolTypeRouter, in the attributes of middleware (such as .inner) "
            "and in what functions close over."
        )
    return list(found.values())
