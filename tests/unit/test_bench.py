"""``python -m channels_fast.bench``: what it finds, what it says and what it leaves."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import types

import pytest
from channels.routing import ProtocolTypeRouter as UpstreamProtocolTypeRouter
from channels.routing import URLRouter as UpstreamURLRouter
from django.conf.urls.i18n import i18n_patterns
from django.urls import converters as django_converters
from django.urls import include, path, re_path, register_converter
from django.urls.resolvers import URLPattern

from channels_fast._routes.samples import samples
from channels_fast.auth import AuthMiddlewareStack
from channels_fast.bench import measure as measuring
from channels_fast.bench.__main__ import as_json, lines, main
from channels_fast.bench.find import TargetError, find_routers, load
from channels_fast.middleware import BaseMiddleware
from channels_fast.routing import ProtocolTypeRouter, URLRouter

from ..support.engines import told


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


def measured(router, *, most=50, compared_with=None):
    (found,) = find_routers(router, "here")
    name, contender = compared_with or measuring.upstream()
    return measuring.measure(found, name, contender, seconds=0.01, most=most)


# Finding the routers


def test_each_protocol_has_its_own_table():
    first, second = URLRouter([]), URLRouter([])
    stack = AuthMiddlewareStack(second)
    application = ProtocolTypeRouter({"http": first, "websocket": stack})
    one, other = find_routers(application, "here")
    assert [one.application, other.application] == [first, second]
    assert one.location == "ProtocolTypeRouter, key 'http'"
    assert other.location.startswith("ProtocolTypeRouter, key 'websocket', in Cookie")


def test_a_router_of_channels_is_found_too():
    router = UpstreamURLRouter([path("a/", consumer)])
    application = UpstreamProtocolTypeRouter({"http": consumer, "websocket": router})
    assert [found.application for found in find_routers(application, "")] == [router]


def test_a_router_is_measured_once_and_those_inside_with_it():
    inner = URLRouter([path("b/", consumer)])
    router = URLRouter([path("a/", inner), path("c/", BaseMiddleware(inner))])
    application = ProtocolTypeRouter({"http": router, "websocket": router})
    assert [found.application for found in find_routers(application, "")] == [router]


def test_an_application_without_a_router_is_refused():
    with pytest.raises(TargetError, match="no URLRouter inside BaseMiddleware"):
        find_routers(BaseMiddleware(consumer), "here")


# Making paths


@pytest.mark.parametrize(
    "expression",
    [
        r"^chat/(?P<room>\w+)/$",
        r"^a/(?:b|c)d?/[^/]+/\Z",
        r"^[^a-z0-9]/.{3}\s\S\D\W$",
        r"(?i)^ROOM/[A-Z]+$",
        r"^a+?/b*?/c??$",
        r"^[^x][.]\.[^a]$",
        r"^(?P<year>[0-9]{4})-(?P<month>[0-9]{2})/$",
    ],
)
def test_a_text_made_for_an_expression_matches_it(expression):
    texts = list(samples([expression]))
    assert any(re.search(expression, text) for [text] in texts)
    assert texts == list(samples([expression])), "two runs measure other paths"


def test_a_text_for_large_counts_within_each_other_is_not_made_in_full():
    for [text] in samples(["(?:(?:a{200}){200}){200}"]):
        assert len(text) < 10_000


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
    table = measured(URLRouter(routes))
    assert (table.count, table.left_out) == (7, [])
    for router_class in (URLRouter, UpstreamURLRouter, measuring.patterns_in_turn):
        router = measuring.copied(router_class, routes, [])
        numbers = [measuring.reached(router, found) for found in table.paths]
        assert numbers == list(range(7))


def test_a_route_that_no_path_comes_to_is_left_out():
    class Exact:
        name = None
        converters = {}

        def match(self, path):
            return ("", (), {}) if path == "exact/" else None

        def __str__(self):
            return "exact/"

    routes = [
        URLPattern(Exact(), consumer, {}),
        path("<path:everything>", consumer),
        path("never/", consumer),
    ]
    table = measured(URLRouter(routes))
    assert table.left_out == ["exact/", "never/"]
    text = "\n".join(lines(table))
    assert "here: 3 routes, 1 measured" in text
    assert "Not measured, for want of a path that leads to them:" in text
    assert "'never/'" in text


def test_what_is_included_is_measured_as_a_nested_router():
    inner = [path("a/", consumer), path("b/", consumer)]
    routes = [path("x/", include(inner)), *i18n_patterns(path("y/", consumer))]
    # `channels` has no way to lead to the routes of a language.
    assert measured(URLRouter(routes)).paths == ["/x/a/", "/x/b/"]


# Measuring


def test_the_router_of_the_project_is_neither_changed_nor_called():
    inner = URLRouter([re_path(r"^x/$", consumer)])
    routes = [path("a/<int:id>/", consumer), path("in/", inner)]
    router = URLRouter(routes)
    # In a list, since `==` of two routes compares their identity only.
    before = [(r, r.pattern, r.callback) for r in [*routes, *inner.routes]]

    table = measured(router)

    assert [(r, r.pattern, r.callback) for r in [*routes, *inner.routes]] == before
    assert router.routes is routes
    assert len(table.paths) == 2


def test_a_table_has_figures_for_hits_and_for_a_miss():
    router = URLRouter([path(f"r{n}/<int:id>/", consumer) for n in range(60)])
    table = measured(router, most=25)
    assert 1 < len(table.paths) <= 25
    for times in (table.mean, table.miss):
        assert times["upstream"] > 0
        assert times["ours"] > 0
        assert times["ratio"] == times["upstream"] / times["ours"]
    text = "\n".join(lines(table))
    assert f"here: 60 routes, {len(table.paths)} measured" in text
    assert "a connection, mean of routes" in text


def test_a_router_that_takes_every_path_has_no_miss():
    table = measured(URLRouter([re_path("", consumer)]))
    assert table.miss is None
    assert "A route takes every path, so there is no miss" in "\n".join(lines(table))


def test_a_router_without_routes_is_measured_by_its_miss():
    table = measured(URLRouter([]))
    assert table.mean is None
    assert table.miss["upstream"] > 0


def test_without_channels_the_patterns_are_asked_in_turn(monkeypatch):
    def missing(name):
        raise measuring.importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(measuring.importlib.metadata, "distribution", missing)
    name, router = measuring.upstream()
    inner = URLRouter([path("<int:id>/", consumer)])
    table = measured(URLRouter([path("in/", inner)]), compared_with=(name, router))
    assert table.upstream == "patterns in turn"
    assert table.paths == ["/in/000000/"]
    assert table.miss


def test_the_report_names_the_routes_that_python_matches():
    router = URLRouter([path("b/", consumer), re_path(r"^(?=a)a/$", consumer)])
    table = measured(router)
    assert table.routes == router.describe()
    text = "\n".join(lines(table))
    engine, reason = told("Django", "a lookaround")
    assert (table.routes[1].engine, table.routes[1].reason) == (engine, reason)
    listed = f"Matched by Django's own pattern:\n   1  '^(?=a)a/$'  {reason}" in text
    assert listed is (reason == "a lookaround")


def test_the_json_has_the_figures_and_every_route():
    router = URLRouter([path("a/", consumer), path("a/", consumer)])
    report = json.loads(json.dumps(as_json("x:y", [measured(router)])))
    (table,) = report["tables"]
    assert table["mean"]["upstream"] > 0
    assert (table["paths"], table["left_out"]) == (["/a/"], ["a/"])
    first, _ = table["routes"]
    assert first["engine"] == told("trie")[0]
    assert first["application"].endswith("test_bench.consumer")


# The command line


@pytest.fixture
def project(monkeypatch):
    module = types.ModuleType("bench_project")
    module.router = URLRouter([path("a/", consumer)])
    module.view = consumer
    monkeypatch.setitem(sys.modules, "bench_project", module)
    return module


@pytest.mark.parametrize("target", ["late_asgi:application", "--urls"])
def test_a_project_needs_its_settings_named(tmp_path, target):
    file = tmp_path / "late_asgi.py"
    file.write_text("from django.conf import settings\nsettings.DEBUG\n")
    environment = {k: v for k, v in os.environ.items() if "DJANGO_SETTINGS" not in k}
    done = subprocess.run(
        [sys.executable, "-m", "channels_fast.bench", target],
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
        ("bench_project:nope", "module 'bench_project' has no attribute 'nope'"),
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
