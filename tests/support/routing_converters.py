"""Converters of a project, registered under names that begin with ``rt_``."""

from __future__ import annotations

import pytest
from django.urls import path, register_converter
from django.urls.converters import IntConverter, StringConverter
from django.urls.exceptions import Resolver404

from .routing import app

CALLS: list[tuple[str, str]] = []


class Recording:
    """Notes who was asked for what, then raises if the text names an error."""

    regex = "[^/]+"
    name = "rec"

    def to_python(self, value):
        CALLS.append((self.name, value))
        for error in (KeyError, Resolver404, TypeError, ZeroDivisionError):
            if value == error.__name__:
                raise error(value)
        if value == "UnicodeError":
            raise UnicodeDecodeError("utf-8", b"", 0, 1, "a kind of ValueError")
        if value == "no" or (value == "no-first" and self.name == "rec"):
            raise ValueError(value)
        return [value]

    def to_url(self, value):
        return value


class Second(Recording):
    name = "rec2"


class Inherits(IntConverter):
    """Another regex for Django's own `to_python`."""

    regex = "[0-9]{4}"


class SameButOwn(StringConverter):
    """Django's regex, its own `to_python`."""

    def to_python(self, value):
        return value.upper()


class Lazy:
    regex = "[a-z]+?"

    def to_python(self, value):
        return value


class NoneValue(Lazy):
    regex = "none"

    def to_python(self, value):
        return None


class Named(Lazy):
    """A named group of its own becomes a parameter without a converter."""

    regex = "(?P<year>[0-9]{4})-x"


class Grouped(Lazy):
    """Unnamed groups do not become arguments."""

    regex = "(a|b)+(c)?"


class Empty(Lazy):
    regex = "x*"


class Ahead(Lazy):
    regex = "(?!admin)[^/]+"


class TwoSegments(Lazy):
    regex = "[^/]+/[^/]+"


class Broken(Lazy):
    regex = "("


class Unicode(Lazy):
    regex = r"\w+"


for kind, name in (
    (Recording, "rt_rec"),
    (Second, "rt_rec2"),
    (Inherits, "rt_year"),
    (SameButOwn, "rt_upper"),
    (Lazy, "rt_lazy"),
    (NoneValue, "rt_none"),
    (Named, "rt_named"),
    (Grouped, "rt_grouped"),
    (Empty, "rt_empty"),
    (Ahead, "rt_ahead"),
    (TwoSegments, "rt_two"),
    (Broken, "rt_broken"),
    (Unicode, "rt_word"),
):
    register_converter(kind, name)


@pytest.fixture(autouse=True)
def no_calls():
    CALLS.clear()


def router_of(channels, *texts):
    return channels.routing.URLRouter([path(text, app(text)) for text in texts])
