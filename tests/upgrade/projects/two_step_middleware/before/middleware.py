from urllib.parse import parse_qs


class TokenMiddleware:
    """
    Take the token from the query string.
    """

    def __init__(self, inner):
        # Store the application
        self.inner = inner

    def __call__(self, scope):
        query = parse_qs(scope["query_string"].decode())
        if "token" not in query:
            return self.inner(scope)  # unchanged
        # A copy, as the documentation has it
        return self.inner(dict(scope, token=query["token"][0]))


TokenMiddlewareStack = lambda inner: TokenMiddleware(inner)
