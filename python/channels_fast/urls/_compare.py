"""
``CHANNELS_FAST_URLS=check``: Django answers, and the compiled tables are compared.

Everything of the project that resolving runs, which are converters and patterns of its
own, runs once for each. What they make anew each time cannot be compared: where the
two differ, Django is asked once more, and what it does not repeat itself is left out.
"""

from __future__ import annotations

import logging
import os
import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from django.core.exceptions import ImproperlyConfigured
from django.urls.exceptions import Resolver404
from django.utils import translation

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger("channels_fast.urls")

#: The environment variable, and what it can be.
VARIABLE = "CHANNELS_FAST_URLS"
_MODES = ("on", "check", "off")

# What a match shows, by the names of its attributes. Older versions lack some.
_OF_A_MATCH = (
    *("func", "args", "kwargs", "url_name", "route", "tried"),
    *("captured_kwargs", "extra_kwargs", "view_name"),
    *("app_name", "app_names", "namespace", "namespaces"),
)
_ABSENT = "absent"
# A client may cause them, so there is an end to what is logged and kept.
_MOST_REPORTS = 200
_LONGEST = 1_000

_TO_SWITCH_OFF = (
    f"Django's answer is in use. To switch this off, set {VARIABLE}=off, or take "
    '"channels_fast.urls" out of INSTALLED_APPS. This is an error of channels_fast: '
    "please report it with these lines and the route."
)


def mode() -> str:
    """
    Return what the environment says: "on", "check" or "off".

    Raises:
        ImproperlyConfigured: It says something else.
    """
    # Written out, so that whoever looks for what reads the environment finds it.
    value = os.environ.get("CHANNELS_FAST_URLS") or "on"
    if value not in _MODES:
        raise ImproperlyConfigured(
            f"{VARIABLE} is {value!r} in the environment. Use 'check', which "
            "compares the compiled tables with Django; 'off', with which Django "
            "resolves alone; or 'on', which is as if it were not set."
        )
    return value


class Outcome(NamedTuple):
    """What a function has returned or raised."""

    result: Any
    error: Optional[Exception]

    @property
    def route(self) -> str:
        """What tells one report from others."""
        return str(getattr(self.result, "route", type(self.error).__name__))

    def parts(self) -> dict[str, Any]:
        """Return everything that can be seen of it, by what it is called."""
        if self.error is not None:
            return _parts_of_error(self.error)
        result = self.result
        parts: dict[str, Any] = {"class": type(result)}
        if not hasattr(result, "func"):
            return {**parts, "text": result}
        parts.update((name, getattr(result, name, _ABSENT)) for name in _OF_A_MATCH)
        parts["attributes"] = list(vars(result))
        return parts

    def shown(self, names: list[str]) -> str:
        """Return it as text, and those of its parts that have *names*."""
        parts = self.parts()
        told = [f"{name}={_text(parts.get(name, _ABSENT))}" for name in names]
        what = f"raises {type(self.error).__name__}" if self.error else "returns"
        return f"{what}: {', '.join(told)}"


def _parts_of_error(error: Exception) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "class": type(error),
        "cause": type(error.__cause__),
        "context": type(error.__context__),
    }
    argument = error.args[0] if len(error.args) == 1 else None
    if isinstance(error, Resolver404) and isinstance(argument, dict):
        # Only the class of this dict may be another one.
        return {**parts, "keys": list(argument), **argument}
    return {**parts, "arguments": error.args}


