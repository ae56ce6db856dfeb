"""
Random tables from a `random.Random`.

Every function takes the generator of numbers first, so one seed makes one run.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import NamedTuple

from .converters import SAMPLES
from .patterns import KINDS as PATTERNS
from .regexes import RegexMaker
from .tables import NESTED_ROLES, PLAIN_ROLES, Entry, is_legal

CORPORA = json.loads(
    (Path(__file__).parents[1] / "corpora" / "routes.json").read_text(encoding="utf-8")
)

WORDS = [
    "a", "b", "ab", "abc", "1", "12", "chat", "room", "ws", "admin", "new", "a.b",
    "a-b", "v1", "\u00e9", "\u4e2d\u6587", "A", "x_y", "%2F", "k", "s", "(a)", "a+",
    "$",     "^a", "[x]", "a b", ".", "\u017f", "e\u0301", "ws-1", "2020",
]  # fmt: skip
_NAMES = ["id", "room", "a", "b", "n", "slug", "\u00e9"]
_KINDS = [name for name in SAMPLES for _ in range(5 if name[:2] != "p_" else 1)]
_KINDS += ["str", "int", "slug", ""] * 5

# Python's `re` may need a time that doubles with every character.
LONGEST, LONGEST_OF_HEAVY = 30, 11


class Table(NamedTuple):
    """Routes, and how long a path they can be given without Python taking ages."""

    entries: list[Entry]
    longest: int


def table(rng: random.Random) -> Table:
    """Return a random table; one in eight is a part of a real one."""
    maker = TableMaker(rng)
    if rng.random() < 0.12:
        entries = maker.from_corpora()
    else:
        entries = maker.entries(0)
    return Table(entries, LONGEST_OF_HEAVY if maker.heavy else LONGEST)


class TableMaker:
    """
    Makes entries. ``odd`` is the share of routes that a project rarely has.

    Half of the tables have none of them: one odd route often decides the outcome of
    a whole table, and hides what comes behind it.
    """

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.odd = rng.choice([0, 0, 0.1, 0.3])
        self.words = rng.sample(WORDS, 4)
        self.heavy = False

    def entries(self, depth: int) -> list[Entry]:
        rng = self.rng
        count = rng.choice([1, 2, 3, 4, 6, 9, 14] if depth == 0 else [0, 1, 2, 3, 5])
        made: list[Entry] = []
        while len(made) < count:
            # A bent copy of an earlier route overlaps with it.
            entry = (
                self._bent(rng.choice(made))
                if made and rng.random() < 0.25
                else self.entry(depth)
            )
            if is_legal(entry):
                made.append(entry)
        return made

    def entry(self, depth: int = 3) -> Entry:
        rng = self.rng
        kind, text = self._pattern()
        extra = {}
        if rng.random() < 0.15:
            extra = {rng.choice([*_NAMES, "d"]): rng.choice([0, "default", None])}
        if depth < 3 and rng.random() < 0.25:
            if kind == "re_path" and rng.random() < 0.7:
                text = text.rstrip("$")
            role = rng.choice(["router"] * 6 + NESTED_ROLES)
            # What include() makes of a text is what upstream makes of a plain one.
            pattern = self._pattern_kind() if role != "include" else ""
            return Entry(kind, text, extra, role, self.entries(depth + 1), pattern)
        role = "refuses" if rng.random() < 0.07 else "answers"
        if rng.random() < self.odd:
            role = rng.choice(PLAIN_ROLES)
        return Entry(kind, text, extra, role, pattern=self._pattern_kind())

    def _pattern_kind(self) -> str:
        if self.rng.random() < self.odd:
            return self.rng.choice(list(PATTERNS))
        return ""

    def from_corpora(self) -> list[Entry]:
        rng = self.rng
        rows = CORPORA[rng.choice(sorted(CORPORA))]
        start = rng.randrange(len(rows))
        made = []
        for kind, text, is_prefix in rows[start : start + rng.choice([1, 5, 20])]:
            inner = self.entries(2) if is_prefix and rng.random() < 0.8 else None
            made.append(
                Entry(
                    kind, text, {}, "router" if inner is not None else "answers", inner
                )
            )
        if rng.random() < 0.3:
            rng.shuffle(made)
        return [entry for entry in made if is_legal(entry)]

    def _pattern(self) -> tuple[str, str]:
        kind = self.rng.random()
        if kind < 0.5:
            return "path", self._route()
        regex = RegexMaker(self.rng)
        text = regex.urlish(self.words) if kind < 0.75 else regex.wild()
        self.heavy = self.heavy or regex.heavy
        return "re_path", text

    def _route(self) -> str:
        rng = self.rng
        names = rng.sample(_NAMES, len(_NAMES))
        segments = []
        for _ in range(rng.choice([0, 1, 1, 2, 2, 2, 3, 4])):
            shape = rng.random()
            if shape < 0.5 or len(names) < 3:
                segments.append(rng.choice(self.words))
            elif shape < 0.85:
                segments.append(self._parameter(names))
            else:
                parts = [self._parameter(names)]
                parts += [rng.choice(["-", ".", "", "_", "v", "@"])]
                parts += [self._parameter(names)] if rng.random() < 0.7 else []
                segments.append(rng.choice(["", "", "v", "x-"]) + "".join(parts))
        return "/".join(segments) + rng.choice(["/", "/", "/", ""])

    def _parameter(self, names: list[str]) -> str:
        kind = self.rng.choice(_KINDS)
        name = names.pop()
        return f"<{kind}:{name}>" if kind else f"<{name}>"

    def _bent(self, entry: Entry) -> Entry:
        """Return a copy that takes nearly the same paths."""
        rng = self.rng
        text, kind = entry.text, rng.random()
        if kind < 0.2:
            return entry
        if kind < 0.5 and entry.kind == "path":
            segments = text.split("/")
            number = rng.randrange(len(segments))
            segments[number] = rng.choice(
                [rng.choice(self.words), "<str:other>", "<int:other>", "<path:other>"]
            )
            return entry._replace(text="/".join(segments))
        if kind < 0.6:
            return entry._replace(kind="path" if entry.kind == "re_path" else "re_path")
        if kind < 0.75:
            return entry._replace(text=text[: rng.randrange(len(text) + 1)])
        if kind < 0.9:
            return entry._replace(text=text + rng.choice(["/", "a/", "$", "<int:z>/"]))
        return entry._replace(text=rng.choice(["a/", "/", "^", ".*"]) + text)
