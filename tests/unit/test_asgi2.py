"""Applications of ASGI 2 in the routers, and what is nearly an application."""

from __future__ import annotations

import functools
import warnings

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import path
from django.urls.exceptions import Resolver404
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from channels_fast.consumer import AsyncConsumer
from channels_fast.generic.websocket import WebsocketConsumer
from channels_fast.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from tests.support.routing import Answer, app, call, failing, no_route, run
from tests.support.sources import defined


@pytest.fixture(params=["compiled", "python"], autouse=True)
def engine(request, monkeypatch):
    """Run each test with the compiled table and with Python's own routing."""
    if request.param == "python":
        monkeypatch.setattr("channels_fast._routes.compile.WHY_NOT_COMPILED", "a test")


def make_class():
    class Application:
        def __init__(self, scope):
            self.scope = scope

        async def __call__(self, receive, send):
            return Answer("class", self.scope)

    return Application


def make_open_class():
    class Application:
        def __init__(self, *args, **kwargs):
            self.args = args

        async def __call__(self, receive, send):
            (scope,) = self.args
            return Answer("open class", scope)

    return Application


def make_function():
    def application(scope):
        async def instance(receive, send):
            return Answer("function", scope)

        return instance

    return application


def make_middleware():
    class Middleware:
        def __init__(self, inner):
            self.inner = inner

        def __call__(self, scope):
            return self.inner(dict(scope, tenant="t"))

    return Middleware(make_class())


def make_open_middleware():
    class Middleware:
        def __init__(self, inner):
            self.inner = inner

        def __call__(self, *args):
            return self.inner(*args)

    return Middleware(make_class())


def make_partial():
    def application(name, scope):
        async def instance(receive, send):
            return Answer(name, scope)

        return instance

    return functools.partial(application, "partial")


KINDS = [
    *(make_class, make_open_class, make_function, make_partial),
    *(make_middleware, make_open_middleware),
]
IDS = [make.__name__ for make in KINDS]


def routers(application):
    """Yield each router around *application*, and the scope that leads to it."""
    yield URLRouter([path("a/<int:n>/", application)]), {"path": "/a/5/"}
    nested = URLRouter([path("a/", URLRouter([path("<int:n>/", application)]))])
    yield nested, {"path": "/a/5/"}
    yield ProtocolTypeRouter({"http": application}), {"type": "http"}
    yield ChannelNameRouter({"c": application}), {"channel": "c"}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("make", KINDS, ids=IDS)
def test_an_application_of_asgi_2_is_called_in_two_steps(make):
    application = make()
    for router, scope in routers(application):
        for _ in range(2):
            answer = run(router(dict(scope), None, None))
            assert answer.scope.items() >= scope.items()
            if isinstance(router, URLRouter):
                assert answer.kwargs == {"n": 5}
            assert ("tenant" in answer.scope) == (make is make_middleware)


@pytest.mark.parametrize("make", KINDS, ids=IDS)
def test_it_warns_once_for_each_application(make):
    application = make()
    router = URLRouter([path("a/<int:n>/", application)])
    with warnings.catch_warnings(record=True) as caught:
        # Routing in Python warns each time, which this filter shows once.
        warnings.simplefilter("default")
        assert [call(router, f"/a/{n}/").kwargs["n"] for n in (1, 2)] == [1, 2]
    [warning] = caught
    text = str(warning.message)
    assert text.startswith("URLRouter, route 'a/<int:n>/': ")
    assert " is an application of ASGI 2, which is deprecated. " in text
    assert "`async def __call__(self, scope, receive, send)`" in text
    assert "`.as_asgi()`" in text


@pytest.mark.parametrize("make", [make_class, make_function, make_middleware])
def test_the_warning_names_the_application(make):
    application = make()
    with pytest.warns(DeprecationWarning, match="ASGI 2") as caught:
        call(URLRouter([path("a/", application)]), "/a/")
    [warning] = caught
    named = application if hasattr(application, "__name__") else type(application)
    assert f"{__name__}.{named.__qualname__}" in str(warning.message)


def test_the_warning_names_the_place_in_each_router():
    texts = []
    for index in range(4):
        router, scope = list(routers(make_class()))[index]
        with pytest.warns(DeprecationWarning, match="ASGI 2") as caught:
            run(router(dict(scope), None, None))
        texts.append(str(caught[0].message).partition(": ")[0])
    assert texts[0] == "URLRouter, route 'a/<int:n>/'"
    # Python routes level by level, and the inner router knows its own routes only.
    assert texts[1] in (texts[0], "URLRouter, route '<int:n>/'")
    assert texts[2:] == [
        "ProtocolTypeRouter, key 'http'",
        "ChannelNameRouter, key 'c'",
    ]


