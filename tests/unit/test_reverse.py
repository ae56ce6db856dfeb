"""From the name of a route to its path."""

from __future__ import annotations

import gc
import sys
import weakref
from types import ModuleType
from urllib.parse import unquote

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.core.exceptions import ImproperlyConfigured
from django.urls import (
    NoReverseMatch,
    clear_url_caches,
    get_script_prefix,
    include,
    path,
    re_path,
    set_script_prefix,
)
from django.utils import translation

from channels_fast.auth import AuthMiddlewareStack
from channels_fast.middleware import BaseMiddleware
from channels_fast.reverse import _MOST_KNOWN, reverse_ws
from channels_fast.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from tests.support.duck_routes import Exactly, route_of
from tests.support.routing import app, call


def test_a_name_and_arguments_make_a_path():
    router = URLRouter([path("ws/<int:n>/<str:s>/", app("a"), name="room")])
    assert reverse_ws("room", kwargs={"n": 1, "s": "x"}, router=router) == "/ws/1/x/"
    assert reverse_ws("room", [1, "x"], router=router) == "/ws/1/x/"


def test_the_path_is_quoted_as_in_an_address():
    router = URLRouter([path("<str:s>/", app("a"), name="room")])
    address = reverse_ws("room", ["ä b%?"], router=router)
    assert address == "/%C3%A4%20b%25%3F/"
    assert call(router, unquote(address)).kwargs == {"s": "ä b%?"}


def test_prefixes_of_routers_in_routers_and_behind_middleware_are_part_of_the_path():
    deep = URLRouter([re_path(r"^(?P<c>\d+)/$", app("a"), name="deep")])
    inner = URLRouter([path("<str:b>/", BaseMiddleware(deep))])
    router = AuthMiddlewareStack(URLRouter([path("a/", inner, name="never used")]))
    assert reverse_ws("deep", ["x", 1], router=router) == "/a/x/1/"


def test_a_prefix_that_ends_in_a_parameter_keeps_it_apart_from_what_follows():
    inner = [path("<int:n>/", app("a"), name="inner")]
    by_path = URLRouter([path("a/<str:s>", URLRouter(inner))])
    by_regex = URLRouter([re_path(r"^a/(?P<s>\w+)", include(inner))])
    for router in (by_path, by_regex):
        address = reverse_ws("inner", kwargs={"s": "x", "n": 1}, router=router)
        assert address == "/a/x/1/"
        assert call(router, address).kwargs == {"s": "x", "n": 1}


def test_namespaces_of_includes_stand_in_front_of_the_name():
    routes = [path("<int:n>/", app("a"), name="room")]
    one, two = (
        path(f"{name}/", include((routes, "chat"), namespace=name))
        for name in ("one", "two")
    )
    router = URLRouter([one, path("in/", URLRouter([two]))])
    assert reverse_ws("one:room", [1], router=router) == "/one/1/"
    assert reverse_ws("two:room", [1], router=router) == "/in/two/1/"
    # By the name of the application, as with Django: the last one, or the current one.
    assert reverse_ws("chat:room", [1], router=router) == "/in/two/1/"
    assert reverse_ws("chat:room", [1], None, "one", router=router) == "/one/1/"


def test_of_routes_with_one_name_the_last_that_takes_the_arguments_is_meant():
    first, second, third = (
        path(text, app(text), name="room")
        for text in ("a/<int:n>/", "b/<int:n>/", "c/<str:s>/")
    )
    for routes in (
        [first, second, third],
        [first, path("", URLRouter([second, third]))],
    ):
        router = URLRouter(routes)
        assert reverse_ws("room", kwargs={"n": 1}, router=router) == "/b/1/"
        assert reverse_ws("room", kwargs={"s": "x"}, router=router) == "/c/x/"


def test_a_namespace_behind_a_parameter_leaves_the_patterns_of_the_router_alone():
    """Django's own machinery adds converters to the patterns that it is given."""
    inner = path("<str:b>/", include(([path("", app("a"), name="room")], "chat")))
    router = URLRouter([path("<int:a>/", include([inner]))])
    assert reverse_ws("chat:room", [1, "x"], router=router) == "/1/x/"
    assert list(inner.pattern.converters) == ["b"]


