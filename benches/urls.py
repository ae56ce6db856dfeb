"""
Compare `URLResolver.resolve` with Django's own and with django-fastresolve.

    python -m benches.urls target/bench/urls.json

All three are in one process, on the same URLconf, and take turns in blocks. A hit is
the mean over the whole URLconf, where each route counts alike; a miss differs from a
hit in the last segment.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any, Callable, NamedTuple

from benches.rivals import PATHS, Block
from benches.terminal import Progress, print_table, ratio_text, time_text

ROUNDS = 40
SIZES = [1, 10, 100, 1_000, 10_000]


class Shape(NamedTuple):
    """A URLconf, paths that it accepts, and one that it does not."""

    patterns: list[Any]
    hits: list[str]
    miss: str


def view(request: Any, **kwargs: Any) -> None:
    """Stand behind every route."""


def flat(size: int) -> Shape:
    from django.urls import path

    names = [f"things-{number}" for number in range(size)]
    patterns = [path(f"{name}/<int:pk>/", view, name=name) for name in names]
    return Shape(patterns, [f"/{name}/42/" for name in names], f"/{names[-1]}/x/")


def nested(lists: int, size: int) -> Shape:
    from django.urls import include, path

    patterns = [
        path(f"app-{number}/", include((flat(size).patterns, f"app_{number}")))
        for number in range(lists)
    ]
    inner = [
        f"/app-{number}{hit}" for number in range(lists) for hit in flat(size).hits
    ]
    return Shape(patterns, inner, inner[-1].replace("42", "x"))


def languages(lists: int, size: int) -> Shape:
    from django.conf.urls.i18n import i18n_patterns

    shape = nested(lists, size)
    hits = [f"/en{hit}" for hit in shape.hits]
    return Shape(i18n_patterns(*shape.patterns), hits, f"/en{shape.miss}")


def translated(size: int) -> Shape:
    """Routes that Python has to be asked about, one after the other."""
    from django.urls import path
    from django.utils.translation import gettext_lazy

    names = [f"things-{number}" for number in range(size)]
    patterns = [path(gettext_lazy(f"{name}/"), view, name=name) for name in names]
    return Shape(patterns, [f"/{name}/" for name in names], "/nothing/")


def behind_paths(size: int, length: int) -> Shape:
    """Lists behind what takes any path, and paths of that many characters."""
    from django.urls import include, path

    patterns = [
        path(f"<path:page>/e-{number}/", include([path("x/", view)]))
        for number in range(size)
    ]
    page = "".join("abcdefg/"[place % 8] for place in range(length))
    hits = [f"/{page}/e-{number}/x/" for number in range(size)]
    return Shape(patterns, hits, f"/{page}/")


def rest(size: int) -> Shape:
    from rest_framework.routers import DefaultRouter
    from rest_framework.viewsets import ViewSet

    methods = ("list", "create", "retrieve", "update", "partial_update", "destroy")
    viewset = type("Things", (ViewSet,), dict.fromkeys(methods, view))
    router = DefaultRouter()
    for number in range(size):
        router.register(f"things-{number}", viewset, basename=f"things-{number}")
    hits = [
        f"/things-{number}{end}"
        for number in range(size)
        for end in ("/", ".json", "/42/", "/42.json")
    ]
    return Shape(router.urls, hits, "/things-0/42/x/")


def admin(size: int) -> Shape:
    from django.contrib.admin import AdminSite
    from django.db import models
    from django.urls import path

    site = AdminSite(name=f"admin_{size}")
    for number in range(size):
        attributes = {"__module__": __name__, "Meta": type("Meta", (), META)}
        site.register(type(f"Thing{size}x{number}", (models.Model,), attributes))
    hits = [
        f"/admin/benches/thing{size}x{number}/{end}"
        for number in range(size)
        for end in ("", "add/", "42/change/", "42/history/", "42/delete/")
    ]
    return Shape([path("admin/", site.urls)], hits, "/nothing/")


META = {"app_label": "benches"}

SHAPES: dict[str, Callable[[], Shape]] = {
    **{
        f"flat, {size:,} route{'s' * (size > 1)}": lambda size=size: flat(size)
        for size in SIZES
    },
    "nested, 20 x 50 routes": lambda: nested(20, 50),
    "the same in `i18n_patterns()`": lambda: languages(20, 50),
    "REST framework, 30 viewsets": lambda: rest(30),
    "REST framework, 100 viewsets": lambda: rest(100),
    "admin, 20 models": lambda: admin(20),
    "admin, 100 models": lambda: admin(100),
    "100 translated routes": lambda: translated(100),
    **{
        f"200 lists behind `<path:page>/`, {length:,} characters": (
            lambda length=length: behind_paths(200, length)
        )
        for length in (40, 1_000, 4_000)
    },
}


def arms() -> dict[str, Any]:
    """Return what is put in the place of ``URLResolver.resolve``, by who it is from."""
    from django_fastresolve.resolver import fast_resolve, stock_resolve

    import channels_fast.urls
    from channels_fast.urls import _hook

    channels_fast.urls.install()
    return {
        "Django": stock_resolve,
        "django-fastresolve": fast_resolve,
        "channels_fast": _hook.resolve,
    }


def run_with(function: Any, resolver: Any) -> Callable[[list[str]], Any]:
    """Return a loop over paths with *function* in the place of Django's."""
    from django.urls import Resolver404, URLResolver

    def run(paths: list[str]) -> Any:
        URLResolver.resolve = function
        found = None
        for path in paths:
            try:
                found = resolver.resolve(path)
            except Resolver404:
                found = None
        return found

    return run


