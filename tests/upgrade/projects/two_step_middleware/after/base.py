from channels.auth import AuthMiddleware
from channels.middleware import BaseMiddleware


class Tenant(BaseMiddleware):
    async def __call__(self, scope, receive, send):
        scope["tenant"] = scope["path"].split("/")[1]
        return await super().__call__(scope, receive, send)


# TODO(channels-fast): nothing calls populate_scope() since Channels 3, write __call__(). See docs/troubleshooting.md#middleware-of-asgi-2
class Hooks(BaseMiddleware):
    def populate_scope(self, scope):
        scope["key"] = 1


class Auth(AuthMiddleware):
    async def resolve_scope(self, scope):
        scope["user"] = None
