"""
One seed makes one URLconf and its cases: Django's own `resolve` against ours.

Both answer for the same objects, or for two that are made alike where the URLconf
changes in the midst of a search. Compared is all that is seen of an answer, and what
code of the project was asked, in order.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import Any, Callable

from django.urls import clear_url_caches
from django.urls.exceptions import Resolver404
from django.urls.resolvers import ResolverMatch
from django.utils import translation

from channels_fast.urls import _tables

from ..urls.observe import djangos_own, of_error, of_match, plain
from . import edit_maker, generator, scope_maker, url_edits, urlconfs
from .converters import CALLS, CHANGES, Stop
from .generator import Table
from .url_edits import Edit
from .urlconfs import Url

PATHS_PER_URLCONF = 40
#: A table is made at the second use of a list.
TIMES = 3

_CAUGHT = (Exception, Stop, GeneratorExit, asyncio.CancelledError)


class DifferenceError(AssertionError):
    """Two answers that differ, and what they are answers to."""


def compare_urlconf(seed: int, tally: Counter[str], with_edits: bool = True) -> None:
    """
    Compare the cases of *seed*, and count them.

    Raises:
        DifferenceError: The first one.
    """
    rng = random.Random(seed)
    kind = rng.random() if with_edits else 0
    tally["urlconfs"] += 1
    try:
        if kind < 0.7:
            _compare_paths(rng, generator.table(rng), tally)
        elif kind < 0.87:
            _compare_edits(rng, tally)
        else:
            _compare_during(rng, tally)
    finally:
        CHANGES.clear()
        clear_url_caches()


def _compare_paths(rng: random.Random, table: Table, tally: Counter[str]) -> None:
    urls = urlconfs.from_entries(rng, table.entries)
    both = _Both(urls, tally, rng.choice(urlconfs.ROOTS))
    for number in range(PATHS_PER_URLCONF):
        text, language = _case(rng, table)
        how = full if number % 8 == 0 else quick
        with translation.override(language):
            both.compare(text, how, TIMES if number < 2 else 1)


def _compare_edits(rng: random.Random, tally: Counter[str]) -> None:
    """Compare around changes: what is promised to be seen at once, and all later."""
    table = _plain_table(rng) if rng.random() < 0.6 else generator.table(rng)
    urls = urlconfs.from_entries(rng, table.entries)
    both = _Both(urls, tally)
    for _ in range(4):
        cases = [_case(rng, table) for _ in range(6)]
        before = []
        for text, language in cases:
            with translation.override(language):
                both.compare(text)
                before.append(_ask(both.made, text, djangos=True))
        edit = url_edits.random_edit(rng, urls)
        changed = edit.apply(both.made)
        if changed is None:
            continue
        tally[f"edit: {edit.name}"] += 1
        table = Table([*table.entries, *_entries(edit.url)], table.longest)
        for (text, language), old in zip(cases, before):
            with translation.override(language):
                both.compare_edited(text, old, edit, changed)
        clear_url_caches()
        for text, language in [*cases, *(_case(rng, table) for _ in range(4))]:
            with translation.override(language):
                both.compare(text)


def _compare_during(rng: random.Random, tally: Counter[str]) -> None:
    """
    Compare searches in whose midst a converter changes a list.

    Django reads on in the living list, and ours in the one that it began with. So an
    answer is that of Django with the change, or without it.
    """
    table = edit_maker.editing_table(rng)
    urls = urlconfs.from_entries(rng, table.entries)
    for _ in range(4):
        edit = url_edits.random_edit(rng, urls, [*url_edits.LIST_EDITS])
        text, language = _case(rng, table)
        with translation.override(language):
            changed = _Both(urls, tally).ask_once(text, edit, djangos=True)
            unchanged = _Both(urls, tally).ask_once(text, None, djangos=True)
            both = _Both(urls, tally)
            for _ in range(TIMES):
                _ask(both.made, text)
            found = both.ask_once(text, edit)
            tally["cases"] += 1
            if found not in (changed, unchanged):
                raise both.difference(text, changed, found, edit)
            clear_url_caches()
            both.compare(text)


class _Both:
    """A resolver that is asked in both ways."""

    def __init__(self, urls: list[Url], tally: Counter[str], root: str = "^/") -> None:
        self.urls = urls
        self.tally = tally
        self.made = urlconfs.resolver(urls, root)

    def compare(self, text: str, how: Any = None, times: int = TIMES) -> None:
        """Compare the answers to a path, asked several times."""
        _, expected = _ask(self.made, text, how, djangos=True)
        for _ in range(times):
            _, found = _ask(self.made, text, how)
            if found != expected:
                raise self.difference(text, expected, found)
        tally = self.tally
        tally["cases"] += 1
        tally["by a table"] += id(self.made.url_patterns) in _tables.tables
        tally[f"outcome: {expected[0][0]}"] += 1
        tally["asked code of the project"] += bool(expected[1])
        tally[f"language: {translation.get_language()}"] += 1

    def compare_edited(self, text: str, old: Any, edit: Edit, changed: Any) -> None:
        """Compare what is answered after an edit with what is allowed then."""
        _, new = _ask(self.made, text, djangos=True)
        _, found = _ask(self.made, text)
        way, before = old
        is_promised = not before[1] and url_edits.is_seen_at_once(
            edit, changed, self.made, way
        )
        self.tally["cases"] += 1
        self.tally[f"promised: {'new' if is_promised else 'either'}"] += 1
        if found != new and (is_promised or found != before):
            raise self.difference(text, new, found, edit)

    def ask_once(self, text: str, edit: Edit | None, djangos: bool = False) -> Any:
        """Return what is seen of one search, in whose midst *edit* may be made."""
        if edit is not None:
            CHANGES.append(lambda: edit.apply(self.made))
        _, found = _ask(self.made, text, djangos=djangos)
        self.tally["edit: in a search"] += edit is not None and not CHANGES
        CHANGES.clear()
        return found

    def difference(
        self, text: str, expected: Any, found: Any, edit: Edit | None = None
    ) -> DifferenceError:
        """Return the error that shows a difference."""
        lines = [
            f"path {text!a}, language {translation.get_language()}, "
            f"root {self.made.pattern}",
            *([f"after {edit}"] if edit else []),
            *(f"  {url!a}" for url in self.urls),
            *_differing(expected, found),
        ]
        return DifferenceError("\n".join(lines))


def _ask(
    made: Any, text: str, how: Callable[[Any], Any] | None = None, djangos: bool = False
) -> tuple[Any, tuple[Any, list[Any]]]:
    """Return the way of the match, and what is seen with the calls of the project."""
    CALLS.clear()
    if djangos:
        with djangos_own():
            end = _end(made, text)
    else:
        end = _end(made, text)
    calls = [*CALLS]
    tried = getattr(end, "tried", None) if isinstance(end, ResolverMatch) else None
    return tried[-1] if tried else None, ((how or quick)(end), calls)


def _end(made: Any, text: str) -> Any:
    try:
        return made.resolve(text)
    except _CAUGHT as error:
        # The frames would hold the next search.
        return error.with_traceback(None)


def quick(end: Any) -> tuple[Any, ...]:
    """Return the attributes of a match or the arguments of an error."""
    if type(end) is ResolverMatch:
        getattr(end, "tried", None)
        return "match", plain(vars(end))
    if type(end) is Resolver404 and isinstance(end.args[0], dict):
        return "Resolver404", plain(dict(end.args[0])), repr(end.__context__)
    if isinstance(end, BaseException):
        name = type(end).__name__
        return name, repr(end.args), repr(end.__context__), repr(end.__cause__)
    return "returned", plain(end)


def full(end: Any) -> tuple[Any, ...]:
    """Return everything that is seen of an answer."""
    if isinstance(end, Exception):
        return type(end).__name__, of_error(end)
    if isinstance(end, BaseException):
        return quick(end)
    return "match", of_match(end)


def _case(rng: random.Random, table: Table) -> tuple[str, str]:
    """Return a path for the table, more or less, and a language."""
    text = None
    while not isinstance(text, str):
        text = scope_maker.scope(rng, table)["path"]
    language = rng.choice(urlconfs.LANGUAGES)
    odd = rng.random()
    if odd < 0.15:
        text = f"/{rng.choice([language, 'de', 'en-us'])}{text}"
    elif odd < 0.18:
        text = rng.choice([text[1:], f"/{text}", f"/x{text}", "/object/", ""])
    return text, language


def _plain_table(rng: random.Random) -> Table:
    """Return a table of routes that nobody but Django and the table are asked for."""
    texts = ["a/", "b/", "", "<int:n>/", "<str:s>/", "<slug:a>/b/", "<path:p>"]

    def entries(depth: int) -> list[Any]:
        made = []
        for _ in range(rng.choice([1, 2, 3, 4])):
            inner = entries(depth + 1) if depth < 3 and rng.random() < 0.4 else None
            text = rng.choice(texts)
            made.append(generator.Entry("path", text, inner=inner))
        return made

    return Table(entries(0), 30)


def _entries(url: Url) -> list[Any]:
    if url.kind not in ("path", "re_path") or url.inner is not None:
        return []
    return [generator.Entry(url.kind, url.text)]


def _differing(expected: Any, found: Any) -> list[str]:
    if isinstance(expected, dict) and isinstance(found, dict):
        names = [name for name in expected if expected[name] != found.get(name)]
        names += [name for name in found if name not in expected]
        return [
            f"{name}: Django {expected.get(name)!a}\n{name}: ours   {found.get(name)!a}"
            for name in names
        ]
    if (
        isinstance(expected, (tuple, list))
        and isinstance(found, (tuple, list))
        and len(expected) == len(found)
    ):
        pairs = zip(expected, found)
        return [
            line
            for one, other in pairs
            if one != other
            for line in _differing(one, other)
        ]
    return [f"Django {expected!a}", f"ours   {found!a}"]