def test_the_filter_error_turns_the_warning_into_an_exception():
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        with pytest.raises(DeprecationWarning):
            call(URLRouter([path("a/", make_class())]), "/a/")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_application_without_a_hash_works():
    class Middleware:
        __hash__ = None

        def __call__(self, scope):
            return make_class()(scope)

    assert call(URLRouter([path("a/", Middleware())]), "/a/").name == "class"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_application_that_comes_later_is_adapted_too():
    routes = [path("a/", app("a"))]
    router = URLRouter(routes)
    assert call(router, "/a/").name == "a"
    routes.append(path("b/", make_class()))
    assert [call(router, "/b/").name for _ in range(3)] == ["class"] * 3


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_resolver404_of_either_step_goes_on_with_the_next_route():
    def first_step(scope):
        raise Resolver404

    def second_step(scope):
        async def instance(receive, send):
            raise Resolver404

        return instance

    router = URLRouter(
        [
            path("a/", first_step),
            path("a/", second_step),
            path("a/", make_class()),
            path("b/", second_step),
        ]
    )
    assert call(router, "/a/").name == "class"
    with no_route("b/"):
        call(router, "/b/")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("error", [TypeError("mine"), ValueError("mine")])
def test_errors_of_the_application_are_its_own(error):
    def first_step(scope):
        raise error

    def second_step(scope):
        async def instance(receive, send):
            raise error

        return instance

    for application in (first_step, second_step, failing(error)):
        for router, scope in routers(application):
            error.__traceback__ = error.__context__ = None
            with pytest.raises(type(error)) as caught:
                run(router(dict(scope), None, None))
            assert caught.value is error
            assert caught.value.__context__ is None


def test_a_type_error_within_an_application_does_not_call_it_again():
    calls = []

    class Application:
        def __call__(self, *args):
            calls.append(len(args))
            return self.inner()

        async def inner(self):
            raise TypeError("mine")

    for router, scope in routers(Application()):
        calls.clear()
        with pytest.raises(TypeError, match="mine"):
            run(router(dict(scope), None, None))
        assert calls == [3]


def test_middleware_of_asgi_2_around_asgi_3_is_an_error_that_names_both():
    class TwoSteps:
        def __init__(self, inner):
            self.inner = inner

        def __call__(self, scope):
            pytest.fail("called")

    async def inner(scope, receive, send):
        pytest.fail("called")

    for router, scope in routers(TwoSteps(inner)):
        with pytest.raises(TypeError) as caught:
            run(router(dict(scope), None, None))
        assert isinstance(caught.value, ImproperlyConfigured)
        text = str(caught.value)
        assert "TwoSteps (" in text
        assert f"{__file__}, line " in text
        assert ") is middleware of ASGI 2 around " in text
        assert "inner, which is an application of ASGI 3. " in text


def views():
    """Return views of Django, none of which may be called."""

    def function(request):
        pytest.fail("called")

    def unused_request(_request):
        pytest.fail("called")

    def captures(request, pk):
        pytest.fail("called")

    async def coroutine(request):
        pytest.fail("called")

    class Page(View):
        def get(self, request):
            pytest.fail("called")

    return [
        *(function, unused_request, captures, coroutine, Page, Page.as_view()),
        csrf_exempt(function),
        functools.partial(function),
    ]


@pytest.mark.parametrize("view", views(), ids=range(8))
def test_a_view_of_django_is_told_apart_and_not_called(view):
    for router, scope in routers(view):
        with pytest.raises(TypeError, match="is a view of Django") as caught:
            run(router(dict(scope), None, None))
        assert isinstance(caught.value, ImproperlyConfigured)


def test_the_class_of_an_application_of_asgi_3_is_an_error_that_says_what_to_write():
    class Handler:
        async def __call__(self, scope, receive, send):
            pytest.fail("called")

    with pytest.raises(TypeError, match=r"Write Handler\(\)\."):
        call(URLRouter([path("a/", Handler)]), "/a/")


def test_what_takes_neither_one_nor_three_arguments_is_the_same_error():
    def application(one, two):
        pytest.fail("called")

    for router, scope in routers(application):
        with pytest.raises(TypeError, match="takes 2 positional arguments but 3"):
            run(router(dict(scope), None, None))


class Chat(WebsocketConsumer):
    """A consumer whose class can be called with anything."""


class Plain(AsyncConsumer):
    """A consumer whose class takes no arguments."""


@pytest.mark.parametrize("consumer", [Chat, Plain])
def test_the_class_of_a_consumer_is_an_error_that_says_what_to_write(consumer):
    name = consumer.__name__
    for router, scope in routers(consumer):
        with pytest.raises(TypeError) as caught:
            run(router(dict(scope), None, None))
        assert isinstance(caught.value, ImproperlyConfigured)
        assert str(caught.value).endswith(
            f": {defined(consumer)} is a class and not an application. "
            f"Write {name}.as_asgi()."
        )


def test_as_asgi_that_was_not_called_is_an_error_that_says_what_to_write():
    with pytest.raises(TypeError) as caught:
        call(URLRouter([path("a/", Chat.as_asgi)]), "/a/")
    assert isinstance(caught.value, ImproperlyConfigured)
    assert str(caught.value) == (
        f"URLRouter, route 'a/': {defined(Chat, '.as_asgi')} was not called. "
        "Write Chat.as_asgi()."
    )


def test_the_class_of_a_consumer_that_no_route_reaches_is_not_an_error():
    """An application that is never called is never an error."""
    router = URLRouter([path("a/", Chat), path("b/", app("b"))])
    assert call(router, "/b/").name == "b"
