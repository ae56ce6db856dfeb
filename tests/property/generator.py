"""
Random cases from a `random.Random`: tables, scopes for them, and edits.

Every function takes the generator of numbers first, so one seed makes one run.
"""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any, NamedTuple

from .converters import SAMPLES
from .regexes import ODD, PLAIN, RegexMaker
from .samples import sample
from .tables import Entry, is_legal

CORPORA = json.loads(
    (Path(__file__).parents[1] / "corpora" / "routes.json").read_text(encoding="utf-8")
)

_WORDS = [
    "a", "b", "ab", "abc", "1", "12", "chat", "room", "ws", "admin", "new", "a.b",
    "a-b", "v1", "\u00e9", "\u4e2d\u6587", "A", "x_y", "%2F", "k", "s", "(a)", "a+",
    "$",     "^a", "[x]", "a b", ".", "\u017f", "e\u0301", "ws-1", "2020",
]  # fmt: skip
_NAMES = ["id", "room", "a", "b", "n", "slug", "\u00e9"]
_PARAMETER = re.compile(r"<(?:([^>:]+):)?([^>]+)>")
_KINDS = [name for name in SAMPLES for _ in range(5 if name[:2] != "p_" else 1)]
_KINDS += ["str", "int", "slug", ""] * 5

# Python's `re` may need a time that doubles with every character.
_LONGEST, _LONGEST_OF_HEAVY = 30, 11


class Table(NamedTuple):
    """Routes, and how long a path they can be given without Python taking ages."""

    entries: list[Entry]
    longest: int


# ---------------------------------------------------------------- tables


def table(rng: random.Random) -> Table:
    """Return a random table; one in eight is a part of a real one."""
    maker = _TableMaker(rng)
    if rng.random() < 0.12:
        entries = maker.from_corpora()
    else:
        entries = maker.entries(0)
    return Table(entries, _LONGEST_OF_HEAVY if maker.heavy else _LONGEST)


class _TableMaker:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.words = rng.sample(_WORDS, 4)
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
            role = rng.choice(["router"] * 6 + ["subclass", "forwarding", "hidden"])
            return Entry(kind, text, extra, role, self.entries(depth + 1))
        return Entry(kind, text, extra, "refuses" if rng.random() < 0.07 else "answers")

    def from_corpora(self) -> list[Entry]:
        rng = self.rng
        rows = CORPORA[rng.choice(sorted(CORPORA))]
        start = rng.randrange(len(rows))
        made = []
        for kind, text, is_prefix in rows[start : start + rng.choice([1, 5, 20])]:
            inner = self.entries(2) if is_prefix and rng.random() < 0.8 else None
            made.append(Entry(kind, text, {}, "router" if inner else "answers", inner))
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


# ---------------------------------------------------------------- scopes


def scope(rng: random.Random, of: Table) -> dict[str, Any]:
    """Return a scope whose path is for one of the routes of *of*, more or less."""
    text = _path(rng, of.entries)
    for _ in range(rng.choice([0, 0, 0, 0, 0, 1, 1, 2, 3])):
        text = _mutated(rng, text)
    text = text[: of.longest]
    if rng.random() < 0.01 and _takes_long_paths(of.entries):
        text = text.replace("1", rng.choice("07") * rng.choice([4300, 4301]), 1)
    made: dict[str, Any] = {"type": "websocket", "path": f"/{text}"}
    odd = rng.random()
    if odd < 0.06:
        root = rng.choice(["/root", "/", "/a", "/\u4e2d", "root/", "", text[:2]])
        if rng.random() < 0.8:
            made["path"] = root + made["path"]
        made["root_path"] = root
    elif odd < 0.1:
        made["path_remaining"] = text
        made["url_route"] = {"args": ("outer",), "kwargs": {"a": "outer", "z": 1}}
    elif odd < 0.12:
        made["path"] = text
        made["url_route"] = rng.choice([{}, {"args": (None,)}, {"kwargs": {"n": 0}}])
    elif odd < 0.125:
        made["path"] = rng.choice([None, b"/a/", 5, "", "///"])
    return made


def _path(rng: random.Random, entries: list[Entry]) -> str:
    if not entries:
        return rng.choice(_WORDS)
    entry = rng.choice(entries)
    if entry.kind == "path":
        text = _PARAMETER.sub(
            lambda found: rng.choice(SAMPLES.get(found[1] or "str", ["x"])), entry.text
        )
    else:
        text = sample(entry.text, rng)
    if entry.inner is not None:
        text += rng.choice(["", "", "", "/", "//"]) + _path(rng, entry.inner)
    return text


def _mutated(rng: random.Random, text: str) -> str:
    at = rng.randrange(len(text) + 1)
    head, char, tail = text[:at], text[at : at + 1], text[at + 1 :]
    odd = rng.choice(ODD + "\ud800\udfff")
    return rng.choice(
        [
            head + tail,
            head + odd + char + tail,
            head + odd + tail,
            head + rng.choice(PLAIN) + tail,
            head + rng.choice(PLAIN) + char + tail,
            head + char + char + tail,
            head + char.swapcase() + tail,
            head + "/" + char + tail,
            text + "\n",
            text + "/",
            text.rstrip("/"),
            "/" + text,
            "\n" + text,
            text.swapcase(),
            text.replace("/", "//"),
            text.replace("1", "\u00b2").replace("k", "\u212a").replace("s", "\u017f"),
            text.replace("i", rng.choice("\u0130\u0131I")),
            text + rng.choice(_WORDS),
            text + text,
            head,
            tail,
            "",
        ]
    )


def _takes_long_paths(entries: list[Entry]) -> bool:
    """Tell whether every pattern is linear in the length of its path."""
    return all(
        entry.kind == "path"
        and "<path" not in entry.text
        and "<p_" not in entry.text
        and all(segment.count("<") < 2 for segment in entry.text.split("/"))
        and (entry.inner is None or _takes_long_paths(entry.inner))
        for entry in entries
    )


# ---------------------------------------------------------------- edits


def edit(rng: random.Random, of: Table) -> tuple[tuple[Any, ...], Table]:
    """Return a change of the routes, and the table to make paths for afterwards."""
    maker = _TableMaker(rng)
    entry = maker.entry(rng.choice([2, 3]))
    while not is_legal(entry):
        entry = maker.entry(3)
    number = rng.randrange(100)
    change: tuple[Any, ...] = rng.choice(
        [
            ("append", entry),
            ("insert", 0, entry),
            ("remove", number),
            ("replace", number, entry),
            ("swap", number, rng.randrange(100)),
            ("pattern", number, entry),
            ("callback", number, entry),
            ("default_args", number, {"edited": number}),
            ("assign", [entry, *of.entries[:-1]]),
        ]
    )
    longest = _LONGEST_OF_HEAVY if maker.heavy else of.longest
    return change, Table([*of.entries, entry], min(longest, of.longest))
