"""
Read regular expressions that differ only in plain text once.

Parsing is most of what a table of them takes, and those of a project are few shapes:
``^users/(?P<pk>[^/.]+)/$`` with other words. A shape has a mark in the place of each
piece of plain text. Python's parser reads it, and pieces take the places of the marks
in the tree.
"""

from __future__ import annotations

import re
from typing import Any

from .regex import Classes, Regex, read

# A character that is in no pattern that is read here.
_MARK = "\ue000"
# The pieces: at the beginning, behind an anchor, or behind a parenthesis. A last
# character that is repeated belongs to what follows.
_cut = re.compile(r"(?<![^\^)])(?<!\[\^)([\w/-]+)(?![*+?{])", re.ASCII).split
# An escape that may mean a mark, what decides how the text around it is read (flags,
# comments), and what Python warns of, with the text or a position.
_stays_whole = re.compile(r"\\[uU]|\(\?[^P:]|([\[~&|-])\1").search


class Shapes:
    """Reads the regular expressions of one table."""

    def __init__(self, classes: Classes) -> None:
        self._classes = classes
        # By their text, with the number of the node that each piece is in. ``None`` if
        # a shape does not say what each regex of it means.
        self._known: dict[str, tuple[Regex, list[int]] | None] = {}

    def read(self, text: str) -> Regex:
        """
        Read the regular expression *text*, as `regex.read` does.

        Raises:
            re.error: Python's parser refuses the text; so will Django, later.
        """
        if not text.isascii():
            return read(text, self._classes)
        between = _cut(text)
        pieces = between[1::2]
        shape = _MARK.join(between[::2])
        if shape not in self._known:
            self._known[shape] = self._read(shape, len(pieces))
        known = self._known[shape]
        if known is None:
            return read(text, self._classes)
        regex, places = known
        tree: list[Any] = regex.tree.copy()
        for place, piece in zip(places, pieces):
            tree[place] = tree[place].replace(_MARK, piece, 1)
        return Regex(tree, regex.names, regex.groups, None)

    def _read(self, shape: str, pieces: int) -> tuple[Regex, list[int]] | None:
        if _stays_whole(shape):
            return None
        try:
            regex = read(shape, self._classes)
        except Exception:  # it is raised for each text, which it names
            return None
        # Where the parser took each mark for text of its own, outside of all groups and
        # alternatives, it was between two steps. A piece is more such steps, no others.
        nodes = enumerate(regex.tree)
        texts = [(place, node) for place, node in nodes if type(node) is str]
        places = [place for place, text in texts for _ in range(text.count(_MARK))]
        return (regex, places) if len(places) == pieces and not regex.reason else None
