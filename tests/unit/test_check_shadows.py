"""The system check of routes that never answer, behind others that take their paths."""

from __future__ import annotations

import random
import warnings

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import path, re_path, register_converter
from django.urls.converters import StringConverter
from django.urls.exceptions import Resolver404

from channels_fast._routes.languages import Languages
from channels_fast._routes.walk import walk
from channels_fast.auth import AuthMiddlewareStack
from channels_fast.checks.shadows import shadowed_routes
from channels_fast.middleware import BaseMiddleware
from channels_fast.routing import URLRouter

from ..property.samples import sample
from ..support.checks import Chat, answering, by_function
from ..support.checks import app as end


class Even(StringConverter):
    """Refuses what has an odd length."""

    def to_python(self, value):
        if len(value) % 2:
            raise ValueError(value)
        return value


register_converter(Even, "even")


def shadowed(*routes):
    """Return the routes that never answer, each with the one that does."""
    found = shadowed_routes(walk(URLRouter(list(routes))), Languages())
    return [(_text(own), _text(by)) for own, by in found]


def _text(routes):
    return "".join(str(route.pattern) for route in routes)


def made(text, application=end):
    """Return a route: a regular expression if *text* begins with a tilde."""
    if text.startswith("~"):
        return re_path(text[1:], application)
    return path(text, application)


SHADOWED = [
    # The same, but for the name of a parameter.
    ("a/<int:x>/", "a/<int:y>/"),
    ("a/<even:x>/", "a/<even:y>/"),
    ("~^a/(?P<x>[^/]+)/$", "a/<y>/"),
    ("~^a/(?!b)", "~^a/(?!b)"),
    # A parameter in front of text, and of a narrower one.
    ("<x>/", "chat/"),
    ("<x>/", "<int:y>/"),
    ("<slug:x>/", "<uuid:y>/"),
    ("<x>/", "<even:y>/"),
    ("<int:x>/", "5/"),
    ("<x>/<y>/", "<x>/b/"),
    ("<path:p>", "chat/<x>/"),
    ("ws/<path:p>/end/", "ws/a/b/end/"),
    # Everything.
    ("~", "chat/"),
    ("~^", ""),
    ("~.*", "~^a$"),
    ("~^ws", "ws/chat/"),
    # Regular expressions.
    (r"~^ws/(?P<room>[\w-]+)/$", r"~^ws/(?P<room>\w+)/$"),
    (r"~^ws/(?P<room>\w+)/$", "~^ws/[0-9]{1,3}/$"),
    ("~^(?i:WS)/", "ws/chat/"),
    ("~^[^/]+$", "caf\u00e9"),
    ("~^(a|b|c)/$", "~^[bc]/$"),
    (r"~^a\Z", "a"),
    ("~^(ab)?(cd)?$", "abcd"),
    ("~b", "a/b/c"),
    (r"~^[^\d]$", "~^[a-z]$"),
]


@pytest.mark.parametrize(("first", "later"), SHADOWED)
def test_a_route_behind_one_that_takes_its_paths_never_answers(first, later):
    own, other = (text.lstrip("~") for text in (later, first))
    assert shadowed(made(first), made(later)) == [(own, other)]


NOT_SHADOWED = [
    ("chat/", "<x>/"),
    ("<int:x>/", "<x>/"),
    ("<x>/", "<path:y>/"),
    ("<x>/", ""),
    ("<path:p>", ""),
    ("a/<x>/", "a/"),
    # A converter may refuse a path. A number may have too many digits for `int()`, but
    # those of `\d` are not only those of `int`.
    ("<even:x>/", "ab/"),
    ("<even:x>/", "<x>/"),
    ("<int:x>/", r"~^\d+/$"),
    ("~^a$", "~^a"),
    (r"~^\w+/$", r"~^[\w-]+/$"),
    (r"~^[a-z]+$", r"~^(?i:[a-z])+$"),
    # What is not known is not said.
    ("~^(?=a)", "a"),
    (r"~^a\b", "a/"),
    (r"~^(a)\1", "aa"),
    # Neither has a path at all.
    ("~^", "/a/"),
    ("<x>/", "~^/a/$"),
]


@pytest.mark.parametrize(("first", "later"), NOT_SHADOWED)
def test_a_route_that_may_answer_is_left_alone(first, later):
    assert shadowed(made(first), made(later)) == []


def test_several_routes_together_shadow_nothing():
    assert shadowed(made("~^a"), made("~^[^a]"), made("<path:p>")) == []


def test_the_first_of_several_is_named():
    routes = map(made, ["b/", "<slug:x>/", "<x>/", "a/"])
    assert shadowed(*routes) == [("a/", "<slug:x>/")]


def refuse(scope, receive, send):
    raise Resolver404


async def may_refuse(scope, receive, send):
    refuse(scope, receive, send)


class Own(BaseMiddleware):
    """Middleware of the project, which may send a connection on."""


@pytest.mark.parametrize(
    "application",
    [
        URLRouter([path("other/", end)]),
        AuthMiddlewareStack(URLRouter([path("other/", end)])),
        by_function(URLRouter([path("other/", end)])),
        by_function(Chat.as_asgi()),
        Own(Chat.as_asgi()),
        # Its module has the error that passes a connection on.
        may_refuse,
        URLRouter([]),
        Chat,
    ],
)
def test_an_application_that_may_pass_a_connection_on_shadows_nothing(application):
    assert shadowed(path("<x>/", application), path("a/", Chat.as_asgi())) == []


@pytest.mark.parametrize(
    "application",
    [Chat.as_asgi(), AuthMiddlewareStack(Chat.as_asgi())],
)
def test_an_application_that_takes_what_it_gets_shadows(application):
    routes = [re_path("", application), path("a/", by_function(Chat.as_asgi()))]
    assert shadowed(*routes) == [("a/", "")]


