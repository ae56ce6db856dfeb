"""``python -m channels_fast.bench --urls``: what it measures and what it leaves."""

from __future__ import annotations

import json
import sys
import types

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLResolver, clear_url_caches, include, path, re_path
from django.urls.resolvers import RegexPattern

from channels_fast.bench.__main__ import as_json, lines, main
from channels_fast.bench.turns import in_turns
from channels_fast.bench.urls import measure_urls, resolving_by
from channels_fast.urls._hook import STOCK, resolve
from tests.support.engines import WHY_NOT_COMPILED


def view(request, **kwargs):
    raise AssertionError("a view of the project was called")


def measured(*routes, most=50):
    return measure_urls(resolver_of(*routes), seconds=0.03, most=most)


def resolver_of(*routes):
    urlconf = types.ModuleType("bench_urls")
    urlconf.urlpatterns = list(routes)
    return URLResolver(RegexPattern(r"^/"), urlconf)


def test_each_route_gets_a_path_that_both_ways_lead_to():
    inner = [path("list/", view), re_path(r"^/?x/(\d+)$", view)]
    routes = [
        path("", view),
        path("<int:id>/", view),
        path("in/<slug:name>/", include(inner)),
        re_path(r"^(?!admin)(?P<page>[a-z]+)/$", view),
        *i18n_patterns(path("y/", view)),
    ]
    table = measured(*routes)
    assert (table.count, table.left_out) == (6, [])
    assert table.paths == [
        *("/", "/000000/", "/in/aaaaaa/list/", "/in/aaaaaa//x/000000"),
        *("/aaaaaa/", "/en-us/y/"),
    ]
    # Either way, with any of them.
    for function in (STOCK, resolve):
        with resolving_by(function):
            found = [resolver_of(*routes).resolve(one).route for one in table.paths]
        assert len(set(found)) == 6


def test_there_are_figures_for_hits_and_for_both_kinds_of_misses():
    table = measured(*(path(f"r{n}/<int:id>/", view) for n in range(60)), most=25)
    assert 1 < len(table.paths) <= 25
    for times in (table.mean, table.miss, table.near_miss):
        assert times["ratio"] == times["upstream"] / times["ours"] > 0
        assert times["least"] <= times["most"]
    text = "\n".join(lines(table))
    assert "URLconf bench_urls: 60 routes, 25 measured" in text or (
        f"60 routes, {len(table.paths)} measured" in text
    )
    for what in (
        "resolve(), mean of routes",
        "a path that no route takes",
        "a route with a wrong end",
        "spread",
    ):
        assert what in text


def test_a_route_that_takes_everything_leaves_no_miss():
    table = measured(path("a/", view), re_path("", view))
    assert (table.miss, table.near_miss) == (None, None)
    assert "so there is no miss" in "\n".join(lines(table))


def test_what_would_take_django_exponential_time_is_not_asked():
    table = measured(re_path(r"^tags/(?P<t>(?:[\w-]+,?)+)/$", view), path("b/", view))
    assert len(table.paths) == 2
    assert table.near_miss


def test_no_path_is_made_up_for_what_cannot_be_reached():
    table = measured(path("<path:page>", view), path("never/", view))
    assert table.left_out == ["never/"]


@pytest.mark.skipif(bool(WHY_NOT_COMPILED), reason="all of them do")
def test_the_routes_that_python_matches_are_listed():
    text = "\n".join(lines(measured(re_path(r"^(?!x)a/$", view))))
    assert "Matched by Django's own pattern:\n   0  '^(?!x)a/$'  a lookaround" in text


def test_what_was_in_place_is_put_back():
    def traced(self, path):
        return STOCK(self, path)

    before = URLResolver.resolve
    URLResolver.resolve = traced
    try:
        measured(path("a/", view))
        assert URLResolver.resolve is traced
    finally:
        URLResolver.resolve = before


def test_the_json_has_all_figures():
    report = json.loads(json.dumps(as_json(None, [measured(path("a/", view))])))
    (table,) = report["tables"]
    assert set(table["near_miss"]) == {"upstream", "ours", "ratio", "least", "most"}
    assert table["routes"][0]["view"].endswith("test_bench.view")


def test_the_two_take_turns_and_the_spread_is_of_their_rounds():
    order = []

    def block(name, seconds):
        def run(count):
            order.append(name)
            return seconds * count

        return run

    times = in_turns(block("ours", 0.002), block("upstream", 0.008), 2, 0)
    assert order == ["ours", "upstream"] * 3
    assert times == {
        "upstream": 4e6,
        "ours": 1e6,
        "ratio": 4,
        "least": 4,
        "most": 4,
    }


# The command line


def test_the_command_measures_root_urlconf(settings, monkeypatch, capsys):
    module = types.ModuleType("bench_urls")
    module.urlpatterns = [path("a/", view)]
    monkeypatch.setitem(sys.modules, "bench_urls", module)
    settings.ROOT_URLCONF = "bench_urls"
    clear_url_caches()
    assert main(["--urls", "--seconds", "0.03"]) == 0
    assert main(["--urls", "bench_urls", "--seconds", "0.03"]) == 0
    assert capsys.readouterr().out.count("URLconf bench_urls: 1 route, 1 measured") == 2


def test_something_to_measure_has_to_be_named(capsys):
    with pytest.raises(SystemExit):
        main([])
    assert "name an application, or --urls, or both" in capsys.readouterr().err
