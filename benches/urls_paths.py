"""Paths that a URLconf accepts, and others that look like them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

#: What is put in the place of an argument, until the pattern takes it.
VALUES = [
    *("42", "things", "2024", "01", "x-y", "a", "en", "A1B2C", "add", "json", "1.5"),
    "0a1b2c3d-0a1b-4c2d-8e3f-0a1b2c3d4e5f",
    *("a@example.org", "0a1b2c3d" * 4, "0a1b2c3d" * 5, "a/b", "a/b/", "x:y", "1,2"),
]
ENDS = ["/", "//", "x", "x/", "\n", ".json", "é/", "%20", " ", "\0", "/42/", "?"]
SEGMENTS = ["", "0", "007", "-1", "²", "x y", "a.b", "é", "z" * 40, "nothing!~"]


def examples(resolver: Any, before: str = "/") -> Iterator[str]:
    """Make a path for each route of *resolver*, as far as that is easy."""
    for entry in resolver.url_patterns:
        is_list = hasattr(entry, "url_patterns")
        text = example(entry.pattern, is_list)
        if text is None:
            continue
        if is_list:
            yield from examples(entry, before + text)
        else:
            yield before + text


def example(pattern: Any, is_list: bool) -> str | None:
    """Return a text that the *pattern* takes, all of it."""
    from django.utils.regex_helper import normalize

    if hasattr(pattern, "language_prefix"):
        return str(pattern.language_prefix)
    rng = random.Random(0)
    for template, names in normalize(pattern.regex.pattern):
        same = [dict.fromkeys(names, value) for value in VALUES]
        drawn = [{name: rng.choice(VALUES) for name in names} for _ in range(400)]
        for values in same + drawn:
            text = template % values
            found = pattern.match(text)
            if found and (not is_list or found[0] == ""):
                return text
    return None


def near_miss(path: str) -> str:
    """Return *path* with another last segment."""
    segments = path.rstrip("/").split("/")
    segments[-1] = "nothing!~"
    return "/".join(segments) + ("/" if path.endswith("/") else "")


def probes(hits: list[str], count: int, seed: int = 1) -> Iterator[str]:
    """Draw *count* paths: all *hits* first, then what is near to them."""
    yield from hits[:count]
    rng = random.Random(seed)
    for number in range(count - len(hits)):
        path = rng.choice(hits)
        segments = path.split("/")
        place = rng.randrange(len(segments))
        kind = number % 8
        if kind == 0:
            path = path.rstrip("/") + rng.choice(ENDS)
        elif kind == 1:
            path = near_miss(path)
        elif kind == 2:
            path = path[: rng.randrange(len(path) + 1)]
        elif kind == 3:
            segments[place] = rng.choice(SEGMENTS)
            path = "/".join(segments)
        elif kind == 4:
            segments[place] = rng.choice(rng.choice(hits).split("/"))
            path = "/".join(segments)
        elif kind == 5:
            path = "/".join([*segments[:place], *segments[place + 1 :]])
        elif kind == 6:
            path = "/".join([*segments[:place], *rng.choice(hits).split("/")[1:]])
        else:
            at = rng.randrange(len(path) + 1)
            path = path[:at] + rng.choice("x/0-_.é\n~%A ") + path[at:]
        yield path
