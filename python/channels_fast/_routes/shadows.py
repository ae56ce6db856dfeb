"""Find routes that never answer, because one in front accepts all of their paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from .languages import STRIP, Languages, Part, flat
from .proofs import Prover

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# How many routes that one index entry keeps are looked at, and how many are compared
# with a route: those in front that accept one path of it.
_MOST_IN_A_PLACE = 50
_MOST_COMPARED = 8


class _Place:
    """Routes by the segments that their paths begin with."""

    def __init__(self) -> None:
        self.by_text: dict[Optional[str], _Place] = {}
        # Those whose paths end here, and those that are not known from here on.
        self.ending: list[int] = []
        self.going_on: list[int] = []


class Shadows:
    """The routes of a router and of those inside it, in the order of matching."""

    def __init__(self, languages: Languages) -> None:
        self._languages = languages
        self._prover = Prover(languages)
        self._root = _Place()
        self._known: list[tuple[Any, Any, str]] = []
        self._by_key: dict[Any, Any] = {}

    def add(self, parts: Sequence[Optional[Part]], route: Any, *, answers: bool) -> Any:
        """
        Add a *route* behind those that are there, and return the one that shadows it.

        Args:
            parts: What is known of its pattern, behind those of the routers around it.
            route: What to return for a later one.
            answers: Whether its application takes each connection that it gets.
        """
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        key = tuple(part.key for part in known)
        shadowing = self._by_key.get(key)
        items = [part.items for part in known]
        if shadowing is None and None not in items:
            language = ("all", *flat(_joined(items)))
            shadowing = self._covering(language)
            if (
                answers
                and shadowing is None
                and all(part.certain for part in known)
                and all(part.one_end for part in known[:-1])
            ):
                self._keep(language, route)
        if answers and shadowing is None:
            self._by_key[key] = route
        return shadowing

    def _covering(self, language: Any) -> Any:
        path = self._languages.sample(language)
        if path is None:
            return None
        found = (self._known[number] for number in self._candidates(path))
        near = [one for one in found if path.startswith(one[2])]
        # A path that is none at all would be covered by everything.
        if not near or not self._prover.covers(language, path):
            return None
        compared = 0
        for route, other, _ in near:
            if self._prover.covers(other, path):
                compared += 1
                if self._prover.covers(other, language):
                    return route
                if compared == _MOST_COMPARED:
                    break
        return None

    def _keep(self, language: Any, route: Any) -> None:
        begins = next((one for one in flat([language]) if one != STRIP), "")
        text = begins if type(begins) is str else ""
        number = len(self._known)
        self._known.append((route, language, text))
        segments, are_all = self._languages.segments(language)
        place = self._root
        for segment in segments:
            place = place.by_text.setdefault(segment, _Place())
        numbers = place.ending if are_all else place.going_on
        if len(numbers) < _MOST_IN_A_PLACE:
            numbers.append(number)

    def _candidates(self, path: str) -> list[int]:
        """Return the numbers of the routes that may accept *path*, in order."""
        places = [self._root]
        found = [*self._root.going_on]
        for segment in path.split("/"):
            places = [
                place.by_text[text]
                for place in places
                for text in ([segment, None] if segment else [segment])
                if text in place.by_text
            ]
            for place in places:
                found += place.going_on
        for place in places:
            found += place.ending
        return sorted(found)


def _joined(items: Sequence[Any]) -> Iterator[Any]:
    for one in items:
        yield STRIP
        yield from one
