"""Lists that `include()` brings into a router."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest
from channels.routing import URLRouter as UpstreamURLRouter
from django.conf.urls.i18n import i18n_patterns
from django.core.exceptions import ImproperlyConfigured
from django.urls import include, path, re_path
from django.urls.exceptions import Resolver404
from django.utils import translation

from channels_fast._routes.compile import plan_routes
from channels_fast._routes.languages import Languages
from channels_fast._routes.resolve import resolve
from channels_fast._routes.walk import walk
from channels_fast.checks.applications import check_applications
from channels_fast.checks.arguments import check_arguments
from channels_fast.checks.routes import check_routes
from channels_fast.checks.shadows import check_shadows
from channels_fast.exceptions import NotAnApplicationError
from channels_fast.generic.websocket import AsyncWebsocketConsumer
from channels_fast.middleware import BaseMiddleware
from channels_fast.routing import URLRouter
from tests.support.engines import both_engines as _both_engines  # noqa: F401 # a fixture
from tests.support.routing import app, call, failing, no_route

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def module(monkeypatch):
    """A module that can be imported as "included"."""
    made = ModuleType("included")
    monkeypatch.setitem(sys.modules, "included", made)
    return made


def test_a_list_is_reached_behind_its_prefix():
    routes = [path("<int:n>/", app("n")), re_path(r"^(\w+)/$", app("word"))]
    router = URLRouter([path("a/<str:s>/", include(routes)), path("a/", app("a"))])
    assert call(router, "/a/x/1/").name == "n"
    assert call(router, "/a/x/1/").kwargs == {"s": "x", "n": 1}
    assert call(router, "/a/x/y/").name == "word"
    assert call(router, "/a/").name == "a"
    with no_route("a/x/y/z/"):
        call(router, "/a/x/y/z/")


def test_a_module_is_included_by_its_name_and_by_itself(module):
    module.urlpatterns = [path("a/", app("a"))]
    router = URLRouter([path("x/", include("included")), path("y/", include(module))])
    assert call(router, "/x/a/").name == call(router, "/y/a/").name == "a"


def test_a_list_of_another_name_is_included_by_itself(module):
    module.websocket_urlpatterns = [path("a/", app("a"), name="a")]
    router = URLRouter([path("x/", include((module.websocket_urlpatterns, "in")))])
    assert call(router, "/x/a/").name == "a"
    assert [route.name for route in router.describe()] == ["in:a"]


def test_a_module_without_urlpatterns_is_an_error_that_says_what_to_write(module):
    module.websocket_urlpatterns = []
    route = path("x/", include("included"))
    with pytest.raises(ImproperlyConfigured) as caught:
        URLRouter([route])
    text = str(caught.value)
    assert text.startswith("URLRouter, route 'x/': The included URLconf ")
    assert text.endswith(
        " Call the list of included `urlpatterns`, or write "
        "include(included.websocket_urlpatterns)."
    )


def test_the_first_route_that_accepts_the_path_wins():
    router = URLRouter(
        [
            path("a/", include([path("x/", app("first"))])),
            path("a/", include([path("x/", app("second")), path("y/", app("y"))])),
            path("a/<path:p>", app("rest")),
        ]
    )
    assert call(router, "/a/x/").name == "first"
    assert call(router, "/a/y/").name == "y"
    assert call(router, "/a/z/").name == "rest"


def test_an_application_that_refuses_sends_the_connection_on():
    refusing = [path("x/", failing(Resolver404("no"))), path("x/", app("next"))]
    router = URLRouter([path("a/", include(refusing[:1])), path("a/x/", app("after"))])
    assert call(router, "/a/x/").name == "after"
    assert call(URLRouter([path("a/", include(refusing))]), "/a/x/").name == "next"


def test_default_arguments_of_the_inner_route_replace_those_of_the_include():
    inner = [path("<str:s>/", app("a"), {"k": "inner"})]
    route = path("<str:s>/", include(inner), {"k": "outer", "j": "outer"})
    answer = call(URLRouter([route]), "/x/y/")
    assert answer.kwargs == {"s": "y", "k": "inner", "j": "outer"}
    assert list(route.resolve("x/y/").kwargs.items()) == list(answer.kwargs.items())


def test_positional_arguments_of_the_prefix_stay_as_with_a_nested_router():
    inner = [path("<int:n>/", app("a"))]
    included = URLRouter([re_path(r"^(\w+)/", include(inner))])
    nested = URLRouter([re_path(r"^(\w+)/", URLRouter(inner))])
    answer = call(included, "/x/1/")
    assert (answer.args, answer.kwargs) == (("x",), {"n": 1})
    assert call(nested, "/x/1/") == answer


def test_slashes_behind_the_prefix_are_taken_off_as_with_a_nested_router():
    router = URLRouter([path("a", include([path("b/", app("b"))]))])
    assert call(router, "/a/b/").name == call(router, "/a//b/").name == "b"


def test_routers_middleware_and_includes_stand_inside_each_other():
    inner = URLRouter([path("c/", include([path("d/", app("d"))]))])
    lists = [
        path("b/", BaseMiddlewareOf(inner)),
        path("r/", URLRouter([*inner.routes])),
    ]
    router = URLRouter([path("a/", include([path("", include(lists))]))])
    assert call(router, "/a/b/c/d/").name == call(router, "/a/r/c/d/").name == "d"


class BaseMiddlewareOf(BaseMiddleware):
    """Middleware that does nothing."""

    async def __call__(self, scope, receive, send):
        return await self.inner(scope, receive, send)


def test_a_route_added_to_an_included_list_is_seen():
    routes = [path("a/", app("a"))]
    router = URLRouter([path("x/", include(routes))])
    assert call(router, "/x/a/").name == "a"
    routes.append(path("b/", app("b")))
    assert call(router, "/x/b/").name == "b"
    assert call(router, "/x/b/").name == "b"


@pytest.mark.parametrize("refreshed", [True, False])
def test_an_include_may_be_added_later(refreshed):
    routes = [path("a/", app("a"))]
    router = URLRouter([path("x/", include(routes))])
    assert call(router, "/x/a/").name == "a"
    routes.append(path("y/", include([path("b/", app("b"), {"k": 1})])))
    router.routes.append(path("z/", include([path("b/", app("b"))])))
    if refreshed:
        router.refresh()
        assert [str(route.pattern) for route in router.describe()][1:] == [
            "x/y/b/",
            "z/b/",
        ]
    for _ in range(3):
        assert call(router, "/x/y/b/").kwargs == {"k": 1}
        assert call(router, "/z/b/").name == "b"


def test_one_list_may_be_included_in_many_places():
    shared = [path("deep/", include([path("a/", app("a"))]))]
    router = URLRouter([path(f"{n}/", include(shared)) for n in range(5)])
    assert all(call(router, f"/{n}/deep/a/").name == "a" for n in range(5))


def test_the_same_list_may_serve_django_too():
    """Django's own resolver finds what it found before a router had the list."""
    urls = [path("a/", app("a")), path("b/", include([path("c/", app("c"))]))]
    route = path("x/", include(urls))
    before = route.resolve("x/b/c/").func
    URLRouter([route])
    assert route.resolve("x/b/c/").func is before


