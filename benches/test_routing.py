"""One dispatch through `URLRouter`, ours and upstream's, by shape, size and place."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from channels.routing import URLRouter as Upstream
from django.urls import path

from benches.conftest import contenders
from benches.dispatches import application, build, dispatch
from benches.shapes import SHAPES, probe_paths, realistic
from channels_fast.routing import URLRouter as Ours

SIZES = [1, 10, 100, 1_000, 10_000]
PROBES = ["first", "last", "random", "miss"]


@pytest.mark.parametrize("probe", PROBES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", SHAPES)
def test_dispatch(compare: Any, shape: str, size: int, probe: str) -> None:
    """A hit on the first, the last or any route, or a miss that comes close."""
    routes, routers = contenders(shape, size)
    paths = probe_paths(routes, probe)
    for text in paths[:20]:
        expected = dispatch(routers["upstream"], text)
        assert dispatch(routers["ours"], text) == expected
        assert isinstance(expected, str) == (probe == "miss")
    compare(routers, paths, case="dispatch", shape=shape, size=size, probe=probe)


@pytest.mark.parametrize("size", [100, 1_000])
def test_nested(compare: Any, size: int) -> None:
    """Realistic routes, forty to an inner router, under three levels of prefixes."""
    routes = realistic(size)

    def nested(router: Any) -> Any:
        groups: dict[str, list[Any]] = {}
        for route in routes:
            _, section, rest = route.text.split("/", 2)
            groups.setdefault(section, []).append(path(rest, application))
        sections = [path(f"{name}/", router(inner)) for name, inner in groups.items()]
        return router([path("ws/", router(sections))])

    routers = {"ours": nested(Ours), "upstream": nested(Upstream)}
    paths = probe_paths(routes, "random")
    for text in paths[:20]:
        assert dispatch(routers["ours"], text) == dispatch(routers["upstream"], text)
    routers["flat"] = build(Ours, routes)
    compare(routers, paths, case="nested", shape="realistic", size=size, probe="random")


@pytest.mark.parametrize("size", [100, 1_000, 10_000])
@pytest.mark.parametrize("shape", ["realistic", "regex"])
def test_first_connection(benchmark: Any, shape: str, size: int) -> None:
    """The first dispatch of a process, which pays for whatever is compiled late."""
    routes = SHAPES[shape](size)
    text = probe_paths(routes, "last", 1)[0]
    upstream: list[float] = []

    def fresh() -> Any:
        re.purge()
        router = build(Upstream, routes)
        started = time.perf_counter()
        dispatch(router, text)
        upstream.append(time.perf_counter() - started)
        re.purge()
        return (build(Ours, routes),), {}

    ours: list[float] = []

    def first(router: Any) -> None:
        started = time.perf_counter()
        dispatch(router, text)
        ours.append(time.perf_counter() - started)

    cell = {"case": "first connection", "shape": shape, "size": size, "probe": "last"}
    benchmark.group = " ".join(str(value) for value in cell.values())
    benchmark.pedantic(first, setup=fresh, rounds=3 if size > 1_000 else 7)
    benchmark.extra_info.update(cell)
    for name, times in (("ours", ours), ("upstream", upstream)):
        times.sort()
        benchmark.extra_info[name] = {
            "min": times[0] * 1e9,
            "median": times[len(times) // 2] * 1e9,
        }
