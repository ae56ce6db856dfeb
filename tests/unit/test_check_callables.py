"""The system checks of what routes and middleware call."""

from __future__ import annotations

from django.core import checks as django_checks
from django.urls import path
from django.views.generic import RedirectView

from channels_fast._routes.names import source_of
from channels_fast.auth import AuthMiddlewareStack
from channels_fast.middleware import BaseMiddleware
from channels_fast.routing import ProtocolTypeRouter

from ..support.checks import Chat, Old, app, application_checks, websocket  # noqa: F401 # fixtures
from ..support.sources import defined


def test_the_class_of_a_consumer_is_an_error(found):
    message = found(websocket(path("ws/<int:n>/", AuthMiddlewareStack(Chat))))["E001"]
    assert message.level == django_checks.ERROR
    assert message.msg == (
        "URLRouter, route 'ws/<int:n>/', in CookieMiddleware, in SessionMiddleware, "
        f"in AuthMiddleware: {defined(Chat)} is a class and not an application."
    )
    assert message.hint == "Write Chat.as_asgi()."


def test_as_asgi_without_a_call_is_an_error(found):
    message = found(ProtocolTypeRouter({"http": app, "websocket": Chat.as_asgi}))[
        "E002"
    ]
    assert message.msg == (
        "ProtocolTypeRouter, key 'websocket': "
        f"{defined(Chat, '.as_asgi')} was not called."
    )
    assert message.hint == "Write Chat.as_asgi()."


def test_one_object_of_a_consumer_is_a_warning(found):
    message = found(websocket(path("a/", Chat())))["W015"]
    assert message.msg == (
        f"URLRouter, route 'a/': one object of {defined(Chat)} serves all connections."
    )
    assert "Write Chat.as_asgi()" in message.hint


def test_an_application_of_asgi_2_is_a_warning(found):
    message = found(websocket(path("a/", Old)))["W014"]
    assert message.msg == (
        f"URLRouter, route 'a/': {source_of(Old)} is an application of ASGI 2, which "
        "is deprecated."
    )
    assert "`async def __call__(self, scope, receive, send)`" in message.hint


def test_middleware_of_asgi_2_around_asgi_2_is_one_warning(found):
    """Both are of one kind, so the outer one is what the router has to know."""

    class Middleware:
        def __init__(self, inner):
            self.inner = inner

        def __call__(self, scope):
            return self.inner(scope)

    assert list(found(websocket(path("a/", Middleware(Old))))) == ["W014"]


def test_middleware_of_channels_around_asgi_2_is_an_error(found):
    [(number, message)] = found(websocket(path("a/", BaseMiddleware(Old)))).items()
    assert number == "E004"
    assert message.msg.endswith(
        f"{source_of(Old)} is an application of ASGI 2, which middleware cannot call."
    )


def test_middleware_of_the_project_may_want_a_class(found):
    """How it calls what it wraps is not known, so this is not an error."""

    class Adapting(BaseMiddleware):
        async def __call__(self, scope, receive, send):
            await self.inner(scope)(receive, send)

    class Making:
        def __init__(self, inner):
            self.inner = inner

        async def __call__(self, scope, receive, send):
            await self.inner.as_asgi()(scope, receive, send)

    assert list(found(websocket(path("a/", Adapting(Old))))) == ["W014"]
    assert found(websocket(path("a/", Making(Chat)))) == {}


def test_a_class_whose_objects_are_awaited_is_fine(found):
    class Endpoint:
        def __init__(self, scope, receive, send):
            pass

        def __await__(self):
            yield

    class Open(Endpoint):
        def __init__(self, *args):
            pass

    assert found(websocket(path("a/", Endpoint), path("b/", Open))) == {}


def test_middleware_of_asgi_2_around_asgi_3_is_an_error(found):
    """It fails at every connection, wherever it stands."""

    class TokenAuth:
        def __init__(self, inner):
            self.inner = inner

        def __call__(self, scope):
            return self.inner(scope)

    for application in (
        TokenAuth(websocket(path("a/", Chat.as_asgi()))),
        websocket(path("a/", TokenAuth(Chat.as_asgi()))),
        websocket(path("a/", AuthMiddlewareStack(TokenAuth(Chat.as_asgi())))),
    ):
        [(number, message)] = found(application).items()
        assert (number, message.level) == ("E004", django_checks.ERROR)
        assert f"{source_of(TokenAuth)} is middleware of ASGI 2 around" in message.msg
        assert "`async def __call__(self, scope, receive, send)`" in message.hint


def test_a_view_of_django_is_an_error(found):
    def index(request):
        """A view."""

    for view in (index, RedirectView, RedirectView.as_view(url="/")):
        [(number, message)] = found(websocket(path("a/", view))).items()
        assert number == "E003"
        assert "is a view of Django and not an application" in message.msg
        assert message.hint.startswith("Views belong in the URLconf")


def test_an_annotation_that_names_nothing_is_no_mistake(found):
    """Python 3.14 evaluates annotations when it is asked for a signature."""

    class Annotated:
        @property
        def __signature__(self):
            raise NameError("name 'Scope' is not defined")

        def __call__(self, scope, receive, send):
            """Return what the server awaits."""

    assert found(websocket(path("a/", Annotated()))) == {}
