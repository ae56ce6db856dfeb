"""The check of the Origin header of WebSockets."""

from __future__ import annotations

import logging
from urllib.parse import urlparse

import pytest

from channels_fast.security import websocket as ours

from .asgi_helpers import call, http_scope, websocket_scope

# The denier is a consumer, and upstream's consumers look after connections.
pytestmark = pytest.mark.django_db


async def _accepting(scope, receive, send):
    await send({"type": "websocket.accept"})


def _scope(*origins):
    headers = [(b"host", b"a.test")]
    return websocket_scope(
        headers=headers + [(b"origin", origin.encode("latin1")) for origin in origins]
    )


async def _allows(channels, allowed_origins, *origins):
    validator = channels("security.websocket").OriginValidator(
        _accepting, allowed_origins
    )
    sent = await call(validator, _scope(*origins))
    assert sent in ([{"type": "websocket.accept"}], [{"type": "websocket.close"}])
    return sent[0]["type"] == "websocket.accept"


@pytest.mark.parametrize(
    ("pattern", "origin", "allowed"),
    [
        # A host alone: any scheme, any port.
        ("a.test", "http://a.test", True),
        ("a.test", "https://a.test:8443", True),
        ("a.test", "http://A.TEST", True),
        ("A.test", "http://a.test", True),
        ("a.test", "http://b.test", False),
        ("a.test", "http://www.a.test", False),
        ("a.test", "http://a.test.evil", False),
        ("a.test:80", "http://a.test", False),
        ("//a.test:80", "http://a.test:99", False),
        # A host and those below.
        (".a.test", "http://a.test", True),
        (".a.test", "http://www.a.test", True),
        (".a.test", "http://xa.test", False),
        ("*.a.test", "http://www.a.test", False),
        # Scheme, host and port.
        ("http://a.test", "http://a.test", True),
        ("http://a.test", "http://a.test:80", True),
        ("http://a.test", "http://a.test:3000", False),
        ("http://a.test", "https://a.test", False),
        ("http://a.test:3000", "http://a.test:3000", True),
        ("https://a.test:443", "https://a.test", True),
        ("wss://a.test", "wss://a.test:443", True),
        ("ws://a.test:80", "ws://a.test", True),
        ("http://.a.test", "http://www.a.test", True),
        ("HTTP://A.test", "http://a.test", True),
        ("app://a.test", "app://a.test", True),
        ("app://a.test", "app://a.test:1", False),
        # No host.
        ("a.test", "null", False),
        ("a.test", "", False),
        ("a.test", "a.test", False),
        ("null", "null", False),
        ("http://", "http://a.test", False),
        # Addresses.
        ("127.0.0.1", "http://127.0.0.1:8000", True),
        ("[::1]", "http://[::1]:8000", True),
        ("http://[::1]:8000", "http://[::1]:8000", True),
        ("http://[::1]:8000", "http://[::1]:9000", False),
        # Everything.
        ("*", "http://a.test", True),
        ("*", "null", True),
        ("*", "caf\xe9", True),
    ],
)
async def test_origin_is_compared_with_the_pattern(channels, pattern, origin, allowed):
    assert await _allows(channels, [pattern], origin) is allowed


async def test_one_pattern_of_the_list_is_enough(channels):
    assert await _allows(channels, ["b.test", "a.test"], "http://a.test")
    assert not await _allows(channels, [], "http://a.test")


@pytest.mark.parametrize(
    ("patterns", "allowed"), [(["a.test"], False), (["*"], True), ([], False)]
)
async def test_connection_without_origin_needs_the_star(channels, patterns, allowed):
    assert await _allows(channels, patterns) is allowed


async def test_last_origin_header_counts(channels):
    assert await _allows(channels, ["b.test"], "http://a.test", "http://b.test")
    assert not await _allows(channels, ["a.test"], "http://a.test", "http://b.test")


async def test_other_protocols_are_refused(channels):
    validator = channels("security.websocket").OriginValidator(_accepting, ["*"])
    with pytest.raises(ValueError, match="OriginValidator") as caught:
        await call(validator, http_scope())
    assert str(caught.value) == (
        "You cannot use OriginValidator on a non-WebSocket connection"
    )


async def test_application_gets_the_very_scope_and_its_result_is_passed_on(channels):
    async def application(scope, receive, send):
        return scope

    validator = channels("security.websocket").OriginValidator(application, ["*"])
    scope = _scope("http://a.test")
    assert await validator(scope, None, None) is scope


async def test_subclass_decides_on_the_parsed_origin(channels):
    seen = []

    class Validator(channels("security.websocket").OriginValidator):
        def validate_origin(self, parsed_origin):
            seen.append(parsed_origin)
            return True

    await call(Validator(_accepting, []), _scope("http://a.test:1"))
    assert seen == [urlparse("http://a.test:1")]


