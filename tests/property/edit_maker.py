"""Random changes of the routes of a table."""

from __future__ import annotations

import random
from typing import Any

from .edits import LIST_CHANGES, ROUTE_CHANGES, Place
from .generator import LONGEST_OF_HEAVY, Table, TableMaker
from .tables import NESTED_ROLES, Entry, is_legal

_REGEXES = ["", "a", "^a/", r"^(?P<id>\w+)/$", r"\d+", "(?!x)", ".*"]
_WEIGHTS = {"pattern": 3, "callback": 3, "append": 2, "replace": 2}
_NAMES = [
    name
    for name in [*LIST_CHANGES, *ROUTE_CHANGES]
    for _ in range(_WEIGHTS.get(name, 1))
]


def edit(rng: random.Random, of: Table) -> tuple[tuple[Any, ...], Table]:
    """Return a change of the routes, and the table to make paths for afterwards."""
    maker = TableMaker(rng)
    place = rng.choice([(), *_places(of.entries)])
    entries = of.entries
    for number in place:
        entries = entries[number].inner
    near = rng.choice(entries) if entries and rng.random() < 0.5 else None
    entry = near or maker.entry(rng.choice([2, 3]))
    while not is_legal(entry):
        entry = maker.entry(3)
    name = rng.choice(_NAMES)
    number = rng.randrange(max(1, len(entries)))
    arguments: dict[str, tuple[Any, ...]] = {
        "assign": ([entry, *entries[:-1]],),
        "assign tuple": ([*entries[1:], entry],),
        "append": (entry,),
        "insert": (entry,),
        "remove": (number,),
        "replace": (number, entry),
        "swap": (number, rng.randrange(max(1, len(entries)))),
        "pattern": (number, entry),
        "callback": (number, entry),
        "new dict": (number, entry),
        "default_args": (number, {"edited": number}),
        "regex": (number, rng.choice(_REGEXES)),
        "endpoint": (number,),
    }
    change = (name, *arguments.get(name, ()))
    if place:
        change = ("inside", place, *change)
    longest = LONGEST_OF_HEAVY if maker.heavy else of.longest
    return change, Table(_with(of.entries, place, entry), min(longest, of.longest))


def _places(entries: list[Entry], above: Place = ()) -> list[Place]:
    """Return the places of all nested routers."""
    found = []
    for number, entry in enumerate(entries):
        if entry.inner is not None:
            found.append((*above, number))
            found += _places(entry.inner, (*above, number))
    return found


def _with(entries: list[Entry], place: Place, entry: Entry) -> list[Entry]:
    """Return *entries* with *entry* added to those of the router at *place*."""
    if not place:
        return [*entries, entry]
    number, *rest = place
    outer = entries[number]
    inner = _with(outer.inner, tuple(rest), entry)
    return [*entries[:number], outer._replace(inner=inner), *entries[number + 1 :]]


def editing_table(rng: random.Random) -> Table:
    """
    Return a table in which something may change the routes during a dispatch.

    Each list has an application or a converter that does, before others that take
    the same paths.
    """
    maker = TableMaker(rng)
    maker.odd = rng.choice([0, 0, 0.1])
    entries = _editing(rng, maker, 0)
    return Table(entries, LONGEST_OF_HEAVY if maker.heavy else 30)


def _editing(rng: random.Random, maker: TableMaker, depth: int) -> list[Entry]:
    stock = ["", "a/", "<slug:a>/", "<p_editing:b>/", "<p_editingandrefusing:c>/"]
    stock += ["<p_editing:b>/", "<str:a>/<p_even:b>/"]
    made = []
    for _ in range(rng.choice([2, 3, 4, 6])):
        text = rng.choice(stock)
        if depth < 2 and rng.random() < 0.35:
            role = rng.choice(["router"] * 6 + NESTED_ROLES)
            inner = _editing(rng, maker, depth + 1)
            made.append(Entry("path", text, {}, role, inner))
        elif rng.random() < 0.2:
            made.append(maker.entry(3))
        else:
            roles = ["answers", "changes and refuses", "changes and refuses", "refuses"]
            made.append(Entry("path", text, {}, rng.choice(roles)))
    return [entry for entry in made if is_legal(entry)]
