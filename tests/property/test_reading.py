"""
The reader of regular expressions against Django's own patterns.

The texts are close to the border between what is compiled and what is left to Python,
on both sides of it, and some of them are broken.
"""

from __future__ import annotations

import random
import warnings
from collections import Counter
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import re_path

from channels_fast._routes.compile import WHY_NOT_COMPILED, compile_routes
from channels_fast.routing import URLRouter

from .regexes import _PARAMETERS, ODD, PLAIN
from .samples import sample

pytestmark = pytest.mark.skipif(
    bool(WHY_NOT_COMPILED), reason="nothing is read without the extension"
)

LITERALS = [
    "a", "chat/", "a-b", r"a\-b", r"a\.b", "/", r"\/", "~!@%&=:;,<>'\"", "a.b", "é",
    "#", " ", "a|b", "(", ")", "[", "]", "{", "}", "a{2}", r"\d", r"\Z", r"\\", "\n",
    "\0", r"\_", r"\ ", "^", "$", ".", "(?:a)", "(a)", "(?#note)", "(?i:a)",
    "a)(?P<x>b",
]  # fmt: skip
BODIES = [
    *_PARAMETERS, "[", "[)]", "[^(]", "^a", "$", ".", "", "a{2", "a{2,1}", "a**", "é",
    "[[a]", r"\w{2}", "(?i)a", "x{99999999999}", "[^/]*?", r"\.", "a.b", "a b", "#",
    "]", r"\b", "[a-", "\\", "|", "a|", "a?", "/", ".*/", "[/]", "[^a]", r"[\w", "*",
    "-",
]  # fmt: skip
# What Django raises for a broken regex.
BROKEN = (ImproperlyConfigured, OverflowError)
NAMES = ["id", "room", "a", "_", "class", "1a", "é", "a b", "", "x-y"]
REPEATS = ["", "", "", "", "", "", "", "?", "*", "+", "{2}", "{", "??", "*+"]
STARTS = ["^", "^", "^", "", "", "^^", r"\A", "(?i)", "(?x)"]
ENDS = ["$", "$", "/$", "/?$", "/?$", "", r"\Z", "$$", r"\$", "/?", r"\/?$", "(?:/|$)"]


def text_of(rng: random.Random) -> str:
    """Return the text of a regex, perhaps a broken one."""
    simple = rng.random() < 0.6
    parts = [rng.choice(STARTS[:5] if simple else STARTS)]
    for number in range(rng.randrange(5)):
        if rng.random() < 0.5:
            parts.append(rng.choice(LITERALS[:8] if simple else LITERALS))
        else:
            name = f"n{number}" if simple else rng.choice(NAMES)
            body = rng.choice(_PARAMETERS if simple else BODIES)
            parts.append(f"(?P<{name}>{body})")
        parts.append("" if simple else rng.choice(REPEATS))
    parts.append(rng.choice(ENDS[:5] if simple else ENDS))
    text = "".join(parts)
    if rng.random() < 0.2:
        place = rng.randrange(len(text) + 1)
        text = text[:place] + rng.choice("()[]?*+{}\\^$|/aé\n") + text[place:]
    return text


def paths_for(text: str, rng: random.Random) -> list[str]:
    """Return paths that the regex *text* accepts, or nearly."""
    paths = ["", "a"]
    for _ in range(6):
        hit = sample(text, rng)
        place = rng.randrange(len(hit) + 1)
        bent = hit[:place] + rng.choice(PLAIN + ODD) + hit[place + rng.randrange(2) :]
        paths += [hit, f"{hit}/", f"{hit}\n", bent]
    # For a repeat in a repeat Python needs a time that doubles with each character.
    longest = 12 if any(end in text for end in (")*", ")+", "){")) else None
    # A router drops the slashes in front.
    return [path_text.lstrip("/")[:longest] for path_text in paths]


def answer(table: Any, routes: list[Any], text: str) -> Any:
    """Return what the child scope says of the match, or ``None``."""
    try:
        found = table.dispatch(routes, {"type": "websocket", "path": f"/{text}"}, 0)
    except ValueError:
        return None
    except BROKEN as error:
        return type(error)
    _, scope, _ = found
    url_route = scope["url_route"]
    return scope["path_remaining"], url_route["args"], url_route["kwargs"]


def djangos(pattern: Any, text: str) -> Any:
    try:
        return pattern.match(text) or None
    except BROKEN as error:
        return type(error)


def difference(text: str, rng: random.Random, tally: Counter[str]) -> Any:
    """Read one text, and ask the table and Django about some paths."""
    route = re_path(text, print)
    if rng.random() < 0.3:
        route.pattern = type(route.pattern)(text, is_endpoint=False)
    routes = [route]
    table = compile_routes(routes, URLRouter)
    tally["python" if table.rows()[0][1] == "python" else "compiled"] += 1
    for path_text in paths_for(text, rng):
        expected = djangos(route.pattern, path_text)
        tally["hit" if isinstance(expected, tuple) else "miss"] += 1
        if answer(table, routes, path_text) != expected:
            return text, path_text, expected
    return None


@pytest.mark.parametrize("start", range(0, 2000, 500))
def test_a_regex_means_what_python_says(start):
    tally: Counter[str] = Counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for seed in range(start, start + 500):
            rng = random.Random(seed)
            assert difference(text_of(rng), rng, tally) is None, seed
    # A run in which one side hardly comes up would prove little.
    assert min(tally["compiled"], tally["python"]) > 100
    assert min(tally["hit"], tally["miss"]) > 3000


if __name__ == "__main__":  # python -m tests.property.test_reading SECONDS
    import sys
    import time

    until = time.monotonic() + float(sys.argv[1])
    counted: Counter[str] = Counter()
    seed = 1_000_000
    warnings.simplefilter("ignore")
    while time.monotonic() < until:
        rng = random.Random(seed)
        found = difference(text_of(rng), rng, counted)
        if found is not None:
            sys.exit(f"seed {seed}: {found!a}")
        seed += 1
    print(dict(counted), "no difference")
