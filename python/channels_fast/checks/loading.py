"""Why ``ASGI_APPLICATION`` cannot be imported: the line of the project, and a cure."""

from __future__ import annotations

import difflib
import importlib
import inspect
import linecache
import re
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

import django
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.urls import conf, resolvers
from django.urls.converters import get_converters

from .._routes.walk import is_router
from ..routing import URLRouter, get_default_application
from ..upgrade.removed import REMOVED
from .entries import mistake_in_routes
from .source import is_installed, is_of_python
from .unimported import hint_for_setting, not_loaded

if TYPE_CHECKING:
    from types import FrameType

_PACKAGE = Path(__file__).parents[1]
# What takes part in an import and has no line of the project.
_FOREIGN = [
    _PACKAGE,
    *(Path(str(module.__file__)).parent for module in (django, importlib)),
]


def not_imported(error: BaseException) -> checks.CheckMessage:
    """Report what the import of the application ended with."""
    frames = _frames(error)
    of_setting = bool(frames) and frames[-1][0].f_code is (
        get_default_application.__code__
    )
    if of_setting and error.__cause__ is not None:
        error, of_setting = error.__cause__, False
        frames = _frames(error)
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    reason = f"{type(error).__name__}: {text}"
    file, line = _place(error, frames)
    where = f" ({file}, line {line})" if file else ""
    if file and line and re.search(r"\bchannels\b", linecache.getline(file, line)):
        # As the project has written it.
        reason = reason.replace("'channels_fast", "'channels")
    number, hint = "E006", ""
    if of_setting:
        reason, hint = text, _hint_for_name()
    elif _is_of_setting(error):
        hint = hint_for_setting()
    elif mistake := _mistake_in_routes(frames):
        number, (wrong, hint) = "E005", mistake
        reason = f"{wrong} ({reason})"
    elif _is_refused_by_django(error, frames):
        number, hint = "E007", _hint_for_route(text)
    elif isinstance(error, (ImportError, AttributeError)):
        hint = _hint_for_removed(error)
    elif isinstance(error, SystemExit):
        hint = "That line ends the process."
    elif frames and frames[-1][0].f_code.co_filename == conf.__file__:
        hint = "The second argument of path() is an application, such as "
        hint += "ChatConsumer.as_asgi()."
    hint = hint or "No server can start, for the same reason. Correct that line."
    return not_loaded(checks.ERROR, reason, hint, where=where, number=number)


def not_looked_at(error: BaseException) -> checks.CheckMessage:
    """Report that the application does not let itself be looked at."""
    file, line = _place(error, _frames(error))
    where = f" ({file}, line {line})" if file else ""
    return checks.Warning(
        f"ASGI_APPLICATION {_setting()!r} cannot be looked at: "
        f"{type(error).__name__}: {error}{where}",
        hint="Nothing behind it was checked.",
        id="channels_fast.W016",
    )


def _frames(error: BaseException) -> list[tuple[FrameType, int]]:
    return list(traceback.walk_tb(error.__traceback__))


def _place(
    error: BaseException, frames: list[tuple[FrameType, int]]
) -> Union[tuple[str, int], tuple[None, None]]:
    """Return file and line of the project, or of the nearest thing to it."""
    if isinstance(error, SyntaxError) and error.filename:
        return error.filename, error.lineno or 1
    found = []
    for frame, line in reversed(frames):
        file = frame.f_code.co_filename
        parents = Path(file).parents
        if file.startswith("<") or any(path in parents for path in _FOREIGN):
            continue
        if not is_installed(file) and not is_of_python(file):
            return file, line
        found.append((file, line))
    return found[0] if found else (None, None)


def _is_of_setting(error: BaseException) -> bool:
    """Return whether the module that the setting names is not there."""
    module = _setting().rpartition(".")[0]
    name = getattr(error, "name", None)
    return isinstance(error, ModuleNotFoundError) and bool(
        name and f"{module}.".startswith(f"{name}.")
    )


def _setting() -> str:
    return str(getattr(settings, "ASGI_APPLICATION", None) or "")


def _hint_for_name() -> str:
    """Return what to write where the module of the setting has no such name."""
    module, _, name = _setting().rpartition(".")
    values = dict(vars(sys.modules[module])) if module in sys.modules else {}
    names = [key for key, value in values.items() if _is_application(value)]
    near = difflib.get_close_matches(name, names, 1) or names
    if near and ":" not in name:
        return f"Write ASGI_APPLICATION = {f'{module}.{near[0]}'!r}."
    return hint_for_setting()


def _is_application(value: Any) -> bool:
    if inspect.isclass(value) or inspect.isroutine(value):
        return inspect.iscoroutinefunction(value)
    return is_router(value) or callable(value)


def _mistake_in_routes(frames: list[tuple[FrameType, int]]) -> Any:
    """Return what is wrong with the routes of the router that raised the error."""
    for frame, _ in reversed(frames):
        if frame.f_code is URLRouter.__init__.__code__:
            return mistake_in_routes(frame.f_locals["routes"])
        if _PACKAGE not in Path(frame.f_code.co_filename).parents:
            return None
    return None


def _is_refused_by_django(
    error: BaseException, frames: list[tuple[FrameType, int]]
) -> bool:
    files = [frame.f_code.co_filename for frame, _ in frames]
    return (
        isinstance(error, ImproperlyConfigured)
        and files[-1:] == [resolvers.__file__]
        and conf.__file__ in files
    )


def _hint_for_route(text: str) -> str:
    known = sorted(get_converters())
    found = re.search("invalid converter (['\"])(.*)\\1", text)
    if found:
        name = found[2]
        near = difflib.get_close_matches(name.strip(), known, 1)
        first = f"Write {near[0]!r} in place of {name!r}. " if near else ""
        return f"{first}There are {', '.join(known)}; register_converter() adds more."
    if "whitespace" in text:
        return "Write it without the space, such as <str:room_name>."
    return "Correct the route."


def _hint_for_removed(error: BaseException) -> str:
    """Return what there is in place of a name of Channels 1, if it lacks one."""
    text = str(error)
    imported = re.match(r"cannot import name '(\w+)' from '([\w.]+)'", text)
    read = re.match(r"module '([\w.]+)' has no attribute '(\w+)'", text)
    name = str(getattr(error, "name", None))
    if imported:
        name = f"{imported[2]}.{imported[1]}"
    elif read:
        name = f"{read[1]}.{read[2]}"
    name = name.replace("channels_fast", "channels", 1)
    known = REMOVED.get(name)
    return f"{name} was in Channels 1. Write {known}." if known else ""
