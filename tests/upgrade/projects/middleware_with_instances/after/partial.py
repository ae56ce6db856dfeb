from functools import partial


class Timed:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        return await self.run(dict(scope), receive, send)

    async def run(self, scope, receive, send):
        scope["started"] = True
        await self.app(scope, receive, send)
