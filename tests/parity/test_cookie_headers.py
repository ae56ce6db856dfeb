"""Cookie and Origin headers of any form are read as Django and Channels read them."""

from __future__ import annotations

import random

import pytest
from django.http import parse_cookie

from .asgi_helpers import call, cookie, inner_scope, websocket_scope

COOKIES = [
    "",
    ";",
    "; ;",
    "=",
    "=;a=1",
    "=nameless",
    "a=1; =; b=2",
    "a=1; nameless; b=2",
    "nameless",
    "a=1;",
    "a=1; ",
    "a=1;b=2;  c=3",
    " a = 1 ;\tb\x0b=\x1f2\xa0; c=\x853",
    "a=",
    "a=b=c==",
    "a=1; b=2; a=3",
    'a="1"; b=2',
    'a="x;y"; b="1',
    'a="b\\073c\\"d"',
    'a"b=1; c="',
    "a=caf\xe9; \xe9=1",
    "csrftoken=abcdef; _ga=GA1.1.1234567890.1700000000; theme=dark; lang=en",
]


async def _cookies(channels, headers):
    scope = websocket_scope(headers=headers)
    return (await inner_scope(channels.sessions.CookieMiddleware, scope))["cookies"]


@pytest.mark.parametrize("text", COOKIES)
async def test_cookies_are_those_that_django_reads(channels, text):
    cookies = await _cookies(channels, cookie(text))
    assert type(cookies) is dict
    assert list(cookies.items()) == list(parse_cookie(text).items())


async def test_any_cookies_are_those_that_django_reads(channels):
    pieces = ["a", "b", "=", "; ", ";", " ", '"', "\\", "\t", "\xa0", "\x85", "\xe9"]
    chance = random.Random(7)
    for _ in range(3000):
        text = "".join(chance.choices(pieces, k=chance.randrange(12)))
        cookies = await _cookies(channels, cookie(text))
        assert list(cookies.items()) == list(parse_cookie(text).items()), text


async def test_each_connection_has_cookies_of_its_own(channels):
    first, second = [await _cookies(channels, cookie("a=1")) for _ in range(2)]
    first["a"] = "2"
    assert second == {"a": "1"}
    nothing, again = [await _cookies(channels, []) for _ in range(2)]
    nothing["a"] = "1"
    assert again == {}


async def test_parser_of_cookies_that_is_put_in_place_is_asked(channels, monkeypatch):
    monkeypatch.setattr(channels.sessions, "parse_cookie", lambda text: {"text": text})
    assert await _cookies(channels, cookie("a=1")) == {"text": "a=1"}


# Upstream's consumer, which denies, asks the database.
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", [list, tuple])
async def test_the_last_of_several_origins_counts(channels, kind):
    async def accepting(scope, receive, send):
        await send({"type": "websocket.accept"})

    validator = channels("security.websocket").OriginValidator(accepting, ["a.test"])
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
