"""
Ask the compiled table and Django's own patterns for the same paths.

No application of the project is called. Its patterns and converters are.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .._routes.applications import is_url_router
from .._routes.samples import samples
from .._routes.walk import walk
from ..bench.measure import copied, patterns_in_turn, spread
from ..routing import URLRouter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._routes.walk import Visited
    from ..bench.measure import Dispatch

# Patterns that Django is asked in one router: a few seconds.
_MOST_MATCHES = 4_000_000
_MOST_ROUTES = 2_000
# Put in place of a character: accepted by few parameters, or by others than before.
_CHANGES = "x0-é\n"


@dataclass
class Difference:
    """A path to which the two have different answers, which must not be."""

    #: The router, such as ``"ProtocolTypeRouter, key 'websocket'"``.
    location: str
    path: str
    compiled: str
    django: str


@dataclass
class Comparison:
    """What came of the comparison."""

    routes: int = 0
    paths: int = 0
    #: The routes for which no path could be made up.
    without_path: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)


def compare(application: Any) -> Comparison:
    """Compare all routers behind *application*, those inside others by themselves."""
    comparison = Comparison()
    routers = {
        id(visited.application): visited
        for visited in walk(application)
        if is_url_router(visited.application)
    }
    for visited in routers.values():
        _compare(visited, comparison)
    return comparison


def _compare(visited: Visited, comparison: Comparison) -> None:
    routes = visited.application.routes
    chains: list[Any] = []
    ours = copied(URLRouter, routes, chains, endpoint=_telling)
    theirs = copied(patterns_in_turn, routes, [], endpoint=_telling)
    comparison.routes += len(chains)
    by_route = []
    for chain in spread(chains, _MOST_ROUTES):
        by_route.append(list(_paths_near(chain)))
        if not by_route[-1]:
            comparison.without_path.append("".join(map(str, chain)))
    # One path of each route before the next ones.
    in_turns = itertools.chain.from_iterable(itertools.zip_longest(*by_route))
    paths = ["/", "", *dict.fromkeys(path for path in in_turns if path)]
    for path in spread(paths, max(_MOST_MATCHES // max(len(chains), 1), 1)):
        comparison.paths += 1
        compiled, django = _answer(ours, path), _answer(theirs, path)
        # A converter may make another object each time.
        if compiled != django and django == _answer(theirs, path):
            where = visited.location or "ASGI_APPLICATION"
            comparison.differences.append(Difference(where, path, compiled, django))


def _telling(number: int, original: Any) -> Dispatch:
    """Return an application that returns what it was reached with."""

    async def application(scope: Any, receive: Any, send: Any) -> str:
        args, kwargs = scope["url_route"]["args"], scope["url_route"]["kwargs"]
        texts = ", ".join(
            [*map(repr, args), *(f"{name}={kwargs[name]!r}" for name in sorted(kwargs))]
        )
        found = f"route {number} with ({texts})"
        rest = scope["path_remaining"]
        return f"{found} and the rest {rest!r}" if rest else found

    return application


def _answer(dispatch: Dispatch, path: str) -> str:
    scope = {"type": "websocket", "path": path, "root_path": ""}
    try:
        dispatch(scope, None, None).send(None)
    except StopIteration as stop:
        return str(stop.value)
    except Exception as error:  # no route accepts it, or a converter raises
        # Without what ours adds when the text of Channels is shown.
        texts = [text[:] if isinstance(text, str) else str(text) for text in error.args]
        return f"{type(error).__name__}: {' '.join(texts)}"
    return "it waited for something"


def _paths_near(chain: Any) -> Iterator[str]:
    """Yield paths that the patterns of *chain* probably accept, and near misses."""
    try:
        made = list(samples([pattern.regex.pattern for pattern in chain]))
    except Exception:  # whatever a pattern of the project raises
        return
    paths = ["/" + "".join(text.lstrip("/") for text in texts) for texts in made]
    yield from paths
    for path in paths:
        yield path.rstrip("/") if path.endswith("/") else f"{path}/"
        yield f"/{path}"
        yield path[:-1]
        yield path.upper()
        for change in _CHANGES:
            yield path + change
            for place in {1, len(path) // 2, len(path) - 1}:
                yield path[:place] + change + path[place + 1 :]
