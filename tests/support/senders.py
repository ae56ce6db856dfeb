"""Applications that answer with given events."""

from __future__ import annotations


def sender(*events):
    """Return an application that answers the first event with *events*."""

    async def application(scope, receive, send):
        await receive()
        for event in events:
            await send(event)

    return application
