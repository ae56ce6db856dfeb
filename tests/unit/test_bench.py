"""``python -m channels_fast.bench``: what it finds, what it says and what it leaves."""

from __future__ import annotations

import functools
import json
import os
import re
import subprocess
import sys
import types

import pytest
from channels.routing import ProtocolTypeRouter as UpstreamProtocolTypeRouter
from channels.routing import URLRouter as UpstreamURLRouter
from django.urls import converters as django_converters
from django.urls import path, re_path, register_converter
from django.urls.resolvers import RegexPattern, URLPattern

from channels_fast.auth import AuthMiddlewareStack
from channels_fast.bench import tables
from channels_fast.bench.__main__ import as_json, lines, main
from channels_fast.bench.find import Found, FoundError, find_routers, load
from channels_fast.bench.measure import measure
from channels_fast.bench.samples import candidates
from channels_fast.middleware import BaseMiddleware
from channels_fast.routing import ProtocolTypeRouter, URLRouter
from channels_fast.security.websocket import AllowedHostsOriginValidator

from .engines import told


async def consumer(scope, receive, send):
    raise AssertionError("a consumer of the project was called")


class YearConverter:
    regex = "[0-9]{4}"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return str(value)


@pytest.fixture(autouse=True)
def _year_converter():
    if "bench_year" not in django_converters.get_converters():
        register_converter(YearConverter, "bench_year")


def survey(routes):
    ways = [tables.build(way, routes) for way in (tables.OURS, tables.upstream())]
    return tables.survey(routes, ways)


def measured(router, **options):
    return measure(
        Found(router, "here"),
        tables.upstream(),
        **{"seconds": 0.01, "most": 50, "progress": lambda text: None, **options},
    )


# Finding the routers


def test_a_router_is_found_behind_the_protocol_and_the_middleware():
    router = URLRouter([path("a/", consumer)])
    stack = AllowedHostsOriginValidator(AuthMiddlewareStack(router))
    application = ProtocolTypeRouter({"http": consumer, "websocket": stack})

    (found,) = find_routers(application)

    assert found.router is router
    assert found.where.startswith("websocket > ")
    assert "AuthMiddleware" in found.where


def test_a_router_of_channels_is_found_too():
    router = UpstreamURLRouter([path("a/", consumer)])
    application = UpstreamProtocolTypeRouter({"http": consumer, "websocket": router})
    assert [found.router for found in find_routers(application)] == [router]


def test_each_protocol_has_its_own_table():
    first, second = URLRouter([]), URLRouter([])
    application = ProtocolTypeRouter({"http": first, "websocket": second})
    assert [found.router for found in find_routers(application)] == [first, second]


def test_a_router_is_found_in_what_functions_close_over():
    router = URLRouter([])

    def middleware(inner):
        async def wrapped(scope, receive, send):
            return await inner(scope, receive, send)

        return wrapped

    async def curried(inner, scope, receive, send):
        return await inner(scope, receive, send)

    for application in (middleware(router), functools.partial(curried, router)):
        assert [found.router for found in find_routers(application)] == [router]


def test_a_router_is_found_in_slots():
    class Slotted:
        __slots__ = ("_wrapped",)

        def __init__(self, wrapped):
            self._wrapped = wrapped

        async def __call__(self, scope, receive, send):
            return await self._wrapped(scope, receive, send)

    router = URLRouter([])
    assert find_routers(Slotted(router))[0].router is router


def test_middleware_that_leads_to_itself_does_not_hang_the_search():
    middleware = BaseMiddleware(None)
    middleware.inner = middleware
    with pytest.raises(FoundError, match="no URLRouter inside BaseMiddleware"):
        find_routers(middleware)


# Making paths


@pytest.mark.parametrize(
    "expression",
    [
        r"^chat/(?P<room>\w+)/$",
        r"^a/(?:b|c)d?/[^/]+/\Z",
        r"^(?P<x>[0-9]{2,3})-(?P=x)/$",
        r"^[^a-z0-9]/.{3}\s\S\D\W$",
        r"^(?P<a>x)?(?(a)y|z)$",
        r"(?i)^ROOM/[A-Z]+$",
        r"^\u00e9[\u0400-\u0410]+$",
        r"^a+?/b*?/c??$",
        r"^[^x][.]\.$",
    ],
)
def test_a_text_made_for_an_expression_matches_it(expression):
    texts = list(candidates(expression, 20))
    assert any(re.search(expression, text) for text in texts)
    assert texts == list(candidates(expression, 20)), "two runs measure other paths"


