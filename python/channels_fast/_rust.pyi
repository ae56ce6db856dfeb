"""The compiled part of channels_fast."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, final

from ._routes.plans import TablePlan
from ._routes.urls import Kit
from ._typing import Application, Scope

__all__ = ["RouteTable", "ScopeTable", "Tried", "UrlTable"]

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

@final
class UrlTable:
    """
    The compiled URLs of one list of Django's, those of nested resolvers included.

    A table cannot be changed, and several threads may use it at the same time.
    """

    def __new__(cls, plan: TablePlan, kit: Kit, /) -> UrlTable:
        """Compile the URLs of *plan*; any error means that it has another form."""

    def resolve(self, resolver: Any, path: Any, /) -> Any:
        """
        Return what ``resolver.resolve(path)`` does, the match, for one of Django's.

        Returns ``None`` if Django has to find it, and ``False`` if it has because the
        list is not what it was. No code of the project has run then.

        Raises:
            Resolver404: No URL accepts the path.
        """

    def resolve_rest(self, path: str, /) -> Any:
        """
        Return the match of *path*, which a resolver has left, before it adds to it.

        Returns ``None`` and ``False``, and raises, as `resolve` does.
        """

    def rows(self) -> list[tuple[list[int], str, str | None]]:
        """List the positions (outermost list first), the engine, and why Python."""

@final
class Tried:
    """Stands for the list ``tried`` until somebody looks at it."""

    def list(self) -> list[Any]:
        """Return the list, which is made once, and runs no code of the project."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __getitem__(self, key: Any, /) -> Any: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __reduce__(self) -> Any: ...