def test_an_include_of_itself_is_an_error_with_the_way(module):
    module.urlpatterns = [path("b/", include("included"))]
    with pytest.raises(ImproperlyConfigured) as caught:
        URLRouter([path("a/", include("included"))])
    assert str(caught.value) == (
        "URLRouter, route 'b/': this include() leads back to itself: "
        "'a/' > 'b/' > 'b/'. Take it out of the list that it includes."
    )


def test_an_include_of_itself_that_is_added_later_is_the_same_error():
    routes = [path("a/", app("a"))]
    router = URLRouter([path("x/", include(routes))])
    routes.append(path("", include(routes)))
    with pytest.raises(ImproperlyConfigured, match="leads back to itself: '' > ''"):
        call(router, "/x/b/")


def test_a_view_in_an_included_list_is_an_error_that_names_the_route():
    def view(request, n):
        """Answer HTTP."""

    router = URLRouter([path("x/", include([path("views/<int:n>/", view)]))])
    with pytest.raises(NotAnApplicationError) as caught:
        call(router, "/x/views/1/")
    text = str(caught.value)
    assert text.startswith("URLRouter, route 'views/<int:n>/': ")
    assert "is a view of Django and not an application" in text


def test_the_checks_find_a_view_in_an_included_list():
    def view(request):
        """Answer HTTP."""

    router = URLRouter([path("x/", include([path("views/", view)]))])
    (found,) = check_applications(walk(router))
    assert found.id == "channels_fast.E003"
    assert "route 'views/': " in found.msg
    assert "is a view of Django and not an application" in found.msg