def test_routes_for_websockets_are_looked_at_and_no_others():
    application = ProtocolTypeRouter(
        {
            "http": URLRouter([path("http/", app("a"), name="page")]),
            "websocket": AuthMiddlewareStack(
                URLRouter([path("ws/", app("a"), name="page")])
            ),
            "channel": ChannelNameRouter(
                {"c": URLRouter([path("channel/", app("a"), name="other")])}
            ),
        }
    )
    assert reverse_ws("page", router=application) == "/ws/"
    assert reverse_ws("page", router=BaseMiddleware(application)) == "/ws/"
    with pytest.raises(NoReverseMatch, match=r"that there are: 'page'\.$"):
        reverse_ws("other", router=application)
    http = application.application_mapping["http"]
    assert reverse_ws("page", router=http) == "/http/"


def test_the_application_is_that_of_the_settings_if_none_is_given(
    settings, monkeypatch
):
    module = ModuleType("an_asgi_module")
    module.application = URLRouter([path("a/", app("a"), name="a")])
    monkeypatch.setitem(sys.modules, "an_asgi_module", module)
    settings.ASGI_APPLICATION = "an_asgi_module.application"
    assert reverse_ws("a") == "/a/"
    settings.ASGI_APPLICATION = "no_such_module.application"
    with pytest.raises(ImproperlyConfigured, match="Cannot import ASGI_APPLICATION"):
        reverse_ws("a")


def test_the_path_begins_with_the_script_prefix():
    router = URLRouter([path("a/", app("a"), name="a")])
    before = get_script_prefix()
    set_script_prefix("/root/")
    try:
        assert reverse_ws("a", router=router) == "/root/a/"
    finally:
        set_script_prefix(before)


def test_the_prefix_of_a_language_is_that_of_the_active_one(settings):
    settings.USE_I18N = True
    settings.LANGUAGES = [("en", "English"), ("de", "German")]
    settings.LANGUAGE_CODE = "en"
    router = URLRouter(i18n_patterns(path("a/", app("a"), name="a")))
    assert reverse_ws("a", router=router) == "/en/a/"
    with translation.override("de"):
        assert reverse_ws("a", router=router) == "/de/a/"


# ---------------------------------------------------------------- what is not there


def test_an_unknown_name_is_told_with_those_that_are_near():
    inner = [path("<str:s>/", app("a"), name="room")]
    routes = [path("a/", app("a"), name="lobby"), path("", include((inner, "chat")))]
    with pytest.raises(NoReverseMatch) as caught:
        reverse_ws("chat:rom", router=URLRouter(routes))
    assert str(caught.value) == (
        "Reverse for 'rom' not found. 'rom' is not a valid view function or pattern "
        "name. The names that there are: 'chat:room', 'lobby'."
    )
    with pytest.raises(NoReverseMatch) as caught:
        reverse_ws("chet:room", router=URLRouter(routes))
    assert str(caught.value) == (
        "'chet' is not a registered namespace. "
        "The names that there are: 'chat:room', 'lobby'."
    )


def test_of_many_names_the_nearest_ones_are_told():
    routes = [path(f"{n}/", app("a"), name=f"number-{n}") for n in range(100)]
    with pytest.raises(NoReverseMatch) as caught:
        reverse_ws("nomber-57", router=URLRouter(routes))
    assert ": 'number-57', " in str(caught.value)
    assert str(caught.value).endswith(" and 90 more.")


def test_a_router_without_names_says_so():
    with pytest.raises(NoReverseMatch, match="names that there are: none"):
        reverse_ws("a", router=URLRouter([path("a/", app("a"))]))


def test_arguments_that_do_not_fit_are_told_as_by_django():
    router = URLRouter([path("<int:n>/", app("a"), name="room")])
    with pytest.raises(NoReverseMatch) as caught:
        reverse_ws("room", kwargs={"m": 1}, router=router)
    text = str(caught.value)
    assert text.startswith("Reverse for 'room' with keyword arguments '{'m': 1}' not ")
    assert "1 pattern(s) tried: ['(?P<n>[0-9]+)/" in text


def test_two_routes_that_capture_the_same_argument_are_an_error():
    inner = URLRouter([path("<int:n>/", app("a"), name="room")])
    router = URLRouter([path("<int:n>/", inner), path("b/", app("b"), name="b")])
    with pytest.raises(ImproperlyConfigured, match="'room' cannot be reversed: two "):
        reverse_ws("room", [1, 2], router=router)
    assert reverse_ws("b", router=router) == "/b/"


def test_routes_that_django_knows_nothing_of_have_no_name():
    duck = route_of(Exactly("a/"))
    duck.name = "duck"
    router = URLRouter([duck, path("b/", app("b"), name="b")])
    assert reverse_ws("b", router=router) == "/b/"
    with pytest.raises(NoReverseMatch, match="that there are: 'b'"):
        reverse_ws("duck", router=router)


