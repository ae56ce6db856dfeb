"""``root_path`` by whole segments, for the routers that ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._routes.uncompiled import NoTable
    from ._rust import RouteTable
    from ._typing import Application, Scope


def check_root_path(scope: Scope) -> None:
    """
    Refuse a path in which ``root_path`` ends within a segment.

    Everything else about ``root_path`` is left to who cuts it off.

    Raises:
        ValueError: "/app" is no root of "/application/".
    """
    # An outer router has cut it off already.
    if "path_remaining" in scope:
        return
    path, root_path = scope.get("path"), scope.get("root_path", "")
    if not isinstance(path, str) or not isinstance(root_path, str):
        return
    if not root_path or root_path.endswith("/") or not path.startswith(root_path):
        return
    if path[len(root_path) :][:1] not in ("", "/"):
        raise ValueError(f"No route found for path {path!r}.")


class RootPathTable:
    """A table that looks at ``root_path`` first."""

    def __init__(self, table: RouteTable | NoTable) -> None:
        self._table = table
        self.is_current = table.is_current
        self.rows = table.rows

    def dispatch(
        self, routes: Sequence[Any], scope: Scope, start: int, /
    ) -> tuple[Application, dict[str, Any], int] | None:
        """
        Find the application for *scope*, from route number *start* on.

        Raises:
            ValueError: ``root_path`` ends within a segment of the path, or no
                route accepts the path.
            Resolver404: No route accepts the path; an outer router goes on.
        """
        if not start:
            check_root_path(scope)
        return self._table.dispatch(routes, scope, start)
