"""What is said of where a path leads, against real dispatch and Django's patterns."""

from __future__ import annotations

import contextlib
import random
import warnings
from asyncio import CancelledError
from collections import Counter

import pytest

from channels_fast._routes.applications import is_url_router, layers_of
from channels_fast._routes.resolve import resolve

from . import generator
from .compare import OURS, OWN_KEYS, build, outcome
from .converters import Stop
from .generator import CORPORA, Table
from .scope_maker import scope
from .test_corpora import entries
from .test_routing_property import SHARE

AT_THE_END = "it would match with a slash at the end"
NOT_AT_THE_END = "it would match without the slash at the end"
IN_FRONT = "it would match with a slash in front, which routers take off"
NEVER = "it does not match"
BEHIND = "the router behind it has no route for the rest"


def told(resolution):
    """Return *resolution* as `compare.outcome` has what really happened."""
    if isinstance(resolution.error, StopIteration):
        return "RuntimeError: coroutine raised StopIteration"
    if resolution.error:
        return f"{type(resolution.error).__name__}: {resolution.error}"
    child = dict(resolution.scope)
    if "url_route" in child:
        url_route = child["url_route"] = dict(child["url_route"])
        # `outcome` has put them aside.
        assert OWN_KEYS in ([], [url_route.pop("route"), url_route.pop("name")])
    return f"{resolution.visited.application.place} {child!r}"


def check_reasons(router, asked, tally, depth=0):
    """Ask Django's patterns one by one; return how many of *asked* are behind them."""
    taken = 0
    for route in router.routes:
        one = asked[taken]
        taken += 1
        found = route.pattern.match(one.path)
        tally[one.reason.partition(" of ")[0]] += 1
        if one.reason in ("", BEHIND):
            assert found
            behind = [one for one in layers_of(route.callback) if is_url_router(one)]
            for inner in behind:
                assert asked[taken].path == found[0].lstrip("/")
                taken += check_reasons(inner, asked[taken:], tally, depth + 1)
            if not one.reason:
                break
            continue
        if one.reason.startswith("the connection fails: "):
            break
        assert not found
        with_slash, without = f"{one.path}/", one.path.rstrip("/")
        if one.reason.startswith("its converter"):
            assert route.pattern.regex.search(one.path)
        else:
            right = {
                AT_THE_END: route.pattern.match(with_slash),
                NOT_AT_THE_END: without != one.path and route.pattern.match(without),
                IN_FRONT: route.pattern.match(f"/{one.path}"),
                NEVER: True,
            }
            assert one.reason == next(text for text in right if right[text])
    return taken


@pytest.mark.parametrize("project", sorted(CORPORA))
def test_a_path_of_a_real_table_is_said_to_lead_where_it_leads(project):
    rng = random.Random(project)
    table = entries(project, prefixes_are_routers=True)
    router = build(table, OURS)
    tally: Counter[str] = Counter()
    for _ in range(300):
        made = scope(rng, Table(table, 200))
        if type(made) is not dict or "path_remaining" in made:
            continue
        resolution = resolve(router, made)
        result = outcome(router, made).result
        assert told(resolution) == result
        if resolution.asked:
            assert check_reasons(router, resolution.asked, tally) == len(
                resolution.asked
            )
        tally["answered" if resolution.route else "missed"] += 1
    # A run in which one side hardly comes up would prove little.
    assert min(tally["answered"], tally["missed"], tally[AT_THE_END]) > 1, tally


def error_of(router, path):
    """Return the text of the error of a connection, None if there is none."""
    try:
        router({"type": "websocket", "path": path}, None, None).send(None)
    except StopIteration:
        return None
    except ValueError as error:
        return str(error)
    raise AssertionError("it waits")


@pytest.mark.parametrize("project", sorted(CORPORA))
def test_a_miss_names_the_slash_exactly_where_it_helps(project):
    rng = random.Random(project)
    table = entries(project, prefixes_are_routers=True)
    router = build(table, OURS)
    all_compiled = all(one.engine != "Django" for one in router.describe())
    tally: Counter[bool] = Counter()
    for _ in range(300):
        made = scope(rng, Table(table, 200))
        path = made.get("path") if type(made) is dict else None
        if type(path) is not str:
            continue
        for asked in (path, path.rstrip("/")):
            error = error_of(router, asked)
            if error is None:
                continue
            other = asked.rstrip("/") if asked.endswith("/") else f"{asked}/"
            helps = error_of(router, other) is None
            tally[helps] += 1
            told = "slash at the end, the route " in error
            assert told == helps or (helps and not all_compiled), asked
    assert min(tally[True], tally[False]) > 1, tally


@pytest.mark.parametrize("start", range(0, 1200, 300))
def test_a_path_of_any_table_is_said_to_lead_where_it_leads(start):
    """To the first application that is run. What it does is not known."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for seed in range(start, start + 300 // SHARE):
            rng = random.Random(seed)
            table = generator.table(rng)
            if "p_second:" in repr(table):
                continue  # this converter says something else when it is asked again
            router = build(table.entries, OURS)
            for made in (scope(rng, table) for _ in range(3)):
                with contextlib.suppress(Stop, GeneratorExit, CancelledError):
                    # Those of a converter end whatever asks it.
                    compare(router, made, seed)


def compare(router, made, seed):
    real = outcome(router, made)
    resolution = resolve(router, made)
    if real.way is None:
        assert told(resolution) == real.result, seed
    else:
        assert resolution.visited.application.place == real.way, seed
        if real.result.startswith(f"{real.way} "):  # it has not refused
            url_route = resolution.scope["url_route"]
            assert [url_route["route"], url_route["name"]] == OWN_KEYS, seed
