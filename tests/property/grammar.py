"""
Every small regex and every small `path()` route, against all short paths.

A random regex is rarely odd in the one way that tells two engines apart. Here
nothing is left to chance: a regex of size n is a leaf (size 1), something small
around a regex (size 1 more), or two regexes side by side. Django's pattern object
is the reference, route by route.
"""

from __future__ import annotations

import contextlib
import itertools
import random
import re
import warnings
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from django.core.exceptions import ImproperlyConfigured
from django.urls import path as path_route
from django.urls import re_path

from .compare import OURS


class Alphabet(NamedTuple):
    """
    Three characters to write regexes with, and those that paths are made of.

    The third one is where engines part ways; ``relatives`` are what it becomes
    under `(?i)`.
    """

    letters: str
    relatives: str = ""

    @property
    def texts(self) -> str:
        return self.letters + self.relatives + "\n"


#: Plain text, then characters with odd cases, and one with a width of four bytes.
ALPHABETS = {
    "e acute": Alphabet("a/\u00e9"),
    "digits": Alphabet("1-\u00b2", "\u0660"),
    "Kelvin": Alphabet("k/\u212a", "K"),
    "dotted i": Alphabet("i/\u0130", "\u0131I"),
    "long s": Alphabet("s/\u017f", "S"),
    "sharp s": Alphabet("s/\u00df", "\u1e9e"),
    "sigma": Alphabet("a/\u03c3", "\u03c2\u03a3"),
    "micro": Alphabet("a.\u00b5", "\u03bc"),
    "emoji": Alphabet("a/\U0001f600"),
    "surrogate": Alphabet("a/\ud800"),
    "spaces": Alphabet("a \xa0", "\x1c"),
}

_LEAVES = ["", ".", r"\w", r"\W", r"\d", r"\D", r"\s", r"\S"]
_LEAVES += ["^", "$", r"\A", r"\Z", r"\b", r"\B"]
_SUFFIXES = ["?", "*", "+", "{2}", "{1,2}", "{,1}", "{2,}", "??", "*?", "+?", "{1,2}?"]
_FRAMES = ["({})", "(?P<n>{})", "(?P<m>{})", "(?i:{})", "(?s:{})", "(?m:{})"]
_FRAMES += ["(?a:{})", "(?u:{})", "(?-i:{})", "(?={})", "(?!{})", "(?<={})", "(?<!{})"]
#: Global flags go before the whole.
FLAGS = ["", "(?i)", "(?a)", "(?m)", "(?s)", "(?ai)", "(?x)"]

_ATOM, _REPEAT, _SEQUENCE, _CHOICE = range(4)


class _Piece(NamedTuple):
    """A regex and how loosely it binds."""

    text: str
    binding: int

    def within(self, binding: int) -> str:
        return self.text if self.binding <= binding else f"(?:{self.text})"


def _leaves(letters: str) -> list[_Piece]:
    one, two, odd = map(re.escape, letters)
    texts = [one, two, odd, *_LEAVES, f"[{one}{odd}]", f"[^{two}]", f"[^{odd}]"]
    texts += [rf"[\w{two}]", rf"[^\W{one}]"]
    # The empty regex cannot be repeated, and its neighbor is not itself.
    return [_Piece(text, _ATOM if text else _SEQUENCE) for text in texts]


def _around(piece: _Piece) -> Iterator[_Piece]:
    for suffix in _SUFFIXES:
        yield _Piece(piece.within(_ATOM) + suffix, _REPEAT)
    for frame in _FRAMES:
        yield _Piece(frame.format(piece.text), _ATOM)


def _beside(one: _Piece, two: _Piece) -> Iterator[_Piece]:
    if one.text and two.text:
        yield _Piece(one.within(_SEQUENCE) + two.within(_SEQUENCE), _SEQUENCE)
    yield _Piece(f"{one.text}|{two.text}", _CHOICE)


@lru_cache(maxsize=64)
def _pieces(size: int, letters: str) -> list[_Piece]:
    if size == 1:
        return _leaves(letters)
    made = [new for old in _pieces(size - 1, letters) for new in _around(old)]
    for left in range(1, size):
        for one in _pieces(left, letters):
            for two in _pieces(size - left, letters):
                made += _beside(one, two)
    return list(dict.fromkeys(made))


def count(size: int) -> int:
    """Return how many regexes there are of up to *size*, broken ones included."""
    letters = ALPHABETS["e acute"].letters
    return sum(len(_pieces(each, letters)) for each in range(1, size + 1))


def regexes(size: int, alphabet: Alphabet) -> Iterator[str]:
    """Yield all regexes of exactly *size*, also those that `re` refuses."""
    for piece in _pieces(size, alphabet.letters):
        yield piece.text


def random_regex(rng: random.Random, size: int, alphabet: Alphabet) -> str:
    """Return one of the regexes of *size*, also where they are too many to list."""
    return rng.choice(FLAGS) + _random_piece(rng, size, alphabet.letters).text