class Comparison:
    """Calls both functions in the place of one, and counts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # What answers calls that are made within the one at hand.
        self._within: ContextVar[Any] = ContextVar("within", default=None)
        self._reported: set[Any] = set()
        self.calls = self.differences = self.unsteady = 0

    def of(
        self, stock: Callable[..., Any], ours: Callable[..., Any], what: str
    ) -> Callable[..., Any]:
        """
        Return what calls *stock* and *ours* and does what *stock* does.

        Args:
            stock: Django's own method of ``URLResolver``.
            ours: The one to compare with it.
            what: What the log calls them.
        """

        # A route may have an argument of any name.
        def both(resolver: Any, /, *args: Any, **kwargs: Any) -> Any:
            within = self._within.get()
            if within is not None:
                function = stock if within == "stock" else ours
                return function(resolver, *args, **kwargs)
            call = resolver, args, kwargs
            theirs = self._outcome("stock", stock, call)
            try:
                self._compare(what, theirs, stock, ours, call)
            except Exception:  # of a value of the project; the request goes on
                self._failed(what, theirs)
            if theirs.error is None:
                return theirs.result
            context = theirs.error.__context__
            try:
                raise theirs.error
            finally:
                # Python puts there what the caller is handling.
                theirs.error.__context__ = context
                del theirs, context  # the traceback of the error leads here

        both.__wrapped__ = stock  # type: ignore[attr-defined] # as functools.wraps does
        return both

    def _outcome(self, name: str, function: Any, call: Any) -> Outcome:
        resolver, args, kwargs = call
        token = self._within.set(name)
        try:
            return Outcome(function(resolver, *args, **kwargs), None)
        except Exception as error:
            return Outcome(None, error)
        finally:
            self._within.reset(token)

    def _compare(
        self, what: str, theirs: Outcome, stock: Any, ours: Any, call: Any
    ) -> None:
        found = again = theirs
        try:
            found = self._outcome("ours", ours, call)
            names = _different(theirs, found)
            if names:
                # What Django does not repeat itself is no difference.
                again = self._outcome("stock", stock, call)
                changed = _different(theirs, again)
                names = [name for name in names if name not in changed]
                self._count(bool(names))
            if names and self._is_first((what, *names, theirs.route, found.route)):
                _report(what, names, theirs, found, call)
        finally:
            with self._lock:
                self.calls += 1
            del found, again  # the tracebacks of their errors lead here

    def _count(self, is_steady: bool) -> None:
        with self._lock:
            self.differences += is_steady
            self.unsteady += not is_steady

    def _failed(self, what: str, theirs: Outcome) -> None:
        if self._is_first((what, "failed", theirs.route)):
            logger.exception("%s: %s cannot be compared.", what, theirs.route)

    def _is_first(self, kind: Any) -> bool:
        with self._lock:
            if kind in self._reported or len(self._reported) >= _MOST_REPORTS:
                return False
            self._reported.add(kind)
            return True

    def describe(self) -> str:
        """Say in a sentence what came of it so far."""
        text = f"{self.calls:,} calls, {self.differences:,} differences"
        if self.unsteady:
            text += f", {self.unsteady:,} that Django does not repeat itself"
        return (
            f"{VARIABLE}=check: Django answers, compared with compiled tables: {text}."
        )


#: That of this process.
comparison = Comparison()


def _report(
    what: str, names: list[str], theirs: Outcome, found: Outcome, call: Any
) -> None:
    resolver, args, kwargs = call
    logger.error(
        "%s: channels_fast differs from Django in %s.\n"
        "  urlconf: %s\n  input: %s\n  language: %s\n"
        "  Django %s\n  channels_fast %s\n%s",
        what,
        ", ".join(names),
        _urlconf_of(resolver),
        ", ".join(
            [*map(_text, args), *(f"{key}={_text(kwargs[key])}" for key in kwargs)]
        ),
        translation.get_language(),
        theirs.shown(names),
        found.shown(names),
        _TO_SWITCH_OFF,
    )


def _text(value: Any) -> str:
    try:
        text = repr(value)
    except Exception as error:  # of a value of the project
        text = f"<{type(value).__name__}, whose repr() raises {type(error).__name__}>"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _urlconf_of(resolver: Any) -> Any:
    name = resolver.urlconf_name
    if isinstance(name, (list, tuple)):
        return f"a list of {len(name)} routes behind {resolver.pattern}"
    return getattr(name, "__name__", name)


def _different(one: Outcome, other: Outcome) -> list[str]:
    """Return the names of the parts that are not the same."""
    parts, others = one.parts(), other.parts()
    return [
        name
        for name in {**parts, **others}
        if not _is_same(parts.get(name, _ABSENT), others.get(name, _ABSENT))
    ]


def _is_same(one: Any, other: Any) -> bool:
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        # Their order can be seen, too.
        return list(one) == list(other) and all(
            _is_same(one[key], other[key]) for key in one
        )
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(_is_same, one, other))
    try:
        return not callable(one) and bool(one == other)
    except Exception:  # a value of the project that cannot be compared
        return False
