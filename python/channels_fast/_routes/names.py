"""The names of applications."""

from __future__ import annotations

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