@pytest.mark.parametrize(
    ("origin", "port"),
    [
        ("http://a.test", 80),
        ("wss://a.test", 443),
        ("https://a.test:1", 1),
        ("app://a.test", None),
    ],
)
def test_port_of_an_origin_is_that_of_its_scheme(channels, origin, port):
    validator = channels("security.websocket").OriginValidator(None, [])
    assert validator.get_origin_port(urlparse(origin)) == port


def test_malformed_pattern_is_an_error(channels):
    """The mistake is in the settings, so it must not look like a refusal."""
    validator = channels("security.websocket").OriginValidator(None, [])
    with pytest.raises(ValueError, match="Port"):
        validator.match_allowed_origin(urlparse("http://a"), "http://a:99999")


@pytest.mark.parametrize(
    ("hosts", "debug", "allowed"),
    [
        (["a.test"], False, ["a.test"]),
        (["a.test"], True, ["a.test"]),
        ([], False, []),
        ([], True, ["localhost", "127.0.0.1", "[::1]"]),
    ],
)
def test_allowed_hosts_are_read_when_the_application_is_built(
    channels, settings, hosts, debug, allowed
):
    settings.ALLOWED_HOSTS, settings.DEBUG = hosts, debug
    security = channels("security.websocket")
    validator = security.AllowedHostsOriginValidator(_accepting)
    assert isinstance(validator, security.OriginValidator)
    assert validator.application is _accepting
    settings.ALLOWED_HOSTS = ["later.test"]
    assert validator.allowed_origins == allowed


async def test_denier_closes_every_connection(channels):
    denier = channels("security.websocket").WebsocketDenier()
    assert await call(denier, websocket_scope()) == [{"type": "websocket.close"}]


async def test_a_subclass_of_the_denier_may_tell_a_code(channels):
    class Denier(channels("security.websocket").WebsocketDenier):
        async def connect(self):
            await super().connect()
            await self.close(code=4003)

    assert await call(Denier(), websocket_scope()) == [
        {"type": "websocket.close"},
        {"type": "websocket.close", "code": 4003},
    ]


# --- Where this package is better -------------------------------------------


def test_a_pattern_with_an_impossible_port_is_named():
    """The type is upstream's, the text says which of the allowed origins it is."""
    validator = ours.OriginValidator(None, ["https://example.com:*"])
    with pytest.raises(ValueError, match=r"'https://example.com:\*' has no port"):
        validator.valid_origin(urlparse("https://example.com"))


@pytest.mark.parametrize(
    ("patterns", "origin"),
    [
        (["a.test"], "http://[bad"),
        (["*"], "http://[bad"),
        (["http://a"], "http://a:99999"),
        (["http://a"], "http://a:port"),
    ],
)
async def test_malformed_origin_is_denied_and_no_error(patterns, origin, caplog):
    """Upstream lets the ValueError out: a traceback that any client can order."""
    sent = await call(ours.OriginValidator(_accepting, patterns), _scope(origin))
    assert sent == [{"type": "websocket.close"}]
    [record] = caplog.records
    assert "malformed" in record.getMessage()


async def test_star_allows_a_port_that_is_out_of_range():
    application = ours.OriginValidator(_accepting, ["http://a", "*"])
    assert await call(application, _scope("http://a:99999")) == [
        {"type": "websocket.accept"}
    ]


@pytest.mark.parametrize(
    ("patterns", "origins", "text"),
    [
        (
            ["b.test"],
            ["http://a.test"],
            "WebSocket connection to '/' denied: "
            "origin 'http://a.test' is not one of ['b.test'].",
        ),
        (
            ["http://localhost"],
            ["http://localhost:3000"],
            "WebSocket connection to '/' denied: origin 'http://localhost:3000' is not "
            "one of ['http://localhost']. 'http://localhost' allows this host with "
            "another scheme or port.",
        ),
        (
            ["a.test"],
            [],
            "WebSocket connection to '/' denied: origin None is not one of ['a.test']. "
            "There is no Origin header.",
        ),
        (
            ["a.test"],
            ["x\r\ny"],
            "WebSocket connection to '/' denied: "
            "origin 'x\\r\\ny' is not one of ['a.test'].",
        ),
    ],
)
async def test_denial_is_logged_once_with_its_reason(patterns, origins, text, caplog):
    await call(ours.OriginValidator(_accepting, patterns), _scope(*origins))
    [record] = caplog.records
    assert (record.name, record.levelno) == ("channels_fast.security", logging.WARNING)
    assert record.getMessage() == text


async def test_allowed_connection_is_not_logged(caplog):
    await call(ours.OriginValidator(_accepting, ["a.test"]), _scope("http://a.test"))
    assert caplog.records == []


async def test_denial_of_a_subclass_with_other_patterns_is_logged(caplog):
    """A subclass may keep anything in ``allowed_origins``; the log must cope."""

    class Validator(ours.OriginValidator):
        def valid_origin(self, parsed_origin):
            return False

    patterns = [3, "http://[bad", None]
    await call(Validator(_accepting, patterns), _scope("http://a.test"))
    [record] = caplog.records
    assert record.getMessage().endswith("is not one of [3, 'http://[bad', None].")