def test_an_entry_of_an_included_list_that_is_no_route_is_an_error():
    with pytest.raises(AttributeError, match="'str' object has no attribute"):
        URLRouter([path("x/", include(["a/"]))])


def test_the_prefix_of_a_language_is_that_of_the_active_one(settings):
    settings.USE_I18N = True
    settings.LANGUAGES = [("en", "English"), ("de", "German")]
    settings.LANGUAGE_CODE = "en"
    router = URLRouter(i18n_patterns(path("a/", app("a"))))
    assert call(router, "/en/a/").name == "a"
    with translation.override("de"):
        assert call(router, "/de/a/").name == "a"
        with no_route("en/a/"):
            call(router, "/en/a/")


def test_an_included_route_is_told_with_its_whole_pattern_and_name():
    inner = [path("<int:n>/", app("a"), name="room")]
    middle = [path("in/", include((inner, "inner"), namespace="other"))]
    outer = URLRouter([path("chat/", include((middle, "chat")), name="ignored")])
    (route,) = URLRouter([path("ws/", outer, name="ignored")]).describe()
    assert (route.pattern, route.name) == ("ws/chat/in/<int:n>/", "chat:other:room")


def test_an_included_list_is_part_of_the_table_of_its_router():
    deep = [path("deep/", include([path("a/", app("a"))]))]
    routes = [path("x/", app("x")), path("chat/", include(deep))]
    plan = plan_routes(routes, URLRouter).router
    plain, nested = (route[-1] for route in plan.routes)
    assert plain is None
    assert nested.live is deep
    assert nested.routes[0][-1] is not None


def test_the_tree_shows_what_is_included():
    router = URLRouter([path("chat/", include([path("<int:n>/", app("a"))]))])
    lines = repr(router).splitlines()
    assert lines[0] == "URLRouter"
    assert lines[1].split()[0] == "chat/"
    assert lines[1].endswith("URLRouter")
    assert lines[2].startswith("    <int:n>/")


def test_a_path_is_resolved_through_what_is_included():
    inner = [path("a/", app("a")), path("<int:n>/", app("n"), {"k": 1})]
    router = URLRouter([path("chat/", include(inner), {"j": 2})])
    found = resolve(router, {"type": "websocket", "path": "/chat/3/"})
    assert found.scope["url_route"]["kwargs"] == {"j": 2, "n": 3, "k": 1}
    assert [one.pattern for one in found.asked] == [
        "chat/",
        "chat/a/",
        "chat/<int:n>/",
    ]


def test_the_checks_find_nothing_wrong_with_an_include():
    inner = [path("a/", app("a")), re_path("^b/$", app("b"))]
    twice = [path("x/", include(inner)), path("x/", include(inner[:1]))]
    visits = list(walk(URLRouter([*twice, re_path("^y/", include(inner))])))
    assert [*check_routes(visits, Languages()), *check_arguments(visits)] == []


def test_the_checks_find_included_routes_that_never_answer():
    consumer = AsyncWebsocketConsumer.as_asgi()
    first = path("x/", include([path("<str:name>/", consumer)]))
    second = path("x/", include([path("b/", consumer)]))
    visits = list(walk(URLRouter([first, second]), "here"))
    [message] = check_shadows(visits, Languages())
    assert message.id == "channels_fast.W004"
    assert "'x/'" in message.msg
    assert (
        list(check_shadows(list(walk(URLRouter([second, first]))), Languages())) == []
    )


def test_the_checks_look_at_included_routes():
    inner = [path("/a/", app("a")), path("<int:n>/", app("n"))]
    router = URLRouter([re_path("^<n>(?P<n>x)/$", include(inner))])
    visits = list(walk(router))
    found = [*check_routes(visits, Languages()), *check_arguments(visits)]
    assert sorted(one.id for one in found) == [
        "channels_fast.W001",
        "channels_fast.W003",
        "channels_fast.W005",
    ]


def test_a_router_of_channels_may_stand_in_an_included_list():
    theirs = UpstreamURLRouter([path("a/", app("a"))])
    router = URLRouter([path("x/", include([path("y/", theirs)]))])
    assert call(router, "/x/y/a/").name == "a"
