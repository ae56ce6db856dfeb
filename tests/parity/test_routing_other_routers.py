"""ProtocolTypeRouter, ChannelNameRouter and get_default_application."""

from __future__ import annotations

import sys
import types
from collections import UserDict, defaultdict
from types import MappingProxyType

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import path
from django.urls.exceptions import Resolver404

from ..support.routing import (
    app,
    failing,
    no_route,
    raises,
    raises_with_hints,
    run,
)

KINDS = [("ProtocolTypeRouter", "type"), ("ChannelNameRouter", "channel")]
WORDS = {"type": "scope type", "channel": "channel name"}


@pytest.fixture(params=KINDS, ids=[kind for kind, _ in KINDS])
def router_and_key(channels, request):
    """The class of one of both routers, and the key of the scope that it reads."""
    name, key = request.param
    return getattr(channels.routing, name), key


def test_the_mapping_decides(router_and_key):
    """The application gets the caller's own scope, receive and send."""
    kind, key = router_and_key
    seen = []

    async def application(*args, **kwargs):
        seen.append((args, kwargs))
        return "result"

    router = kind({"http": app("http"), "x": application})
    scope, receive, send = {key: "x"}, object(), object()
    assert run(router(scope, receive, send)) == "result"
    assert run(router(send=send, scope=scope, receive=receive)) == "result"
    for args, kwargs in seen:
        assert [id(arg) for arg in args] == [id(scope), id(receive), id(send)]
        assert kwargs == {}
    assert scope == {key: "x"}


def test_a_value_without_an_application_is_a_value_error(router_and_key):
    """The error names it as by repr()."""
    kind, key = router_and_key
    router = kind({"http": app("http")})
    for value in ("x", "it's", "\u00e9", None, 5, b"http", ""):
        text = f"No application configured for {WORDS[key]} {value!r}"
        with raises_with_hints(text) as caught:
            run(router({key: value}, None, None))
        assert caught.value.__context__ is None
        assert caught.value.__cause__ is None


def test_a_tuple_may_be_the_value(router_and_key):
    """A tuple of one is named like any value, or as `%` formats it."""
    kind, key = router_and_key
    router = kind({("a",): app("tuple"), "http": app("http")})
    assert run(router({key: ("a",)}, None, None)).name == "tuple"


def test_a_value_that_cannot_be_a_key_is_a_type_error(router_and_key):
    """It fails as a dict fails."""
    kind, key = router_and_key
    with pytest.raises(TypeError, match="unhashable type: 'list'"):
        run(kind({"http": app("http")})({key: []}, None, None))


def test_the_mapping_is_kept_and_read_at_every_call(router_and_key):
    """It may grow, shrink, change or be replaced."""
    kind, key = router_and_key
    mapping = {"http": app("one")}
    router = kind(mapping)
    assert router.application_mapping is mapping
    assert kind(application_mapping=mapping).application_mapping is mapping
    assert run(router({key: "http"}, None, None)).name == "one"
    mapping["http"] = app("two")
    assert run(router({key: "http"}, None, None)).name == "two"
    router.application_mapping["x"] = app("x")
    assert run(router({key: "x"}, None, None)).name == "x"
    del mapping["http"]
    with pytest.raises(ValueError, match="'http'"):
        run(router({key: "http"}, None, None))
    router.application_mapping = {"http": app("three")}
    assert run(router({key: "http"}, None, None)).name == "three"


def test_the_mapping_may_be_of_any_kind(router_and_key):
    """A read-only one, a subclass, or none of dict's family."""
    kind, key = router_and_key

    class Everything(dict):
        def __contains__(self, item):
            return True

        def __missing__(self, item):
            return app(f"made for {item}")

    class Claims(dict):
        def __contains__(self, item):
            return True

    content = {"http": app("http")}
    for mapping in (MappingProxyType(content), UserDict(content)):
        assert run(kind(mapping)({key: "http"}, None, None)).name == "http"
    made = run(kind(Everything(content))({key: "x"}, None, None))
    assert made.name == "made for x"
    with raises(KeyError, "'x'"):
        run(kind(Claims(content))({key: "x"}, None, None))


