"""URLRouter against upstream's on random tables and paths."""

from __future__ import annotations

import os
import warnings
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.property import census, generator, scope_maker, strategies
from tests.property.cases import compare_table
from tests.property.compare import OURS, UPSTREAM, Difference, Pair, outcome
from tests.property.found_cases import CASES
from tests.property.found_changes import CHANGES
from tests.property.reduce import reduced
from tests.property.replay import run_case
from tests.property.scopes import UserScope
from tests.property.tables import Entry

# `nox` runs the suite on many pairs of Python and Django, each with a few cases.
SHARE = 10 if os.environ.get("PROPERTY_TESTS") == "few" else 1

thorough = settings(
    deadline=None,
    database=None,
    derandomize=True,
    # The generator draws many numbers for one table.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)


@pytest.fixture(autouse=True)
def _dubious_regexes_may_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@settings(thorough, max_examples=300 // SHARE)
@given(strategies.cases())
def test_random_tables_route_as_in_channels(case):
    """Routes of every kind: same route, values, types, child scope, or same error."""
    table, scopes = case
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pair = Pair(table)
        for scope in scopes:
            difference = pair.difference(scope)
            assert difference is None, str(difference)


@settings(thorough, max_examples=400 // SHARE)
@given(strategies.overlapping_tables(), st.randoms(use_true_random=False))
def test_overlapping_path_routes_route_as_in_channels(table, rng):
    """Few words and many parameters: order decides everywhere."""
    pair = Pair(table)
    for _ in range(10):
        scope = scope_maker.scope(rng, generator.Table(table, 30))
        difference = pair.difference(scope)
        assert difference is None, str(difference)


@settings(thorough, max_examples=150 // SHARE)
@given(strategies.overlapping_tables(), strategies.texts)
def test_any_text_is_routed_as_in_channels(table, text):
    """Characters of all of Unicode, lone surrogates too."""
    difference = Pair(table).difference({"type": "websocket", "path": f"/{text}"})
    assert difference is None, str(difference)


def test_tables_of_fixed_seeds_route_as_in_channels():
    """The cases with which `python -m tests.property.run --seed 0` begins."""
    tally: Counter[str] = Counter()
    found = []
    for seed in range(1200 // SHARE):
        difference = compare_table(seed, tally)
        if isinstance(difference, Difference):
            difference = reduced(difference)
        if difference is not None:
            found.append(f"seed {seed}:\n{difference}")
    assert not found, "\n\n".join([f"{len(found)} tables differ", *found[:3]])
    # A run in which hardly anything matches, or everything, would prove little.
    assert tally["cases"] > 40_000 // SHARE
    assert min(tally["hits"], tally["misses and errors"]) > 10_000 // SHARE
    if SHARE == 1:
        assert census.missing(tally) == []


@pytest.mark.parametrize("case", [*CASES, *CHANGES], ids=lambda case: case.name)
def test_cases_that_were_found_route_as_in_channels(case):
    """What was found once stays found."""
    difference = run_case(*case[1:])
    assert difference is None, str(difference)


def test_the_reference_is_the_real_package():
    """Two names for one class would make every comparison empty."""
    assert UPSTREAM is not OURS
    assert UPSTREAM.__module__ == "channels.routing"
    assert OURS.__module__ == "channels_fast.routing"
    assert not issubclass(OURS, UPSTREAM)


# ---------------------------------------------------------------- the tools themselves


class _Wrong(OURS):
    """A router that breaks one rule: it forgets the default kwargs."""

    async def __call__(self, scope, receive, send):
        place, child = await super().__call__(scope, receive, send)
        child["url_route"]["kwargs"].pop("d", None)
        return place, child


def test_a_wrong_router_is_noticed_and_made_small(monkeypatch):
    """The comparison sees a missing kwarg; the reducer leaves only what it takes."""
    monkeypatch.setattr("tests.property.compare.OURS", _Wrong)
    table = [
        Entry("path", "x/<int:n>/"),
        Entry("re_path", "^nested/", {"b": 1}, "router", [Entry("path", "y/")]),
        Entry("path", "a/<slug:s>/", {"d": 1}),
        Entry("path", "<path:p>"),
    ]
    scope = {"type": "websocket", "path": "/root/a/word/", "root_path": "/root"}
    difference = run_case(table, scope)
    assert difference is not None
    small = reduced(difference)
    assert len(small.table) == 1
    assert small.table[0].extra == {"d": 1}
    assert set(small.scope) == {"path"}
    assert len(small.scope["path"]) < 6
    assert "extra={'d': 1})" in str(small)


def test_an_outcome_tells_types_apart():
    """1 and True, a str and its subclass: equal, and not the same outcome."""

    class Text(str):
        __slots__ = ()

    class Fake:
        def __init__(self, value):
            self.value = value

        async def __call__(self, scope, receive, send):
            kwargs = {"k": self.value}
            return 0, dict(
                scope, path_remaining="", url_route={"args": (), "kwargs": kwargs}
            )

    for one, other in ((1, True), ("a", Text("a")), (1, 1.0), (None, "None")):
        assert outcome(Fake(one), {}) != outcome(Fake(other), {})
        assert outcome(Fake(one), {}) == outcome(Fake(one), {})


def test_a_count_is_of_what_a_case_has():
    """What the report of a run says was drawn, was drawn."""
    tally: Counter[str] = Counter()
    inner = Entry("re_path", r"(?a:\W)\Z", role="stops", pattern="noting")
    table = [Entry("path", "<p_even:n>/<int:m>", {}, "hidden", [inner])]
    census.count_table(tally, table)
    census.count_scope(tally, UserScope({"path": "/\n\u00b2", "language": "de"}))
    census.count_edit(tally, ("inside", (0,), "swap", 0, 1), "unannounced")
    assert +tally == {
        "routes": 2, "route: path()": 1, "route: re_path()": 1, "nested: hidden": 1,
        "nested: depth 1": 1, "converter: p_even": 1, "converter: int": 1,
        "regex: end": 1, "regex: scoped a": 1, "regex: scoped beginning": 1,
        "regex: ascii": 1, "application: stops": 1, "pattern: as written": 1,
        "pattern: noting": 1, "scope: UserScope": 1, "scope: path is str": 1,
        "scope: language": 1, r"path: '\n'": 1, r"path: '\xb2'": 1,
        "edit: swap, unannounced": 1, "edit: unannounced, of a nested router": 1,
    }  # fmt: skip
    assert "regex: lazy" in census.missing(tally)
    assert "regex: end" not in census.missing(tally)
    assert "NOT DRAWN: regex: lookahead" in census.report(tally)
