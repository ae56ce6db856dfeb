"""Every route of real projects, through both routers."""

from __future__ import annotations

import itertools
import random
import re
import warnings

import pytest
from django.urls import register_converter
from django.urls.converters import StringConverter, get_converters

from ..support.engines import WHY_NOT_COMPILED
from .compare import Pair
from .converters import SAMPLES
from .coverage import reasons
from .generator import CORPORA, Table
from .scope_maker import scope
from .tables import Entry

TAIL = [Entry("path", ""), Entry("path", "<int:tail>/"), Entry("re_path", r"^(\w+)/$")]


def register_unknown_converters():
    """Tables name converters that their projects register; any will do for them."""
    names = {
        name
        for rows in CORPORA.values()
        for kind, text, _ in rows
        if kind == "path"
        for name in re.findall(r"<([^>:]+):", text)
    }
    for name in sorted(names - set(get_converters())):
        register_converter(type(name, (StringConverter,), {}), name)
        SAMPLES[name] = SAMPLES["str"]


register_unknown_converters()


def entries(project, prefixes_are_routers):
    """Return the table of *project*; prefixes lead to a router or are endpoints."""
    return [
        Entry(kind, text, {}, "router", TAIL)
        if is_prefix and prefixes_are_routers
        else Entry(kind, text)
        for kind, text, is_prefix in CORPORA[project]
    ]


@pytest.fixture(params=[True, False], ids=["routers", "endpoints"])
def prefixes_are_routers(request):
    return request.param


@pytest.fixture(params=sorted(CORPORA))
def project(request):
    return request.param


def test_a_whole_table_routes_as_in_channels(project, prefixes_are_routers):
    """As the project has it: paths of every route meet all the routes before it."""
    rng = random.Random(project)
    table = entries(project, prefixes_are_routers)
    pair = Pair(table)
    reached = set()
    for number, entry in enumerate(table):
        for _ in range(5):
            made = scope(rng, Table([entry], 200))
            difference = pair.difference(made)
            assert difference is None, f"route {number}: {difference}"
        found = pair.upstream.routes[number].pattern.match(
            str(made["path"]).lstrip("/")
        )
        if found:
            reached.add(number)
    # The generated paths are for these routes, and not just for none.
    assert len(reached) > len(table) // 3


def test_every_route_alone_routes_as_in_channels(project, prefixes_are_routers):
    """No earlier route hides what the route itself makes of a path."""
    rng = random.Random(project)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # real regexes give no cause to warn
        for entry in entries(project, prefixes_are_routers):
            pair = Pair([entry])
            for _ in range(12):
                difference = pair.difference(scope(rng, Table([entry], 200)))
                assert difference is None, str(difference)


def test_a_whole_table_backwards_routes_as_in_channels(project):
    """The other order: general routes before special ones."""
    rng = random.Random(project)
    table = entries(project, prefixes_are_routers=True)[::-1]
    pair = Pair(table)
    for _ in range(400):
        difference = pair.difference(scope(rng, Table(table, 200)))
        assert difference is None, str(difference)


def test_all_tables_as_one_route_as_in_channels():
    """Each project behind a prefix of its own, and all of them behind one."""
    rng = random.Random(0)
    inner = [entries(project, True) for project in sorted(CORPORA)]
    table = [
        Entry("path", f"p{number}/", {}, "router", rows)
        for number, rows in enumerate(inner)
    ]
    table.append(Entry("re_path", "^all/", {}, "router", list(itertools.chain(*inner))))
    pair = Pair(table)
    for _ in range(1500):
        difference = pair.difference(scope(rng, Table(table, 200)))
        assert difference is None, str(difference)


@pytest.mark.parametrize("project", sorted(CORPORA))
def test_nearly_every_route_of_a_real_table_needs_no_python_pattern(project):
    """What is left to Python is not flat in cost, nor safe from backtracking."""
    if WHY_NOT_COMPILED:
        pytest.skip(f"nothing is compiled here: {WHY_NOT_COMPILED}")
    routes = CORPORA[project]
    assert len(reasons(routes)) <= len(routes) / 100
