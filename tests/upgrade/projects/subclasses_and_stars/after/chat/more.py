from .middleware import Token as Base


# TODO(channels-fast): write async def __call__(self, scope, receive, send). See docs/troubleshooting.md#middleware-of-asgi-2
class Other(Base):
    def __call__(self, scope):
        scope["other"] = True
        return super().__call__(scope)


class Permission:
    def __call__(self, scope):
        return scope == "read"
