"""URLRouter against upstream's on random tables and paths."""

from __future__ import annotations

import os
import random
import warnings
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.property import generator, scope_maker, strategies
from tests.property.cases import compare_table
from tests.property.compare import OURS, UPSTREAM, Pair, outcome, run_case
from tests.property.found_cases import CASES
from tests.property.reduce import reduced
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
def test_random_tables(case):
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
def test_overlapping_path_routes(table, rng):
    """Few words and many parameters: order decides everywhere."""
    pair = Pair(table)
    for _ in range(10):
        scope = scope_maker.scope(rng, generator.Table(table, 30))
        difference = pair.difference(scope)
        assert difference is None, str(difference)


@settings(thorough, max_examples=150 // SHARE)
@given(strategies.overlapping_tables(), strategies.texts)
def test_any_text_as_a_path(table, text):
    """Characters of all of Unicode, lone surrogates too."""
    difference = Pair(table).difference({"type": "websocket", "path": f"/{text}"})
    assert difference is None, str(difference)


@pytest.mark.parametrize("start", range(0, 1000 // SHARE, 100))
def test_tables_of_fixed_seeds(start):
    """The cases with which `python -m tests.property.run --seed 0` begins."""
    tally: Counter[str] = Counter()
    for seed in range(start, start + 100):
        difference = compare_table(seed, tally)
        if difference is not None:
            pytest.fail(f"seed {seed}:\n{reduced(difference)}")
    # A run in which hardly anything matches, or everything, would prove little.
    assert tally["cases"] >= 5000
    assert min(tally["hits"], tally["misses and errors"]) > 20


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_found_cases(case):
    """What was found once stays found."""
    difference = run_case(case.table, case.scope, case.edits)
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
    assert set(small.scope) == {"type", "path"}
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


def test_generated_cases_cover_what_they_should():
    """Every construct that matters turns up in a few thousand tables."""
    rng = random.Random(1)
    seen = Counter()
    wanted = {
        "lookahead": "(?=", "negative lookahead": "(?!", "lookbehind": "(?<=",
        "back reference": "(?P=", "conditional": "(?(", "lazy": "*?", "scoped": "(?i:",
        "global flag": "(?s)", "boundary": r"\b", "not boundary": r"\B", "end": r"\Z",
        "start": r"\A", "negated": "[^", "named": "(?P<", "counted": "{2", "verbose":
        "(?x", "ascii": "(?a", "two in a segment": ">-<", "custom": "<p_even",
        "kelvin": "\u212a", "dotless": "\u0131", "escaped dollar": r"\$",
    }  # fmt: skip

    def look(entries, depth):
        seen[f"depth {depth}"] += 1
        for entry in entries:
            for name, text in wanted.items():
                seen[name] += text in entry.text
            if entry.inner is not None:
                look(entry.inner, depth + 1)

    for _ in range(2000):
        table = generator.table(rng)
        look(table.entries, 1)
        path = scope_maker.scope(rng, table)["path"]
        for char in ("\n", "\ud800", "\u00b2", "\u0130", "\x1c", "//", "%2F", "\u0301"):
            seen[char] += isinstance(path, str) and char in path
    missing = [name for name in [*wanted, "depth 3", "\n", "\ud800"] if not seen[name]]
    assert missing == []
    assert all(seen[char] for char in ("\u00b2", "\u0130", "\x1c", "//", "%2F"))
