"""
Compare the URLs of projects that others have written: wagtail, oscar, nautobot, pretix.

    python -m benches.urls_projects wagtail pretix

Each project is installed into a virtual environment below `target/urls-projects`, and
read as far as its URLs. Django's own function, that of django-fastresolve and ours take
turns in one process. Before that, each of many paths has to have the same answer.
"""

from __future__ import annotations

import argparse
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, Callable

from benches.terminal import print_table, ratio_text, time_text
from benches.urls import arms, run_with
from benches.urls_paths import examples, near_miss, probes
from benches.urls_projects_sites import PROJECTS
from benches.urls_reverse import take_turns as both_reverse
from benches.urls_settings import MIDDLEWARE

ROUNDS = 15
PROBES = 37_000
SAMPLES = 400
ROOT = Path(__file__).parent.parent
HOME = ROOT / "target" / "urls-projects"

Answer = tuple[Any, ...]
Times = dict[str, float]


def in_child(call: Callable[[], Any]) -> Any:
    """Return what *call* returns in a copy of this process, which stays as it is."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        with open(writer, "wb") as pipe:
            pickle.dump(call(), pipe)
        os._exit(0)
    os.close(writer)
    with open(reader, "rb") as pipe:
        result = pickle.load(pipe)
    os.waitpid(child, 0)
    return result


def sampled(items: list[Any], count: int) -> list[Any]:
    """Return *count* of the *items* that are spread evenly, in steps like `urls`."""
    size = len(items)
    return [items[int((0.5 + n * 0.618033988749895) % 1 * size)] for n in range(count)]


def answer(resolver: Any, path: str) -> Answer:
    """Return everything that can be seen of what *resolver* says to *path*."""
    try:
        match = resolver.resolve(path)
    except Exception as error:
        first = error.args[0] if error.args else None
        what = [*first.items()] if isinstance(first, dict) else error.args
        causes = error.__cause__, error.__context__
        return type(error), len(error.args), what, *map(repr, causes)
    attributes = [(name, getattr(match, name)) for name in vars(match)]
    types = [type(value) for value in (*match.args, *match.kwargs.values())]
    order = [list(value) for _, value in attributes if isinstance(value, dict)]
    names = match.view_name, match.app_name, match.namespace
    return type(match), attributes, types, order, repr(match), names


def differences(resolver: Any, functions: dict[str, Any], paths: list[str]) -> int:
    """Print the paths to which ours and Django do not say the same."""
    from django.urls import URLResolver

    different = 0
    for path in paths:
        answers = []
        for name in ("Django", "channels_fast"):
            URLResolver.resolve = functions[name]
            answers.append(answer(resolver, path))
        if answers[0] != answers[1]:
            different += 1
            print("DIFFERENT", repr(path), *answers, sep="\n  ")
    return different


def take_turns(runs: dict[str, Any], items: list[Any]) -> Times:
    """Return the least CPU time that each of *runs* takes for one of the *items*."""
    best = dict.fromkeys(runs, float("inf"))
    for _ in range(ROUNDS):
        for name, run in runs.items():
            run(items)  # fills the caches of the processor
            started = time.process_time_ns()
            run(items)
            spent = time.process_time_ns() - started
            best[name] = min(best[name], spent / len(items))
    return best


def first_uses(resolver: Any, functions: dict[str, Any], path: str) -> Times:
    """Return the first resolve of a process, by Django, and the one with a table."""
    from django.urls import URLResolver

    times = {}
    for name in ("Django", "channels_fast", "channels_fast"):
        URLResolver.resolve = functions[name]
        started = time.process_time_ns()
        resolver.resolve(path)
        times[name] = float(time.process_time_ns() - started)
    return times


def names_of(resolver: Any, paths: list[str]) -> list[Any]:
    """Return what ``reverse()`` takes to get to each of the *paths* that has a name."""
    from django.urls import NoReverseMatch, reverse

    found = []
    for path in paths:
        match = resolver.resolve(path)
        captured = getattr(match, "captured_kwargs", match.kwargs)
        call = match.view_name, None, () if captured else match.args, captured or None
        try:
            reverse(*call)
        except NoReverseMatch:
            continue
        found.append(call)
    return found


def reversed_by_both(calls: list[Any]) -> Times:
    """Return the time of a name by whose it is, once both have the same paths."""
    from django.urls import reverse

    from channels_fast.urls import _reverse

    def all_paths() -> list[str]:
        return [reverse(*call) for call in calls]

    _reverse.install()
    ours = all_paths()
    _reverse.uninstall()
    assert ours == all_paths()
    times = both_reverse("name", all_paths, len(calls))
    return {"Django": times["django"]["min"], "channels_fast": times["ours"]["min"]}


def requests(function: Any, status: str) -> Callable[[list[str]], Any]:
    """Return a loop of requests, which are answered by views that do nothing."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import RequestFactory
    from django.urls import URLResolver

    handler = WSGIHandler()
    base = RequestFactory().get("/").environ

    def start_response(said: str, headers: Any) -> None:
        assert said.startswith(status), said

    def run(paths: list[str]) -> None:
        URLResolver.resolve = function
        for path in paths:
            environ = {**base, "PATH_INFO": path.encode().decode("latin-1")}
            handler(environ, start_response).close()

    return run


