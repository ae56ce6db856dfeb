"""Routers for paths that no route accepts, and what they send then."""

from __future__ import annotations

from django.urls import path

from channels_fast.routing import URLRouter

from .routing import app

CONNECT = {"type": "websocket.connect"}


async def nobody(scope, receive, send):
    """An application that can be pickled."""


def routes():
    return [path("a/", app("a")), path("in/", URLRouter([path("b/", app("b"))]))]


async def answers(router, path="/x", event=CONNECT, **scope):
    """Return what *router* sends to a client that asks for *path*."""
    sent = []

    async def receive():
        return event

    async def send(message):
        sent.append(message)

    scope = {"type": "websocket", "path": path, **scope}
    assert await router(scope, receive, send) is None
    return sent
