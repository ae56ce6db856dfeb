"""Random scopes whose paths are for the routes of a table."""

from __future__ import annotations

import random
import re
from typing import Any

from . import scopes
from .converters import SAMPLES
from .generator import WORDS, Table
from .regexes import ODD, PLAIN
from .samples import sample
from .tables import Entry

_PARAMETER = re.compile(r"<(?:([^>:]+):)?([^>]+)>")


def scope(rng: random.Random, of: Table) -> Any:
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
    return _odd(rng, made) if rng.random() < 0.08 else made


def _odd(rng: random.Random, made: dict[str, Any]) -> Any:
    """Return *made* as a mapping of another class, or with parts of other classes."""
    kind = rng.random()
    if kind < 0.4:
        return rng.choice(scopes.KINDS)(made)
    if kind < 0.55:
        made["language"] = rng.choice(["de", "en"])
        if rng.random() < 0.5 and isinstance(made["path"], str):
            made["path"] = "/de" + made["path"]
    elif kind < 0.75:
        key = rng.choice([key for key in ("path", "root_path") if key in made])
        if isinstance(made[key], str):
            made[key] = rng.choice(scopes.TEXTS)(made[key])
    elif kind < 0.9:
        made["url_route"] = rng.choice(scopes.url_routes())
    else:
        made.update(rng.choice([{"path_remaining": None}, {"root_path": None}, {1: 2}]))
    return made


def _path(rng: random.Random, entries: list[Entry]) -> str:
    if not entries:
        return rng.choice(WORDS)
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
            text + rng.choice(WORDS),
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