def _random_piece(rng: random.Random, size: int, letters: str) -> _Piece:
    if size == 1:
        return rng.choice(_leaves(letters))
    if rng.random() < 0.4:
        return rng.choice(list(_around(_random_piece(rng, size - 1, letters))))
    left = rng.randrange(1, size)
    one = _random_piece(rng, left, letters)
    return rng.choice(list(_beside(one, _random_piece(rng, size - left, letters))))


@lru_cache(maxsize=64)
def texts(characters: str, longest: int) -> list[str]:
    """Return all texts of *characters*, up to *longest* of them; none begins with /."""
    return [
        "".join(chars)
        for length in range(longest + 1)
        for chars in itertools.product(characters, repeat=length)
        if chars[:1] != ("/",)  # which a router strips
    ]


# ---------------------------------------------------------------- path() routes

_CONVERTED = {
    "int": ["0", "07", "\u0660"],
    "str": ["a", "a b", "\u00e9"],
    "slug": ["a-1", "_"],
    "uuid": ["01234567-89ab-cdef-0123-456789abcdef", "0123"],
    "path": ["a/1", "/"],
}
_GLUE = ["/", "-", "", "a"]


def route_texts(parts: int) -> Iterator[str]:
    """Yield the texts of all routes of *parts* parameters or words, with any glue."""
    stock = ["a", "1", "\u00e9", "", *(f"<{kind}:?>" for kind in _CONVERTED), "<?>"]
    for chosen in itertools.product(stock, repeat=parts):
        for glue in itertools.product(_GLUE, repeat=parts - 1):
            for end in ("", "/", "\n"):
                joined = itertools.chain(*zip(chosen, [*glue, end]))
                names = iter("bcdefgh")
                yield re.sub(r"\?", lambda _, n=names: next(n), "".join(joined))


@lru_cache(maxsize=8)
def route_paths(parts: int) -> list[str]:
    """Return paths for all routes of *parts* parts, and for none of them."""
    words = ["", "1", "\u00e9", *itertools.chain(*_CONVERTED.values())]
    made = []
    for chosen in itertools.product(words, repeat=parts):
        for glue in itertools.product(_GLUE[:3], repeat=parts - 1):
            for end in ("", "/", "\n"):
                made.append("".join(itertools.chain(*zip(chosen, [*glue, end]))))
    return [text for text in dict.fromkeys(made) if text[:1] != "/"]


# ---------------------------------------------------------------- the comparison


class Mismatch(NamedTuple):
    """A route and a path on which Django and the router do not agree."""

    kind: str
    text: str
    path: str
    django: Any
    ours: Any

    def __str__(self) -> str:
        return (
            f"{self.kind}({self.text!a}, ...) and the path {self.path!a}:\n"
            f"    Django: {self.django!a}\n    ours:   {self.ours!a}"
        )


async def _application(scope: Any, receive: Any, send: Any) -> Any:
    route = scope["url_route"]
    return scope["path_remaining"], route["args"], route["kwargs"]


def mismatch(kind: str, text: str, paths: Iterable[str]) -> Mismatch | None:
    """
    Return the first of *paths* about which the route's pattern and ours differ.

    Raises:
        ImproperlyConfigured: There is no such route.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # `re` finds some of these dubious
        route = (re_path if kind == "re_path" else path_route)(text, _application)
        ask_django = route.pattern.match
        ask_django("")  # compiles it, or raises
        router = OURS([route])
        for path in paths:
            expected = ask_django(path)
            try:
                router({"path": f"/{path}"}, None, None).send(None)
            except StopIteration as stop:
                found = stop.value
            except ValueError:
                found = None
            if expected != found or _types(expected) != _types(found):
                return Mismatch(kind, text, path, expected, found)
    return None


def _types(found: Any) -> Any:
    if found is None:
        return None
    rest, args, kwargs = found
    return type(rest), [*map(type, args)], [(n, type(v)) for n, v in kwargs.items()]


def sweep(name: str, size: int, share: int = 1, start: int = 0) -> Iterator[Any]:
    """
    Yield a `Mismatch` or ``None`` for each regex of up to *size*.

    All of the smaller sizes, and every *share*-th of the largest, from *start* on.
    """
    alphabet = ALPHABETS[name]
    paths = texts(alphabet.texts, 3)
    for each in range(1, size + 1):
        step = share if each == size else 1
        chosen = itertools.islice(regexes(each, alphabet), start % step, None, step)
        for number, text in enumerate(chosen):
            flags = FLAGS if each < min(size, 3) else [FLAGS[number % len(FLAGS)]]
            for flag in flags:
                with contextlib.suppress(ImproperlyConfigured):
                    yield mismatch("re_path", flag + text, paths)


def sweep_routes(parts: int, share: int = 1, start: int = 0) -> Iterator[Any]:
    """Yield a `Mismatch` or ``None`` for each `path()` route of up to *parts* parts."""
    for each in range(1, parts + 1):
        step = share if each == parts else 1
        for text in itertools.islice(route_texts(each), start % step, None, step):
            with contextlib.suppress(ImproperlyConfigured):
                yield mismatch("path", text, route_paths(min(each, 2)))
