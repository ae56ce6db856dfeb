"""What becomes of a connection whose path no route accepts."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import Coroutine
from html import escape
from typing import Any, Optional, get_args

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from ._denial import denial, response
from ._log import OncePerMinute, brief
from ._observing import send_safely
from ._routes.router import OnMiss
from ._routes.uncompiled import NO_ROUTE
from ._typing import Message, Receive, Scope, Send
from .signals import route_missed

#: The code with which "close" ends a WebSocket: as 404, in the range of applications.
CLOSE_CODE = 4404
_REASON = "No route"
_ANSWERED = ("http", "websocket")
# What can be a subprotocol (RFC 6455, section 4.1).
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 # a word of the RFC
_BODY = "Not Found"

# A page with more of them helps nobody.
_MOST_ROUTES = 500

_lines = OncePerMinute(logging.getLogger("channels_fast.routing"))


def check_on_miss(on_miss: Any) -> None:
    """
    Look at the argument of a router.

    Raises:
        ValueError: It is another word than those that there are.
    """
    known = get_args(OnMiss)
    if on_miss not in known:
        words = ", ".join(map(repr, known))
        raise ValueError(f"URLRouter: on_miss is {on_miss!r}. Pass one of {words}.")


class Watched:
    """The ``send()`` of a connection, and whether an application has used it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.is_used = False

    async def send(self, message: Message) -> Any:
        """Send *message*, and return what the server's own ``send()`` does."""
        self.is_used = True
        return await self._send(message)


def answer_to_miss(
    router: Any,
    error: ValueError,
    scope: Scope,
    receive: Optional[Receive],
    watched: Optional[Watched],
) -> Optional[Coroutine[Any, Any, None]]:
    """
    Return what answers a connection for which *router* has no route, None to raise.

    Then *error* says what would have matched. An error of another kind is left alone: a
    pattern of the project may raise it.

    Args:
        receive: None if an application may have read already that a client connects.
        watched: What applications were given to send with. None if a miss is an error.
    """
    text = str(error)
    if type(error) is not ValueError or not text.startswith(NO_ROUTE):
        return None
    send_safely(route_missed, type(router), scope=scope, path=scope.get("path"))
    if (
        watched is None
        # An application has answered, and given up after that.
        or watched.is_used
        or scope.get("type") not in _ANSWERED
    ):
        # PERF: to look for near misses takes ten times as long as the miss, so who
        # shows the error pays for that. A server does, with a traceback that takes
        # far longer.
        text = _TextWithHints(text)
        text.router, text.scope = router, scope
        error.args = (text,)
        return None
    return _answer(router, scope, receive, watched.send)


class _TextWithHints(str):
    """The text of upstream's error, which is shown with what would have matched."""

    __slots__ = ("router", "scope")
    router: Any
    scope: Scope

    def __str__(self) -> str:
        return " ".join([self[:], *_hints(self.router, self.scope)])

    def __reduce__(self) -> Any:
        return str, (str(self),)


async def _answer(
    router: Any, scope: Scope, receive: Optional[Receive], send: Send
) -> None:
    kind = scope["type"]
    warn = _lines.turn_of((router._on_miss, kind))
    if warn:
        text = (
            f"No route found for the {kind} path {brief(scope['path'])} "
            f"(on_miss={router._on_miss!r})."
        )
        warn("%s", " ".join([text, *_hints(router, scope)]))
    if kind == "http":
        for event in _response(router, scope):
            await send(event)
        return
    if receive and (await receive())["type"] != "websocket.connect":
        return
    for event in _refusal(router._on_miss, scope):
        await send(event)
    # uvicorn takes a denial for complete when its connection is lost, and logs an error
    # for an application that ends before. A consumer does not: it reads once more.
    await asyncio.sleep(0)


def _hints(router: Any, scope: Scope) -> list[str]:
    from ._routes.near import near_misses  # noqa: PLC0415 # for people

    # A project may compute its list or its texts. The error that this is about is
    # the one to show.
    with contextlib.suppress(Exception):
        return near_misses(router, scope)
    return []


def _refusal(on_miss: str, scope: Scope) -> list[Message]:
    if on_miss == "deny":
        return denial(scope, 404, _BODY)
    # A browser that has asked for a subprotocol and gets none sees no code.
    asked_for = scope.get("subprotocols") or ()
    offered = (one for one in asked_for if re.fullmatch(_TOKEN, one))
    subprotocol = next(offered, None)
    return [
        {"type": "websocket.accept", "subprotocol": subprotocol},
        {"type": "websocket.close", "code": CLOSE_CODE, "reason": _REASON},
    ]


def _response(router: Any, scope: Scope) -> list[Message]:
    if not _is_debug():
        return response("http", 404, _BODY)
    page = _page(router, scope).encode(errors="backslashreplace")
    return response("http", 404, page, {"content-type": "text/html; charset=utf-8"})


def _is_debug() -> bool:
    try:
        return bool(settings.DEBUG)
    except ImproperlyConfigured:  # there are no settings
        return False


def _page(router: Any, scope: Scope) -> str:
    """Return a page that lists the routes, as Django's own for a missed path."""
    from ._routes.describe import describe  # noqa: PLC0415 # for people

    routes = describe(router)
    items = [
        f"<li><code>{escape(one.pattern or '')}</code> {escape(one.application)}"
        + (f" [name={escape(repr(one.name))}]" if one.name else "")
        for one in routes[:_MOST_ROUTES]
    ]
    if len(routes) > _MOST_ROUTES:
        items.append(f"<li>and {len(routes) - _MOST_ROUTES} more")
    hints = "".join(f"<p>{escape(hint)}</p>\n" for hint in _hints(router, scope))
    return _PAGE.format(
        path=escape(brief(scope.get("path"))),
        root_path=escape(brief(scope.get("root_path", ""))),
        hints=hints,
        items="\n".join(items),
    )


_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="robots" content="NONE,NOARCHIVE">
<title>No route found</title>
<style>
body {{ font: 16px/1.5 sans-serif; margin: 2em auto; max-width: 60em; padding: 0 1em }}
code {{ background: #eee; padding: 0 .3em }}
</style>
</head>
<body>
<h1>No route found <small>(404)</small></h1>
<p>No route of this URLRouter accepts the path <code>{path}</code>. The root_path is
<code>{root_path}</code>.</p>
{hints}<p>It asked these, in this order:</p>
<ol>
{items}
</ol>
<p>You see this page because the settings have <code>DEBUG = True</code>. Otherwise it
is a short text with status 404.</p>
</body>
</html>
"""
