"""
The readers of the Rust side against Django's own patterns and the general reader.

They read a pattern only where its text cannot mean anything else, and leave the rest
to Python's parser. So the texts here are close to the border, on both sides of it.
"""

from __future__ import annotations

import copy
import random
import warnings
from collections import Counter
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import path, re_path
from django.urls.converters import IntConverter

from channels_fast import _compile
from channels_fast.routing import URLRouter

from .regexes import _PARAMETERS, ODD, PLAIN
from .samples import sample

pytestmark = pytest.mark.skipif(
    bool(_compile.WHY_NOT_COMPILED), reason="nothing is read without the extension"
)

LITERALS = [
    "a", "chat/", "a-b", r"a\-b", r"a\.b", "/", r"\/", "~!@%&=:;,<>'\"", "a.b", "é",
    "#", " ", "a|b", "(", ")", "[", "]", "{", "}", "a{2}", r"\d", r"\Z", r"\\", "\n",
    "\0", r"\_", r"\ ", "^", "$", ".", "(?:a)", "(a)", "(?#note)", "(?i:a)",
    "a)(?P<x>b",
]  # fmt: skip
BODIES = [
    *_PARAMETERS, "[", "[)]", "[^(]", "^a", "$", ".", "", "a{2", "a{2,1}", "a**", "é",
    "[[a]", r"\w{2}", "(?i)a", "x{99999999999}", "[^/]*?", r"\.", "a.b", "a b", "#",
    "]", r"\b", "[a-", "\\", "|", "a|", "a?", "/", ".*/", "[/]", "[^a]", r"[\w", "*",
    "-",
]  # fmt: skip
# What Django raises for a broken regex.
BROKEN = (ImproperlyConfigured, OverflowError)
NAMES = ["id", "room", "a", "_", "class", "1a", "é", "a b", "", "x-y"]
REPEATS = ["", "", "", "", "", "", "", "?", "*", "+", "{2}", "{", "??", "*+"]
STARTS = ["^", "^", "^", "", "", "^^", r"\A", "(?i)", "(?x)"]
ENDS = ["$", "$", "/$", "/?$", "/?$", "", r"\Z", "$$", r"\$", "/?", r"\/?$", "(?:/|$)"]


def text_of(rng: random.Random) -> str:
    """Return the text of a regex, perhaps a broken one."""
    simple = rng.random() < 0.6
    parts = [rng.choice(STARTS[:5] if simple else STARTS)]
    for number in range(rng.randrange(5)):
        if rng.random() < 0.5:
            parts.append(rng.choice(LITERALS[:8] if simple else LITERALS))
        else:
            name = f"n{number}" if simple else rng.choice(NAMES)
            body = rng.choice(_PARAMETERS if simple else BODIES)
            parts.append(f"(?P<{name}>{body})")
        parts.append("" if simple else rng.choice(REPEATS))
    parts.append(rng.choice(ENDS[:5] if simple else ENDS))
    text = "".join(parts)
    if rng.random() < 0.2:
        place = rng.randrange(len(text) + 1)
        text = text[:place] + rng.choice("()[]?*+{}\\^$|/aé\n") + text[place:]
    return text


def paths_for(text: str, rng: random.Random) -> list[str]:
    """Return paths that the regex *text* accepts, or nearly."""
    paths = ["", "a"]
    for _ in range(6):
        hit = sample(text, rng)
        place = rng.randrange(len(hit) + 1)
        bent = hit[:place] + rng.choice(PLAIN + ODD) + hit[place + rng.randrange(2) :]
        paths += [hit, f"{hit}/", f"{hit}\n", bent]
    # For a repeat in a repeat Python needs a time that doubles with each character.
    longest = 12 if any(end in text for end in (")*", ")+", "){")) else None
    # A router drops the slashes in front.
    return [path_text.lstrip("/")[:longest] for path_text in paths]


class Asking(_compile._Compiler):
    """Notes which routes Python had to read."""

    def __init__(self) -> None:
        super().__init__(URLRouter)
        self.asked: list[Any] = []

    def plan(self, route: Any) -> Any:
        self.asked.append(route)
        return super().plan(route)


