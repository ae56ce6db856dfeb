"""A walker asks with ``isinstance()``, and may import ``channels.routing`` for it."""

import sys

from channels_fast.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter


async def application(scope, receive, send):
    pass


routers = [
    URLRouter([]),
    ProtocolTypeRouter({"http": application}),
    ChannelNameRouter({}),
]

# Nothing imports the real package to find out.
assert not any(isinstance(router, dict) for router in routers)
assert "channels" not in sys.modules

import channels.routing

for router in routers:
    own = type(router)
    assert router.__class__ is not own
    assert isinstance(router, own)
    assert isinstance(router, getattr(channels.routing, own.__name__))