def test_every_route_gets_a_path_that_comes_to_it():
    inner = URLRouter(
        [path("list/", consumer), path("<uuid:key>/<path:rest>", consumer)]
    )
    routes = [
        path("", consumer),
        path("<int:id>/", consumer),
        path("y/<bench_year:year>/", consumer),
        path("in/<slug:name>/", inner),
        re_path(r"^deep", URLRouter([re_path(r"^/?x/(\d+)$", consumer)])),
        re_path(r"^(?!admin)(?P<page>[a-z]+)/$", consumer),
    ]

    found = survey(URLRouter(routes).routes)

    assert [route.left_out for route in found] == [""] * 7
    assert [route.trail for route in found] == [
        (0,), (1,), (2,), (3, 0), (3, 1), (4, 0), (5,)
    ]  # fmt: skip
    router = tables.build(tables.OURS, routes)
    for route in found:
        assert tables.reached(router, route.path) == route.trail


def test_a_route_that_no_path_comes_to_is_left_out_with_the_reason():
    routes = [path("<path:everything>", consumer), path("never/", consumer)]
    first, second = survey(routes)
    assert first.path
    assert not second.path
    assert second.left_out == "/never/ does not come here: route (0,) takes it"


def test_a_pattern_without_a_regular_expression_is_left_out_with_the_reason():
    class Exact:
        name = None
        converters = {}

        def match(self, path):
            return ("", (), {}) if path == "exact/" else None

        def __str__(self):
            return "exact/"

    (route,) = survey([URLPattern(Exact(), consumer, {})])
    assert route.left_out == "Exact has no regular expression"
    assert route.engine.name == "python"


def test_the_engines_are_those_that_the_router_describes():
    routes = [
        path("a/<int:id>/", consumer),
        re_path(r"^b-(\d+)-(\d+)/$", consumer),
        re_path(r"^(?=c)c/$", consumer),
        path("in/", URLRouter([path("d/", consumer)])),
    ]
    router = URLRouter(routes)
    assert [(r.engine.name, r.engine.reason) for r in survey(routes)] == [
        (d.engine, d.reason) for d in router.describe()
    ]


def test_a_router_with_a_table_of_its_own_is_described_by_both_tables():
    routes = [path("y/<bench_year:y>/", URLRouter([re_path(r"^(?=d)d/$", consumer)]))]
    (route,) = survey(URLRouter(routes).routes)
    assert route.engine == told("segmented, python", "a lookaround")
    assert route.path


# Measuring


def test_the_router_of_the_project_is_neither_changed_nor_called():
    inner = URLRouter([re_path(r"^x/$", consumer)])
    routes = [path("a/<int:id>/", consumer), path("in/", inner)]
    router = URLRouter(routes)
    # In a list, since `==` of two routes compares only who they are anyway.
    before = [(r, r.pattern, r.callback) for r in [*routes, *inner.routes]]

    table = measured(router)

    assert [(r, r.pattern, r.callback) for r in [*routes, *inner.routes]] == before
    assert router.routes is routes
    assert router._compiled is None
    assert "regex" not in vars(routes[0].pattern)
    assert sorted(table.each) == [0, 1]


def test_a_table_has_figures_for_hits_a_miss_and_the_first_connection():
    table = measured(URLRouter([path(f"r{n}/<int:id>/", consumer) for n in range(60)]))
    assert sorted(table.each) == sorted({round(n * 59 / 49) for n in range(50)})
    for times in (table.all, table.miss, table.first, *table.each.values()):
        assert times.upstream > 0
        assert times.ours > 0
        assert times.ratio == times.upstream / times.ours
    text = "\n".join(lines(table))
    assert "40 of 50; --json has them all" in text
    assert "   0  r0/<int:id>/" in text
    assert "  59  r59/<int:id>/" in text


