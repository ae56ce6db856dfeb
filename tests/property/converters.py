"""Converters of projects, for random tables. Each notes its calls in `CALLS`."""

from __future__ import annotations

from typing import Callable

from django.urls import register_converter
from django.urls.converters import IntConverter, SlugConverter, StringConverter
from django.urls.exceptions import Resolver404

#: What converters, patterns and applications were asked in the dispatch that runs.
CALLS: list[tuple] = []

#: Takes the change of the routes that the dispatch is to make in its midst, and makes
#: it; empty once that is done, and in a dispatch that changes nothing.
CHANGES: list[Callable[[], None]] = []

#: name -> texts that its regex matches, some of which its to_python refuses.
SAMPLES: dict[str, list[str]] = {
    "int": ["0", "7", "007", "123", "18446744073709551616"],
    "str": ["a", "room", "a b", "\u4e2d\u6587", "a-b", "%2F", "\n", "\u00b2"],
    "slug": ["a", "a-1", "A_b", "12", "-", "_"],
    "uuid": ["01234567-89ab-cdef-0123-456789abcdef"],
    "path": ["a", "a/b", "/", "a//b/", "\u00e9/x", "a/1/b"],
}


class Stop(BaseException):
    """Raised where a dispatch may not catch it, as KeyboardInterrupt is."""


class Refusal(Resolver404):
    """A project's own kind of Resolver404."""


class OwnError(ValueError):
    """A project's own kind of ValueError."""


def change_routes() -> None:
    """Make the change that the running dispatch is to make, if it is still to do."""
    if CHANGES:
        CHANGES.pop()()


def register(*samples: str):
    """Register the class as "p_" and its name in lower case."""

    def decorate(kind):
        name = f"p_{kind.__name__.lower()}"
        register_converter(kind, name)
        SAMPLES[name] = list(samples)
        return kind

    return decorate


class Noting:
    def to_python(self, value):
        CALLS.append((type(self).__name__, value))
        return self.convert(value)

    def convert(self, value):
        return value

    def to_url(self, value):
        return str(value)


@register("1f", "0", "abc", "12")
class Hex(Noting):
    regex = "[0-9a-f]+"

    def convert(self, value):
        return int(value, 16)


@register("2", "12", "3", "77")
class Even(Noting):
    regex = r"\d+"

    def convert(self, value):
        if int(value) % 2:
            raise ValueError(value)
        return int(value) // 2


@register("2020", "1999")
class Year(IntConverter):
    regex = "[0-9]{4}"


@register("room", "r\u00e9", "a1_", "\u00b2")
class Word(StringConverter):
    regex = r"\w+"


@register("abc", "x")
class Upper(SlugConverter):
    def to_python(self, value):
        CALLS.append(("Upper", value))
        return value.upper()


@register("x", "y", "")
class Maybe(Noting):
    regex = "(?:x|y)?"


@register("a", "ab", "ba")
class Choice(Noting):
    regex = "a|ab|ba"


@register("aab", "bc", "a")
class Grouped(Noting):
    regex = "(a|b)+(c)?"

    def convert(self, value):
        return list(value)


@register("a/b", "1/2")
class Pair(Noting):
    regex = "[^/]+/[^/]+"

    def convert(self, value):
        return tuple(value.split("/"))


@register("a", "ab", "\u4e2d")
class Shortest(Noting):
    regex = "[^/]+?"


@register("user", "adm")
class NotAdmin(Noting):
    regex = "(?!admin)[^/]+"


@register("Chat", "CHAT", "\u212a", "\u017f")
class Caseless(Noting):
    regex = "(?i:chat|k|s)"


@register("key", "lost", "bad", "fine", "none")
class Moody(Noting):
    regex = "[a-z]+"

    def convert(self, value):
        if value == "key":
            raise KeyError(value)
        if value == "lost":
            raise Resolver404(value)
        if value == "bad":
            raise UnicodeError(value)
        return None if value == "none" else value


@register("2020-x")
class Named(Noting):
    regex = "(?P<year>[0-9]{4})-x"


@register("a.b", ".", "\u00e9")
class Dots(Noting):
    regex = r".{1,3}"