def with_trivial_views(resolver: Any) -> None:
    """Put a view that does nothing behind each route, and into the place of a 404."""
    from django.conf import settings
    from django.http import HttpResponse
    from django.urls import clear_url_caches

    def view(request: Any, *args: Any, **kwargs: Any) -> Any:
        return HttpResponse(status=404 if "exception" in kwargs else 200)

    def walk(entries: Any) -> None:
        for entry in entries:
            if hasattr(entry, "url_patterns"):
                walk(entry.url_patterns)
            else:
                entry.callback = view

    walk(resolver.url_patterns)
    resolver.urlconf_module.handler404 = view
    settings.MIDDLEWARE, settings.DEBUG = MIDDLEWARE, False
    settings.ALLOWED_HOSTS = ["*"]
    clear_url_caches()


def measure(project: str) -> Iterator[tuple[str, Times]]:
    """Compare one project, within its environment."""
    from django.conf import settings
    from django.urls import Resolver404, get_resolver, set_script_prefix, set_urlconf
    from django.utils import translation

    from channels_fast.urls import _reverse

    translation.activate(settings.LANGUAGE_CODE)
    functions = arms()
    resolver = get_resolver()
    _ = resolver.url_patterns

    def is_hit(path: str) -> bool:
        try:
            return bool(resolver.resolve(path))
        except Resolver404:
            return False

    hits = in_child(lambda: list(filter(is_hit, examples(resolver))))
    yield "the first, or the table", first_uses(resolver, functions, hits[0])
    paths = list(probes(hits, PROBES))
    print(f"{project}: {count(resolver)} routes, {len(hits)} with a path, ", end="")
    print(f"{len(paths)} paths, {differences(resolver, functions, paths)} differences")
    hits = sampled(hits, SAMPLES)
    misses = [near_miss(path) for path in hits]
    misses = [path for path in misses if not is_hit(path)]
    bare = [path.rstrip("/") for path in misses]
    bare = [path for path in bare if not is_hit(path) and not is_hit(f"{path}/")]
    runs = {name: run_with(each, resolver) for name, each in functions.items()}
    yield "`resolve()`, hit", take_turns(runs, hits)
    yield f"near 404 ({len(misses)} of {SAMPLES})", take_turns(runs, misses)
    set_urlconf(settings.ROOT_URLCONF)
    set_script_prefix("/")
    _reverse.uninstall()
    calls = names_of(resolver, hits)
    yield f"`reverse()` ({len(calls)} names)", reversed_by_both(calls)
    with_trivial_views(resolver)
    for kind, status, some in (
        ("a request", "200", hits),
        ("a request, 404 without a slash", "404", bare),
    ):
        runs = {name: requests(each, status) for name, each in functions.items()}
        yield kind, take_turns(runs, some)


def count(resolver: Any) -> int:
    return sum(
        count(entry) if hasattr(entry, "url_patterns") else 1
        for entry in resolver.url_patterns
    )


def report(project: str, directory: Path) -> None:
    PROJECTS[project].set_up(directory)
    rows = []
    for kind, times in measure(project):
        cells = [time_text(times[arm]) if arm in times else "" for arm in ARMS]
        ours = times["channels_fast"]
        ratios = [ratio_text(times[arm] / ours) if arm in times else "" for arm in ARMS]
        rows.append([kind, *cells, *ratios[:2]])
    package = PROJECTS[project].requirement.split("==")[0].split("[")[0]
    title = f"{project} {version(package)}, Django {version('django')}"
    print_table(title, [project, *ARMS, "ratio", "to fastresolve"], rows)


ARMS = ["Django", "django-fastresolve", "channels_fast"]


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benches.urls_projects", description=__doc__.split("\n\n")[0]
    )
    names = ", ".join(PROJECTS)
    parser.add_argument("projects", nargs="*", metavar="project", help=names)
    parser.add_argument("--within", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    unknown = [project for project in options.projects if project not in PROJECTS]
    if unknown:
        parser.error(f"no project {unknown[0]!r}. The projects: {names}")
    for project in options.projects or PROJECTS:
        if options.within:
            report(project, options.within)
        else:
            measure_within(project)


def measure_within(project: str) -> None:
    """Measure a project in its environment, which is made if it is not there."""
    home = HOME / project
    python = home / "bin" / "python"
    if not python.exists():
        subprocess.check_call([sys.executable, "-m", "venv", home])
        wanted = [PROJECTS[project].requirement, "django-fastresolve==0.1.0"]
        subprocess.check_call([python, "-m", "pip", "install", "-q", *wanted])
    paths = os.pathsep.join([str(ROOT), str(ROOT / "python")])
    within = [python, "-m", "benches.urls_projects", project, "--within", home]
    subprocess.check_call(within, env={**os.environ, "PYTHONPATH": paths})


if __name__ == "__main__":
    main(sys.argv[1:])
