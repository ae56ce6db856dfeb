from django.contrib.auth.models import User
from django.db import close_old_connections


# TODO(channels-fast): write async def __call__(self, scope, receive, send). See docs/troubleshooting.md#middleware-of-asgi-2
class Closure:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, scope):
        async def run(receive, send):
            await self.inner(scope)(receive, send)

        return run


# TODO(channels-fast): write async def __call__(self, scope, receive, send). See docs/troubleshooting.md#middleware-of-asgi-2
class Kept:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, scope):
        inner = self.inner(scope)
        return inner


# TODO(channels-fast): write async def __call__(self, scope, receive, send). See docs/troubleshooting.md#middleware-of-asgi-2
class Falls:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, scope):
        if scope["type"] == "websocket":
            return self.inner(scope)


# TODO(channels-fast): this runs in the event loop now, use database_sync_to_async. See docs/troubleshooting.md#the-database-in-an-async-function
class Database:
    def __init__(self, inner):
        self.inner = inner

    async def __call__(self, scope, receive, send):
        close_old_connections()
        user = User.objects.get(id=1)
        return await self.inner(dict(scope, user=user), receive, send)


class Endpoint:
    def __init__(self, scope):
        self.scope = scope

    async def __call__(self, receive, send):
        await send({})


class Callback:
    def __init__(self, name):
        self.name = name

    def __call__(self, event):
        return self.name(event)