def compare(shape: Shape, functions: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Return the time of a hit and of a miss by whose it is."""
    from django.urls import URLResolver
    from django.urls.resolvers import RegexPattern

    resolver = URLResolver(RegexPattern("^/"), shape.patterns)
    runs = {name: run_with(each, resolver) for name, each in functions.items()}
    size = len(shape.hits)
    # Steps of the golden ratio, which spread evenly over the URLconf.
    places = [int((0.5 + n * 0.618033988749895) % 1 * size) for n in range(PATHS)]
    hits = [shape.hits[place] for place in places]
    for path in [*hits[:20], shape.miss]:
        answers = {str(run([path])) for run in runs.values()}
        assert len(answers) == 1, (path, answers)
        assert (answers == {"None"}) is (path == shape.miss), path
    times: dict[str, dict[str, float]] = {}
    for kind, paths in (("hit", hits), ("miss", [shape.miss] * PATHS)):
        blocks = {name: Block(run, paths) for name, run in runs.items()}
        for _ in range(ROUNDS):
            for block in blocks.values():
                block.measure()
        times[kind] = {name: block.best for name, block in blocks.items()}
    return times


def main(target: str) -> None:
    import django
    from django.conf import settings

    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
        ROOT_URLCONF="benches.urls",
        USE_I18N=True,
        LANGUAGE_CODE="en",
    )
    django.setup()
    from django.utils import translation

    translation.activate("en")
    functions = arms()
    progress = Progress("urls", len(SHAPES))
    figures = {}
    for name, make in SHAPES.items():
        progress.step(name)
        figures[name] = compare(make(), functions)
    progress.end()
    rows = []
    for name, times in figures.items():
        for kind, each in times.items():
            ratio = each["Django"] / each["channels_fast"]
            cells = [time_text(each[arm]) for arm in functions]
            rows.append([f"{name}, {kind}", *cells, ratio_text(ratio)])
    print_table("", ["resolve()", *functions, "ratio"], rows)
    versions = {name: version(name) for name in ("django", "django-fastresolve")}
    report = {"versions": versions, "figures": figures}
    Path(target).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


urlpatterns: list[Any] = []

if __name__ == "__main__":
    main(sys.argv[1])
