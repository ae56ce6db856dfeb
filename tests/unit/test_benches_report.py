"""The page with the figures: written from the JSON of a run, the lost cases too."""

from __future__ import annotations

import json

import pytest
from benches import losses, report, sections, urls_section
from benches.terminal import ratio_text, time_text


def consumers_run(**ratios):
    """Return the JSON of a run in which ours is so many times faster."""
    return {
        "benchmarks": [
            {
                "extra_info": {
                    "case": case,
                    "unit": "message",
                    "upstream": {"min": 1000 * ratio, "median": 1000 * ratio},
                    "ours": {"min": 1000, "median": 1000},
                }
            }
            for case, ratio in ratios.items()
        ]
    }


SERVERS = {
    "settings": {"connections": 64, "routes": 100, "rounds": 3, "seconds": 1.0},
    "versions": {"uvicorn": "1.2.3", "starlette": "4.5", "litestar": "6.7"},
    "results": [
        {
            "server": "uvicorn",
            "arm": arm,
            "mode": mode,
            "rate": rate,
            "p99_us": 1500.0,
            "client_cpu": 0.25,
            "server_cpu": 0.97,
        }
        for mode in ("echo", "connect")
        for arm, rate in (
            ("upstream", 100.0),
            ("ours", 300.0),
            ("bare", 400.0),
            ("starlette", 200.0),
            ("litestar", 250.0),
        )
    ],
}


def test_a_lost_case_stands_on_the_page():
    page = report.render({"consumers": consumers_run(echo=3.0, close=0.8)}, "")
    assert "in 1 of 2 comparisons with channels:\n\n- close: 0.80x\n" in page
    assert "**0.80x slower**" in page
    assert "| echo, a message | 3 µs | 1 µs |  | 3x | 3x |" in page


def test_a_router_of_others_that_is_faster_stands_on_the_page():
    run = {
        "versions": {"channels_fast": "1", "falcon": "2"},
        "figures": {"1": {"channels_fast": 900, "falcon": 450}},
    }
    page = report.render({"rivals": run}, "")
    assert "- with 1 route: falcon (2x)" in page


def test_servers_are_compared_with_channels_and_with_a_bare_application():
    page = report.render({"servers": SERVERS}, "")
    row = "| uvicorn 1.2.3 | 400 | 100 | 300 | 3x | 75% | 1.5 ms | 1.5 ms |"
    assert page.count(row) == 2
    assert "the servers had\n97% to 97% of theirs" in page


def test_frameworks_are_compared_with_a_bare_application():
    page = report.render({"frameworks": SERVERS}, "")
    for row in (
        "| bare ASGI | 400 | 100% | 400 | 100% |",
        "| Starlette 4.5 | 200 | 50% | 200 | 50% |",
        "| Litestar 6.7 | 250 | 62% | 250 | 62% |",
        "| channels | 100 | 25% | 100 | 25% |",
        "| channels_fast | 300 | 75% | 300 | 75% |",
    ):
        assert row in page
    assert "in a run of its own under uvicorn 1.2.3" in page


def test_memory_stands_beside_that_of_frameworks():
    idle = {arm: {"bytes": 1500.0, "tasks": 1.0} for arm in ("ours", "starlette")}
    run = {
        "idle": 7,
        "routes": 3,
        "versions": {"starlette": "4.5", "litestar": "6.7"},
        "figures": {"alone": idle},
    }
    lines = sections.memory(run)
    assert "| alone |  | 1.5 KB, 1 task |  | 1.5 KB, 1 task |  |" in lines


def test_groups_through_redis_are_compared_with_channels():
    times = {
        "upstream": {"min": 3e6, "median": 4e6},
        "ours": {"min": 1e6, "median": 2e6},
    }
    run = {
        "versions": {"channels_redis": "4", "redis": "8", "redis-server": "7.0"},
        "rounds": 7,
        "results": [{"layer": "core", "members": 10, **times}],
    }
    page = report.render({"redis": run}, "")
    assert "| 10 members, core | 3 ms | 1 ms | 3x | 2x |" in page
    assert "redis-py 8 and a Redis 7.0 of its own" in page


def test_a_part_that_was_not_run_keeps_its_section(tmp_path):
    target = tmp_path / "benchmarks.md"
    (tmp_path / "servers.json").write_text(json.dumps(SERVERS))
    report.main(str(tmp_path), str(target))
    first = target.read_text(encoding="utf-8")

    (tmp_path / "servers.json").unlink()
    (tmp_path / "consumers.json").write_text(json.dumps(consumers_run(echo=2.0)))
    report.main(str(tmp_path), str(target))
    second = target.read_text(encoding="utf-8")

    assert report.kept(second, "servers") == report.kept(first, "servers")
    assert "| echo, a message |" in second
    assert second.index("consumers: begin") < second.index("servers: begin")


def test_a_run_of_some_parts_leaves_the_list_of_what_is_lost():
    first = report.render({"consumers": consumers_run(close=0.8)}, "")
    page = report.render({"servers": SERVERS}, first)
    assert "in 1 of 1 comparisons with channels:\n\n- close: 0.80x\n" in page


def test_the_same_figures_give_the_same_page():
    runs = {"servers": SERVERS, "consumers": consumers_run(echo=2.0)}
    page = report.render(runs, "")
    assert report.render(runs, page) == page


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0.5, "0.5 ns"),
        (999.4, "999 ns"),
        (999.6, "1 µs"),
        (2.5e6, "2.5 ms"),
        (1.54e9, "1.54 s"),
    ],
)
def test_times_have_three_digits_and_a_unit(nanoseconds, text):
    assert time_text(nanoseconds) == text


@pytest.mark.parametrize(
    ("ratio", "text"), [(0.5, "0.5x"), (9.94, "9.9x"), (9.96, "10x"), (1234, "1,234x")]
)
def test_ratios_are_short(ratio, text):
    assert ratio_text(ratio) == text


def test_every_part_has_a_section_and_ratios_are_read_from_it():
    assert set(report.SECTIONS) == {
        *("rivals", "routing", "consumers", "memory", "redis", "servers"),
        *("frameworks", "urls", "urls_reverse"),
    }
    times = {"Django": 9000, "django-fastresolve": 900, "channels_fast": 1000}
    versions = {"django": "5.2", "django-fastresolve": "0.1.0"}
    run = {"figures": {"flat": {"hit": times}}, "versions": versions}
    [*_, row, _] = urls_section.urls(run)
    assert "| flat, hit | 9 µs | 900 ns | 1 µs | 9x | **1.11x slower** |" in row
    memory = {"figures": {"idle": {"upstream": {"bytes": 300}, "ours": {"bytes": 100}}}}
    assert losses.ratios("memory", memory) == [("memory, idle", 3.0)]
    assert ("uvicorn, echo", 3.0) in losses.ratios("servers", SERVERS)
