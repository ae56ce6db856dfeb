"""``{% load channels_fast %}``: addresses of WebSockets."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.defaulttags import URLNode, url
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape

register = template.Library()


class WebSocketURLNode(URLNode):
    """Writes what `ws_url` says, or keeps it in a variable."""

    def render(self, context: Any) -> str:
        """Return the address, escaped, or nothing if it goes into a variable."""
        from ..reverse import reverse_ws  # noqa: PLC0415 # few templates have the tag

        name = self.view_name.resolve(context)
        args = [arg.resolve(context) for arg in self.args]
        kwargs = {key: value.resolve(context) for key, value in self.kwargs.items()}
        request = getattr(context, "request", None) or context.get("request")
        address = ""
        try:
            path = reverse_ws(name, args, kwargs, _current_app(request))
            # The scheme is "http" or "https".
            address = (
                f"ws{request.build_absolute_uri(path)[len('http') :]}"
                if hasattr(request, "build_absolute_uri")
                else path
            )
        except NoReverseMatch:
            if self.asvar is None:
                raise
        if self.asvar:
            context[self.asvar] = address
            return ""
        return conditional_escape(address) if context.autoescape else address


def _current_app(request: Any) -> Any:
    """Return the instance namespace that Django's ``{% url %}`` prefers."""
    match = getattr(request, "resolver_match", None)
    return getattr(request, "current_app", getattr(match, "namespace", None))


@register.tag
def ws_url(parser: Any, token: Any) -> WebSocketURLNode:
    """
    Write the address of a WebSocket route by its name.

    ``{% ws_url "chat:room" room=room.slug %}`` is "wss://example.com/chat/lobby/" on a
    page that came by HTTPS from that host, and "/chat/lobby/" without a request. The
    rest is as with ``{% url %}``: arguments, ``as variable``, and escaping.
    """
    parsed = url(parser, token)
    return WebSocketURLNode(parsed.view_name, parsed.args, parsed.kwargs, parsed.asvar)