def test_a_default_factory_is_not_asked(router_and_key):
    """`in` decides, so nothing is added to the caller's mapping."""
    kind, key = router_and_key
    mapping = defaultdict(lambda: app("default"), http=app("http"))
    with pytest.raises(ValueError, match="'x'"):
        run(kind(mapping)({key: "x"}, None, None))
    assert list(mapping) == ["http"]


def test_keys_are_found_by_equality(router_and_key):
    """A subclass of str that equals the key will do."""
    kind, key = router_and_key

    class Text(str):
        __slots__ = ()

    assert run(kind({"http": app("x")})({key: Text("http")}, None, None)).name == "x"


def test_the_scope_may_be_any_mapping(router_and_key):
    """It is passed on, the very object."""
    kind, key = router_and_key
    router = kind({"http": app("http")})
    for scope in (MappingProxyType({key: "http"}), UserDict({key: "http"})):
        assert run(router(scope, None, None)).scope is scope


def test_errors_of_the_application_escape(router_and_key):
    """Every one, Resolver404 too."""
    kind, key = router_and_key
    for error in (Resolver404("x"), KeyError("x"), ValueError("x")):
        with pytest.raises(type(error)) as caught:
            run(kind({"http": failing(error)})({key: "http"}, None, None))
        assert caught.value is error
        assert caught.value.__context__ is None


def test_an_application_that_cannot_be_called_fails_when_it_is_reached(router_and_key):
    """A None in the mapping fails when its turn comes."""
    kind, key = router_and_key
    with raises(TypeError, "'NoneType' object is not callable"):
        run(kind({"http": None})({key: "http"}, None, None))


def test_routers_of_all_kinds_nest(channels):
    """Both may hold the other."""
    routing = channels.routing
    router = routing.ProtocolTypeRouter(
        {
            "http": app("http"),
            "channel": routing.ChannelNameRouter({"thumbs": app("thumbs")}),
            "websocket": routing.URLRouter([]),
        }
    )
    assert run(router({"type": "channel", "channel": "thumbs"}, 1, 2)).name == "thumbs"
    with no_route(""):
        run(router({"type": "websocket", "path": "/"}, 1, 2))


def test_a_scope_without_a_type_is_a_key_error(channels):
    """ProtocolTypeRouter fails with the KeyError of the scope."""
    router = channels.routing.ProtocolTypeRouter({"http": app("http")})
    with raises(KeyError, "'type'"):
        run(router({}, None, None))


def test_a_scope_without_a_channel_is_explained(channels):
    """ChannelNameRouter explains what it is for."""
    router = channels.routing.ChannelNameRouter({"a": app("a")})
    with raises(
        ValueError,
        "ChannelNameRouter got a scope without a 'channel' key. "
        "Did you make sure it's only being used for 'channel' type messages?",
    ):
        run(router({"type": "channel"}, None, None))


@pytest.mark.parametrize("mapping", [None, 5])
def test_a_mapping_of_none_fails_at_the_first_call(channels, mapping):
    """ChannelNameRouter takes it, and fails at the first call."""
    router = channels.routing.ChannelNameRouter(mapping)
    with pytest.raises(TypeError, match=r"is not a container or iterable|not iterable"):
        run(router({"channel": "a"}, None, None))


# ---------------------------------------------------------------- the setting


@pytest.fixture
def module(monkeypatch):
    """A module that has one application."""
    module = types.ModuleType("routing_of_a_project")
    module.application = app("default")
    module.router = types.SimpleNamespace(inner=1)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


