"""Names that Channels 1 had, and what there is in their place."""

from __future__ import annotations

_GROUPS = (
    "get_channel_layer() of channels.layers, which has group_add() and group_send()"
)
_SESSIONS = 'SessionMiddlewareStack of channels.sessions, and self.scope["session"]'
_USERS = 'AuthMiddlewareStack of channels.auth, and self.scope["user"]'
_ROUTES = "path() or re_path() in a URLRouter"

#: By its dotted name.
REMOVED = {
    "channels.Channel": "get_channel_layer() of channels.layers, which has send()",
    "channels.Group": _GROUPS,
    "channels.asgi": "get_channel_layer() of channels.layers",
    "channels.auth.channel_session_user": _USERS,
    "channels.auth.channel_session_user_from_http": _USERS,
    "channels.auth.http_session_user": _USERS,
    "channels.generic.websockets": "channels.generic.websocket",
    "channels.handler": "get_asgi_application() of django.core.asgi",
    "channels.message": "a consumer of channels.generic.websocket",
    "channels.routing.include": "a URLRouter inside another one",
    "channels.routing.route": _ROUTES,
    "channels.routing.route_class": _ROUTES,
    "channels.sessions.channel_session": _SESSIONS,
    "channels.sessions.enforce_ordering": "nothing: consumers read in order",
    "channels.sessions.http_session": _SESSIONS,
    "channels.test": "channels.testing",
    "channels.tests": "channels.testing",
}
