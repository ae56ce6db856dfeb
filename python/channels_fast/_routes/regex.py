"""
Read a regular expression as a tree that the Rust table understands.

Python's own parser reads the text, so a pattern never has two meanings, and
Python's own ``re`` says which characters a class has, so Unicode and case folding
are the interpreter's own. A construct that is not known here becomes ``None`` in
the tree (see ``plans.py``): Python matches that pattern itself.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from .plans import UNLIMITED, ClassPlan

try:
    # The parser is private, but it has had the same tree for fifteen years; what
    # a new version adds is unknown here and so left to Python.
    from re import _compiler, _parser  # type: ignore[attr-defined] # private
except ImportError:  # Python 3.10 and older
    import sre_compile as _compiler
    import sre_parse as _parser

if TYPE_CHECKING:
    from collections.abc import Callable

    from .plans import Tree

#: Python's own, for other modules that walk its trees.
parser: Any = _parser

_ASCII = "".join(map(chr, range(128)))
_PAGE = 256

# A pattern is read, compiled and searched on the stack of the thread.
_DEEPEST = 50

# PERF: what is done with the flags themselves takes a microsecond.
_IGNORECASE, _MULTILINE = int(re.IGNORECASE), int(re.MULTILINE)
_ASCII_FLAG, _UNICODE_FLAG = int(re.ASCII), int(re.UNICODE)
_TYPE_FLAGS = _ASCII_FLAG | _UNICODE_FLAG | int(re.LOCALE)
#: Flags that decide which characters are members of a class.
_CLASS_FLAGS = _TYPE_FLAGS | _IGNORECASE | int(re.DOTALL)


class Regex:
    """A regular expression that was read."""

    def __init__(
        self,
        tree: list[Tree],
        names: tuple[str, ...] | None,
        groups: int,
        reason: str | None,
    ) -> None:
        self.tree = tree
        #: The wanted groups: their names in order, or ``None`` if no group has one.
        self.names = names
        #: How many groups are wanted.
        self.groups = groups
        #: The construct that leaves the pattern to Python, or ``None``.
        self.reason = reason


class Classes:
    """The character classes of one table, numbered as they come up."""

    def __init__(self) -> None:
        self.list: list[ClassPlan] = []
        self._numbers: dict[Any, int] = {}

    def number(self, op: Any, argument: Any, flags: int) -> int:
        """Return the number of the class that one node of Python's tree is."""
        if isinstance(argument, list):
            argument = tuple(argument)
        key = (op, argument, flags & _CLASS_FLAGS)
        number = self._numbers.get(key)
        if number is None:
            character_class = _character_class(*key)
            # Classes with the same members are one class, so that routes that
            # spell it differently share a branch of the trie.
            same = character_class.ascii, character_class.wide, character_class.members
            number = self._numbers.get(same)
            if number is None:
                number = len(self.list)
                self.list.append(character_class)
                self._numbers[same] = number
            self._numbers[key] = number
        return number

    def of(self, text: str) -> int:
        """Return the number of the class written as *text*, such as ``[0-9]``."""
        if text not in self._numbers:
            ((op, argument),) = _parser.parse(text)
            self._numbers[text] = self.number(op, argument, _UNICODE_FLAG)
        return self._numbers[text]

    def forget(self, count: int) -> None:
        """Forget all but the first *count*: what was read with them is given up."""
        del self.list[count:]
        known = self._numbers.items()
        self._numbers = {key: number for key, number in known if number < count}


def alone(op: Any, argument: Any, flags: int) -> re.Pattern[str]:
    """Return one node of Python's tree as a pattern of its own."""
    state = _parser.State()
    state.flags = flags
    nodes = _parser.SubPattern(state, [(op, argument)])
    compiled: re.Pattern[str] = _compiler.compile(nodes, flags)
    return compiled


