"""Requests and handlers of Channels 3's own HTTP protocol."""

from __future__ import annotations

import io


def http_request(channels, body=b"", **scope):
    """Return a request for ``/x/``, with a *body* and with keys of the *scope*."""
    return channels.http.AsgiRequest(
        {"method": "get", "path": "/x/", **scope}, io.BytesIO(body)
    )


async def respond(handler, *messages, **scope):
    """Run *handler* for one request, and return the messages that it sends."""
    incoming, sent = iter(messages or [{"type": "http.request"}]), []

    async def receive():
        return next(incoming)

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], **scope}
    await handler(scope, receive, send)
    return sent


def answering(channels, view):
    """Return a handler that answers with what *view* makes of the request."""

    class Handler(channels.http.AsgiHandler):
        def get_response(self, request):
            return view(request)

    return Handler()
