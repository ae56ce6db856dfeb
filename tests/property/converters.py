"""Converters of projects, for random tables. Each notes its calls in `CALLS`."""

from __future__ import annotations

from django.urls import register_converter
from django.urls.converters import IntConverter, SlugConverter, StringConverter
from django.urls.exceptions import Resolver404

CALLS: list[tuple] = []

#: name -> texts that its regex matches, some of which its to_python refuses.
SAMPLES: dict[str, list[str]] = {
    "int": ["0", "7", "007", "123", "18446744073709551616"],
    "str": ["a", "room", "a b", "\u4e2d\u6587", "a-b", "%2F", "\n", "\u00b2"],
    "slug": ["a", "a-1", "A_b", "12", "-", "_"],
    "uuid": ["01234567-89ab-cdef-0123-456789abcdef"],
    "path": ["a", "a/b", "/", "a//b/", "\u00e9/x", "a/1/b"],
}


def _register(*samples: str):
    """Register the class as "p_" and its name in lower case."""

    def decorate(kind):
        name = f"p_{kind.__name__.lower()}"
        register_converter(kind, name)
        SAMPLES[name] = list(samples)
        return kind

    return decorate


class _Noting:
    def to_python(self, value):
        CALLS.append((type(self).__name__, value))
        return self.convert(value)

    def convert(self, value):
        return value

    def to_url(self, value):
        return str(value)


@_register("1f", "0", "abc", "12")
class Hex(_Noting):
    regex = "[0-9a-f]+"

    def convert(self, value):
        return int(value, 16)


@_register("2", "12", "3", "77")
class Even(_Noting):
    regex = r"\d+"

    def convert(self, value):
        if int(value) % 2:
            raise ValueError(value)
        return int(value) // 2


@_register("2020", "1999")
class Year(IntConverter):
    regex = "[0-9]{4}"


@_register("room", "r\u00e9", "a1_", "\u00b2")
class Word(StringConverter):
    regex = r"\w+"


@_register("abc", "x")
class Upper(SlugConverter):
    def to_python(self, value):
        CALLS.append(("Upper", value))
        return value.upper()


@_register("x", "y", "")
class Maybe(_Noting):
    regex = "(?:x|y)?"


@_register("a", "ab", "ba")
class Choice(_Noting):
    regex = "a|ab|ba"


@_register("aab", "bc", "a")
class Grouped(_Noting):
    regex = "(a|b)+(c)?"

    def convert(self, value):
        return list(value)


@_register("a/b", "1/2")
class Pair(_Noting):
    regex = "[^/]+/[^/]+"

    def convert(self, value):
        return tuple(value.split("/"))


@_register("a", "ab", "\u4e2d")
class Shortest(_Noting):
    regex = "[^/]+?"


@_register("user", "adm")
class NotAdmin(_Noting):
    regex = "(?!admin)[^/]+"


@_register("Chat", "CHAT", "\u212a", "\u017f")
class Caseless(_Noting):
    regex = "(?i:chat|k|s)"


@_register("key", "lost", "bad", "fine", "none")
class Moody(_Noting):
    regex = "[a-z]+"

    def convert(self, value):
        if value == "key":
            raise KeyError(value)
        if value == "lost":
            raise Resolver404(value)
        if value == "bad":
            raise UnicodeError(value)
        return None if value == "none" else value


@_register("2020-x")
class Named(_Noting):
    regex = "(?P<year>[0-9]{4})-x"


@_register("a.b", ".", "\u00e9")
class Dots(_Noting):
    regex = r".{1,3}"
