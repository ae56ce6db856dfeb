from functools import partial


class Timed:
    def __init__(self, app):
        self.app = app

    def __call__(self, scope):
        return partial(self.run, dict(scope))

    async def run(self, scope, receive, send):
        scope["started"] = True
        await self.app(scope)(receive, send)
