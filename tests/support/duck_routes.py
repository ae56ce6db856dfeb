"""Routes and patterns that are not Django's."""

from __future__ import annotations

from types import SimpleNamespace

from .routing import app


class Route(SimpleNamespace):
    """A route that Django knows nothing of."""


def route_of(pattern, name="duck", default_args=None):
    return Route(pattern=pattern, callback=app(name), default_args=default_args or {})


class Exactly:
    """A pattern that takes one text and reports what it was asked."""

    name = None

    def __init__(self, text, found=("", (), {})):
        self.text, self.found, self.asked = text, found, []

    def match(self, text):
        self.asked.append(text)
        return self.found if text == self.text else None
