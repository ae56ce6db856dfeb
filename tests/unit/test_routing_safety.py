"""A router under load, from many threads, and without its compiled part."""

from __future__ import annotations

import gc
import sys
import threading
from pathlib import Path

import pytest
from django.urls import path, re_path

from channels_fast._routes.compile import compile_routes
from channels_fast.routing import URLRouter

from ..support.engines import WHY_NOT_COMPILED
from ..support.programs import run_program

HAS_TABLES = not WHY_NOT_COMPILED
PROGRAMS = Path(__file__).parent / "programs"


async def application(scope, receive, send):
    """Answer with what the router found."""
    return scope["url_route"]["kwargs"]


def drive(awaitable):
    """Run a coroutine that never waits, without an event loop."""
    try:
        awaitable.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("it waits")


def routes():
    """Return routes of every engine and converter, and a nested router."""
    inner = [
        path("<int:b>/", application),
        re_path(r"^(?P<c>\w+)-(\d+)x$", application),
    ]
    return [
        path("ws/<uuid:u>/", application),
        path("ws/<slug:s>/<str:t>/", application),
        re_path(r"^(?!admin)p/(?P<page>.*)$", application),
        path("in/<int:a>/", URLRouter(inner)),
        path("<path:rest>", application, {"default": 1}),
    ]


PATHS = [
    "/ws/01234567-89ab-cdef-0123-456789abcdef/",
    "/ws/a/é/",
    "/p/1",
    "/in/1/2/",
    "/in/1/w-2x",
    "/other",
    "/",
    "",
]


def call_all(router):
    """Call the router with each path; a miss is an answer too."""
    answers = []
    for text in PATHS:
        try:
            answers.append(drive(router({"type": "websocket", "path": text}, 0, 0)))
        except ValueError as error:
            answers.append(str(error))
    return answers


def test_a_million_dispatches_leave_nothing_behind():
    router = URLRouter(routes())
    first = call_all(router)
    for _ in range(100):
        call_all(router)
    gc.collect()
    before = sys.getallocatedblocks()
    for _ in range(1_000_000 // len(PATHS)):
        call_all(router)
    assert call_all(router) == first
    gc.collect()
    # A leak of one object a dispatch would be a million blocks.
    assert sys.getallocatedblocks() - before < 1000


def test_sixteen_threads_dispatch_while_another_changes_the_list():
    router = URLRouter(routes())
    expected = call_all(router)
    extra = path("extra/", application)
    errors = []
    stop = threading.Event()

    def dispatch():
        try:
            while not stop.is_set():
                answers = call_all(router)
                assert answers == expected, answers
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=dispatch) for _ in range(16)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        for _ in range(300):
            # None of the paths leads to it, so every answer stays the same. It
            # comes last: a walk over a list skips one if an earlier one goes.
            router.routes.append(extra)
            call_all(router)
            router.routes.pop()
            router.routes[1:3] = [router.routes[1], router.routes[2]]
        stop.set()
        for thread in threads:
            thread.join()
    finally:
        stop.set()
        sys.setswitchinterval(interval)
    assert errors == []


@pytest.mark.parametrize(
    "pattern",
    [
        r"^(a+)+b$",
        r"^(?:(?:a+)+)+b/$",
        r"^(?:a|aa)+$",
        r"^(?:a|a)+b$",
        r"(?:.*a){20}b",
        r"^(?:\w+\s?)+$",
        r"(?:x+x+)+y",
        r"^(?P<x>(?:[a-z]+)*)!$",
        r"\w+@\w+\.\w+$",
    ],
)
@pytest.mark.parametrize("character", ["a", "x", "é", " a"])
def test_a_compiled_pattern_that_python_cannot_finish_is_answered(pattern, character):
    """Each takes Python's engine longer than the universe lasts, or is left to it."""
    router = URLRouter([re_path(pattern, application)])
    (description,) = router.describe()
    if description.engine == "Django":
        # Not one of those that are promised to be linear; it says so itself.
        assert description.reason
        return
    text = character * (20_000 if pattern.startswith("^") else 2_000)
    with pytest.raises(ValueError, match="No route found"):
        drive(router({"type": "websocket", "path": "/" + text + "\0"}, 0, 0))


def test_a_path_of_a_megabyte_is_matched():
    router = URLRouter([re_path(r"^(?P<x>(?:\w+/)+)\d+$", application)])
    text = "word/" * 200_000
    (description,) = router.describe()
    assert description.engine == ("regex" if HAS_TABLES else "Django")
    answer = drive(router({"type": "websocket", "path": f"/{text}7"}, 0, 0))
    assert answer == {"x": text}


def test_a_path_with_all_of_unicode_is_searched_a_few_times_only():
    """Python tells what a class has, 256 characters at a time: a minute of searches."""
    router = URLRouter([re_path(r"(?i)^(?P<x>(?:[^/]/?)*)-q$", application)])
    (description,) = router.describe()
    assert description.engine == ("regex" if HAS_TABLES else "Django")
    # None of the surrogates: such a path is not searched.
    codes = [*range(0x110, 0xD800, 0x100), *range(0xE010, 0x110000, 0x100)]
    text = "xb" * 200_000 + "".join(map(chr, codes))
    answer = drive(router({"type": "websocket", "path": f"/{text}-q"}, 0, 0))
    assert answer == {"x": text}


def lines_of(name, **environment):
    """Return the lines that a program prints about its route."""
    done = run_program(
        PROGRAMS / name,
        options=("-W", "ignore::DeprecationWarning"),
        **{"CHANNELS_FAST_DISABLE": "", **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_router_without_the_extension_says_why_and_works():
    answer, reason = lines_of("route_one_without_extension.py")
    assert answer == "{'n': 5} Django"
    assert reason.startswith("the extension cannot be imported: ")


def test_the_extension_can_be_switched_off():
    answer, reason = lines_of("route_one.py", CHANNELS_FAST_DISABLE="1")
    assert answer == "{'n': 5} Django"
    assert reason == "CHANNELS_FAST_DISABLE is set"


def test_a_second_interpreter_of_the_process_routes_in_python():
    """As under mod_wsgi. The first one has loaded the extension."""
    answer, reason = lines_of("route_one_in_second_interpreter.py")[-2:]
    assert answer == "{'n': 5} Django"
    assert "interpreter" in reason or not HAS_TABLES


def nested(depth):
    """Return *depth* routers, each in the other."""
    router = URLRouter([path("<int:a>/", application)])
    for _ in range(depth):
        router = URLRouter([path("", router)])
    return router


def test_routers_may_lie_in_each_other_deeper_than_a_table_goes():
    scope = {"type": "websocket", "path": "/7/"}
    assert drive(nested(150)(scope, None, None)) == {"a": 7}


@pytest.mark.skipif(not HAS_TABLES, reason="Python's own limit holds without a table")
def test_thousands_of_routers_in_each_other_do_not_use_up_the_stack():
    router = nested(5000)
    ((positions, engine, _),) = compile_routes(router.routes, URLRouter).rows()
    assert (len(positions), engine) == (100, "segmented")
    (row,) = router.describe()
    assert row.application == "channels_fast.routing.URLRouter"