def test_the_default_application_is_the_one_that_the_setting_names(
    channels, settings, module
):
    """Any object that the setting names; it need not be callable."""
    settings.ASGI_APPLICATION = "routing_of_a_project.application"
    found = channels.routing.get_default_application()
    assert found is module.application
    settings.ASGI_APPLICATION = "routing_of_a_project.router"
    assert channels.routing.get_default_application() is module.router


@pytest.mark.parametrize("value", [None, "nodot", "", 5, ["a.b"]])
def test_a_setting_without_a_dot_is_not_found(channels, settings, value):
    """Not set, or without a dot."""
    settings.ASGI_APPLICATION = value
    with raises(
        ImproperlyConfigured, "Cannot find ASGI_APPLICATION setting."
    ) as caught:
        channels.routing.get_default_application()
    assert isinstance(caught.value.__context__, (ValueError, AttributeError))


def test_a_deleted_setting_is_not_found(channels, settings):
    """A deleted setting is a missing one."""
    del settings.ASGI_APPLICATION
    with raises(ImproperlyConfigured, "Cannot find ASGI_APPLICATION setting."):
        channels.routing.get_default_application()


def test_a_missing_module_is_named(channels, settings):
    """The text names the module alone."""
    for name in ("nowhere_to_be_found", "django.nowhere"):
        settings.ASGI_APPLICATION = f"{name}.application"
        with raises(
            ImproperlyConfigured, f"Cannot import ASGI_APPLICATION module {name!r}"
        ) as caught:
            channels.routing.get_default_application()
        assert isinstance(caught.value.__context__, ImportError)


def test_an_import_error_of_the_module_is_a_wrong_setting(
    channels, settings, monkeypatch, tmp_path
):
    """ImportError counts as "cannot import"; any other error escapes."""
    name = f"failing_{channels}"
    (tmp_path / f"{name}_import.py").write_text("import nowhere_to_be_found\n")
    (tmp_path / f"{name}_other.py").write_text("raise ZeroDivisionError('mine')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    settings.ASGI_APPLICATION = f"{name}_import.application"
    with raises(
        ImproperlyConfigured, f"Cannot import ASGI_APPLICATION module '{name}_import'"
    ):
        channels.routing.get_default_application()
    settings.ASGI_APPLICATION = f"{name}_other.application"
    with raises(ZeroDivisionError, "mine"):
        channels.routing.get_default_application()


def test_a_missing_attribute_is_named(channels, settings, module):
    """The module of the text is not quoted."""
    settings.ASGI_APPLICATION = "routing_of_a_project.missing"
    with raises(
        ImproperlyConfigured,
        "Cannot find 'missing' in ASGI_APPLICATION module routing_of_a_project",
    ) as caught:
        channels.routing.get_default_application()
    assert isinstance(caught.value.__context__, AttributeError)
    settings.ASGI_APPLICATION = "routing_of_a_project."
    with raises(
        ImproperlyConfigured,
        "Cannot find '' in ASGI_APPLICATION module routing_of_a_project",
    ):
        channels.routing.get_default_application()


# --- What channels 3 has more ------------------------------------------------


@pytest.mark.until("4.0", "no router uses it")
def test_a_route_is_matched_with_its_defaults(channels):
    match = channels.routing.route_pattern_match
    route = path("a/<int:n>/", app("a"), {"k": "default"})
    assert match(route, "a/5/") == ("", (), {"n": 5, "k": "default"})
    assert match(route, "b/5/") is None


@pytest.mark.until("4.0", "a router without an http key is no mistake")
def test_a_router_without_http_warns_with_the_text_of_the_module(channels):
    text = channels.routing.DEPRECATION_MSG
    assert text.strip().startswith(
        'Using ProtocolTypeRouter without an explicit "http" key is deprecated.'
    )
    with pytest.warns(DeprecationWarning, match="deprecated") as warned:
        channels.routing.ProtocolTypeRouter({})
    assert str(warned[0].message) == text
    assert warned[0].filename == __file__
