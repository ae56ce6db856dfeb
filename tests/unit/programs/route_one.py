"""Routes one connection, and prints what matched it and why."""

from django.urls import path

from channels_fast.routing import URLRouter


async def application(scope, receive, send):
    return scope["url_route"]["kwargs"]


router = URLRouter([path("a/<int:n>/", application)])
(description,) = router.describe()
try:
    router({"type": "websocket", "path": "/a/5/"}, None, None).send(None)
except StopIteration as stop:
    print(stop.value, description.engine)
print(description.reason, flush=True)