@functools.lru_cache(maxsize=4096)
def _character_class(op: Any, argument: Any, flags: int) -> ClassPlan:
    if isinstance(argument, tuple):
        argument = list(argument)
    pattern = alone(op, argument, flags)
    members = 0
    for character in pattern.findall(_ASCII):
        members |= 1 << ord(character)
    wide = _wide_members(op, argument, flags)
    ask = functools.partial(_page, pattern) if wide == "ask" else None
    return ClassPlan(members, wide, ask)


def _wide_members(op: Any, argument: Any, flags: int) -> str:
    """Return whether characters beyond ASCII are members, without asking for each."""
    if op is _parser.ANY:
        return "always"
    if flags & _IGNORECASE:
        return "ask"
    if op is _parser.LITERAL or op is _parser.NOT_LITERAL:
        argument = [(_parser.LITERAL, argument)]
    negated = op is _parser.NOT_LITERAL
    for kind, value in argument:
        if kind is _parser.NEGATE:
            negated = True
        elif kind is _parser.LITERAL:
            if value >= len(_ASCII):
                return "ask"
        elif kind is not _parser.RANGE or value[1] >= len(_ASCII):
            return "ask"
    return "always" if negated else "never"


def _page(pattern: re.Pattern[str], page: int) -> list[int]:
    """Return 256 bits, in four numbers, for the characters from 256 * *page* on."""
    first = page * _PAGE
    words = [0, 0, 0, 0]
    for character in pattern.findall("".join(map(chr, range(first, first + _PAGE)))):
        offset = ord(character) - first
        words[offset >> 6] |= 1 << (offset & 63)
    return words


