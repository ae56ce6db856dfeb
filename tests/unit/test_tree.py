"""How routers and middleware print themselves."""

from __future__ import annotations

import warnings
from unittest.mock import Mock

import pytest
from channels.routing import URLRouter as UpstreamURLRouter
from django.urls import path, re_path

from channels_fast._routes.tree import tree
from channels_fast.auth import AuthMiddleware, AuthMiddlewareStack
from channels_fast.generic.websocket import WebsocketConsumer
from channels_fast.middleware import BaseMiddleware
from channels_fast.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from channels_fast.security.websocket import OriginValidator
from channels_fast.sessions import CookieMiddleware, SessionMiddleware
from tests.support.engines import WHY_NOT_COMPILED, without_note


class Chat(WebsocketConsumer):
    """A consumer."""


async def app(scope, receive, send):
    """An application for a route."""


def lines_of(application):
    """Return the lines of an application with routes."""
    return without_note(repr(application).splitlines())


def columns(application):
    """Return the lines of the tree, with one space for every gap but the indent."""
    return [
        line[: len(line) - len(line.lstrip())] + " ".join(line.split())
        for line in lines_of(application)
    ]


def engine(word):
    return "Django" if WHY_NOT_COMPILED else word


def test_an_application_is_a_tree_of_its_routers():
    application = ProtocolTypeRouter(
        {
            "http": app,
            "websocket": OriginValidator(
                AuthMiddlewareStack(
                    URLRouter(
                        [
                            path("chat/<str:room>/", Chat.as_asgi()),
                            path(
                                "in/",
                                BaseMiddleware(URLRouter([re_path(r"^(\d+)x$", app)])),
                            ),
                            path("one/", AuthMiddleware(Chat.as_asgi())),
                        ]
                    )
                ),
                ["*"],
            ),
            "channel": ChannelNameRouter({"thumbnails": app}),
        }
    )
    assert columns(application) == [
        "ProtocolTypeRouter",
        f"  http {__name__}.app",
        "  websocket OriginValidator > CookieMiddleware > SessionMiddleware > "
        "AuthMiddleware > URLRouter",
        f"    chat/<str:room>/ {engine('trie')} {__name__}.Chat",
        f"    in/ {engine('trie')} BaseMiddleware > URLRouter",
        rf"      ^(\d+)x$ {engine('regex')} {__name__}.app",
        f"    one/ {engine('trie')} AuthMiddleware > {__name__}.Chat",
        "  channel ChannelNameRouter",
        f"    thumbnails {__name__}.app",
    ]
    assert repr(application) == str(application) == tree(application)


def test_the_columns_stand_below_each_other():
    router = URLRouter([path("a/", app), path("long/<int:n>/", app)])
    _, *lines = lines_of(router)
    assert len({line.index(f"{__name__}.app") for line in lines}) == 1


@pytest.mark.parametrize(
    "wrap",
    [
        BaseMiddleware,
        AuthMiddleware,
        CookieMiddleware,
        SessionMiddleware,
        lambda inner: OriginValidator(inner, ["*"]),
    ],
)
def test_middleware_prints_the_tree_behind_it(wrap):
    middleware = wrap(URLRouter([path("a/", app)]))
    head, line = lines_of(middleware)
    assert head == f"{type(middleware).__name__} > URLRouter"
    assert line.startswith("  a/  ")


def test_a_subclass_keeps_a_repr_of_its_own():
    class Named(BaseMiddleware):
        def __repr__(self):
            return "my own"

    class NamedRouter(URLRouter):
        def __repr__(self):
            return "my own"

    assert repr(Named(app)) == repr(NamedRouter([])) == "my own"
    # Another tree has its name, and does not call it.
    text = repr(BaseMiddleware(Named(app)))
    assert text == f"BaseMiddleware > Named > {__name__}.app"


def test_a_great_router_prints_little():
    router = URLRouter([path(f"{'long/' * 100}{n}/", app) for n in range(10_000)])
    for application in (router, BaseMiddleware(URLRouter([path("in/", router)]))):
        lines = lines_of(application)
        assert lines[-1] == "... and more than these 100 lines"
        assert len(lines) == 101
        assert max(map(len, lines)) == 160
    everything = tree(router, most_lines=None).splitlines()
    assert len(without_note(everything)) == 10_001


def test_routers_deep_in_each_other_and_in_themselves_print_little():
    router = URLRouter([])
    router.routes.append(path("again/", router))
    assert columns(router) == ["URLRouter", f"  again/ {engine('trie')} URLRouter"]
    for _ in range(3000):
        router = URLRouter([path("", router)])
    assert len(lines_of(router)) == 101


class Unreadable:
    """A pattern that fails when it is looked at."""

    def __str__(self):
        raise KeyError("no language is set")

    def match(self, path):
        pass


class GivesUp:
    @property
    def _path_routing(self):
        raise SystemExit("there is no server here")


def test_what_cannot_be_read_is_said_and_not_raised():
    router = URLRouter([path("a/", app), path("b/", app)])
    router.routes[1].pattern = Unreadable()
    assert lines_of(router)[2:] == ["... and what raises KeyError"]
    _, line = repr(BaseMiddleware(GivesUp())).splitlines()
    assert line == "... and what raises SystemExit"
    without_init = URLRouter.__new__(URLRouter)
    assert repr(without_init).endswith(".URLRouter")
    assert repr(BaseMiddleware.__new__(BaseMiddleware)).endswith(".BaseMiddleware")
    assert repr(BaseMiddleware(Mock())) == "BaseMiddleware > unittest.mock.Mock"


def test_nothing_of_an_application_is_called_or_warned_of():
    class Old:
        """An application of ASGI 2."""

        def __init__(self, scope):
            raise AssertionError("called")

    class Loud:
        def __getattr__(self, name):
            raise AttributeError(name)

        def __repr__(self):
            raise AssertionError("called")

        async def __call__(self, scope, receive, send):
            raise AssertionError("called")

    router = URLRouter([path("old/", Old), path("loud/", Loud())])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _, first, second = lines_of(router)
    assert first.split()[2].endswith(".Old")
    assert second.split()[2].endswith(".Loud")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("", "''"), (" a/", "' a/'"), ("a\n", r"'a\n'"), ("é/", "é/"), (r"\d", r"\d")],
)
def test_a_pattern_is_written_as_in_the_source_if_a_line_can_hold_it(pattern, text):
    line = repr(URLRouter([re_path(pattern, app)])).splitlines()[1]
    assert line.startswith(f"  {text}  ")


def test_both_routers_that_one_middleware_holds_are_there():
    class Switch:
        def __init__(self, day, night):
            self.day, self.night = day, night

        async def __call__(self, scope, receive, send):
            pass

    switch = Switch(URLRouter([path("a/", app)]), URLRouter([path("b/", app)]))
    found = columns(BaseMiddleware(switch))
    assert found == [
        "BaseMiddleware > Switch > URLRouter",
        f"  a/ {engine('trie')} {__name__}.app",
        "  URLRouter",
        f"    b/ {engine('trie')} {__name__}.app",
    ]


def test_the_routes_of_another_router_are_with_django():
    router = UpstreamURLRouter([path("a/", app)])
    assert columns(BaseMiddleware(router)) == [
        "BaseMiddleware > URLRouter",
        f"  a/ Django {__name__}.app (a router of class channels.routing.URLRouter)",
    ]
