"""Random regexes over the whole syntax of Python's `re`."""

from __future__ import annotations

import random
import re
import sys
from typing import Callable

# Characters on which engines, Unicode versions and case folding part ways.
ODD = (
    "\u00b2\u00e9\u00df\u1e9e\u00b5\u03bc\u03c3\u03c2\u017f\u212a\u0130\u0131"
    "\u0660\uff11\u0301\u200d\u203f\u4e2d\U0001f600\x1c\x1f\x85\xa0\u2028\n\r\x00\x7f"
)
PLAIN = "aabbcxyzksiAKSI0123_-./ $"

_CLASSES = [r"\d", r"\w", r"\s", r"\D", r"\W", r"\S"]
_RANGES = [
    "a-z", "A-Z", "0-9", "a-c", "+--", " -~", "\u00e0-\u00ff", "\u0130-\u0131",
    "\u0400-\u04ff", "\u4e00-\u9fff", "\x00-\x1f", "Z-a", "\u2100-\u2200",
]  # fmt: skip
_SETS = [
    "[^/]", "[^/]", "[-a-zA-Z0-9_]", r"[\w.-]", r"[\w-]", r"[^\W\d]", r"[^\s/]",
    r"[\d\D]", "[]a]", "[^]a]", "[a&&b]", "[[a]", "[a|b]", "[a~~b]", r"[\b]",
    r"[\x00-\x7f]", r"[^\x00-\x7f]", "[^\u00e9]", r"[^\d]", r"[^/\n]", "[.]",
]  # fmt: skip
_ANCHORS = ["^", "$", r"\A", r"\Z", r"\b", r"\B"]
_ESCAPES = [
    r"\x41", r"\101", r"\u0131", r"\u212a", r"\t", r"\n", r"\/", r"\-", r"\.", r"\$",
    r"\N{DIGIT ONE}", r"\U0001f600", r"\0",
]  # fmt: skip
_COUNTED = ["{2}", "{1,2}", "{0,1}", "{2,}", "{,2}", "{0}"]
_SCOPED = ["i", "s", "m", "x", "a", "u", "-i", "i-s", "im", "a-i"]
_LEADING = ["(?i)", "(?i)", "(?s)", "(?m)", "(?x)", "(?a)", "(?ai)", "(?ms)", "(?u)"]
_NAMES = ["id", "room", "a", "b", "n", "\u00e9", "slug"]
_BROKEN = ["(", ")", "[", "*", "(?P<a>", "a**", r"\8", "(?<=a*)", "[z-a]", "(?P<1>a)"]