def test_a_router_that_takes_every_path_has_no_miss():
    table = measured(URLRouter([re_path("", consumer)]))
    assert table.miss is None
    assert "A route takes every path, so there is no miss" in "\n".join(lines(table))


def test_a_router_without_routes_is_measured_by_its_miss():
    table = measured(URLRouter([]))
    assert (table.all, table.first) == (None, None)
    assert table.miss.upstream > 0


def test_without_channels_the_patterns_are_asked_in_turn(monkeypatch):
    def missing(name):
        raise tables.importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(tables.importlib.metadata, "distribution", missing)
    way = tables.upstream()
    routes = [path("in/", URLRouter([path("<int:id>/", consumer)]))]

    assert way.name == "patterns in turn"
    assert tables.reached(tables.build(way, routes), "/in/5/") == (0, 0)
    assert tables.reached(tables.build(way, routes), "/in/x/") == "no route accepts it"


def test_the_report_names_python_routes_and_left_out_ones():
    router = URLRouter(
        [
            re_path(r"^(?=a)a/$", consumer),
            path("b/", consumer),
            path("b/", consumer, name="again"),
        ]
    )
    text = "\n".join(lines(measured(router)))
    assert "here: 3 routes, 2 measured" in text
    _, reason = told("python", "a lookaround")
    assert f"Matched by Python:\n   0  '^(?=a)a/$'  {reason}" in text
    assert "   2  'b/'  /b/ does not come here: route (1,) takes it" in text


def test_the_json_has_every_route_and_both_times():
    router = URLRouter([path("a/", consumer), path("a/", consumer)])
    report = json.loads(json.dumps(as_json("x:y", [measured(router)])))
    first, second = report["tables"][0]["routes"]
    assert first["times"]["upstream"] > 0
    assert first["path"] == "/a/"
    assert first["engine"] == told("segmented")[0]
    assert first["application"].endswith("test_bench.consumer")
    assert second["times"] is None
    assert second["left_out"]


# The command line


@pytest.fixture
def project(monkeypatch):
    module = types.ModuleType("bench_project")
    module.router = URLRouter([path("a/", consumer)])
    module.view = consumer
    monkeypatch.setitem(sys.modules, "bench_project", module)
    return module


def test_a_project_needs_its_settings_named(tmp_path):
    file = tmp_path / "late_asgi.py"
    file.write_text("from django.conf import settings\nsettings.DEBUG\n")
    environment = {k: v for k, v in os.environ.items() if "DJANGO_SETTINGS" not in k}
    done = subprocess.run(
        [sys.executable, "-m", "channels_fast.bench", "late_asgi:application"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert "DJANGO_SETTINGS_MODULE=myproject.settings" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("bench_project", "Write it as for a server: myproject.asgi:application"),
        ("no_such_project.asgi:application", "There is no module 'no_such_project"),
        ("bench_project:nope", "Its applications may be: router."),
        ("bench_project:view", "There is no URLRouter inside consumer."),
    ],
)
def test_a_wrong_target_is_answered_with_what_to_write(project, capsys, target, text):
    assert main([target]) == 2
    assert text in capsys.readouterr().err


def test_an_import_that_fails_inside_the_project_is_not_blamed_on_the_name(
    tmp_path, monkeypatch
):
    (tmp_path / "broken_asgi.py").write_text("import no_such_dependency\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="no_such_dependency"):
        load("broken_asgi:application")


def test_a_file_that_cannot_be_written_is_refused_before_anything_is_measured(
    project, capsys, tmp_path
):
    with pytest.raises(SystemExit):
        main(["bench_project:router", "--json", str(tmp_path / "no" / "file.json")])
    assert "--json: there is no directory" in capsys.readouterr().err


def test_options_that_measure_nothing_are_refused(project, capsys):
    with pytest.raises(SystemExit):
        main(["bench_project:router", "--routes", "0"])
    assert "have to be above zero" in capsys.readouterr().err


def test_a_pattern_made_anew_is_not_compiled_yet():
    pattern = RegexPattern("^a$")
    assert pattern.match("a")
    made = tables._unused(pattern)
    assert "regex" in vars(pattern)
    assert "regex" not in vars(made)
    assert made.match("a")