class General(Asking):
    """Leaves every route to Python."""

    django = None  # type: ignore[assignment] # as `_rust.pyi` allows it


def made(compiler: Any, routes: list[Any]) -> Any:
    return _compile._rust.RouteTable(routes, compiler, _compile._KEEP_NONE)


def answer(table: Any, routes: list[Any], text: str) -> Any:
    """Return what the child scope says of the match, or ``None``."""
    try:
        found = table.dispatch(routes, {"type": "websocket", "path": f"/{text}"}, 0)
    except ValueError:
        return None
    except BROKEN as error:
        return type(error)
    _, scope, _ = found
    url_route = scope["url_route"]
    return scope["path_remaining"], url_route["args"], url_route["kwargs"]


def djangos(pattern: Any, text: str) -> Any:
    try:
        return pattern.match(text) or None
    except BROKEN as error:
        return type(error)


def difference(text: str, rng: random.Random, tally: Counter[str]) -> Any:
    """Read one text in both ways, and ask both about some paths."""
    route = re_path(text, print)
    if rng.random() < 0.3:
        route.pattern = type(route.pattern)(text, is_endpoint=False)
    quick, general = Asking(), General()
    routes = [route]
    tables = [made(quick, routes), made(general, routes)]
    if tables[0].rows() != tables[1].rows():
        return text, tables[0].rows(), tables[1].rows()
    tally["asked" if quick.asked else "read"] += 1
    if general.asked != [route]:
        return text, "the general reader was not asked"
    for path_text in paths_for(text, rng):
        expected = djangos(route.pattern, path_text)
        tally["hit" if isinstance(expected, tuple) else "miss"] += 1
        for table in tables:
            if answer(table, routes, path_text) != expected:
                return text, path_text, expected
    return None


@pytest.mark.parametrize("start", range(0, 2000, 500))
def test_a_regex_that_is_read_quickly_means_what_python_says(start):
    tally: Counter[str] = Counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for seed in range(start, start + 500):
            rng = random.Random(seed)
            assert difference(text_of(rng), rng, tally) is None, seed
    # A run in which one side hardly comes up would prove little.
    assert min(tally["read"], tally["asked"]) > 100
    assert min(tally["hit"], tally["miss"]) > 3000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "^$",
        "^chat/$",
        r"^ws/chat-1/(?P<room_name>\w+)/$",
        r"ws/chat/(?P<room_name>[^/]+)/?$",
        r"^a\.b\-c\/(?P<id>\d+)(?P<rest>.*)$",
        "^(?P<n>a|ab)c$",
    ],
)
def test_the_usual_regexes_are_read_without_the_general_reader(text):
    compiler = Asking()
    made(compiler, [re_path(text, print)])
    assert compiler.asked == []


@pytest.mark.parametrize(
    "text",
    [
        "a?",
        "ab+/$",
        "a.b",
        r"\d",
        r"a\/?$",
        "^^a",
        "(a)",
        "(?:a)",
        "(?i)a",
        "(?P<a>x)?",
        "(?P<a>(x))",
        "(?P<a>[)])",
        r"(?P<a>\))",
        r"(?P<a>x\b)",
        "(?P<1>x)",
        "(?P<é>x)",
        "(?P<a>x)(?P<a>x)",
        "(?P<a>)",
        "(?P<a>(?=x))",
        "(?P=a)",
        "é",
        "a b",
        "a#b",
        "a|b",
        "a$$",
        "a$b",
        r"a\Z",
        "a\n",
    ],
)
def test_a_text_with_any_other_construct_is_left_to_the_general_reader(text):
    compiler = Asking()
    route = re_path(text, print)
    made(compiler, [route])
    assert compiler.asked == [route]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "chat/",
        "<int:id>/",
        "a-b.c/<slug:s>/<path:p>",
        "<uuid:u>",
        "<int:a>-<str:b>",
    ],
)
def test_routes_with_djangos_converters_are_read_without_a_plan(text):
    compiler = Asking()
    made(compiler, [path(text, print)])
    assert compiler.asked == []


