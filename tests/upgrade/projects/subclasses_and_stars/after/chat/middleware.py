from channels.middleware import BaseMiddleware


class Token:
    def __init__(self, inner):
        self.inner = inner

    async def __call__(self, scope, receive, send):
        return await self.inner(dict(scope, token="a"), receive, send)


# TODO(channels-fast): write async def __call__(self, scope, receive, send). See docs/troubleshooting.md#middleware-of-asgi-2
class Longer(Token):
    def __call__(self, scope):
        return super().__call__(dict(scope, longer=True))
