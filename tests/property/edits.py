"""Changes of living routes, done alike to the routers of both packages."""

from __future__ import annotations

from typing import Any, Callable

from .tables import Entry, build_route, build_routes


def apply(router: Any, make: Callable[..., Any], name: str, *args: Any) -> None:
    """
    Change ``router.routes`` in place, or one of its routes, or the attribute.

    Numbers count round, so that an edit fits a list of any length. A new route
    is marked by place 900 and above in what its application answers.
    """
    routes = router.routes
    if name == "assign":
        router.routes = build_routes(args[0], make, (900,))
    elif name == "append":
        routes.append(_built(args[0], make))
    elif name == "insert":
        routes.insert(args[0], _built(args[1], make))
    elif not routes:
        return
    elif name == "remove":
        routes.pop(args[0] % len(routes))
    elif name == "replace":
        routes[args[0] % len(routes)] = _built(args[1], make)
    elif name == "swap":
        one, two = (number % len(routes) for number in args)
        routes[one], routes[two] = routes[two], routes[one]
    elif name == "pattern":
        route = routes[args[0] % len(routes)]
        route.pattern = _built(args[1], make).pattern
    elif name == "callback":
        route = routes[args[0] % len(routes)]
        route.callback = _built(args[1], make).callback
    elif name == "default_args":
        routes[args[0] % len(routes)].default_args = dict(args[1])
    else:
        raise ValueError(name)
    if name in ("replace", "swap", "pattern"):
        refresh(router)


def refresh(router: Any) -> None:
    """
    Tell our router about what it need not notice at once.

    `docs/differences.md`: another route or pattern in the place of one that does not
    answer. Upstream's has nothing to be told.
    """
    getattr(router, "refresh", lambda: None)()


def _built(entry: Entry, make: Callable[..., Any]) -> Any:
    route = build_route(entry, (901,), make)
    # The constructor of a router makes the prefix of a route to another router.
    make([route])
    return route