class RegexMaker:
    """
    Makes one regex. ``heavy`` tells afterwards that it nests repeats.

    Python tries such a regex for a time that doubles with every character, so
    it must be given short paths.
    """

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.heavy = False
        self._groups: list[str] = []
        self._names = rng.sample(_NAMES, len(_NAMES))
        self._atoms: list[tuple[int, Callable[[int], str]]] = [
            (12, lambda depth: self._literal()),
            (2, lambda depth: "."),
            (5, lambda depth: rng.choice(_CLASSES)),
            (4, lambda depth: rng.choice(_SETS)),
            (3, lambda depth: self._set()),
            (2, lambda depth: rng.choice(_ANCHORS)),
            (2, lambda depth: rng.choice(_ESCAPES)),
            (8, self._group),
            (2, self._look),
            (2, lambda depth: self._back_reference()),
            (2, lambda depth: self._scoped()),
        ]
        self._weights = [weight for weight, _ in self._atoms]

    def wild(self) -> str:
        """Return anything that the syntax allows, and rarely what it does not."""
        rng = self.rng
        text = self._alternatives(rng.randint(1, 3))
        if rng.random() < 0.1:
            text = self._scoped() + text
        if rng.random() < 0.2:
            text = rng.choice(_LEADING) + rng.choice(["", "^"]) + text
        if rng.random() < 0.02:
            text += rng.choice(_BROKEN)
        return self._framed(text)

    def urlish(self, words: list[str]) -> str:
        """Return a regex of the kind that projects write, now and then bent."""
        rng = self.rng
        parts = []
        for _ in range(rng.randint(1, 4)):
            kind = rng.random()
            if kind < 0.45:
                parts.append(re.escape(rng.choice(words)))
            elif kind < 0.8:
                parts.append(self._capture(rng.choice(_PARAMETERS)))
            elif kind < 0.9:
                parts.append(
                    re.escape(rng.choice(words))
                    + rng.choice(["-", ".", "@", "", r"\.", "v"])
                    + self._capture(rng.choice(_PARAMETERS))
                )
            else:
                parts.append(self._alternatives(1))
        text = "/".join(parts) + rng.choice(["/", "/", "/", "", "/?", "(?:/|$)"])
        if rng.random() < 0.1:
            text = rng.choice(["(?i)", "(?a)", "(?s)"]) + rng.choice(["", "^"]) + text
            return text + rng.choice(["", "$"])
        return (
            rng.choice(["^", "^", "^", "", r"\A"])
            + text
            + rng.choice(["$", "$", "$", "", r"\Z", r"\$"])
        )

    def _framed(self, text: str) -> str:
        # Each further loop multiplies the ways to share out a path.
        self.heavy = self.heavy or sum(map(text.count, ("*", "+", ",}"))) > 4
        start = self.rng.choice(["", "", "^", "^"])
        if text.startswith("(?") and text[2:3] in "ismxau" and ")" in text[:6]:
            start = ""  # global flags must come first
        return start + text + self.rng.choice(["", "", "$", "$", "/$", r"\Z", r"\$"])

    def _alternatives(self, depth: int, repeated: bool = False) -> str:
        count = self.rng.choice([1, 1, 1, 2, 2, 3])
        return "|".join(self._sequence(depth, repeated) for _ in range(count))

    def _sequence(self, depth: int, repeated: bool) -> str:
        rng = self.rng
        parts = []
        for _ in range(rng.choice([0, 1, 1, 2, 2, 3]) if depth < 3 else 2):
            before = len(self._groups)
            atom = rng.choices(self._atoms, self._weights)[0][1](depth - 1)
            if rng.random() < 0.35:
                quantifier = self._quantifier()
                nested = repeated or "*" in atom or "+" in atom or "{" in atom
                if nested and quantifier[0] in "*+{":
                    self.heavy = True
                # `a**` is an error and `a*` in a group is not.
                atom = f"(?:{atom})" if self._needs_group(atom, before) else atom
                atom += quantifier
            parts.append(atom)
        return "".join(parts)

    def _needs_group(self, atom: str, before: int) -> bool:
        return atom == "" or (len(self._groups) == before and len(atom) > 2)

    def _quantifier(self) -> str:
        rng = self.rng
        text = rng.choice(["*", "*", "+", "+", "?", "?", *_COUNTED])
        tail = ["", "", "", "?"] + (["+"] if sys.version_info >= (3, 11) else [])
        return text + rng.choice(tail)

    def _literal(self) -> str:
        rng = self.rng
        if rng.random() < 0.12:
            return re.escape(rng.choice(ODD))
        return "".join(
            re.escape(rng.choice(PLAIN)) for _ in range(rng.choice([1, 1, 1, 2, 3]))
        )

    def _scoped(self) -> str:
        """Return a short group with flags of its own, where case and class decide."""
        rng = self.rng
        content = rng.choice([*_CLASSES, re.escape(rng.choice(ODD)), self._set(), "."])
        if rng.random() < 0.3:
            content = self._capture(content)
        return f"(?{rng.choice(_SCOPED)}:{content})"

    def _set(self) -> str:
        rng = self.rng
        items = []
        for _ in range(rng.randint(1, 3)):
            kind = rng.random()
            if kind < 0.4:
                items.append(rng.choice(_RANGES))
            elif kind < 0.6:
                items.append(rng.choice(_CLASSES))
            elif kind < 0.7:
                items.append(re.escape(rng.choice(ODD)))
            else:
                items.append(re.escape(rng.choice(PLAIN)))
        return f"[{rng.choice(['', '', '^'])}{''.join(items)}]"

    def _capture(self, content: str) -> str:
        if self._names and self.rng.random() < 0.8:
            return f"(?P<{self._named()}>{content})"
        self._groups.append("")
        return f"({content})"

    def _named(self) -> str:
        name = self._names.pop()
        self._groups.append(name)
        return name

    def _group(self, depth: int) -> str:
        rng = self.rng
        if depth < 0:
            return self._literal()
        kind = rng.random()
        content = self._alternatives(depth, repeated=True)
        if kind < 0.35:
            self._groups.append("")
            return f"({content})"
        if kind < 0.5 and self._names:
            # Counted after its content, so a reference may point to a later one.
            return f"(?P<{self._named()}>{content})"
        if kind < 0.75:
            return f"(?:{content})"
        if kind < 0.93:
            return f"(?{rng.choice(_SCOPED)}:{content})"
        if kind < 0.97 and sys.version_info >= (3, 11):
            return f"(?>{content})"
        return "(?#note)" + content

    def _look(self, depth: int) -> str:
        kind = self.rng.choice(["(?=", "(?!", "(?<=", "(?<!"])
        if "<" in kind:
            return kind + self.rng.choice(["a", "/", r"\w", "[ab]", "ab", "a|b"]) + ")"
        return kind + self._alternatives(min(depth, 0)) + ")"

    def _back_reference(self) -> str:
        if not self._groups:
            return self._literal()
        number = self.rng.randrange(len(self._groups))
        name = self._groups[number]
        if self.rng.random() < 0.3:
            return f"(?({name or number + 1})a|b)"
        return f"(?P={name})" if name else f"\\{number + 1}"


_PARAMETERS = [
    r"\d+", r"\w+", "[^/]+", "[0-9]+", r"[\w-]+", "[-a-zA-Z0-9_]+", ".*", ".+", ".+?",
    r"\d{4}", r"[a-z]{2,3}", r"\w+?", "[0-9a-f]{2}", r"\S+", r"[^/.]+", "[a-z]*",
    "a|b", "a|ab", r"\d+|new", r"-?\d+", r"(?:\w+/)*\w+", r"[^\W_]+", "[A-Z]+", "x?",
]  # fmt: skip
