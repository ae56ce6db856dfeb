"""The examples of the documentation do what the page says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from ..support.asgi_server import environment_with
from ..support.docs import write_examples

PROGRAMS = Path(__file__).parent / "observability"
PAGES_WITH_TESTS = (
    "consumers.md",
    "layers.md",
    "limits.md",
    "misses.md",
    "observability.md",
    "reversing.md",
    "routing.md",
    "testing.md",
)


@pytest.mark.parametrize("page", PAGES_WITH_TESTS)
def test_the_examples_of_the_page_pass(page, tmp_path):
    files = write_examples(page, tmp_path)
    tests = [file for file in files if "test" in file.name]
    written = sum(len(re.findall(r"def test_", file.read_text())) for file in tests)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-W", "error"),
            *("-p", "no:cacheprovider", "-o", "asyncio_mode=auto"),
            *("-o", "asyncio_default_fixture_loop_scope=function", *map(str, tests)),
        ],
        cwd=tmp_path,
        env=environment_with(tmp_path, DJANGO_SETTINGS_MODULE="tests.settings"),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{written} passed" in done.stdout


@pytest.mark.parametrize("program", ["tracing_of_a_route", "reporting_of_an_error"])
def test_the_examples_for_tracers_do_what_the_page_says(tmp_path, program):
    pytest.importorskip("opentelemetry.instrumentation.asgi")
    pytest.importorskip("sentry_sdk")
    write_examples("observability.md", tmp_path)
    done = subprocess.run(
        [sys.executable, str(PROGRAMS / f"{program}.py")],
        env=environment_with(tmp_path, DJANGO_SETTINGS_MODULE="tests.settings"),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
