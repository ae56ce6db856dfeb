"""From a path to a route and its arguments, and from those back to a path."""

from __future__ import annotations

import random
import re
from collections import Counter
from contextlib import suppress
from types import ModuleType
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import NoReverseMatch, include, path, re_path, reverse
from django.urls.exceptions import Resolver404
from django.urls.resolvers import RegexPattern, URLResolver

from channels_fast.reverse import reverse_ws
from channels_fast.routing import URLRouter

from ..support.engines import both_engines as _both_engines  # noqa: F401 # a fixture
from ..support.routing import app, call
from .generator import CORPORA, Table
from .scope_maker import scope
from .tables import Entry
from .test_corpora import TAIL, register_unknown_converters
from .test_include import Maker
from .test_routing_property import SHARE

register_unknown_converters()


def named(kind, text, name):
    make = path if kind == "path" else re_path
    return make(text, app(name), name=name)


def tails(space):
    """Return the routes behind a prefix, with the names that they have there."""
    return [
        named(entry.kind, entry.text, f"{space}tail{number}")
        for number, entry in enumerate(TAIL)
    ]


def route_of(row, number):
    """Return a route, a nested router or an include() for a row of a corpus."""
    kind, text, is_prefix = row
    make = path if kind == "path" else re_path
    if not is_prefix:
        return named(kind, text, f"route{number}")
    if number % 2:
        return make(text, URLRouter(tails(f"prefix{number}-")))
    return make(text, include((tails(""), "tails"), namespace=f"prefix{number}"))


def full_name(row, number, name):
    """Return the name under which `reverse_ws` knows the application *name*."""
    return f"prefix{number}:{name}" if row[2] and number % 2 == 0 else name


def way_back(router, name, args, kwargs):
    """Return the path of the route with *name*, ``None`` if Django finds none."""
    # Django 2.2 passes groups on that took no part.
    captured = {key: value for key, value in kwargs.items() if value is not None}
    try:
        address = reverse_ws(name, args, None if args else captured, router=router)
    # Django knows no way, or two routes capture the same argument.
    except (NoReverseMatch, ImproperlyConfigured):
        return None
    return unquote(address)


@pytest.mark.parametrize("project", sorted(CORPORA))
def test_a_route_of_a_real_table_and_its_arguments_lead_back(project, engine):
    rng = random.Random(project)
    rows = CORPORA[project]
    whole = URLRouter([route_of(row, number) for number, row in enumerate(rows)])
    tally = Counter()
    for number, row in enumerate(rows):
        kind, text, is_prefix = row
        alone = URLRouter([route_of(row, number)])
        entry = Entry(kind, text, {}, "router", TAIL if is_prefix else None)
        for _ in range(4):
            try:
                found = call(alone, scope(rng, Table([entry], 200))["path"])
            except (ValueError, TypeError, AttributeError):  # or no path at all
                continue
            name = full_name(row, number, found.name)
            back = way_back(whole, name, found.args, found.kwargs)
            tally["found" if back else "without a way back"] += 1
            if back:
                again = call(alone, back)
                assert again.name == found.name
                assert (again.args, again.kwargs) == (found.args, found.kwargs)
    assert tally["found"] > len(rows), tally
    assert tally["found"] > 20 * tally["without a way back"], tally


@pytest.mark.parametrize("seed", range(20 // SHARE))
def test_routes_of_a_random_table_and_their_arguments_lead_back(seed, engine):
    """Or to an earlier route, which takes the path first."""
    maker = Maker(seed)
    tally = Counter()
    for _ in range(10):
        routes = maker.routes()
        names: dict[Any, str] = {}
        name_all(routes, names, "")
        numbers = {application: number for number, application in enumerate(names)}
        router = URLRouter(routes)
        for address in [maker.path() for _ in range(60)]:
            try:
                application, found, _ = call(router, f"/{address}")
            except ValueError:
                continue
            back = way_back(router, names[application], found["args"], found["kwargs"])
            tally["found" if back else "without a way back"] += 1
            if back:
                second, again, _ = call(router, back)
                if second is application:
                    assert again == found
                else:
                    assert numbers[second] < numbers[application]
    assert tally["found"] > tally["without a way back"], tally


@pytest.mark.parametrize("seed", range(20 // SHARE))
def test_included_lists_are_reversed_as_by_django(seed):
    """The lists that Django has behind a URLconf, without what `reverse_ws` adds."""
    maker = Maker(seed)
    tally = Counter()
    for _ in range(10):
        routes = maker.routes()
        names: dict[Any, str] = {}
        name_all(routes, names, "")
        router = URLRouter(routes)
        resolver = URLResolver(RegexPattern("^/"), routes)
        urlconf: Any = ModuleType("urls")
        urlconf.urlpatterns = routes
        for address in [maker.path() for _ in range(60)]:
            with suppress(Resolver404):
                found = resolver.resolve(f"/{address}")
                name = names[found.func]
                args, kwargs = found.args, {} if found.args else found.kwargs
                expected = told(reverse, name, urlconf, args, kwargs)
                assert told(reverse_ws, name, args, kwargs, router=router) == expected
                tally[expected[:1] == "/"] += 1
    assert tally[True] > 20, tally


def told(function, *args, **kwargs):
    """Return the path that *function* returns, or what its error says."""
    try:
        return function(*args, **kwargs)
    except NoReverseMatch as error:
        return str(error)
    except (ImproperlyConfigured, re.error):
        return "two routes capture the same argument"


def name_all(routes, names, spaces):
    """Give each route and each namespace a name; collect them by application."""
    for number, route in enumerate(routes):
        if isinstance(route, URLResolver):
            if route.namespace:
                route.namespace = f"space{number}"
            inner = f"{spaces}{route.namespace}:" if route.namespace else spaces
            name_all(route.url_patterns, names, inner)
        else:
            route.name = f"route{len(names)}"
            names[route.callback] = spaces + route.name
