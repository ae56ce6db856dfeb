from channels.auth import AuthMiddleware
from channels.middleware import BaseMiddleware


class Tenant(BaseMiddleware):
    def __call__(self, scope):
        scope["tenant"] = scope["path"].split("/")[1]
        return super().__call__(scope)


class Hooks(BaseMiddleware):
    def populate_scope(self, scope):
        scope["key"] = 1


class Auth(AuthMiddleware):
    async def resolve_scope(self, scope):
        scope["user"] = None
