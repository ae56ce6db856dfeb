"""What stands in for the compiled tables where they cannot be loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._typing import Application, Scope


class NoTable:
    """Stands in for a table where there is none: every scope is left to Python."""

    def __init__(self, routes: Sequence[Any], reason: str) -> None:
        self.routes = routes
        # A project may pass anything that can be iterated over.
        self.length = len(routes) if hasattr(routes, "__len__") else 0
        self.reason = reason

    def dispatch(self, routes: Sequence[Any], scope: Scope, start: int, /) -> None:
        return None

    def is_current(self, routes: Sequence[Any], /) -> bool:
        return routes is self.routes and (
            type(routes) is not list or len(routes) == self.length
        )

    def rows(self) -> list[tuple[list[int], str, str | None]]:
        return [([index], "python", self.reason) for index in range(self.length)]


class ScopeTable:
    """Chooses an application by one key of the scope."""

    def __init__(self, key: str, mapping: Mapping[str, Any]) -> None:
        self.key = key
        self.mapping = mapping

    def __getitem__(self, scope: Scope, /) -> Application:
        """
        Return the application for *scope*.

        Raises:
            KeyError: The scope does not have the key.
            ValueError: There is no application for its value.
        """
        value = scope[self.key]
        if value not in self.mapping:
            what = "scope type" if self.key == "type" else "channel name"
            # `%` does to a tuple what upstream's users may have seen.
            text = f"No application configured for {what} %r"
            raise ValueError(text % value)
        return self.mapping[value]  # type: ignore[no-any-return] # what the project put there
