"""Converters that raise, remember, change the routes, or have an odd regex."""

from __future__ import annotations

import asyncio

from .converters import (
    CALLS,
    Noting,
    OwnError,
    Refusal,
    Stop,
    change_routes,
    register,
)

_RAISED = {
    "type": TypeError("missing 1 required positional argument: 'send'"),
    "doubt": OwnError("doubt"),
    "refusal": Refusal("refusal"),
    "stop": Stop("stop"),
    "end": StopIteration("end"),
    "leave": GeneratorExit("leave"),
    "cancel": asyncio.CancelledError("cancel"),
    "deep": RecursionError("deep"),
}


@register(*_RAISED, "fine")
class Raising(Noting):
    regex = "[a-z]+"

    def convert(self, value):
        if value in _RAISED:
            # A new one each time: a traceback that grows would hold every dispatch.
            raise type(_RAISED[value])(*_RAISED[value].args)
        return value


# ---------------------------------------------------------------- state


@register("a", "b")
class Second(Noting):
    """Refuses the first value of a dispatch and takes the others."""

    regex = "[a-z0-9]+"

    def convert(self, value):
        if [kind for kind, *_ in CALLS].count("Second") == 1:
            raise ValueError("the first")
        return value


@register("a", "7")
class Counting(Noting):
    """Tells how many converters were asked before it."""

    regex = r"\w+"

    def convert(self, value):
        return len(CALLS), value


@register("a", "b1")
class Editing(Noting):
    """Changes the routes and goes on."""

    regex = "[a-z0-9]+"

    def convert(self, value):
        change_routes()
        return value


@register("a", "b1")
class EditingAndRefusing(Noting):
    """Changes the routes and refuses the value."""

    regex = "[a-z0-9]+"

    def convert(self, value):
        change_routes()
        raise ValueError(value)


@register("a", "1")
class Static:
    regex = "[^/]"

    @staticmethod
    def to_python(value):
        CALLS.append(("Static", value))
        return value * 2


class _Callable:
    def __call__(self, value):
        CALLS.append(("Callable", value))
        return (value,)


@register("a", "1")
class WithCallable:
    regex = "[^/]"
    to_python = _Callable()


@register("x1", "y2")
class FromProperty(Noting):
    @property
    def regex(self):
        return "[xy][0-9]"


# ---------------------------------------------------------------- odd regexes


def _anchored(name: str, regex: str, *samples: str) -> None:
    """Register a converter that has nothing but an odd regex."""
    register(*samples)(type(name, (Noting,), {"regex": regex}))


_anchored("AtStart", "^[a-z]+", "a", "ab")
_anchored("AtVeryStart", r"\A\d*", "1", "")
_anchored("AtEnd", "[a-z]+$", "a", "ab")
_anchored("AtVeryEnd", r"[a-z]+\Z", "a", "ab")
_anchored("AtWord", r"\b\w+\b", "a", "\u00e9")
_anchored("InWord", r"\B.\B", "a", "-")
_anchored("Behind", "(?<=/)[a-z]+", "a", "ab")
_anchored("NotBehind", "(?<!a)b+", "b", "bb")
_anchored("Ahead", "[a-z](?=/)", "a")
_anchored("EndOrSlash", "a(?:$|/)", "a", "a/")
_anchored("Nothing", "", "")
_anchored("OrNothing", "a|", "a", "")
_anchored("Lines", "(?m:^a$)", "a", "a\n")
_anchored("Back", r"([ab])\2", "aa", "bb")
# Each closes the group of its parameter: Django sees other groups than the names say.
_anchored("Unbalanced", "a)?(b", "ab", "b")
_anchored("UnbalancedChoice", "a)|(?:b", "a", "b")
_anchored("UnbalancedName", "a)(?P<year>[0-9]", "a1")
_anchored("Comment", "a(?#)b", "ab")
_anchored("AsciiOnly", r"(?a:\W)\w*", "-", "\u00e9")
_anchored("UnicodeAgain", r"(?a:(?u:\w)\W)", "\u00e9-", "a\u00e9")
_anchored("CaselessOdd", "(?i:\u0130|\u00df|\u03c3)+", "i", "\u1e9e", "\u03c2")
_anchored("Counted", "[xy]{3}", "xyx")
