"""
Changes of living routes, done alike to the routers of both packages.

Here is also, in one place, what our router promises about them. Upstream's asks
every pattern of the living list in turn. Ours promises (`docs/differences.md`):

1. Each call looks at the outer list by identity and length, at the nested lists on
   the way of the answer by identity and length, and at the route that answers by
   its identity in its list, its pattern and its callback. Anything else needs
   `refresh()`, which reaches nested routers too.
2. A search that began with a list ends with that list: after a refusal it goes on in
   the routes that it began with. Once code of the project was asked (a converter, a
   pattern of its own class, an application), the route that answers is not compared
   any more: to begin anew would ask that code twice. Nor are the nested lists on its
   way once an application has refused.

`after_change` and `during_change` say what this allows for one change: the outcome
with the new routes, the one with the old routes, or either. "Either" is not "any":
the two may not be mixed.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any, Callable

from .tables import Entry, build_route, build_routes

Place = tuple[int, ...]

OLD, NEW = "old", "new"

#: name -> whether the length or the identity of the list becomes another one.
LIST_CHANGES = {
    "assign": True,
    "assign tuple": True,
    "append": True,
    "insert": True,
    "remove": True,
    "clear": True,
    "replace": False,
    "swap": False,
    "reverse": False,
    "rotate": False,
}
#: Changes of one route of the list.
ROUTE_CHANGES = ["pattern", "callback", "new dict", "default_args", "regex", "endpoint"]


def apply(router: Any, make: Callable[..., Any], name: str, *args: Any) -> None:
    """
    Change ``router.routes`` in place, or one of its routes, or the attribute.

    Numbers count round, so that an edit fits a list of any length. A new route
    is marked by place 900 and above in what its application answers. "inside" is
    any of the others for a nested router, whose place comes first.
    """
    if name == "inside":
        router = nested(router, args[0])
        return apply(router, make, *args[1:]) if router is not None else None
    routes = router.routes
    if name.startswith("assign"):
        made = build_routes(args[0], make, (900,))
        make(made)  # which makes prefixes of those that lead to a router
        router.routes = tuple(made) if name == "assign tuple" else made
    elif name in LIST_CHANGES and not isinstance(routes, list):
        router.routes = list(routes)
        return apply(router, make, name, *args)
    elif name in ("append", "insert"):
        routes.insert(len(routes) if name == "append" else 0, _built(args[0], make))
    elif name == "clear":
        routes.clear()
    elif not routes:
        return None
    elif name in LIST_CHANGES:
        _change_list(routes, make, name, *args)
    else:
        _change_route(routes[args[0] % len(routes)], make, name, *args[1:])
    return None


def _change_list(routes: list[Any], make: Any, name: str, *args: Any) -> None:
    if name == "remove":
        routes.pop(args[0] % len(routes))
    elif name == "replace":
        routes[args[0] % len(routes)] = _built(args[1], make)
    elif name == "swap":
        one, two = (number % len(routes) for number in args)
        routes[one], routes[two] = routes[two], routes[one]
    elif name == "reverse":
        routes.reverse()
    elif name == "rotate":
        routes[:] = [*routes[1:], routes[0]]
    else:
        raise ValueError(name)


def _change_route(route: Any, make: Any, name: str, *args: Any) -> None:
    if name == "pattern":
        route.pattern = _built(args[0], make).pattern
    elif name == "callback":
        route.callback = _built(args[0], make).callback
    elif name == "new dict":
        route.__dict__ = dict(vars(route), callback=_built(args[0], make).callback)
    elif name == "default_args":
        route.default_args = dict(args[0])
    elif name == "regex":
        vars(route.pattern)["regex"] = re.compile(args[0])  # a class may own the name
    elif name == "endpoint":
        # Django before 5.1 makes the regex of path() at the first question, of what
        # the pattern says then. Upstream has asked by now, and ours may not have.
        with suppress(Exception):  # a broken one has to raise when a path comes
            _ = route.pattern.regex
        route.pattern._is_endpoint = not route.pattern._is_endpoint
    else:
        raise ValueError(name)


def refresh(router: Any, told: bool = False) -> None:
    """
    Tell our router about what it need not notice; upstream's has no such need.

    It tells those inside, except for a router that middleware hides: whoever changes
    such a one has to tell it. *told* says that an outer router has done so.
    """
    is_ours = hasattr(router, "refresh")
    if is_ours and not told:
        router.refresh()
    for route in router.routes:
        is_shown = not hasattr(route.callback, "hidden")
        inner = _inside(route.callback)
        if hasattr(inner, "routes"):
            refresh(inner, told=(is_ours or told) and is_shown)


def _inside(application: Any) -> Any:
    """Return what is inside middleware, or the application."""
    for name in ("hidden", "inner"):
        application = getattr(application, name, application)
    return application


def nested(router: Any, place: Place) -> Any:
    """Return the router behind the route at *place*, ``None`` if there is none."""
    for number in place:
        routes = router.routes
        found = routes[number].callback if number < len(routes) else None
        router = _inside(found)
        if not hasattr(router, "routes"):
            return None
    return router


def _built(entry: Entry, make: Callable[..., Any]) -> Any:
    route = build_route(entry, (901,), make)
    # The constructor of a router makes the prefix of a route to another router.
    make([route])
    return route


# ---------------------------------------------------------------- what is promised


def _target(edit: tuple[Any, ...]) -> tuple[Place, tuple[Any, ...]]:
    """Return the place of the router that changes, and the plain edit."""
    return (tuple(edit[1]), edit[2:]) if edit[0] == "inside" else ((), edit)


def after_change(
    router: Any,
    edit: tuple[Any, ...],
    way: Place | None,
    asked: bool = False,
    behind_router: bool = False,
) -> set[str]:
    """
    Return what is allowed in the calls after *edit*, without `refresh()`.

    *router* is one that the edit was not made to. *way* is the place of the first
    application that the call reaches with the old routes, ``None`` if it does not
    reach any. *asked* says that code of the project is asked before that one,
    *behind_router* that a route to another router may have refused before.
    """
    place, (name, *args) = _target(edit)
    count = len(getattr(nested(router, place), "routes", ()))
    if not place and LIST_CHANGES.get(name):
        return {NEW}
    if way is None or way[: len(place)] != place or len(way) == len(place):
        return {OLD, NEW}
    if LIST_CHANGES.get(name):
        return {OLD, NEW} if behind_router else {NEW}
    here, answers = way[len(place)], len(way) == len(place) + 1
    if name == "default_args" and args[0] % count == here:
        return {NEW}  # they are read for each answer
    if not answers:
        # A route on the way, whose nested router is on the way no more.
        return {OLD, NEW}
    changed = {
        "swap": lambda: {number % count for number in args},
        "reverse": lambda: set(range(count)) - {(count - 1) / 2},
        "rotate": lambda: set(range(count)) if count > 1 else set(),
        "regex": set,
        "endpoint": set,
    }.get(name, lambda: {args[0] % count})()
    return {NEW} if here in changed and not asked else {OLD, NEW}


def during_change(edit: tuple[Any, ...], way: Place | None) -> set[str]:
    """
    Return what is allowed in the call in whose midst *edit* is made.

    "New" is what upstream answers, which goes on in the living list. *way* is the
    place of the application that makes the change, ``None`` for a converter.
    """
    place, (name, *_) = _target(edit)
    if name not in LIST_CHANGES:
        # Which attributes of a route are read before the others is not promised.
        return {OLD, NEW}
    begun = not place or (way is not None and way[: len(place)] == place)
    return {OLD} if begun else {OLD, NEW}
