"""With the alias, a router has one class under both names."""

import channels_fast
from channels_fast.routing import ProtocolTypeRouter, URLRouter


async def application(scope, receive, send):
    pass


routers = [URLRouter([]), ProtocolTypeRouter({"http": application})]
assert not any(isinstance(router, dict) for router in routers)
channels_fast.install()

import channels.routing

for router in routers:
    assert router.__class__ is type(router)
    assert isinstance(router, getattr(channels.routing, type(router).__name__))