def test_an_application_that_cannot_be_hashed_is_no_obstacle():
    class Application:
        __hash__ = None

        async def __call__(self, scope, receive, send):
            """Do nothing."""

    router = URLRouter([path("a/", Application(), name="a")])
    assert reverse_ws("a", router=router) == "/a/"


# ---------------------------------------------------------------- lists that change


@pytest.fixture
def router():
    inner = URLRouter([path("a/", app("a"), name="a")])
    router = URLRouter([path("in/", inner), path("x/", include([]))])
    assert reverse_ws("a", router=router) == "/in/a/"
    return router


def test_a_route_that_is_added_is_found(router):
    router.routes[0].callback.routes.append(path("b/", app("b"), name="b"))
    assert reverse_ws("b", router=router) == "/in/b/"
    router.routes[1].url_patterns.append(path("c/", app("c"), name="c"))
    assert reverse_ws("c", router=router) == "/x/c/"
    router.routes.append(path("y/", include([path("d/", app("d"), name="d")])))
    assert reverse_ws("d", router=router) == "/y/d/"


def test_a_route_that_is_taken_away_is_not_found(router):
    del router.routes[0]
    with pytest.raises(NoReverseMatch):
        reverse_ws("a", router=router)


def test_another_list_is_read(router):
    router.routes = [path("other/", app("a"), name="a"), *router.routes[1:]]
    assert reverse_ws("a", router=router) == "/other/"


@pytest.mark.parametrize("which", ["outer", "inner"])
def test_any_other_change_counts_after_a_refresh(router, which):
    inner = router.routes[0].callback
    inner.routes[0] = path("b/", app("b"), name="a")
    assert reverse_ws("a", router=router) == "/in/a/"
    (router if which == "outer" else inner).refresh()
    assert reverse_ws("a", router=router) == "/in/b/"


def test_another_application_in_a_mapping_is_read():
    mapping = {
        "http": app("a"),
        "websocket": URLRouter([path("a/", app("a"), name="a")]),
    }
    router = ProtocolTypeRouter(mapping)
    assert reverse_ws("a", router=router) == "/a/"
    mapping["websocket"] = URLRouter([path("b/", app("a"), name="a")])
    assert reverse_ws("a", router=router) == "/b/"


def test_routers_that_are_used_no_more_are_forgotten():
    seen = []
    for _ in range(3 * _MOST_KNOWN):
        router = URLRouter([path("a/", app("a"), name="a")])
        reverse_ws("a", router=router)
        seen.append(weakref.ref(router))
    del router
    gc.collect()
    assert sum(one() is not None for one in seen) <= _MOST_KNOWN


def test_a_list_that_changes_leaves_nothing_behind():
    router = URLRouter([path("a/", app("a"), name="a")])
    seen = []
    for number in range(20):
        application = app(str(number))
        router.routes = [path("a/", application, name="a")]
        reverse_ws("a", router=router)
        seen.append(weakref.ref(application))
    del application
    gc.collect()
    assert sum(one() is not None for one in seen) <= 2


def test_the_caches_of_django_may_be_cleared(router):
    clear_url_caches()
    assert reverse_ws("a", router=router) == "/in/a/"


def test_a_reversed_router_that_contains_itself_ends():
    router = URLRouter([path("a/", app("a"), name="a")])
    router.routes.append(path("again/", router))
    assert reverse_ws("a", router=router) == "/a/"


@pytest.mark.parametrize(
    ("route", "reason"),
    [
        (re_path(r"(?i)^room/(?P<n>\d+)/$", app("a"), name="room"), r"\(\?i"),
        (re_path(r"^(?i:room)/(?P<n>\d+)/$", app("a"), name="room"), r"\(\?i"),
        (path("50%/<int:n>/", app("a"), name="room"), "has a %"),
        (path("50%", URLRouter([path("<n>/", app("a"), name="room")])), "has a %"),
    ],
    ids=str,
)
def test_a_pattern_that_django_cannot_reverse_takes_no_other_name_with_it(
    route, reason
):
    router = URLRouter(
        [path("a/", include(([route], "in"))), path("b/", app("b"), name="other")]
    )
    assert reverse_ws("other", router=router) == "/b/"
    with pytest.raises(NoReverseMatch, match=f"'in:room' cannot be .*{reason}"):
        reverse_ws("in:room", kwargs={"n": 1}, router=router)
    with pytest.raises(NoReverseMatch, match=r"names that there are: .*'in:room'"):
        reverse_ws("in:rooms", router=router)