def test_a_route_that_does_not_keep_its_regex_is_read_without_a_plan():
    """As before Django 5.1."""
    route = path("a/<int:id>/", print)
    vars(route.pattern).pop("_regex", None)
    compiler = Asking()
    routes = [route]
    table = made(compiler, routes)
    assert compiler.asked == []
    assert table.rows() == [([0], "segmented", None)]
    assert answer(table, routes, "a/7/") == ("", (), {"id": 7})


def test_more_converters_than_are_remembered_are_all_read():
    routes = [path("a/<int:id>/", print) for _ in range(40)]
    for number, route in enumerate(routes):
        route.pattern = copy.copy(route.pattern)
        route.pattern.converters = {"id": IntConverter()}
        route.pattern._regex = rf"^a{number}/(?P<id>[0-9]+)/\Z"  # type: ignore[attr-defined] # private
    table = made(Asking(), routes)
    assert {engine for _, engine, _ in table.rows()} == {"segmented"}
    assert answer(table, routes, "a39/7/") == ("", (), {"id": 7})


def test_more_names_than_are_remembered_are_all_read():
    routes = [re_path(rf"^a{number}/(?P<n{number}>x)$", print) for number in range(40)]
    table = made(Asking(), routes)
    assert answer(table, routes, "a39/x") == ("", (), {"n39": "x"})


def test_the_parser_is_asked_once_for_each_different_group(monkeypatch):
    parsed: list[str] = []
    parse = _compile._regex._parser.parse

    def noted(text: str, *args: Any) -> Any:
        parsed.append(text)
        return parse(text, *args)

    monkeypatch.setattr(_compile._regex._parser, "parse", noted)
    routes = [
        re_path(rf"^a{number}/(?P<n{number}>\d+)/(?P<m>[^/]+)$", print)
        for number in range(50)
    ]
    table = _compile.compile_routes(routes, URLRouter)
    assert parsed == [r"\d+", "[^/]+"]
    assert {engine for _, engine, _ in table.rows()} == {"segmented"}


def test_no_regex_is_compiled_for_the_first_connection():
    routes = [re_path(rf"^a{number}/(?P<n>\d+)/$", print) for number in range(20)]
    _compile.compile_routes(routes, URLRouter)
    assert all("regex" not in vars(route.pattern) for route in routes)


def test_a_match_of_its_own_on_one_pattern_object_is_respected():
    route = re_path("^a/$", print)
    route.pattern.match = lambda path: ("left", (), {}) if path == "x" else None
    compiler = Asking()
    routes = [route]
    table = made(compiler, routes)
    assert table.rows() == [([0], "python", "a match() of its own")]
    assert answer(table, routes, "x") == ("left", (), {})
    assert answer(table, routes, "a/") is None


@pytest.mark.parametrize("make", [path, re_path])
def test_what_is_not_djangos_own_class_is_left_to_the_general_reader(make):
    class Own(type(make("a/", print).pattern)):  # type: ignore[misc] # made here
        pass

    route = make("a/", print)
    route.pattern.__class__ = Own
    compiler = Asking()
    made(compiler, [route])
    assert compiler.asked == [route]


def test_a_text_that_is_no_text_is_left_to_the_general_reader():
    class Text(str):
        __slots__ = ()

    route = re_path("^a/$", print)
    route.pattern._regex = Text("^a/$")  # type: ignore[attr-defined] # private
    compiler = Asking()
    made(compiler, [route])
    assert compiler.asked == [route]


def test_a_lone_surrogate_in_a_regex_is_left_to_the_general_reader():
    route = re_path("^\ud800$", print)
    compiler = Asking()
    made(compiler, [route])
    assert compiler.asked == [route]


if __name__ == "__main__":  # python -m tests.property.test_reading SECONDS
    import sys
    import time

    until = time.monotonic() + float(sys.argv[1])
    counted: Counter[str] = Counter()
    seed = 1_000_000
    warnings.simplefilter("ignore")
    while time.monotonic() < until:
        rng = random.Random(seed)
        found = difference(text_of(rng), rng, counted)
        if found is not None:
            sys.exit(f"seed {seed}: {found!a}")
        seed += 1
    print(dict(counted), "no difference")
