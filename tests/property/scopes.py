"""Scopes that are not plain dicts, with parts that are not plain either."""

from __future__ import annotations

from collections import ChainMap, UserDict, namedtuple
from collections.abc import Iterator, Mapping
from typing import Any


class DictScope(dict):
    """A dict of another class."""

    def __repr__(self) -> str:
        return f"DictScope({dict.__repr__(self)})"


class UserScope(UserDict):
    """A mapping that is not a dict, as a request object of a project may be."""

    def __repr__(self) -> str:
        return f"UserScope({self.data!r})"


class ChainScope(ChainMap):
    """A mapping over another one."""

    def __repr__(self) -> str:
        return f"ChainScope({self.maps[0]!r})"


class FrozenScope(Mapping):
    """A mapping that cannot be changed, and has no more than it must."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = dict(data)

    def __getitem__(self, key: str) -> Any:
        return self._data[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def __repr__(self) -> str:
        return f"FrozenScope({self._data!r})"


class GettingScope(dict):
    """A dict whose get() says something else than its items do."""

    def get(self, key: str, default: Any = None) -> Any:
        found = super().get(key, default)
        return found + "a/" if key == "path" and isinstance(found, str) else found

    def __repr__(self) -> str:
        return f"GettingScope({dict.__repr__(self)})"


class Text(str):
    """A str of another class."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Text({str.__repr__(self)})"


class StrippedText(str):
    """A path that answers lstrip() in its own way."""

    __slots__ = ()

    def lstrip(self, chars: Any = None) -> str:
        return str.lstrip(self, chars)[:3]

    def __repr__(self) -> str:
        return f"StrippedText({str.__repr__(self)})"


Args = namedtuple("Args", ["one", "two"])

KINDS = [DictScope, UserScope, ChainScope, FrozenScope, GettingScope]
TEXTS = [Text, StrippedText]


def url_routes() -> list[Any]:
    """Return what an outer router of another make may have left in the scope."""
    return [
        DictScope(args=("outer",), kwargs={"a": "outer"}),
        UserScope({"args": ("outer",), "kwargs": UserScope({"a": "outer"})}),
        {"args": Args(1, 2), "kwargs": DictScope(n="outer")},
        {"args": ["outer"], "kwargs": {}},
        {"args": (), "kwargs": None},
        {"args": None},
        {"args": "ab", "kwargs": [("n", 1)]},
        {"kwargs": {1: 2}},
        None,
        (),
        FrozenScope({"args": (), "kwargs": FrozenScope({"b": 1})}),
    ]
