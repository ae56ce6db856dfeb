"""One seed makes one table and its cases, each compared and counted."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from . import census, edit_maker, generator, grammar, scope_maker
from .changed import ChangedPair
from .compare import Difference, Pair
from .grammar import Mismatch

SCOPES_PER_TABLE = 60


def compare_table(
    seed: int, tally: Counter[str], with_edits: bool = True
) -> Difference | Mismatch | None:
    """
    Return the first difference of the table of *seed*, ``None`` without one.

    What kind of table it is depends on the seed. Without *with_edits* all are plain
    tables whose routes never change.
    """
    rng = random.Random(seed)
    kind = rng.random() if with_edits else 0
    tally["tables"] += 1
    if kind < 0.7:
        return _compare_dispatches(rng, generator.table(rng), tally, with_edits)
    if kind < 0.83:
        return _compare_unannounced(rng, generator.table(rng), tally)
    if kind < 0.92:
        return _compare_during(rng, tally)
    return _compare_small_regex(rng, tally)


def _compare_dispatches(
    rng: random.Random, table: Any, tally: Counter[str], with_edits: bool
) -> Difference | None:
    """Compare many dispatches, with changes between them that ours is told about."""
    pair = Pair(table.entries)
    census.count_table(tally, table.entries)
    edits = rng.choice([0, 0, 0, 1, 2]) * with_edits
    for turn in range(edits + 1):
        if turn:
            change, table = edit_maker.edit(rng, table)
            census.count_edit(tally, change, "then refresh()")
            pair.edit(*change)
        for _ in range(SCOPES_PER_TABLE // (edits + 1)):
            difference = _compared(rng, table, pair, pair.difference, tally)
            if difference is not None:
                return difference
    return None


def _compare_unannounced(
    rng: random.Random, table: Any, tally: Counter[str]
) -> Difference | None:
    """Compare dispatches around changes that ours has to notice, or need not."""
    census.count_table(tally, table.entries)
    for _ in range(4):
        change, after = edit_maker.edit(rng, table)
        census.count_edit(tally, change, "unannounced")
        pair = ChangedPair(table.entries, change, tally)
        dispatches = rng.choice([0, 1, 1, 3])
        # Before its first dispatch a router knows nothing that could be old.
        compare_after = pair.difference_after if dispatches else pair.difference
        steps = [pair.difference] * dispatches + [pair.make_change]
        steps += [compare_after] * 6 + [pair.tell, *[pair.difference] * 4]
        difference = _compare_steps(rng, after, pair, steps, tally)
        if difference is not None:
            return difference
    return None


def _compare_during(rng: random.Random, tally: Counter[str]) -> Difference | None:
    """Compare dispatches in whose midst the routes change."""
    table = edit_maker.editing_table(rng)
    census.count_table(tally, table.entries)
    for _ in range(6):
        change, after = edit_maker.edit(rng, table)
        pair = ChangedPair(table.entries, change, tally)
        steps = [pair.difference] * rng.choice([0, 0, 1])
        difference = _compare_steps(rng, after, pair, steps, tally)
        for _ in range(5):  # until a dispatch comes to what changes the routes
            if difference is None and not pair.is_changed:
                steps = [pair.difference_during]
                difference = _compare_steps(rng, after, pair, steps, tally)
        if difference is None and pair.is_changed:
            census.count_edit(tally, change, "in a dispatch")
            steps = [pair.difference_after] * 3 + [pair.tell, *[pair.difference] * 2]
            difference = _compare_steps(rng, after, pair, steps, tally)
        if difference is not None:
            return difference
    return None


def _compare_small_regex(rng: random.Random, tally: Counter[str]) -> Mismatch | None:
    """Compare one regex of the small grammar, of any size, on all short paths."""
    name = rng.choice(list(grammar.ALPHABETS))
    alphabet = grammar.ALPHABETS[name]
    text = grammar.random_regex(rng, rng.choice([2, 3, 4, 4, 5, 6]), alphabet)
    paths = grammar.texts(alphabet.texts, 2 if len(alphabet.texts) > 4 else 3)
    tally[f"small regex: alphabet {name}"] += 1
    try:
        found = grammar.mismatch("re_path", text, paths)
    except ImproperlyConfigured:
        tally["small regex: refused by re"] += 1
        return None
    tally["cases"] += len(paths)
    return found


def _compare_steps(
    rng: random.Random, table: Any, pair: Pair, steps: list[Any], tally: Counter[str]
) -> Difference | None:
    for step in steps:
        if step.__name__.startswith("difference"):
            difference = _compared(rng, table, pair, step, tally)
            if difference is not None:
                return difference
        else:
            step()
    return None


def _compared(
    rng: random.Random, table: Any, pair: Pair, compare: Any, tally: Counter[str]
) -> Difference | None:
    scope = scope_maker.scope(rng, table)
    tally["cases"] += 1
    census.count_scope(tally, scope)
    difference: Difference | None = compare(scope)
    census.count_outcome(tally, pair.expected)
    return difference
