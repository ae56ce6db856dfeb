"""
Run Django's own tests of URLs, as they are and with `channels_fast.urls`.

    python scripts/django_suites.py            all versions of Django
    python scripts/django_suites.py 4.2 6.1    some of them

The tests are in Django's source distributions only. Everything is made below
target/django-suites: the sources, an environment for each version, and wheels of this
package. It ends with an error if a count or a failure differs between the two runs.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from wheels import OLDEST_STABLE, PIP, ROOT, interpreters, numbers, run

PLACE = ROOT / "target" / "django-suites"

#: The interpreter that each Django is tested with here.
VERSIONS = {
    "2.2": ("2.2.28", "3.9"),
    "3.2": ("3.2.25", "3.9"),
    "4.2": ("4.2.30", "3.11"),
    "5.2": ("5.2.19", "3.11"),
    "6.0": ("6.0.10", "3.12"),
    "6.1": ("6.1.3", "3.12"),
}

#: What is about URLs first, then what is about requests that go through them.
SUITES = [
    "urlpatterns urlpatterns_reverse i18n.patterns handlers asgi",
    "resolve_url test_client test_client_regress middleware view_tests "
    "check_framework wsgi",
]

#: The settings of the second run. What they print at the end proves that it was one.
SETTINGS = """\
import atexit
from test_sqlite import *
from channels_fast import urls
from channels_fast.urls import _tables

compiled = []

def compile_urls(*arguments, compile_urls=_tables.compile_urls):
    compiled.append(compile_urls(*arguments))
    return compiled[-1]

_tables.compile_urls = compile_urls
urls.install()
atexit.register(lambda: print(len(compiled), "tables of URLs"))
"""


class Outcome(NamedTuple):
    """What a run of some tests has said."""

    ran: int
    #: "OK", or "FAILED", with what follows in brackets.
    verdict: str
    #: The names of the tests that failed.
    failed: list[str]
    tables: int

    def is_like(self, other: Outcome) -> bool:
        """Tell whether the tests cannot tell the two runs apart."""
        return self[:-1] == other[:-1]


def sources(version: str, python: str) -> Path:
    """Return the directory of Django's tests, downloaded if need be."""
    found = [*PLACE.glob(f"[Dd]jango-{version}")]
    if not found:
        download = ("download", "--no-deps", "--no-binary", "Django")
        run(python, *PIP, *download, "--dest", PLACE, f"Django=={version}")
        [archive] = PLACE.glob(f"[Dd]jango-{version}.tar.gz")
        shutil.unpack_archive(archive, PLACE)
        found = [*PLACE.glob(f"[Dd]jango-{version}")]
    return found[0] / "tests"


def wheel(version: str, python: str) -> Path:
    """Build a wheel of this package for an interpreter, anew."""
    is_stable = numbers(version) >= OLDEST_STABLE
    directory = PLACE / ("abi3" if is_stable else version)
    shutil.rmtree(directory, ignore_errors=True)
    run(
        Path(sys.executable).with_name("maturin"),
        *("build", "--release", "--locked", "--quiet", "--out", directory),
        *("--target-dir", PLACE / "cargo", "--interpreter", python),
        *(("--features", "abi3") if is_stable else ()),
    )
    [made] = directory.glob("*.whl")
    return made


def environment(django: str, python: str, package: Path) -> Path:
    """Return the interpreter of an environment with this Django and the package."""
    inside = PLACE / f"venv-{django}" / "bin" / "python"
    made = inside.parents[1] / "made"
    if not made.exists():
        run(python, "-m", "venv", "--clear", inside.parents[1])
        # Django 2.2 comes without asgiref. Before 4.2, Django's own server of its tests
        # needs what Python 3.12 has not.
        run(inside, *PIP, "install", f"Django=={django}", "asgiref", "setuptools")
        made.touch()
    run(inside, *PIP, "install", "--no-deps", "--force-reinstall", package)
    return inside


def outcome(inside: Path, tests: Path, modules: list[str], settings: str) -> Outcome:
    """Run some of Django's tests, in one process and in their own order."""
    process = subprocess.run(
        [inside, "runtests.py", "--parallel=1", f"--settings={settings}", *modules],
        cwd=tests,
        env={**os.environ, "PYTHONPATH": "", "DJANGO_SETTINGS_MODULE": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    text = process.stdout
    ran = re.search(r"^Ran (\d+) tests? in", text, re.MULTILINE)
    verdict = re.search(r"^(?:OK|FAILED)(?: \(.*\))?$", text, re.MULTILINE)
    if not ran or not verdict:
        raise SystemExit(f"{text}\n{tests}: the tests did not run")
    failed = re.findall(r"^(?:FAIL|ERROR): (.*)$", text, re.MULTILINE)
    if failed:
        (PLACE / f"{tests.parent.name}-{settings}.txt").write_text(text)
    tables = re.search(r"^(\d+) tables of URLs$", text, re.MULTILINE)
    count = int(tables[1]) if tables else 0
    return Outcome(int(ran[1]), verdict[0], sorted(failed), count)


def compare(name: str, pythons: dict[str, str], wheels: dict[str, Path]) -> bool:
    """Run both suites of a Django in both ways; tell whether they differ."""
    django, version = VERSIONS[name]
    python = pythons[version]
    tests = sources(django, python)
    (tests / "test_with_channels_fast.py").write_text(SETTINGS)
    stable = "abi3" if numbers(version) >= OLDEST_STABLE else version
    if stable not in wheels:
        wheels[stable] = wheel(version, python)
    inside = environment(django, python, wheels[stable])
    differs = False
    for suite in SUITES:
        modules = [
            module
            for module in suite.split()
            if (tests / module.replace(".", "/")).exists()
        ]
        stock = outcome(inside, tests, modules, "test_sqlite")
        ours = outcome(inside, tests, modules, "test_with_channels_fast")
        is_like = stock.is_like(ours) and ours.tables > 0 and stock.tables == 0
        differs |= not is_like
        print(
            f"Django {django}, Python {version}, {modules[0]} and others: "
            f"{stock.ran} tests {stock.verdict} | with channels_fast.urls: "
            f"{ours.ran} tests {ours.verdict}, {ours.tables} tables"
            f"{'' if is_like else ' DIFFERS'}",
            flush=True,
        )
        for test in sorted({*stock.failed} ^ {*ours.failed}):
            print(f"    only {'here' if test in ours.failed else 'there'}: {test}")
    return differs


def main() -> int:
    PLACE.mkdir(parents=True, exist_ok=True)
    pythons = interpreters()
    wheels: dict[str, Path] = {}
    differing = []
    for name in sys.argv[1:] or VERSIONS:
        if VERSIONS[name][1] not in pythons:
            raise SystemExit(f"Django {name} needs Python {VERSIONS[name][1]} here")
        if compare(name, pythons, wheels):
            differing.append(name)
    if differing:
        print(f"Differences with Django {', '.join(differing)}; see {PLACE}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
