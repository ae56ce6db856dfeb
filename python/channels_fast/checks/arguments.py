"""A system check of the arguments that routes pass on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core import checks

from .._routes.names import as_written
from .._routes.patterns import captures_of
from .places import place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._routes.walk import Visited


def check_arguments(visits: Iterable[Visited]) -> Iterator[checks.CheckMessage]:
    """Find arguments of the path that something else replaces."""
    known: dict[int, dict[str, str]] = {}
    for visited in visits:
        known[id(visited.application)] = visited.captures
        if visited.route is None or not visited.ancestors:
            continue
        outer = known.get(id(visited.ancestors[-1]), {})
        pattern = getattr(visited.route, "pattern", None)
        own = captures_of(pattern)
        for name in own:
            if name in outer:
                yield checks.Warning(
                    f"{place_of(visited)}: the argument {name!r} is captured a "
                    "second time.",
                    hint=f"It replaces what the route {as_written(outer[name])} in "
                    "front of it has captured. Give one of them another name.",
                    id="channels_fast.W005",
                )
        for name, value in (getattr(visited.route, "default_args", None) or {}).items():
            if name in own or name in outer:
                source = pattern if name in own else outer[name]
                yield checks.Warning(
                    f"{place_of(visited)}: the argument {name!r} is always {value!r}.",
                    hint=f"The argument {name!r} in the dict of the route replaces "
                    f"what the route {as_written(source)} captures. Give one of "
                    "them another name.",
                    id="channels_fast.W005",
                )
