from channels.db import database_sync_to_async


class QueryAuthMiddleware:
    """Custom middleware (insecure) that takes user IDs from the query string."""

    def __init__(self, inner):
        self.inner = inner

    def __call__(self, scope):
        return QueryAuthMiddlewareInstance(scope, self)


class QueryAuthMiddlewareInstance:
    """Inner class that is instantiated once per scope."""

    def __init__(self, scope, middleware):
        self.middleware = middleware
        self.scope = dict(scope)
        self.inner = self.middleware.inner

    async def __call__(self, receive, send):
        self.scope["user"] = int(self.scope["query_string"])
        # Instantiate our inner application
        inner = self.inner(self.scope)
        return await inner(receive, send)
