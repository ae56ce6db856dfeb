"""Run one case anew, from what a `Difference` prints."""

from __future__ import annotations

import warnings
from typing import Any

from .changed import ChangedPair
from .compare import Difference, Pair


def show(table: Any, scope: Any, *args: Any, **kwargs: Any) -> Difference | None:
    """Run one case anew by `run_case` and print its difference, if there is one."""
    found = run_case(table, scope, *args, **kwargs)
    print("no difference" if found is None else found)
    return found


def run_case(
    table: Any, scope: Any, edits: Any = (), during: Any = None, first: Any = None
) -> Difference | None:
    """
    Build *table* anew, dispatch once, change it, dispatch again.

    An edit that begins with "unannounced" is not followed by a `refresh()`, and is
    judged by what ours promises to notice. *during* is one that is made in the midst
    of the dispatch, or of one with the scope *first* before it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if during is not None:
            changed = ChangedPair(table, during)
            if first is None:
                return changed.difference_during(scope)
            changed.difference_during(first)
            found = changed.difference_after(scope)
            if found is None:
                changed.tell()
                found = changed.difference(scope)
            return found
        if edits and edits[0][0] == "unannounced":
            changed = ChangedPair(table, edits[0][1:])
            changed.difference(scope)
            changed.make_change()
            return changed.difference_after(scope)
        pair = Pair(table)
        found = pair.difference(scope)
        for edit in edits:
            if found is None:
                pair.edit(*edit)
                found = pair.difference(scope)
        return found
