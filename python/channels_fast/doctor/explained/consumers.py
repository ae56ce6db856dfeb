"""Errors of consumers, middleware, channel layers and tests."""

from __future__ import annotations

from .entry import Entry

ENTRIES = (
    Entry(
        "The database in an async function",
        ("You cannot call this from an async context",),
        "A coroutine uses the ORM, or something else of Django that blocks. That "
        "would stop all connections of the process.",
        "Wrap it: `await database_sync_to_async(function)(...)` of `channels.db`, or "
        "use the async methods of the ORM such as `aget()`. What `scope['user']` "
        "loads lazily counts too.",
        "testing.md#the-database",
    ),
    Entry(
        "async_to_sync in an async function",
        ("You cannot use AsyncToSync in the same thread as an async event loop",),
        "`async_to_sync()` is for synchronous code, and a coroutine has called it.",
        "Write `await function(...)` in the coroutine. In a synchronous consumer, "
        "handlers are `def`.",
        "checks.md",
    ),
    Entry(
        "No channel layer",
        (
            "'NoneType' object has no attribute 'group_...'",
            "'NoneType' object has no attribute 'new_channel'",
            "'NoneType' object has no attribute 'send'",
            "BACKEND is unconfigured or doesn't support groups",
            "You do not have any CHANNEL_LAYERS configured.",
            "CHANNEL_LAYERS has no ...",
            "Channel layer is not valid",
        ),
        "`channel_layer` and `get_channel_layer()` are `None` where `CHANNEL_LAYERS` "
        "has no such alias, or its layer has no groups.",
        'Write `CHANNEL_LAYERS = {"default": {"BACKEND": '
        '"channels.layers.InMemoryChannelLayer"}}` for one process, and '
        '"channels_redis.core.RedisChannelLayer" for several.',
        "checks.md",
    ),
    Entry(
        "A channel layer that cannot be made",
        (
            "Cannot import BACKEND ... specified for ...",
            "No BACKEND specified for ...",
            "No TEST_CONFIG specified for ...",
            "ROUTING key found for ...",
            "should be implemented in a channel layer",
            "not implemented (... extension)",
        ),
        "An entry of `CHANNEL_LAYERS` names no class, or one that lacks what is asked "
        "of it.",
        'Write the dotted name of the class as "BACKEND", its arguments as "CONFIG", '
        "and nothing of Channels 1. `python manage.py asgi_doctor --connect` tries "
        "each layer.",
        "doctor.md",
    ),
    Entry(
        "A channel that is full",
        ("exceptions.ChannelFull",),
        "A channel holds as many messages as its capacity allows: its receiver is "
        "slower than the senders, blocked, or gone.",
        "Let no handler wait for long, and see that a worker runs for each channel. "
        'Raise "capacity" in the "CONFIG" of the layer if messages come in bursts. '
        "`group_send()` drops messages instead.",
        "differences.md#layers",
    ),
    Entry(
        "Names of channels and groups",
        (
            "name must be a valid unicode string ...",
            "Specific channel names in receive() must end at the !",
            "No channel can be called ...",
        ),
        "Such a name has fewer than 100 characters: ASCII letters, digits, hyphens, "
        "underscores and periods. The name of a room often has others.",
        "Make the name of a group from a key of the database, or from a hash: "
        "`'room.' + hashlib.sha256(room.encode()).hexdigest()`.",
        "differences.md#layers",
    ),
    Entry(
        "Redis is silent",
        (
            "redis.exceptions.TimeoutError",
            "Timeout reading from ...",
        ),
        "redis-py 8 waits five seconds for an answer, and channels_redis lets Redis "
        "wait just as long for a message. So a consumer or a worker with nothing to "
        "do ends.",
        'Give the host a longer time: `"hosts": [{"host": "localhost", "port": 6379, '
        '"socket_timeout": 30}]`.',
        "migrating.md#known-problems-of-other-packages",
    ),
    Entry(
        "Too many connections to Redis",
        (
            "exceptions.MaxConnectionsError",
            "Too many connections",
        ),
        "redis-py 8 opens 100 connections at most unless it is told otherwise, and "
        "each consumer that waits for a message has one.",
        'Give the host more: `"max_connections": 10_000` beside its "address".',
        "deploying.md#redis",
    ),
    Entry(
        "Redis is not there",
        (
            "redis.exceptions.ConnectionError",
            "Error ... connecting to ...",
        ),
        'Nothing listens where "hosts" of the layer says, or it is another network.',
        "Start Redis, and write the host as this process sees it: in a container, "
        "`localhost` is the container. `python manage.py asgi_doctor --connect` tries "
        "it.",
        "doctor.md",
    ),
    Entry(
        "A loop that has ended",
        (
            "Event loop is closed",
            "attached to a different loop",
        ),
        "A connection of a layer, or a lock, is of an event loop that has ended. "
        "`async_to_sync()` and `asyncio.run()` make a loop for each call, and old "
        "versions of channels_redis keep its connections.",
        "Update channels_redis. Make clients, locks and queues inside the coroutine "
        "that uses them, not when a module is imported.",
        "migrating.md#known-problems-of-other-packages",
    ),
    Entry(
        "A message without a handler",
        (
            "No handler for message type ...",
            "Incoming message has no 'type' attribute",
            "Malformed type in message (leading underscore)",
        ),
        'The "type" of a message names the method of the consumer that gets it: '
        '"chat.message" is `chat_message`. The consumer has no such method.',
        "Write the method, or mend the type in `group_send()` or `send()`. Types of a "
        "project do not begin with an underscore.",
        "architecture.md#one-message",
    ),
    Entry(
        "Nothing to send",
        ("You must pass one of bytes_data or text_data",),
        "`send()` of a WebSocket consumer got neither a text nor bytes, or `None`.",
        "Write `await self.send(text_data=...)`. The message of a group goes to its "
        "handler, which sends what it wants.",
        "architecture.md#one-message",
    ),
    Entry(
        "A WebSocket that is closed already",
        (
            "was called after close().",
            "disconnect() failed after connect() had called close()",
            "Attempt to send on a closed protocol",
            "Unexpected ASGI message 'websocket....'",
        ),
        "A consumer goes on after `close()`, or the other side has gone. "
        "`disconnect()` is called after a refusal too, when `connect()` has set "
        "little.",
        "Write `return` after `await self.close()`. In `disconnect()`, use only what "
        "`connect()` has set in any case.",
        "differences.md#consumers",
    ),
    Entry(
        "Middleware in the wrong order",
        (
            "CookieMiddleware was passed a scope that did not have a headers key",
            "No cookies in scope - SessionMiddleware needs to run inside of ...",
            "AuthMiddleware cannot find session in scope.",
            "Accessing scope user before it is ready.",
            "SessionMiddleware must be above it.",
            "You cannot use OriginValidator on a non-WebSocket connection",
        ),
        "Sessions need cookies, users need sessions, and only HTTP and WebSocket have "
        "headers. The user is ready when the consumer is called.",
        "Write `AuthMiddlewareStack(...)`, which has all three in order, under the "
        'key "websocket" and not around the `ProtocolTypeRouter`.',
        "architecture.md#one-connection",
    ),
    Entry(
        "No arguments from a route",
        ("KeyError: 'url_route'",),
        "A consumer is called without a router, so there is nothing in "
        "`scope['url_route']`: in a test, or as the whole application.",
        "In a test, write `connect(ChatConsumer.as_asgi(), '/', path_kwargs={...})`, "
        "or connect to the router. In `asgi.py`, put a `URLRouter` in front.",
        "testing.md#users-and-sessions",
    ),
    Entry(
        "A login that lacks something",
        (
            "User must be passed as an argument or must be present in the scope.",
            "You have multiple authentication backends configured ...",
            "The request's session was deleted before the request completed.",
            "Cannot find session in scope.",
            "Login cannot find session in scope.",
        ),
        "`login()`, `logout()` and `get_user()` work on the session and the user of "
        "the scope, and with one backend of Django's.",
        "Put `AuthMiddlewareStack` around the consumer, pass `user`, and `backend` if "
        "there are several. `await database_sync_to_async(session.save)()` keeps it.",
        "testing.md#users-and-sessions",
    ),
    Entry(
        "A page that may not connect",
        (
            "denied: origin ... is not one of ...",
            "has no port that a client can have",
        ),
        "`OriginValidator` refuses pages of other sites than it allows. "
        "`AllowedHostsOriginValidator` allows `ALLOWED_HOSTS`.",
        "Write the host into `ALLOWED_HOSTS`, or the origin with scheme and port: "
        '"https://example.com:8443". All subdomains are ".example.com".',
        "routes.md#which-route-answers",
    ),
    Entry(
        "Routes that are not compiled",
        (
            "Routes are matched by Python: ...",
            "No route is compiled: ...",
        ),
        "The extension is not there for this interpreter and platform, or is switched "
        "off. The answers are the same, only slower.",
        "Unset `CHANNELS_FAST_DISABLE`, and `pip install --force-reinstall "
        "channels_fast` with the Python that runs the server.",
        "doctor.md",
    ),
    Entry(
        "A consumer of HTTP without handle()",
        ("Subclasses of AsyncHttpConsumer must provide a handle() method.",),
        "`AsyncHttpConsumer` calls `handle(body)` when the request is complete.",
        "Write `async def handle(self, body)`, and in it `await "
        "self.send_response(200, b'...')`.",
        "events.md",
    ),
    Entry(
        "A live test with a database in memory",
        ("ChannelLiveServerTestCase can not be used with in memory databases",),
        "The server of the test is another process, which does not see that database.",
        'Give the database a file: `"TEST": {"NAME": "test.sqlite3"}`. Or use '
        "`connect()`, which needs no server.",
        "testing.md",
    ),
)
