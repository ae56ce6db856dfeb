"""Everything that a caller of ``URLResolver.resolve`` can see of its answer."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Callable

from django.urls.resolvers import ResolverMatch, URLPattern, URLResolver

from channels_fast.urls import _hook

Seen = dict[str, Any]


@contextmanager
def djangos_own() -> Iterator[None]:
    """Let Django's own function answer meanwhile, whatever is installed."""
    installed = URLResolver.__dict__["resolve"]
    URLResolver.resolve = _hook.STOCK
    try:
        yield
    finally:
        URLResolver.resolve = installed


def answer(call: Callable[[], Any]) -> tuple[Any, Seen]:
    """Return the match that *call* returns, or its error, and what is seen of it."""
    try:
        match = call()
    except Exception as error:
        # The frames hold what the caller made; the next test counts objects.
        return error.with_traceback(None), of_error(error)
    return match, of_match(match)


def of_match(match: Any) -> Seen:
    """Return what is seen of a match, in the order in which it is looked at."""
    if type(match) is not ResolverMatch:  # None, or what a project's class returns
        return {"returned": plain(match)}
    seen: Seen = {"keys": list(vars(match)), "repr": repr(match)}
    func, args, kwargs = match
    seen["unpacked"] = plain((func, args, kwargs))
    seen["indexed"] = plain((match[0], match[-1], match[1:]))
    seen["pickled"] = _made_from(match, lambda one: pickle.loads(pickle.dumps(one)))
    seen["copied"] = _made_from(match, copy.copy)
    for name in vars(match):
        seen[name] = plain(getattr(match, name))
    seen["vars"] = plain(vars(match))
    return seen


def _made_from(match: Any, make: Callable[[Any], Any]) -> Any:
    try:
        made = make(match)
    except Exception as error:
        return type(error), str(error)
    return type(made), list(vars(made)), repr(made)


def of_error(error: Exception) -> Seen:
    """Return what is seen of an error, and of the dict that a `Resolver404` has."""
    seen: Seen = {
        "type": type(error),
        "cause": repr(error.__cause__),
        "context": repr(error.__context__),
        "suppressed": error.__suppress_context__,
        "attributes": list(vars(error)),
        "number of args": len(error.args),
    }
    if not error.args or not isinstance(error.args[0], dict):
        return {**seen, "args": plain(error.args)}
    first = error.args[0]
    seen["is a dict with"] = (len(first), bool(first), "path" in first)
    for name, look in LOOKS.items():
        seen[name] = plain(look(first))
    seen["str"] = str(error)
    seen["repr"] = repr(error)
    return seen


#: The ways in which code of others looks into the dict of a `Resolver404`.
LOOKS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "keys": list,
    "reversed": lambda it: list(reversed(it)),
    "get": lambda it: it.get("tried"),
    "item": lambda it: it["path"],
    "values": lambda it: list(it.values()),
    "items": lambda it: list(it.items()),
    "dict()": dict,
    "unpacked": lambda it: {**it},
    "updated": lambda it: _updated({}, it),
    "copy": dict.copy,
    "copy.copy": lambda it: dict(copy.copy(it)),
    "repr": repr,
    "equal": lambda it: it == dict(it.items()) and dict(it.items()) == it,
    "json": lambda it: json.dumps(it, default=repr),
}


def _updated(into: dict[str, Any], it: dict[str, Any]) -> dict[str, Any]:
    into.update(it)
    return into


def plain(value: Any) -> Any:
    """Return *value* so that two are equal only if they are the same in every part."""
    if isinstance(value, dict):
        return "dict", [(plain(key), plain(item)) for key, item in value.items()]
    if isinstance(value, (list, tuple)):
        return type(value).__name__, [plain(item) for item in value]
    if hasattr(value, "label"):  # to compare what is made twice
        return type(value).__name__, value.label
    if isinstance(value, (URLPattern, URLResolver)) or callable(value):
        return type(value).__name__, id(value)
    return type(value).__name__, repr(value)
