"""Import the application that the command line names, and find its routers."""

from __future__ import annotations

import importlib
import os
from typing import Any

from django.core.exceptions import AppRegistryNotReady, ImproperlyConfigured

from .._routes.applications import is_url_router
from ..checks.walk import Visited, walk


class TargetError(Exception):
    """The application cannot be measured; the text says why and what to write."""


def load(target: str) -> Any:
    """
    Import the application that *target*, ``module:attribute``, names.

    Raises:
        TargetError: The module or the attribute is not there, or the module cannot
            be imported without settings.
    """
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
    value: Any = module
    for part in attribute.split("."):
        try:
            value = getattr(value, part)
        except AttributeError:
            known = sorted(n for n, v in vars(module).items() if _may_be_meant(n, v))
            raise TargetError(
                f"The module {name!r} has no {attribute!r}. "
                f"Its applications may be: {', '.join(known) or 'none'}."
            ) from None
    return value


def find_routers(application: Any, location: str) -> list[Visited]:
    """
    Return the outermost routers of paths inside *application*, found at *location*.

    The routers inside of those are measured as part of them, or not at all if
    middleware stands between: only connections that the outer table has matched
    get there.

    Raises:
        TargetError: There is none.
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


def _may_be_meant(name: str, value: Any) -> bool:
    if name.startswith("_") or isinstance(value, type) or not callable(value):
        return False
    return any(is_url_router(visited.application) for visited in walk(value, name))
