"""Find the routers inside an application."""

from __future__ import annotations

import functools
import importlib
import os
import sys
from collections.abc import Mapping
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import AppRegistryNotReady, ImproperlyConfigured

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What stands inside these is Django's own and no router.
_FOREIGN = ("django.", "asgiref.")
_DEEPEST = 40


class FoundError(Exception):
    """Something is wrong with what the reader asked for; the text says what."""


class Found(NamedTuple):
    """A router, and the way to it."""

    router: Any
    #: Such as ``"websocket > AuthMiddleware"``.
    where: str


def load(target: str) -> Any:
    """
    Import the application that ``module:attribute`` names.

    Raises:
        FoundError: The module or the attribute is not there, or the module cannot
            be imported without settings.
    """
    name, colon, attribute = target.partition(":")
    if not colon or not name or not attribute:
        raise FoundError(
            f"{target!r} has no module and attribute. "
            "Write it as for a server: myproject.asgi:application"
        )
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise  # the module is there, and something that it imports is not
        raise FoundError(
            f"There is no module {name!r}: {error}. Run this in the directory of "
            f"manage.py, or add that to PYTHONPATH (now in {os.getcwd()})."
        ) from error
    except (ImproperlyConfigured, AppRegistryNotReady) as error:
        raise FoundError(_without_settings(name, error)) from error
    value: Any = module
    for part in attribute.split("."):
        try:
            value = getattr(value, part)
        except AttributeError:
            known = sorted(n for n, v in vars(module).items() if _may_be(n, v))
            raise FoundError(
                f"The module {name!r} has no {attribute!r}. "
                f"Its applications may be: {', '.join(known) or 'none'}."
            ) from None
    return value


def _without_settings(module: str, error: Exception) -> str:
    if "DJANGO_SETTINGS_MODULE" in os.environ:
        return f"{module!r} cannot be imported: {type(error).__name__}: {error}"
    return (
        f"{module!r} needs Django's settings, and DJANGO_SETTINGS_MODULE is not set. "
        "Set it: DJANGO_SETTINGS_MODULE=myproject.settings "
        f"python -m channels_fast.bench {module}:..."
    )


def _may_be(name: str, value: Any) -> bool:
    if name.startswith("_") or isinstance(value, type) or not callable(value):
        return False
    return is_url_router(value) or bool(list(_inside(value)))


def is_url_router(value: Any) -> bool:
    """Say whether *value* is a ``URLRouter``, ours or that of ``channels``."""
    # By name, since a project that has not switched yet has upstream's, and
    # importing that here would get in the way of `install()`.
    return any(
        cls.__name__ == "URLRouter" and cls.__module__.endswith(".routing")
        for cls in type(value).__mro__
    ) and hasattr(value, "routes")


def find_routers(application: Any) -> list[Found]:
    """
    Return the outermost routers inside *application*.

    A router that another one leads to directly is part of that one's table. One
    behind a middleware inside a table is not looked for: only connections that
    the outer table has matched get there.

    Raises:
        FoundError: There is none.
    """
    found = list(_walk(application, "", set(), 0))
    if found:
        return found
    raise FoundError(
        f"There is no URLRouter inside {_name(application)}. It was looked for in "
        "the mappings of ProtocolTypeRouter, in the attributes of middleware "
        "(such as .inner) and in what functions close over."
    )


def _walk(value: Any, where: str, seen: set[int], depth: int) -> Iterator[Found]:
    if id(value) in seen or depth > _DEEPEST:
        return
    seen.add(id(value))
    if is_url_router(value):
        yield Found(value, where or _name(value))
        return
    for label, inner in _inside(value):
        step = label or _name(value)
        yield from _walk(inner, f"{where} > {step}" if where else step, seen, depth + 1)


def _inside(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what *value* may pass a connection on to, with the protocol if known."""
    mapping = getattr(value, "application_mapping", None)
    if isinstance(mapping, Mapping):
        for key, inner in mapping.items():
            yield str(key), inner
        return
    if isinstance(value, functools.partial):
        inners = [value.func, *value.args, *value.keywords.values()]
    elif isinstance(value, MethodType):
        inners = [value.__self__]
    elif isinstance(value, FunctionType):
        # A middleware may be a function inside a function.
        inners = [cell.cell_contents for cell in value.__closure__ or () if _full(cell)]
        inners += [vars(value)["__wrapped__"]] if "__wrapped__" in vars(value) else []
    elif isinstance(value, type) or type(value).__module__.startswith(_FOREIGN):
        inners = []
    else:
        inners = list(getattr(value, "__dict__", {}).values())
        for cls in type(value).__mro__:
            slots = vars(cls).get("__slots__", ())
            for slot in (slots,) if isinstance(slots, str) else slots:
                inners.append(getattr(value, slot, None))
    for inner in inners:
        if callable(inner) and not isinstance(inner, type):
            yield "", inner


def _full(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018 - an empty cell raises here
    except ValueError:
        return False
    return True


def _name(value: Any) -> str:
    return getattr(value, "__name__", None) or type(value).__name__


def use_working_directory() -> None:
    """Let modules beside ``manage.py`` be imported, however this was started."""
    here = os.getcwd()
    if "" not in sys.path and here not in sys.path:
        sys.path.insert(0, here)
