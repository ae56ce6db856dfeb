"""Cookies: those of the scope, and the header that goes back."""

from __future__ import annotations

import datetime
import random

import pytest
from django.http import parse_cookie

from channels_fast import sessions as our_sessions

from ..support.middleware import cookie, http_scope, inner_scope, websocket_scope

# --- Cookies in ---------------------------------------------------------------


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


@pytest.mark.parametrize(
    ("headers", "cookies"),
    [
        ([], {}),
        ([(b"host", b"a.test")], {}),
        (cookie("a=1; b=two"), {"a": "1", "b": "two"}),
        (cookie("a=1") + cookie("a=2; b=3"), {"a": "1"}),
        ([(b"cookie", b"name=caf\xe9")], {"name": "caf\xe9"}),
        ([(b"Cookie", b"a=1")], {}),
    ],
)
async def test_cookies_are_those_of_the_first_cookie_header(channels, headers, cookies):
    scope = http_scope(headers=headers)
    inner = await inner_scope(channels.sessions.CookieMiddleware, scope)
    assert inner["cookies"] == cookies
    assert "cookies" not in scope


async def test_scope_without_headers_is_refused_by_the_cookie_middleware(channels):
    with pytest.raises(ValueError, match="did not have a headers key") as caught:
        await inner_scope(channels.sessions.CookieMiddleware, {"type": "lifespan"})
    assert str(caught.value) == (
        "CookieMiddleware was passed a scope that did not have a headers key "
        "(make sure it is only passed HTTP or WebSocket connections)"
    )


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


async def test_a_replaced_parser_of_cookies_is_called(channels, monkeypatch):
    monkeypatch.setattr(channels.sessions, "parse_cookie", lambda text: {"text": text})
    assert await _cookies(channels, cookie("a=1")) == {"text": "a=1"}


# --- Cookies out --------------------------------------------------------------


def _cookie(channels, *args, **kwargs):
    message = {}
    channels.sessions.CookieMiddleware.set_cookie(message, *args, **kwargs)
    [(name, value)] = message["headers"]
    assert name == b"Set-Cookie"
    return value


def _first(channels):
    """Return what the value of a Set-Cookie header begins with."""
    return b"" if channels.version >= (4, 2) else b" "


@pytest.mark.parametrize(
    ("arguments", "header"),
    [
        ({}, b"k=v; Path=/; SameSite=lax"),
        ({"value": 7}, b"k=7; Path=/; SameSite=lax"),
        ({"value": "a b;c"}, b'k="a b\\073c"; Path=/; SameSite=lax'),
        ({"path": None, "samesite": None}, b"k=v"),
        ({"path": "/x"}, b"k=v; Path=/x; SameSite=lax"),
        ({"domain": "a.test"}, b"k=v; Domain=a.test; Path=/; SameSite=lax"),
        ({"secure": True}, b"k=v; Path=/; SameSite=lax; Secure"),
        ({"httponly": True}, b"k=v; HttpOnly; Path=/; SameSite=lax"),
        ({"secure": None, "httponly": None}, b"k=v; Path=/; SameSite=lax"),
        ({"samesite": "None"}, b"k=v; Path=/; SameSite=None"),
        ({"samesite": "STRICT"}, b"k=v; Path=/; SameSite=STRICT"),
        ({"expires": "soon"}, b"k=v; expires=soon; Path=/; SameSite=lax"),
        (
            {"expires": "soon", "max_age": 5},
            b"k=v; expires=soon; Max-Age=5; Path=/; SameSite=lax",
        ),
    ],
)
def test_set_cookie_writes_the_header(channels, arguments, header):
    written = _cookie(channels, "k", **{"value": "v", **arguments})
    assert written == _first(channels) + header


def test_max_age_sets_the_date_as_well(channels, monkeypatch):
    monkeypatch.setattr("time.time", lambda: 1_000_000_000.0)
    assert _cookie(channels, "k", "v", max_age=60) == _first(channels) + (
        b"k=v; expires=Sun, 09 Sep 2001 01:47:40 GMT; Max-Age=60; Path=/; SameSite=lax"
    )


@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow")  # upstream calls it
@pytest.mark.parametrize(("seconds", "max_age"), [(3600, b"3600"), (-5, b"0")])
def test_naive_expires_is_utc(channels, seconds, max_age):
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    header = _cookie(
        channels, "k", "v", expires=now + datetime.timedelta(seconds=seconds)
    )
    assert b"Max-Age=" + max_age + b";" in header
    assert b"expires=" in header


@pytest.mark.parametrize("samesite", ["Hello", ""])
def test_unknown_samesite_is_refused(channels, samesite):
    with pytest.raises(AssertionError) as caught:
        _cookie(channels, "k", samesite=samesite)
    assert str(caught.value).startswith(
        "samesite must be either 'strict', 'lax' or 'none'"
    )


def test_set_cookie_keeps_the_other_headers(channels):
    message = {"headers": [(b"a", b"b")]}
    channels.sessions.CookieMiddleware.set_cookie(message, "k", "v")
    assert message["headers"][0] == (b"a", b"b")
    assert len(message["headers"]) == 2


def test_delete_cookie_sets_a_date_in_the_past(channels):
    message = {}
    channels.sessions.CookieMiddleware.delete_cookie(
        message, "k", path="/x", domain="a.test"
    )
    assert message["headers"] == [
        (
            b"Set-Cookie",
            _first(channels)
            + b'k=""; Domain=a.test; expires=Thu, 01-Jan-1970 00:00:00 GMT; '
            b"Max-Age=0; Path=/x; SameSite=lax",
        )
    ]


def test_aware_expires_works_on_every_django():
    """Upstream needs ``django.utils.timezone.utc``, which Django 5.0 removed."""
    zone = datetime.timezone(datetime.timedelta(hours=5))
    expires = datetime.datetime.now(zone) + datetime.timedelta(hours=1)
    message = {}
    our_sessions.CookieMiddleware.set_cookie(message, "k", "v", expires=expires)
    assert b"Max-Age=3600;" in message["headers"][0][1]
