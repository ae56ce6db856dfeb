"""Errors of applications, routes, and the start of a server."""

from __future__ import annotations

from .entry import Entry

ENTRIES = (
    Entry(
        "A class in place of an application",
        (
            "is a class and not an application.",
            ".as_asgi ... was not called.",
            "object.__init__() takes exactly one argument (the instance to initialize)",
            "() takes no arguments",
            "__init__() takes 1 positional argument but 4 were given",
            "__call__() missing 1 required positional argument: 'send'",
            "object ... can't be used in 'await' expression",
            "object can't be awaited",
            "as_asgi() takes no positional arguments",
        ),
        "A route, a key of a router, middleware, a test or the server got the class "
        "of a consumer, or `as_asgi` without its parentheses. An application is what "
        "`as_asgi()` returns.",
        "Write `ChatConsumer.as_asgi()` in place of `ChatConsumer`. Arguments of its "
        "constructor are keywords: `ChatConsumer.as_asgi(room='lobby')`.",
        "migrating.md#applications-and-middleware-of-asgi-2",
    ),
    Entry(
        "A view of Django as a route of a router",
        (
            "is a view of Django and not an application.",
            "takes 1 positional argument but 3 were given",
            "'dict' object has no attribute 'method'",
        ),
        "A `URLRouter` or a key of a `ProtocolTypeRouter` leads to a view. A view "
        "takes a request, an application takes `scope, receive, send`.",
        "Put the view into the URLconf, and `get_asgi_application()` under the key "
        '"http" of the `ProtocolTypeRouter`. For a consumer write `as_asgi()`.',
        "checks.md",
    ),
    Entry(
        "A consumer or a router in Django's URLconf",
        (
            "app() missing 2 required positional arguments: 'receive' and 'send'",
            "app() got an unexpected keyword argument ...",
            "Consumer() got an unexpected keyword argument ...",
            "sync_to_async can only be applied to sync functions.",
            "is an application of ASGI and not a view.",
        ),
        "`urlpatterns` of Django lead to views. There an application of ASGI is "
        "called with a request, and fails.",
        "Move the route into the `URLRouter` of `asgi.py`, under the key of its "
        'protocol: "websocket", or "http" for an `AsyncHttpConsumer`.',
        "checks.md",
    ),
    Entry(
        "Middleware of ASGI 2",
        (
            "is middleware of ASGI 2 around ..., which is an application of ASGI 3.",
            "__call__() takes 2 positional arguments but 4 were given",
            "An asyncio.Future, a coroutine or an awaitable is required",
            "is an application of ASGI 2, which is deprecated.",
        ),
        "Since Channels 3 an application is called once, with `scope, receive, send`. "
        "Middleware whose `__call__` takes the scope alone and returns an instance is "
        "of Channels 2.",
        "Write `async def __call__(self, scope, receive, send)`, and in it `return "
        "await self.inner(scope, receive, send)`.",
        "migrating.md#applications-and-middleware-of-asgi-2",
    ),
    Entry(
        "A caller of ASGI 2",
        ("__call__() missing 2 required positional arguments: 'receive' and 'send'",),
        "Something calls the application with the scope alone: a server from before "
        "ASGI 3, such as Daphne 2, or middleware of ASGI 2 around it. Where the lines "
        "above go through `get_response`, it is Django, which has it in the URLconf.",
        "Install a server for ASGI 3 (Daphne 3.0.2 or newer, uvicorn, hypercorn, "
        "granian), and give middleware an `async def __call__(self, scope, receive, "
        "send)`.",
        "migrating.md#applications-and-middleware-of-asgi-2",
    ),
    Entry(
        "Static files of another version",
        ("__call__() takes 3 positional arguments but 4 were given",),
        "The `StaticFilesHandler` of Channels 3.0 and that of Django 4.1 and newer do "
        "not go together.",
        'List "channels_fast" in `INSTALLED_APPS` in place of "channels", or update '
        "channels. In `asgi.py`, use `ASGIStaticFilesHandler` of Django.",
        "migrating.md#the-whole-package-by-one-line-of-the-settings",
    ),
    Entry(
        'A router without an "http" key',
        (
            'Using ProtocolTypeRouter without an explicit "http" key is deprecated.',
            "No application configured for scope type 'http'",
        ),
        'A `ProtocolTypeRouter` has no "http" key. Channels 3 and this package answer '
        "with Django's views and warn. Channels 4 raises the error.",
        'Write `"http": get_asgi_application()` into its mapping, or an application '
        "that refuses.",
        "migrating.md#a-router-without-an-http-key",
    ),
    Entry(
        "The lifespan protocol",
        (
            "Django can only handle ASGI/HTTP connections, not lifespan.",
            "No application configured for scope type 'lifespan'",
            "ASGI 'lifespan' protocol appears unsupported.",
            "Lifespan: ... yields ...",
            "Lifespan: a context has hidden the error of another.",
        ),
        "A server tells the application that it starts, and the application does not "
        "understand, or a context of `Lifespan` does not do what servers expect.",
        "Serve the `ProtocolTypeRouter` of channels_fast, which answers: `from "
        "channels_fast.routing import ProtocolTypeRouter`. A context of `Lifespan` "
        "yields once: a dict, or nothing, and passes errors on.",
        "lifespan.md",
    ),
    Entry(
        "The server has Django's application",
        (
            "Django can only handle ASGI/HTTP connections, not ...",
            "AsgiHandler can only handle HTTP connections, not ...",
        ),
        "A WebSocket came to Django's own application: the server is started with it, "
        "or `application` in `asgi.py` is still what `get_asgi_application()` "
        "returned.",
        "Let `application` in `asgi.py` be a `ProtocolTypeRouter` with the keys "
        '"http" and "websocket", name it in `ASGI_APPLICATION`, and start the server '
        "with it: `uvicorn mysite.asgi:application`.",
        "migrating.md#the-order-in-asgipy",
    ),
    Entry(
        "A protocol without an application",
        ("No application configured for scope type ...",),
        "The `ProtocolTypeRouter` has no such key. Often the key is misspelled.",
        'Write the keys as ASGI does: "http", "websocket", "lifespan", and "channel" '
        "for workers.",
        "routes.md",
    ),
    Entry(
        "A channel without an application",
        (
            "No application configured for channel name ...",
            "ChannelNameRouter got a scope without a 'channel' key.",
            "ASGI_APPLICATION routes no messages of ...",
            "Worker received message with no type.",
        ),
        "A worker got a message that the `ChannelNameRouter` has nobody for, or the "
        "router stands where it gets other connections than those of a worker.",
        'Put the `ChannelNameRouter` under the key "channel" of the '
        '`ProtocolTypeRouter`, the channel into its mapping, and a "type" into each '
        "message.",
        "routes.md",
    ),
    Entry(
        "A path without a route",
        (
            "No route found for path ...",
            "No 'path' key in connection scope, cannot route URLs",
        ),
        "No route accepts the path of the connection, which ends with an error. Most "
        "often there is a slash more or less, the route begins with a slash, or the "
        "`root_path` of the server does not fit.",
        "`python manage.py asgi_routes --resolve /the/path/` says which routes were "
        "asked, and what would match. To refuse all other paths without an "
        'error, write `URLRouter(routes, on_miss="deny")`.',
        "misses.md",
    ),
    Entry(
        "A WebSocket that a WSGI server got",
        (
            "Not Found: /ws/...",
            "Daphne is not installed (pip install daphne).",
        ),
        "HTTP answers where a WebSocket should be: `runserver` is Django's own, which "
        "is WSGI, or a web server in front does not pass the upgrade on.",
        'With "channels_fast" in `INSTALLED_APPS`, install daphne and set '
        '`ASGI_APPLICATION`. Without it, list "daphne" first. Otherwise start an ASGI '
        "server: `uvicorn mysite.asgi:application`.",
        "migrating.md#what-you-notice-after-the-switch",
    ),
    Entry(
        "An include() that leads nowhere",
        (
            "include() is not supported in URLRouter.",
            "Unsupported pattern type: ...",
            "this include() leads back to itself: ...",
            "does not appear to have any patterns in it.",
        ),
        "A module that is included has no list `urlpatterns`, or includes itself. "
        "Channels itself takes no `include()`.",
        "Call the list `urlpatterns`, or write the list: "
        "`include(chat.routing.websocket_urlpatterns)`. With Channels, write a "
        "`URLRouter` in place of the `include()`.",
        "reversing.md",
    ),
    Entry(
        "A module that Channels 4 took away",
        (
            "No module named 'channels.http'",
            "No module named 'channels.staticfiles'",
            "cannot import name 'AsgiHandler' ...",
            "cannot import name 'AsgiRequest' ...",
            "AsgiHandler is deprecated.",
        ),
        "Channels 3 had wrappers of Django's HTTP handling, Channels 4 has not. This "
        'package has them while "channels_fast" is in `INSTALLED_APPS`.',
        "Write `from django.core.asgi import get_asgi_application`, and "
        "`get_asgi_application()` in place of `AsgiHandler()`.",
        "migrating.md#asgihandler",
    ),
    Entry(
        "An import of channels that comes too early",
        (
            "No module named 'channels'",
            "No module named 'channels....'",
            '"channels" cannot become another name of channels_fast: ...',
            '"channels" is imported ... before Django has read INSTALLED_APPS',
        ),
        "`channels` becomes a name of this package when Django reads the settings. "
        "Something imports it before, in most cases `asgi.py`. Or it has no module of "
        "that name.",
        "Move the imports of channels, and of modules that import it, below "
        "`get_asgi_application()` or `django.setup()`. Or write above them: `import "
        "channels_fast` and `channels_fast.install()`.",
        "migrating.md#the-order-in-asgipy",
    ),
    Entry(
        "Django is not set up yet",
        (
            "Apps aren't loaded yet.",
            "settings are not configured.",
        ),
        "`asgi.py` imports models, or consumers that do, before Django is set up. "
        "Commands set it up beforehand, servers do not.",
        "In `asgi.py`, set `DJANGO_SETTINGS_MODULE` and call `get_asgi_application()` "
        "first. Import consumers and routes below.",
        "migrating.md#the-order-in-asgipy",
    ),
    Entry(
        "ASGI_APPLICATION that cannot be loaded",
        (
            "Cannot find ASGI_APPLICATION setting.",
            "Cannot import ASGI_APPLICATION module ...",
            "Cannot find ... in ASGI_APPLICATION module ...",
            "ASGI_APPLICATION ... cannot be loaded: ...",
        ),
        "The setting is missing or misspelled, or the module raises an error while it "
        "is imported. Then that error stands above this one.",
        'Write `ASGI_APPLICATION = "mysite.asgi.application"`, and mend the line that '
        "`python manage.py check` names.",
        "checks.md",
    ),
)
