"""Which origins the patterns of an OriginValidator allow."""

from __future__ import annotations

from urllib.parse import urlparse

import pytest

from channels_fast.security import websocket as ours

from ..support.middleware import call, origin_scope

# The denier is a consumer, and upstream's consumers look after connections.
pytestmark = pytest.mark.django_db


async def _accepting(scope, receive, send):
    await send({"type": "websocket.accept"})


async def _allows(channels, allowed_origins, *origins):
    validator = channels("security.websocket").OriginValidator(
        _accepting, allowed_origins
    )
    sent = await call(validator, origin_scope(*origins))
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


async def test_the_last_origin_header_is_compared(channels):
    assert await _allows(channels, ["b.test"], "http://a.test", "http://b.test")
    assert not await _allows(channels, ["a.test"], "http://a.test", "http://b.test")


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


# --- Where this package is better ---------------------------------------------


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
    """Upstream lets the ValueError out: a traceback that any client can cause."""
    sent = await call(ours.OriginValidator(_accepting, patterns), origin_scope(origin))
    assert sent == [{"type": "websocket.close"}]
    [record] = caplog.records
    assert "malformed" in record.getMessage()


async def test_star_allows_a_port_that_is_out_of_range():
    application = ours.OriginValidator(_accepting, ["http://a", "*"])
    assert await call(application, origin_scope("http://a:99999")) == [
        {"type": "websocket.accept"}
    ]
