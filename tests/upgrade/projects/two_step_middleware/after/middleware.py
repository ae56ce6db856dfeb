from urllib.parse import parse_qs


class TokenMiddleware:
    """
    Take the token from the query string.
    """

    def __init__(self, inner):
        # Store the application
        self.inner = inner

    async def __call__(self, scope, receive, send):
        query = parse_qs(scope["query_string"].decode())
        if "token" not in query:
            return await self.inner(scope, receive, send)  # unchanged
        # A copy, as the documentation has it
        return await self.inner(dict(scope, token=query["token"][0]), receive, send)


TokenMiddlewareStack = lambda inner: TokenMiddleware(inner)
