"""
Read regular expressions that differ only in plain text and names once.

Parsing is most of what a table of them takes, and those of a project are few shapes:
``^users/(?P<pk>[^/.]+)/$`` with other words. A shape has a mark in the place of each
piece of plain text, and numbers for the names of groups. Python's parser reads it, and
pieces take the places of the marks in the tree.
"""

from __future__ import annotations

import re
from typing import Any

from .regex import Classes, Regex, read

# Characters that are in no pattern that is read here: for a piece, and for a name.
_MARK, _NAME = "\ue000", "\ue001"
# The pieces: at the beginning, behind an anchor, or behind a parenthesis. A last
# character that is repeated belongs to what follows.
_PIECE = r"(?<![^\^)])(?<!\[\^)([\w/-]+)(?![*+?{])"
_BEGIN = r"\^([\w/-]+)(?![*+?{])(.*)"
_GROUP_NAME = r"(?<=\(\?P<)([A-Za-z_]\w*)(?=>)"
# An escape that may mean a mark, what decides how the text around it is read (flags,
# comments), and what Python warns of, with the text or a position.
_STAYS_WHOLE = r"\\[uU]|\(\?[^P:]|([\[~&|-])\1"


class Shapes:
    """Reads the regular expressions of one table."""

    def __init__(self, classes: Classes) -> None:
        self._classes = classes
        # Not when this is imported: what has no table needs none of them.
        self._cut = re.compile(_PIECE, re.ASCII).split
        self._cut_names = re.compile(_GROUP_NAME, re.ASCII).split
        self._stays_whole = re.compile(_STAYS_WHOLE).search
        #: Finds the piece behind the anchor that most begin with, and what follows it.
        self.begin = re.compile(_BEGIN, re.ASCII | re.DOTALL).match
        # By their text, with the number of the node that each piece is in. ``None`` if
        # a shape does not say what each regex of it means.
        self._known: dict[str, tuple[Regex, list[int]] | None] = {}

    def read(self, text: str) -> tuple[str, Regex]:
        """
        Read the regular expression *text*, as `regex.read` does.

        Returns the literal behind its anchor and the regex without it. That is the same
        for each text with another piece there, as `begin` finds it. If that is not
        known, the literal is empty.

        Raises:
            re.error: Python's parser refuses the text; so will Django, later.
        """
        regex = self._by_shape(text)
        if regex is None:
            return "", read(text, self._classes)
        if self.begin(text) is None:
            return "", regex
        # Where a shape says what its regexes mean, the mark behind the anchor begins
        # the second node.
        start, literal, *others = regex.tree
        # A literal stands behind all anchors that a regex begins with: another one
        # here, of which a sequence may be, would come to stand in front of it.
        if others and (others[0] == start or type(others[0]) is list):
            return "", regex
        regex.tree = [start, *others]
        return str(literal), regex

    def _by_shape(self, text: str) -> Regex | None:
        """Read *text* by its shape. Return ``None`` if that does not say all."""
        if not text.isascii():
            return None
        between = self._cut(text)
        pieces = between[1::2]
        between = self._cut_names(_MARK.join(between[::2]))
        names = between[1::2]
        if len({*names}) < len(names):
            return None
        shape = _NAME.join(between[::2])
        if shape not in self._known:
            count = len(self._classes.list)
            self._known[shape] = self._read(shape, len(pieces))
            if self._known[shape] is None:
                self._classes.forget(count)
        known = self._known[shape]
        if known is None:
            return None
        regex, places = known
        tree: list[Any] = regex.tree.copy()
        for place, piece in zip(places, pieces):
            tree[place] = tree[place].replace(_MARK, piece, 1)
        return Regex(tree, tuple(names) or None, regex.groups, None)

    def _read(self, shape: str, pieces: int) -> tuple[Regex, list[int]] | None:
        if self._stays_whole(shape):
            return None
        first, *others = shape.split(_NAME)
        names = [f"g{number}" for number in range(len(others))]
        numbered = first + "".join(map("".join, zip(names, others)))
        try:
            regex = read(numbered, self._classes)
        except Exception:  # it is raised for each text, which it names
            return None
        # Where the parser took each mark for text of its own, outside of all groups and
        # alternatives, it was between two steps. A piece is more such steps, no others.
        nodes = enumerate(regex.tree)
        texts = [(place, node) for place, node in nodes if type(node) is str]
        places = [place for place, text in texts for _ in range(text.count(_MARK))]
        says_all = len(places) == pieces and list(regex.names or ()) == names
        return (regex, places) if says_all and not regex.reason else None
