"""The compiled part of channels_fast."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, final

from ._routes.plans import TablePlan
from ._typing import Application, Scope

__all__ = ["RouteTable", "ScopeTable"]

@final
class RouteTable:
    """
    The compiled routes of one ``URLRouter``, nested routers included.

    A table cannot be changed, and several threads may use it at the same time.
    """

    def __new__(cls, plan: TablePlan, /) -> RouteTable:
        """Compile the routes of *plan*; any error means that it has another form."""

    def dispatch(
        self, routes: Sequence[Any], scope: Scope, start: int, /
    ) -> tuple[Application, dict[str, Any], int] | None:
        """
        Return the application for *scope*, its scope, and the *start* to go on with.

        Returns ``None`` if Python has to route: the routes have changed since they
        were compiled, or the scope is not a plain dict with a plain path. Once Python
        was called, or *start* is above zero, the routes count as they were compiled.

        Raises:
            ValueError: No route accepts the path, and this is the outermost router.
            Resolver404: No route accepts the path; an outer router goes on.
        """

    def is_current(self, routes: Sequence[Any], /) -> bool:
        """Say whether the table was made from *routes*, as they are."""

    def rows(self) -> list[tuple[list[int], str, str | None]]:
        """List the positions (outermost router first), the engine, and why Python."""

@final
class ScopeTable:
    """
    Finds the application for the value of one key, ``"type"`` or ``"channel"``.

    What *adapt* makes of an application is kept as long as the mapping has it.
    """

    def __new__(
        cls, key: str, adapt: Callable[[Any, Any], Application], /
    ) -> ScopeTable:
        """Make a table. *adapt* gets an entry of the mapping and its key."""

    def dispatch(
        self, mapping: Mapping[Any, Any], scope: Scope, /
    ) -> Application | None:
        """
        Return the application of *mapping*, which may change, for *scope*, if any.

        Raises:
            KeyError: The scope does not have the key.
        """
