"""The check of an Origin header that was allowed before, after something changed."""

from __future__ import annotations

import pytest

from channels_fast.security import websocket as ours

from .asgi_helpers import call, websocket_scope

# The denier is a consumer, and upstream's consumers look after connections.
pytestmark = pytest.mark.django_db

RULES = ["valid_origin", "validate_origin", "match_allowed_origin"]


async def _accepting(scope, receive, send):
    await send({"type": "websocket.accept"})


async def _opens(validator, origin="http://a.test"):
    scope = websocket_scope(headers=[(b"origin", origin.encode())])
    [message] = await call(validator, scope)
    return message["type"] == "websocket.accept"


async def test_an_origin_is_allowed_as_often_as_it_comes(channels):
    validator = channels("security.websocket").OriginValidator(_accepting, ["a.test"])
    assert [await _opens(validator) for _ in range(3)] == [True] * 3
    assert not await _opens(validator, "http://b.test")
    assert await _opens(validator, "http://a.test:99")


@pytest.mark.parametrize("kind", [list, tuple, set])
async def test_other_allowed_origins_count_from_the_next_connection_on(channels, kind):
    patterns = kind(["a.test"])
    validator = channels("security.websocket").OriginValidator(_accepting, patterns)
    assert await _opens(validator)
    validator.allowed_origins = kind(["b.test"])
    assert not await _opens(validator)
    assert await _opens(validator, "http://b.test")
    validator.allowed_origins = patterns
    assert await _opens(validator)


async def test_allowed_origins_that_change_in_place_count(channels):
    patterns = ["a.test"]
    validator = channels("security.websocket").OriginValidator(_accepting, patterns)
    assert await _opens(validator)
    patterns[0] = "b.test"
    assert not await _opens(validator)
    patterns.append("a.test")
    assert await _opens(validator)
    patterns.clear()
    assert not await _opens(validator)


async def test_a_collection_that_answers_anew_is_asked_each_time(channels):
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


async def test_a_pattern_that_is_no_plain_text_is_asked_each_time(channels):
    class Moving(str):
        __slots__ = ()
        texts = iter(["http://a.test", "http://b.test"])

        def lower(self):
            return next(self.texts)

    validator = channels("security.websocket").OriginValidator(
        _accepting, [Moving("http://a.test")]
    )
    assert await _opens(validator)
    assert not await _opens(validator)


@pytest.mark.parametrize("on", ["class", "instance"])
@pytest.mark.parametrize("rule", RULES)
async def test_a_rule_that_is_changed_counts(channels, monkeypatch, rule, on):
    validator = channels("security.websocket").OriginValidator(_accepting, ["a.test"])
    assert await _opens(validator)
    monkeypatch.setattr(
        type(validator) if on == "class" else validator, rule, lambda *arguments: False
    )
    assert not await _opens(validator)
    monkeypatch.undo()
    assert await _opens(validator)


@pytest.mark.parametrize("rule", RULES)
async def test_a_rule_that_is_changed_counts_where_the_origins_are_a_property(
    channels, monkeypatch, rule
):
    class Validator(channels("security.websocket").OriginValidator):
        allowed_origins = property(lambda self: ["a.test"], lambda self, origins: None)

    validator = Validator(_accepting, [])
    assert await _opens(validator)
    assert await _opens(validator)
    monkeypatch.setattr(validator, rule, lambda *arguments: False)
    assert not await _opens(validator)


async def test_what_a_changed_rule_allowed_is_not_allowed_after_it(
    channels, monkeypatch
):
    validator = channels("security.websocket").OriginValidator(_accepting, ["a.test"])
    monkeypatch.setattr(validator, "valid_origin", lambda origin: True)
    assert await _opens(validator, "http://b.test")
    monkeypatch.undo()
    assert not await _opens(validator, "http://b.test")


@pytest.mark.parametrize("on", ["class", "instance"])
async def test_another_usual_port_counts(channels, monkeypatch, on):
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


@pytest.mark.parametrize("rule", RULES)
async def test_the_rule_of_a_subclass_is_asked_each_time(channels, rule):
    answers = iter([True, False, True])

    def answer(self, *arguments):
        return next(answers)

    base = channels("security.websocket").OriginValidator
    validator = type("Validator", (base,), {rule: answer})(_accepting, ["a.test"])
    assert [await _opens(validator) for _ in range(3)] == [True, False, True]


async def test_a_subclass_with_a_rule_of_its_own_needs_no_list(channels):
    class Validator(channels("security.websocket").OriginValidator):
        def __init__(self, application):
            self.application = application

        def valid_origin(self, parsed_origin):
            return parsed_origin.hostname == "a.test"

    validator = Validator(_accepting)
    assert [await _opens(validator) for _ in range(2)] == [True, True]


async def test_an_application_that_is_changed_is_called(channels):
    validator = channels("security.websocket").OriginValidator(_accepting, ["*"])
    assert await _opens(validator)

    async def closing(scope, receive, send):
        await send({"type": "websocket.close"})

    validator.application = closing
    assert not await _opens(validator)


async def test_only_few_and_short_origins_are_kept():
    """A client may send any, so they must not fill the memory."""
    validator = ours.OriginValidator(_accepting, ["*"])
    for number in range(1000):
        assert await _opens(validator, f"http://{number}.test")
        assert len(validator._kept[0]) <= ours._MOST_KEPT
    before = set(validator._kept[0])
    assert await _opens(validator, f"http://{'a' * 5000}.test")
    assert validator._kept[0] == before
