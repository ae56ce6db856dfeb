"""A pair of routers whose routes change, between two dispatches or in one."""

from __future__ import annotations

from typing import Any

from . import compare, edits
from .compare import Difference, Outcome, Pair, build, outcome
from .converters import CALLS


class ChangedPair(Pair):
    """One table, built for both packages, with a change of its routes to come."""

    def __init__(self, table: Any, change: tuple[Any, ...], tally: Any = None) -> None:
        """*tally* counts what was promised of the outcomes."""
        super().__init__(table, mixed=False)
        self.change = change
        self.is_changed = False
        self._first: Any = None
        self.old = build(table, compare.UPSTREAM)
        self._tally = {} if tally is None else tally

    def make_change(self) -> None:
        """Change the routes, and do not tell our router."""
        self.edit(*self.change, refresh=False)
        self.is_changed = True

    def tell(self) -> None:
        """Let our router look at everything anew."""
        edits.refresh(self.ours)

    def difference(self, scope: Any) -> Difference | None:
        """Compare where nothing has changed yet, or ours was told."""
        found = super().difference(scope)
        if found is None or self._first is None:
            return found
        return found._replace(during=self.change, first=self._first)

    def difference_after(self, scope: Any) -> Difference | None:
        """Compare once more after the change, by what ours promises to notice."""
        old, new = outcome(self.old, scope), outcome(self.upstream, scope)
        asked = old.calls[:1] not in ((), (("application", old.way),))
        behind_router = _is_behind_router(self.table, old.way or ())
        allowed = edits.after_change(
            self.old, self.change, old.way, asked or behind_router, behind_router
        )
        return self._judged(scope, old, new, outcome(self.ours, scope), allowed)

    def difference_during(self, scope: Any) -> Difference | None:
        """Compare a dispatch in whose midst the change is made."""
        old = outcome(self.old, scope, lambda: None)
        editor: list[Any] = []

        def change(router: Any) -> None:
            last = CALLS[-1]
            editor[:] = [last[1] if last[0] == "application" else None]
            edits.apply(router, type(router), *self.change)

        new = outcome(self.upstream, scope, lambda: change(self.upstream))
        found = outcome(self.ours, scope, lambda: change(self.ours))
        if not editor:  # nothing on the way changes the routes
            return self._judged(scope, old, new, found, {edits.NEW})
        self.is_changed, self._first = True, scope
        self._count(f"changed by: {'a converter' if editor[0] is None else 'an app'}")
        allowed = edits.during_change(self.change, editor[0])
        if found != new and "default_args" in self.change:
            # Ours reads those of the routes around for each answer, as in a later call.
            new = outcome(self.upstream, scope, lambda: None)
        difference = self._judged(scope, old, new, found, allowed)
        return difference and difference._replace(first=None)

    def _judged(
        self, scope: Any, old: Outcome, new: Outcome, found: Outcome, allowed: set[str]
    ) -> Difference | None:
        self.expected = new
        promised = allowed.copy().pop() if len(allowed) == 1 else "either"
        self._count(f"promised: {promised}")
        accepted = [new] * (edits.NEW in allowed) + [old] * (edits.OLD in allowed)
        if found in accepted:
            return None
        change = [("unannounced", *self.change)]
        difference = Difference(self.table, change, scope, accepted[0], found)
        if self._first is None:
            return difference
        return difference._replace(edits=[], during=self.change, first=self._first)

    def _count(self, what: str) -> None:
        self._tally[what] = self._tally.get(what, 0) + 1


def _is_behind_router(table: Any, way: tuple[int, ...]) -> bool:
    """Return whether a route to a router stands in front of *way* at any level."""
    for number in way:
        if any(entry.inner is not None for entry in table[:number]):
            return True
        table = table[number].inner or ()
    return False
