from channels.middleware import BaseMiddleware


class Token:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, scope):
        return self.inner(dict(scope, token="a"))


class Longer(Token):
    def __call__(self, scope):
        return super().__call__(dict(scope, longer=True))
