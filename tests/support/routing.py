"""Applications that report what they got, and ways to call a router with a path."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import Any, NamedTuple

import django
import pytest


class Answer(NamedTuple):
    """What an application of `app` returns: its name and the scope that it got."""

    name: str
    scope: dict[str, Any]

    @property
    def args(self) -> tuple[Any, ...]:
        return self.scope["url_route"]["args"]

    @property
    def kwargs(self) -> dict[str, Any]:
        return self.scope["url_route"]["kwargs"]

    @property
    def rest(self) -> str:
        return self.scope["path_remaining"]


def run(awaitable: Any) -> Any:
    """
    Return the result of *awaitable*, which must not wait for anything.

    No event loop takes part, so a router that waits on its own is noticed.
    """
    try:
        next(awaitable.__await__())
    except StopIteration as stop:
        return stop.value
    raise AssertionError("the application waited for something")


def app(name: str) -> Any:
    """Return an application that answers with *name* and its scope."""

    async def application(scope, receive, send):
        return Answer(name, scope)

    return application


def failing(error: BaseException) -> Any:
    """Return an application that raises *error*."""

    async def application(scope, receive, send):
        raise error

    return application


def call(router: Any, path: Any, **scope: Any) -> Any:
    """Call *router* with the least scope that has *path*."""
    return run(router({"type": "websocket", "path": path, **scope}, None, None))


def left_out(*names: str) -> dict[str, None]:
    """Return what the kwargs hold of named groups that took no part in a match."""
    # Django 2.2 passes them on; later ones do not.
    return dict.fromkeys(names) if django.VERSION < (3, 0) else {}


@contextmanager
def raises(kind: type[BaseException], text: str):
    """Expect exactly *kind*, no subclass, with exactly *text*."""
    with pytest.raises(kind) as caught:
        yield caught
    assert type(caught.value) is kind
    assert str(caught.value) == text


# What this package says behind the text of channels: `docs/differences.md`.
_HINTS = re.compile(
    r"(?<=\.) (With|Without|The (path|route)) .*|\. The router has the keys .*",
    re.DOTALL,
)

_TEXTS = ("No route found for path ", "No application configured for scope type ")


def without_hints(text: str) -> str:
    """Return the *text* of an error of a router as ``channels`` has it."""
    return _HINTS.sub("", text) if text.startswith(_TEXTS) else text


@contextmanager
def raises_with_hints(text: str):
    """Expect a ValueError with *text*, which may have hints behind it."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011 # the text is looked at
        yield caught
    assert type(caught.value) is ValueError
    assert str(caught.value).startswith(text)
    assert without_hints(str(caught.value)) == text


def no_route(path: Any) -> Any:
    """Expect the error of an outermost router that no route accepted *path* for."""
    return raises_with_hints(f"No route found for path {path!r}.")


def refresh(router):
    """
    Tell our router about a change inside a pattern or a converter.

    `docs/differences.md`: it does not notice those. Upstream's need not be told.
    """
    getattr(router, "refresh", lambda: None)()
