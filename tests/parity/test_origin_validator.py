"""The OriginValidator as an application: what it calls, denies and logs."""

from __future__ import annotations

import logging
from urllib.parse import urlparse

import pytest

from channels_fast._log import OncePerMinute
from channels_fast.security import _refusals
from channels_fast.security import websocket as ours

from ..support.middleware import call, http_scope, origin_scope, websocket_scope

# The denier is a consumer, and upstream's consumers look after connections.
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_log(monkeypatch):
    monkeypatch.setattr(_refusals, "_lines", OncePerMinute(_refusals.logger))


RULES = ["valid_origin", "validate_origin", "match_allowed_origin"]


async def _accepting(scope, receive, send):
    await send({"type": "websocket.accept"})


async def _opens(validator, origin="http://a.test"):
    [message] = await call(validator, origin_scope(origin))
    return message["type"] == "websocket.accept"


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
    scope = origin_scope("http://a.test")
    assert await validator(scope, None, None) is scope


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


@pytest.mark.parametrize("kind", [list, tuple])
async def test_the_last_of_several_origins_counts(channels, kind):
    validator = channels("security.websocket").OriginValidator(_accepting, ["a.test"])
    good, bad = (b"origin", b"http://a.test"), (b"origin", b"http://b.test")
    other = (b"host", b"a.test")
    for headers, opens in [
        ([good], True),
        ([bad, other, good, other], True),
        ([good, other, bad, other], False),
        ([other], False),
        ([], False),
    ]:
        sent = await call(validator, websocket_scope(headers=kind(headers)))
        assert (sent == [{"type": "websocket.accept"}]) is opens


# --- What a project changes ---------------------------------------------------


@pytest.mark.parametrize("kind", [list, tuple, set])
async def test_assigned_allowed_origins_hold_from_the_next_connection_on(
    channels, kind
):
    patterns = kind(["a.test"])
    validator = channels("security.websocket").OriginValidator(_accepting, patterns)
    assert await _opens(validator)
    validator.allowed_origins = kind(["b.test"])
    assert not await _opens(validator)
    assert await _opens(validator, "http://b.test")
    validator.allowed_origins = patterns
    assert await _opens(validator)


async def test_allowed_origins_that_change_in_place_hold_at_once(channels):
    patterns = ["a.test"]
    validator = channels("security.websocket").OriginValidator(_accepting, patterns)
    assert await _opens(validator)
    patterns[0] = "b.test"
    assert not await _opens(validator)
    patterns.append("a.test")
    assert await _opens(validator)
    patterns.clear()
    assert not await _opens(validator)


async def test_a_collection_of_origins_is_read_for_each_connection(channels):
    class Tenants:
        hosts = ("a.test",)

        def __iter__(self):
            return iter(self.hosts)

        def __contains__(self, host):
            return host in self.hosts

    validator = channels("security.websocket").OriginValidator(_accepting, Tenants())
    assert await _opens(validator)
    Tenants.hosts = ("b.test",)
    assert not await _opens(validator)


@pytest.mark.parametrize("on", ["class", "instance"])
@pytest.mark.parametrize("rule", RULES)
async def test_a_replaced_rule_is_asked(channels, monkeypatch, rule, on):
    validator = channels("security.websocket").OriginValidator(_accepting, ["a.test"])
    assert await _opens(validator)
    monkeypatch.setattr(
        type(validator) if on == "class" else validator, rule, lambda *arguments: False
    )
    assert not await _opens(validator)
    monkeypatch.undo()
    assert await _opens(validator)


@pytest.mark.parametrize("on", ["class", "instance"])
async def test_a_replaced_default_port_is_compared(channels, monkeypatch, on):
    """It is asked where the pattern has a scheme."""
    validator = channels("security.websocket").OriginValidator(
        _accepting, ["http://a.test"]
    )
    assert await _opens(validator)
    ports = iter(range(9))
    monkeypatch.setattr(
        type(validator) if on == "class" else validator,
        "get_origin_port",
        lambda *arguments: next(ports),
    )
    assert not await _opens(validator)


async def test_subclass_decides_on_the_parsed_origin(channels):
    seen = []

    class Validator(channels("security.websocket").OriginValidator):
        def validate_origin(self, parsed_origin):
            seen.append(parsed_origin)
            return True

    await call(Validator(_accepting, []), origin_scope("http://a.test:1"))
    assert seen == [urlparse("http://a.test:1")]


async def test_a_subclass_with_a_rule_of_its_own_needs_no_list(channels):
    class Validator(channels("security.websocket").OriginValidator):
        def __init__(self, application):
            self.application = application

        def valid_origin(self, parsed_origin):
            return parsed_origin.hostname == "a.test"

    validator = Validator(_accepting)
    assert [await _opens(validator) for _ in range(2)] == [True, True]
    assert not await _opens(validator, "http://b.test")
    validator.allowed_origins = None
    assert not await _opens(validator, "http://b.test")


async def test_an_application_that_is_changed_is_called(channels):
    validator = channels("security.websocket").OriginValidator(_accepting, ["*"])
    assert await _opens(validator)

    async def closing(scope, receive, send):
        await send({"type": "websocket.close"})

    validator.application = closing
    assert not await _opens(validator)


# --- Where this package is better ---------------------------------------------


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
    await call(ours.OriginValidator(_accepting, patterns), origin_scope(*origins))
    [record] = caplog.records
    assert (record.name, record.levelno) == ("channels_fast.security", logging.WARNING)
    assert record.getMessage() == text


async def test_an_origin_that_comes_again_is_not_logged_again(caplog):
    validator = ours.OriginValidator(_accepting, ["a.test"])
    for origin in ("http://b.test", "http://c.test") * 50:
        assert not await _opens(validator, origin)
    first, second = caplog.messages
    assert "'http://b.test'" in first
    assert "'http://c.test'" in second
    assert not await _opens(ours.OriginValidator(_accepting, []), "http://b.test")
    assert caplog.messages[2].endswith("is not one of [].")


async def test_a_flood_of_origins_takes_bounded_lines_and_memory(caplog):
    validator = ours.OriginValidator(_accepting, ["a.test"])
    for number in range(300):
        assert not await _opens(validator, f"http://{number}.test/" + "x" * 10_000)
    assert len(caplog.messages) == 101
    assert max(map(len, caplog.messages)) < 400
    assert len(_refusals._lines._counts) == 101


async def test_allowed_connection_is_not_logged(caplog):
    await call(
        ours.OriginValidator(_accepting, ["a.test"]), origin_scope("http://a.test")
    )
    assert caplog.records == []


async def test_denial_of_a_subclass_with_other_patterns_is_logged(caplog):
    """A subclass may keep anything in ``allowed_origins``; the log must cope."""

    class Validator(ours.OriginValidator):
        def valid_origin(self, parsed_origin):
            return False

    patterns = [3, "http://[bad", None]
    await call(Validator(_accepting, patterns), origin_scope("http://a.test"))
    [record] = caplog.records
    assert record.getMessage().endswith("is not one of [3, 'http://[bad', None].")


@pytest.mark.parametrize("origin", ["\x1b[2J", "\x85\r\nERROR", "%s %d {0}", "\0"])
async def test_an_origin_cannot_forge_a_line(origin, caplog):
    assert not await _opens(ours.OriginValidator(_accepting, ["a.test"]), origin)
    [message] = caplog.messages
    assert message.isprintable()
    assert f"origin {origin!r} is not" in message
