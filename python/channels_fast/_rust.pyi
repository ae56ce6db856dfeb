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

    Routes have numbers, in the order of declaration, the routes of a nested
    router in its place. A table cannot be changed, and several threads may use
    one table at the same time.
    """

    def __new__(cls, plan: TablePlan, /) -> RouteTable:
        """
        Compile the routes of *plan*.

        Raises:
            TypeError, ValueError, AttributeError: The plan is not of the form that
                ``_routes/plans.py`` describes.
        """

    def dispatch(
        self, routes: Sequence[Any], scope: Scope, start: int, /
    ) -> tuple[Application, dict[str, Any], int] | None:
        """
        Find the application for *scope*, from route number *start* on.

        Returns the application, its scope, and the number to pass as *start* if
        it raises ``Resolver404``. Returns ``None`` if Python has to route this
        connection: the routes have changed since they were compiled, or the scope
        is not a plain dict with a plain path.

        The routes are compared until a pattern or converter in Python is called.
        From there on, and with a *start* above zero, the search goes on in the routes
        as they were compiled.

        Raises:
            ValueError: No route accepts the path, and this is the outermost
                router (there is no ``path_remaining`` in the scope).
            Resolver404: No route accepts the path; an outer router goes on.
        """

    def is_current(self, routes: Sequence[Any], /) -> bool:
        """Say whether the table was made from *routes*, as they are."""

    def rows(self) -> list[tuple[list[int], str, str | None]]:
        """
        List the routes by their number.

        Each has the position of the route in its router, behind those of the
        routers around it; what matches it (``"segmented"``, ``"program"`` or
        ``"python"``); and for the last the construct that made it so.
        """

@final
class ScopeTable:
    """
    Finds the application for the value of one key, ``"type"`` or ``"channel"``.

    What *adapt* makes of an application is kept as long as the mapping has that
    application for the value.
    """

    def __new__(
        cls, key: str, router: str, adapt: Callable[[Any, str], Application], /
    ) -> ScopeTable:
        """
        Make a table for the *key* of the scope.

        Args:
            key: The key.
            router: The name of the router, for errors.
            adapt: Makes an application of ASGI 3 of an entry and its place.
        """

    def dispatch(self, mapping: Mapping[Any, Any], scope: Scope, /) -> Application:
        """
        Return the application of *mapping*, which may change, for *scope*.

        Raises:
            KeyError: The scope does not have the key.
            ValueError: There is no application for its value.
        """