def test_the_application_of_django_shadows():
    asgi = pytest.importorskip("django.core.asgi", reason="Django 2.2 has none")
    routes = [re_path("", asgi.get_asgi_application()), path("a/", end)]
    assert shadowed(*routes) == [("a/", "")]


# Nested routers


def router(*routes):
    return URLRouter([made(one) if type(one) is str else one for one in routes])


def test_routes_of_an_inner_router_are_shadowed_by_one_in_front_of_it():
    inner = router("", "a/", "b/<int:n>/")
    assert shadowed(made("ws/<path:p>"), path("ws/", inner)) == [
        ("ws/a/", "ws/<path:p>"),
        ("ws/b/<int:n>/", "ws/<path:p>"),
    ]


def test_a_router_that_is_not_reached_is_named_once():
    inner = router("a/", path("b/", AuthMiddlewareStack(router("c/", "d/"))))
    assert shadowed(made("ws/<path:p>"), path("ws/", inner)) == [("ws/", "ws/<path:p>")]


def test_a_route_of_an_inner_router_shadows_those_behind_the_router():
    inner = router("<x>/", "<int:n>/y/")
    assert shadowed(path("ws/", inner), made("ws/chat/"), made("ws/5/y/")) == [
        ("ws/chat/", "ws/<x>/"),
        ("ws/5/y/", "ws/<int:n>/y/"),
    ]
    other = router("chat/", "chat/more/")
    assert shadowed(path("ws/", inner), path("ws/", other)) == [("ws/chat/", "ws/<x>/")]


@pytest.mark.parametrize(
    ("prefix", "inner", "later"),
    [
        # The prefix takes all digits, and leaves no second number.
        ("<int:a>", "<int:b>/", "12/"),
        ("~^a*", "a/", "aa/"),
        ("<path:p>/", "x/", "a/x/"),
        # The inner router gets the path without its slashes.
        ("ws", "/x/", "ws/x/"),
        ("ws/", "<path:p>", "ws/"),
        ("~ws/", "x/", "ws/x/"),
    ],
)
def test_what_a_prefix_leaves_has_to_be_certain(prefix, inner, later):
    assert shadowed(made(prefix, router(inner)), made(later)) == []


def test_one_router_in_two_places_is_two_routers():
    inner = router("x/")
    assert shadowed(path("a/", inner), path("b/", inner)) == []
    assert shadowed(path("a/", inner), path("a/", inner)) == [("a/", "a/x/")]


def test_a_table_of_thousands_is_compared_in_a_limited_time():
    """No budget is used up by routes that have nothing to do with each other."""
    many = [made(f"ws/r{number}/<int:n>/") for number in range(3000)]
    assert shadowed(*many, made("ws/r7/5/")) == [("ws/r7/5/", "ws/r7/<int:n>/")]


# Random tables


WORDS = ["a", "b", "1", "ab", ""]
KINDS = ["<{}>", "<int:{}>", "<slug:{}>", "<path:{}>", "<even:{}>", "<uuid:{}>"]
PIECES = ["a", "b", "1", "/", "[ab]", r"\w+", "[^/]+", "(a|b)", ".*", r"\d+", "a?"]
PIECES += [
    "(?:ab)*",
    "(?i:a)",
    "[^b]",
    "\u00e9",
    r"\W",
    "(?=a)",
    "b{1,2}",
    "a*?",
    r"\b",
]


def random_text(rng):
    if rng.random() < 0.5:
        names = iter("uvwxyz")
        kinds = (rng.choice(KINDS).format(name) for name in names)
        count = rng.randint(1, 3)
        parts = [
            rng.choice(WORDS) if rng.random() < 0.6 else next(kinds)
            for _ in range(count)
        ]
        return rng.choice(["/", "/", "/", ""]).join(parts) + rng.choice(["", "/"])
    pieces = "".join(rng.choice(PIECES) for _ in range(rng.randint(0, 3)))
    return "~" + rng.choice(["^", "^", ""]) + pieces + rng.choice(["$", r"\Z", ""])


def random_route(rng, depth=0):
    inner = end
    if depth < 2 and rng.random() < 0.3:
        inner = URLRouter(random_routes(rng, depth + 1))
    return made(random_text(rng), inner)


def random_routes(rng, depth=0):
    routes = []
    for _ in range(rng.randint(2, 6)):
        try:
            routes.append(random_route(rng, depth))
        except ImproperlyConfigured:  # Django has reasons to refuse some
            continue
    return routes


def random_path(rng, routes):
    """Return a path that leads to the last of *routes*, as a rule."""
    parts = [sample(route.pattern.regex.pattern, rng) for route in routes]
    if rng.random() < 0.5:
        more = rng.randint(0, 3)
        parts.append("".join(rng.choice("ab1/\u00e9-") for _ in range(more)))
    text = "".join(rng.choice(["", "", "/"]) + part for part in parts)
    return "/" + text.replace("\n", "")


def random_tables(seed, count):
    rng = random.Random(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Django finds some of the routes dubious
        for _ in range(count):
            table = URLRouter(random_routes(rng))
            yield rng, table, list(shadowed_routes(walk(table), Languages()))


@pytest.mark.parametrize("seed", range(8))
def test_no_path_gets_to_a_route_that_is_said_to_be_shadowed(seed):
    reported = answered = 0
    for rng, table, found in random_tables(seed, 60):
        reported += len(found)
        for routes, by in found:
            for _ in range(60):
                text = random_path(rng, routes)
                reached = answering(table.routes, text) or []
                assert reached[: len(routes)] != routes, (reached, by, text)
                answered += reached == by
    # It is not for a lack of reports or of paths.
    assert reported > 20
    assert answered > 500
