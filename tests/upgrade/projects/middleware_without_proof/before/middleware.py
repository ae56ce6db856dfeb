from django.contrib.auth.models import User
from django.db import close_old_connections


class Closure:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, scope):
        async def run(receive, send):
            await self.inner(scope)(receive, send)

        return run


class Kept:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, scope):
        inner = self.inner(scope)
        return inner


class Falls:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, scope):
        if scope["type"] == "websocket":
            return self.inner(scope)


class Database:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, scope):
        close_old_connections()
        user = User.objects.get(id=1)
        return self.inner(dict(scope, user=user))


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
