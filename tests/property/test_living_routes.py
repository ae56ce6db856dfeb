"""What is promised about changes of the routes, and that breaking it is noticed."""

from __future__ import annotations

import random
import warnings

import pytest

from tests.property import edit_maker, edits, generator
from tests.property.changed import ChangedPair
from tests.property.compare import OURS, UPSTREAM, Pair, outcome
from tests.property.replay import run_case
from tests.property.scope_maker import scope
from tests.property.tables import Entry

AT_A = {"type": "websocket", "path": "/a/"}
A, REFUSES = Entry("path", "a/"), Entry("path", "a/", role="changes and refuses")


@pytest.fixture(autouse=True)
def _dubious_regexes_may_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def nested(*inner):
    return Entry("path", "", role="router", inner=list(inner))


def after(table, change, path="/a/"):
    """Return what is allowed after *change*, for a table that it is not made to."""
    pair = Pair(table)
    old = outcome(pair.upstream, {"type": "websocket", "path": path})
    return edits.after_change(pair.upstream, change, old.way)


def test_the_outer_list_is_looked_at_by_identity_and_length():
    for change in (("assign", []), ("append", A), ("remove", 0), ("clear",)):
        assert after([A, A], change) == {"new"}
        assert after([A, A], change, path="/none/") == {"new"}
    for change in (("swap", 1, 2), ("replace", 1, A), ("callback", 1, A)):
        assert after([A, A, A], change) == {"old", "new"}
        assert after([A, A, A], change, path="/none/") == {"old", "new"}


def test_the_route_that_answers_is_looked_at():
    for change in (("swap", 0, 1), ("replace", 0, A), ("reverse",), ("rotate",)):
        assert after([A, A], change) == {"new"}
    for name in ("pattern", "callback", "new dict"):
        assert after([A, A], (name, 0, A)) == {"new"}
    assert after([A, A], ("default_args", 0, {})) == {"new"}
    assert after([A, A], ("regex", 0, "x")) == {"old", "new"}


def test_a_nested_list_is_looked_at_on_the_way_of_the_answer():
    table = [nested(Entry("path", "b/")), nested(A)]
    for name, *args in (("assign", []), ("append", A), ("clear",)):
        assert after(table, ("inside", (1,), name, *args)) == {"new"}
        assert after(table, ("inside", (0,), name, *args)) == {"old", "new"}
        assert after(table, ("inside", (1,), name, *args), "/x") == {"old", "new"}
    assert after(table, ("callback", 1, A)) == {"old", "new"}


def test_a_search_ends_in_the_lists_it_began_with():
    for name in ("append", "insert", "swap", "assign"):
        assert edits.during_change((name, A), (0,)) == {"old"}
        assert edits.during_change((name, A), None) == {"old"}
        assert edits.during_change(("inside", (1,), name, A), (1, 0)) == {"old"}
        # A router that the search has not come to may be asked as it is by then.
        assert edits.during_change(("inside", (1,), name, A), (0,)) == {"old", "new"}
    assert edits.during_change(("callback", 1, A), (0,)) == {"old", "new"}


def test_upstream_ends_in_an_assigned_list_too():
    """Where both promise the same, the two oracles must agree."""
    rng = random.Random(5)
    agreed = 0
    while agreed < 40:
        table = edit_maker.editing_table(rng)
        change, after_it = edit_maker.edit(rng, table)
        if change[0] != "assign":
            continue
        pair = ChangedPair(table.entries, change)
        made = scope(rng, after_it)
        old = outcome(pair.old, made, lambda: None)
        new = outcome(
            pair.upstream,
            made,
            lambda pair=pair: edits.apply(pair.upstream, UPSTREAM, *pair.change),
        )
        assert old == new
        agreed += 1


class _Forgetful(OURS):
    """A router that goes on with the routes of its first call."""

    _kept = None

    async def __call__(self, scope, receive, send):
        if self._kept is None:
            self._kept = UPSTREAM(list(self.routes))
        return await self._kept(scope, receive, send)


class _Restless(UPSTREAM):
    """A router that begins anew in the living list, after each refusal."""

    async def __call__(self, scope, receive, send):
        before = list(self.routes)
        try:
            return await super().__call__(scope, receive, send)
        except ValueError:
            if before == self.routes:
                raise
            return await super().__call__(scope, receive, send)


def test_a_router_that_does_not_look_is_noticed(monkeypatch):
    monkeypatch.setattr("tests.property.compare.OURS", _Forgetful)
    assert run_case([A], AT_A, [("unannounced", "insert", A)]) is not None
    # This one needs a refresh(), which the router does not heed either.
    swap = ("swap", 1, 2)
    table = [Entry("path", "b/"), A, A]
    assert run_case(table, {**AT_A, "path": "/b/"}, [("unannounced", *swap)]) is None
    assert run_case(table, AT_A, [swap]) is not None


def test_a_router_that_begins_anew_is_noticed(monkeypatch):
    monkeypatch.setattr("tests.property.compare.OURS", _Restless)
    assert run_case([REFUSES], AT_A, during=("append", A)) is not None
    assert run_case([REFUSES], AT_A, during=("default_args", 0, {})) is None


# Before Django 3.2 a pattern does not ask itself whether it is an endpoint.
@pytest.mark.parametrize("name", [*edits.LIST_CHANGES, *edits.ROUTE_CHANGES][:-1])
def test_every_change_is_made(name):
    """A name that did nothing would agree with everything."""
    rng = random.Random(0)
    table = [A, Entry("path", "<str:s>/"), Entry("re_path", "^c$")]
    paths = ("/a/", "/b/", "/c", "/d")
    unchanged = Pair(table).upstream
    before = [outcome(unchanged, {"path": path}) for path in paths]
    for _ in range(1000):
        change, _ = edit_maker.edit(rng, generator.Table(table, 9))
        if change[0] == name:
            changed = Pair(table).upstream
            edits.apply(changed, UPSTREAM, *change)
            if before != [outcome(changed, {"path": path}) for path in paths]:
                return
    pytest.fail(f"no {name!r} of a thousand changes has changed anything")