def is_text(text: str) -> bool:
    """Return whether *text* can be written in UTF-8: it has no lone surrogate."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return False
    return True


def read(text: str, classes: Classes) -> Regex:
    """
    Read the regular expression *text*.

    Raises:
        re.error: Python's parser refuses the text; so will Django, later.
    """
    parsed = _parser.parse(text)
    names = parsed.state.groupdict
    wanted = list(names.values()) if names else range(1, parsed.state.groups)
    reader = _Reader(classes, {group: slot for slot, group in enumerate(wanted)})
    flags = int(parsed.state.flags)
    if not flags & _ASCII_FLAG:
        flags |= _UNICODE_FLAG
    tree = reader.sequence(parsed, flags)
    if reader.reason is not None:
        # What stands before the construct filters paths. That is only right if
        # the pattern compiles: Django reports a bad one for every path.
        re.compile(text)
    return Regex(tree, tuple(names) if names else None, len(wanted), reader.reason)


class _Reader:
    def __init__(self, classes: Classes, slots: dict[int, int]) -> None:
        self.classes = classes
        self.slots = slots
        self.reason: str | None = None
        self.depth = 0

    def foreign(self, reason: str) -> Tree:
        if self.reason is None:
            self.reason = reason
        return None

    def sequence(self, nodes: Any, flags: int) -> list[Tree]:
        if self.depth == _DEEPEST:
            return [self.foreign("a pattern nested too deeply")]
        self.depth += 1
        tree: list[Tree] = []
        literal: list[str] = []
        for op, argument in nodes.data:
            if op is _parser.LITERAL and not flags & _IGNORECASE:
                literal.append(chr(argument))
                continue
            if literal:
                tree.append(self.literal(literal))
                literal = []
            tree.append(self.node(op, argument, flags))
        if literal:
            tree.append(self.literal(literal))
        self.depth -= 1
        return tree

    def literal(self, characters: list[str]) -> Tree:
        text = "".join(characters)
        return text if is_text(text) else self.foreign("a lone surrogate")

    def node(self, op: Any, argument: Any, flags: int) -> Tree:
        if op in _CLASS_OPS:
            return self.classes.number(op, argument, flags)
        method = _METHODS.get(op)
        if method is None:
            return self.foreign(_REASONS.get(op, str(op).lower()))
        return method(self, argument, flags, op)

    def at(self, code: Any, flags: int, _op: Any) -> Tree:
        multiline = flags & _MULTILINE
        if code is _parser.AT_BEGINNING:
            return ("line_start",) if multiline else ("start",)
        if code is _parser.AT_END:
            return ("line_end",) if multiline else ("end_or_newline",)
        if code is _parser.AT_BEGINNING_STRING:
            return ("start",)
        if code is _parser.AT_END_STRING:
            return ("end",)
        if code is _parser.AT_BOUNDARY:
            word = [(_parser.CATEGORY, _parser.CATEGORY_WORD)]
            number = self.classes.number(_parser.IN, word, flags & _TYPE_FLAGS)
            return ("word_boundary", number)
        # Python 3.14 changed what it says about an empty string.
        return self.foreign(r"\B")

    def branch(self, argument: Any, flags: int, _op: Any) -> Tree:
        _, alternatives = argument
        return ("alternatives", [self.sequence(nodes, flags) for nodes in alternatives])

    def group(self, argument: Any, flags: int, _op: Any) -> Tree:
        group, added, removed, nodes = argument
        if added & _TYPE_FLAGS:
            # Where a pattern begins with one, `re.search` looks for the first
            # character with the flags of the whole pattern (CPython, all versions).
            return self.foreign("a flag for a part of the pattern")
        tree = self.sequence(nodes, (flags | added) & ~removed)
        slot = self.slots.get(group) if group is not None else None
        if slot is None:
            return tree
        return ("group", slot, tree[0] if len(tree) == 1 else tree)

    def repeat(self, argument: Any, flags: int, op: Any) -> Tree:
        least, most, nodes = argument
        if most != 1 and nodes.getwidth()[0] == 0:
            # Python has rules of its own for a round that takes nothing.
            return self.foreign("a repeat of what may be empty")
        if most != 1 and self.has_wanted_group(nodes):
            # Versions of Python disagree on what such a group holds.
            return self.foreign("a group in a repeat")
        tree = self.sequence(nodes, flags)
        node = tree[0] if len(tree) == 1 else tree
        if most > 1 and isinstance(node, str) and len(node) == 1 and node.isascii():
            # Only of a class are thousands as cheap as three.
            node = self.classes.number(_parser.LITERAL, ord(node), flags)
        greedy = op is _parser.MAX_REPEAT
        return ("repeat", int(least), min(int(most), UNLIMITED), greedy, node)

    def has_wanted_group(self, nodes: Any) -> bool:
        for op, argument in nodes.data:
            if op is _parser.SUBPATTERN:
                if argument[0] in self.slots or self.has_wanted_group(argument[3]):
                    return True
            elif op is _parser.BRANCH:
                if any(map(self.has_wanted_group, argument[1])):
                    return True
            elif op in (_parser.MAX_REPEAT, _parser.MIN_REPEAT):
                if self.has_wanted_group(argument[2]):
                    return True
            elif op not in _CLASS_OPS and op is not _parser.AT:
                return True
        return False


_CLASS_OPS = {_parser.LITERAL, _parser.NOT_LITERAL, _parser.ANY, _parser.IN}
_METHODS: dict[Any, Callable[[_Reader, Any, int, Any], Tree]] = {
    _parser.AT: _Reader.at,
    _parser.BRANCH: _Reader.branch,
    _parser.SUBPATTERN: _Reader.group,
    _parser.MAX_REPEAT: _Reader.repeat,
    _parser.MIN_REPEAT: _Reader.repeat,
}
_REASONS = {
    _parser.ASSERT: "a lookaround",
    _parser.ASSERT_NOT: "a lookaround",
    _parser.GROUPREF: "a backreference",
    _parser.GROUPREF_EXISTS: "a conditional group",
    getattr(_parser, "ATOMIC_GROUP", None): "an atomic group",
    getattr(_parser, "POSSESSIVE_REPEAT", None): "a possessive repeat",
}
