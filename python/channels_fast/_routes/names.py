"""How applications and patterns are called in texts for people."""

from __future__ import annotations

import inspect
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

_NAMED = (FunctionType, MethodType, BuiltinFunctionType)


def name_of(application: Any) -> str:
    """Return the dotted name of *application*, or of the consumer behind it."""
    # An object may compute its attributes, or hand on those of another one.
    kind = type(application)
    if kind is FunctionType:
        application = vars(application).get("consumer_class", application)
    elif kind not in _NAMED and not issubclass(kind, type):
        application = kind
    return f"{application.__module__}.{application.__qualname__}"


def source_of(application: Any, attribute: str = "") -> str:
    """Return the dotted name of *application*, and the file and line that define it."""
    name = name_of(application) + attribute
    application = getattr(application, "consumer_class", application)
    named = application if hasattr(application, "__qualname__") else type(application)
    try:
        file, line = inspect.getsourcefile(named), inspect.getsourcelines(named)[1]
    except (TypeError, OSError):  # it is not of Python, or its source is not there
        return name
    return f"{name} ({file}, line {line})"


def as_written(pattern: Any) -> str:
    """Return *pattern* in quotes, with each backslash as it stands in the source."""
    text = str(pattern)
    return f'"{text}"' if "'" in text else f"'{text}'"
