"""URLRouter: routes that change while a call is dispatched."""

from __future__ import annotations

import threading

import pytest
from django.urls import path, register_converter
from django.urls.exceptions import Resolver404
from django.urls.resolvers import RoutePattern

from ..support.routing import app, call, no_route


class Hooked:
    """A converter whose work a test may put in."""

    regex = "[a-z]+"

    def to_url(self, value):
        return value


register_converter(Hooked, "hooked")


EDITS = {
    "the callback of the outer route": lambda outer, inner, other: setattr(
        outer.routes[0], "callback", other
    ),
    "the pattern of the outer route": lambda outer, inner, other: setattr(
        outer.routes[0], "pattern", RoutePattern("y/", is_endpoint=False)
    ),
    "the outer list": lambda outer, inner, other: setattr(
        outer, "routes", [path("y/", other)]
    ),
    "a longer inner list": lambda outer, inner, other: setattr(
        inner, "routes", [path("new/", other), *inner.routes]
    ),
    "a shorter inner list": lambda outer, inner, other: setattr(
        inner, "routes", inner.routes[1:]
    ),
    "another inner list": lambda outer, inner, other: setattr(
        inner, "routes", [path("b/", other), path("a/", other)]
    ),
    "an item of the inner list": lambda outer, inner, other: inner.routes.__setitem__(
        1, path("a/", app("second"))
    ),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_a_search_goes_on_in_the_lists_that_it_began_with(channels, edit):
    """Whatever changes while an application runs that then raises Resolver404."""
    called = []

    async def first(scope, receive, send):
        called.append("first")
        edit(outer, inner, app("other"))
        raise Resolver404

    inner = channels.routing.URLRouter(
        [path("a/", first), path("a/", app("second"), {"k": 1})]
    )
    outer = channels.routing.URLRouter([path("<str:s>/", inner)])
    answer = call(outer, "/x/a/")
    assert (answer.name, called) == ("second", ["first"])
    assert answer.kwargs.get("s") == "x"


def test_a_converter_that_changes_the_list_and_refuses_is_asked_once(channels):
    """Nothing that was refused is asked again."""
    asked = []

    def refuse(value):
        asked.append(value)
        router.routes.append(path("later/", app("later")))
        raise ValueError

    router = channels.routing.URLRouter([path("<hooked:x>/", app("hooked"))])
    router.routes[0].pattern.converters["x"].to_python = refuse
    with no_route("a/"):
        call(router, "/a/")
    assert asked == ["a"]


def test_threads_that_dispatch_while_the_list_changes(channels):
    """Every answer is right for the list before the change or after it."""
    fixed = [path(f"r{n}/<int:x>/", app(f"r{n}")) for n in range(50)]
    extra = path("extra/", app("extra"))
    router = channels.routing.URLRouter(list(fixed))
    wrong, done = [], threading.Event()

    def dispatch(seed):
        number = seed
        while not done.is_set():
            number = (number * 31 + 7) % 50
            answer = call(router, f"/r{number}/{number}/")
            if (answer.name, answer.kwargs) != (f"r{number}", {"x": number}):
                wrong.append(answer)
            try:
                name = call(router, "/extra/").name
            except ValueError:
                name = "extra"
            if name != "extra":
                wrong.append(name)

    threads = [threading.Thread(target=dispatch, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for turn in range(100):
        if turn % 2:
            router.routes = list(fixed)
        else:
            router.routes.append(extra)
    done.set()
    for thread in threads:
        thread.join(30)
    assert wrong == []
    assert not any(thread.is_alive() for thread in threads)
