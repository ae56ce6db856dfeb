"""Each alarm about the routes of real projects is true, by Django's own patterns."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import django
import pytest
from django.urls import path, re_path

from channels_fast._routes.languages import Languages
from channels_fast._routes.walk import walk
from channels_fast.checks.arguments import check_arguments
from channels_fast.checks.routes import check_routes
from channels_fast.checks.shadows import shadowed_routes
from channels_fast.routing import URLRouter

from ..property import test_corpora as _converters  # noqa: F401 # it registers them
from ..property.generator import CORPORA
from ..property.samples import sample
from ..support.checks import answering, app

EXAMPLE = Path(__file__).parents[2] / "examples" / "chat"


def made(kind, text, application=app):
    return (path if kind == "path" else re_path)(text, application)


@pytest.fixture(params=sorted(CORPORA))
def project(request):
    return request.param


def test_what_is_said_of_a_route_alone_is_true(project):
    rng = random.Random(project)
    for kind, text, is_prefix in CORPORA[project]:
        route = made(kind, text, URLRouter([path("", app)]) if is_prefix else app)
        visits = list(walk(URLRouter([route])))
        assert list(check_arguments(visits)) == []
        for message in check_routes(visits, Languages()):
            number = message.id.rpartition(".")[2]
            paths = [sample(route.pattern.regex.pattern, rng) for _ in range(30)]
            paths = [one for one in paths if route.pattern.regex.search(one)]
            assert paths
            if number == "W001":
                assert all(one.startswith("/") for one in paths)
            elif "longer paths" in message.msg:
                assert not is_prefix
                assert all(route.pattern.match(f"{one}x") for one in paths)
            elif "in the middle" in message.msg:
                assert all(route.pattern.match(f"x/{one}") for one in paths)
            else:
                raise AssertionError(message)


@pytest.mark.parametrize("prefixes_are_routers", [True, False])
def test_a_route_that_is_said_to_be_shadowed_is_never_reached(
    project, prefixes_are_routers
):
    rng = random.Random(project)
    rows = CORPORA[project]
    inner = URLRouter([path("", app), path("<int:last>/", app)])
    table = URLRouter(
        [
            made(kind, text, inner if is_prefix and prefixes_are_routers else app)
            for kind, text, is_prefix in rows
        ]
    )
    reached_others = 0
    for routes, _ in shadowed_routes(walk(table), Languages()):
        for _ in range(3):
            parts = [sample(one.pattern.regex.pattern, rng) for one in routes]
            reached = answering(table.routes, "".join(parts))
            assert reached is None or reached[: len(routes)] != routes
            reached_others += reached is not None
    # These tables are those of several routers, one behind the other.
    assert reached_others > 20


@pytest.mark.skipif(django.VERSION < (3, 0), reason="the demo needs Django 3")
@pytest.mark.skipif(find_spec("daphne") is None, reason="its runserver needs Daphne")
def test_of_the_demo_nothing_is_said_but_that_one_route_is_left_to_python():
    program = [sys.executable, "-W", "ignore", "manage.py", "check"]
    done = subprocess.run(
        program,
        check=False,
        cwd=EXAMPLE,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "project.settings"},
        capture_output=True,
        text=True,
    )
    ids = re.findall(r"channels_fast\.\w+", done.stdout + done.stderr)
    about_environment = {"channels_fast.I001", "channels_fast.I002"}
    about_environment.add("channels_fast.W012")
    assert (done.returncode, set(ids) - about_environment) == (0, set())
    assert "System check identified" in done.stdout + done.stderr
