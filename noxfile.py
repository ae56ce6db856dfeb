"""
The whole test suite on every pair of Python and Django that is supported.

    nox -s matrix          all pairs, and their table in docs/support.md
    nox -s matrix -- 5.2   the pairs with this Django only
    nox -s table           the table once more
    nox -s servers         the oldest and the newest of each server, and their table
    nox -l                 the names of the pairs

Each pair runs with the newest asgiref and Daphne that go with it, and with the oldest.
The table has the last run of each pair in this checkout, and says which did not run.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
from pathlib import Path
from xml.etree import ElementTree

import nox

nox.options.sessions = ["matrix"]
nox.options.envdir = "target/nox"
nox.options.error_on_missing_interpreters = False

ROOT = Path(__file__).parent

# Which interpreters each Django runs on, and this package with it.
PAIRS = {
    "2.2": ["3.9"],
    "3.2": ["3.9"],
    "4.2": ["3.10", "3.11"],
    "5.2": ["3.11", "3.12", "3.13"],
    "6.0": ["3.12", "3.13"],
    "6.1": ["3.12", "3.13"],
}
LEVELS = ("newest", "oldest")

# The oldest asgiref and Daphne that each Django, or this package, allows. Before 3.3.4
# asgiref refuses to call what Daphne passes from a thread, in `channels` as here.
OLDEST = {
    "2.2": ["asgiref==3.3.4", "daphne==3.0.2"],
    "3.2": ["asgiref==3.3.4", "daphne==3.0.2"],
    "4.2": ["asgiref==3.6.0", "daphne==4.0.0"],
    "5.2": ["asgiref==3.8.1", "daphne==4.0.0"],
    "6.0": ["asgiref==3.9.1", "daphne==4.0.0"],
    "6.1": ["asgiref==3.9.1", "daphne==4.0.0"],
}

# What the tests run on. No versions: pip takes the newest for the interpreter.
TOOLS = [
    *("hypothesis", "pytest", "pytest-asyncio", "pytest-django", "pytest-timeout"),
    *("hypercorn", "uvicorn", "websockets"),
    "granian; python_version >= '3.10'",  # the last one for 3.9 has a bug: W012
    "libcst",  # what `channels-fast upgrade` needs
    *("msgpack", "redis"),  # what channels_redis needs beside channels
]
THIRD_PARTIES = [
    "channels_redis",
    "channels_valkey",
    *("django-debug-toolbar", "djangochannelsrestframework", "newrelic"),
    *("opentelemetry-instrumentation-asgi", "opentelemetry-sdk"),
    *("sentry-sdk", "starlette"),
    "psycopg[binary]",  # of the demo with several processes
    "strawberry-graphql",
]

# The reference of the parity tests. It needs Django 4.2 and asgiref 3.9; where they are
# older, its routers are compared with all the same.
REFERENCE = "channels==4.3.2"
# The channels that a project there has, for the tests of the alias beside it.
CHANNELS_FOR_ASGIREF_3_5 = ["channels==4.0.0", "channels_redis==4.0.0"]
CHANNELS_FOR_DJANGO_2 = ["channels==3.0.5"]

# The types are checked once, by checkers that are not installed here.
TESTS = ["alias", "parity", "property", "unit", "urls"]
# The demo and the project are written for the Djangos that are maintained. The tests of
# the demo need servers and a browser, and none is about Django: away from the Django it
# is made with a few are enough.
WITHOUT_DEMO = ("2.2", "3.2")
DEMO = ["servers", "browser"]
PART_OF_DEMO = [
    "servers/test_demo.py::test_two_people_see_what_the_other_writes",
    "servers/test_demo.py::test_an_unauthenticated_client_is_refused",
    "servers/test_demo.py::test_a_page_of_another_origin_is_refused",
    "servers/test_demo.py::test_static_files_are_served",
    "servers/test_demo.py::test_the_demo_command_serves_what_it_prints_until_ctrl_c",
    "browser/test_chat_page.py::test_two_people_see_each_other_and_their_messages",
]

RESULTS = ROOT / "target" / "matrix"
PAGE = ROOT / "docs" / "support.md"
MARKS = ("<!-- matrix -->\n", "<!-- end of matrix -->\n")
QUIET = ("--quiet", "--disable-pip-version-check")


def _with_pyenv(path: str) -> str:
    """
    Return *path* with the newest of each version of pyenv in front.

    The shims of pyenv answer for a version only where it has been activated.
    """
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    newest: dict[str, tuple[int, str]] = {}
    for directory in versions.glob("3.*"):
        numbers = re.fullmatch(r"(3\.\d+)\.(\d+)", directory.name)
        if numbers:
            found = (int(numbers[2]), str(directory / "bin"))
            newest[numbers[1]] = max(newest.get(numbers[1], found), found)
    return os.pathsep.join([*(directory for _, directory in newest.values()), path])


os.environ["PATH"] = _with_pyenv(os.environ["PATH"])


def _rows() -> list[tuple[str, str, str]]:
    """Return (Python, Django, level) of every pair, in the order of the table."""
    return [
        (python, django, level)
        for django, pythons in PAIRS.items()
        for python in pythons
        for level in LEVELS
    ]


@nox.session(venv_backend="venv")
# By interpreter, so that cargo builds once for each.
@nox.parametrize("python,django,level", sorted(_rows()))
def pair(session: nox.Session, django: str, level: str) -> None:
    """Run the suite on one interpreter, one Django, and one age of the rest."""
    record = _record(str(session.python), django, level)
    record.with_suffix(".xml").unlink(missing_ok=True)
    old_django = django in ("2.2", "3.2")
    has_reference = level == "newest" and not old_django
    # The runserver of Daphne 4 needs Django 3.
    newest = ["asgiref", "daphne<4" if django == "2.2" else "daphne"]
    packages = [f"Django=={django}.*", *TOOLS]
    packages += OLDEST[django] if level == "oldest" else newest
    if has_reference:
        packages += [REFERENCE, *THIRD_PARTIES]
    session.install(*QUIET, "--upgrade", *packages)
    # The tests of routers without end are a tenth of what `make test` does.
    environment = {"PROPERTY_TESTS": "few"}
    if not has_reference:
        beside = CHANNELS_FOR_DJANGO_2 if old_django else CHANNELS_FOR_ASGIREF_3_5
        # It asks for a Daphne below 4.
        session.install(*QUIET, "--no-deps", *beside)
        routers = RESULTS / REFERENCE
        if not routers.exists():
            session.install(*QUIET, "--no-deps", f"--target={routers}", REFERENCE)
        environment["CHANNELS_ROUTERS"] = str(routers)
    wheel = _wheel(session)
    session.install(*QUIET, "--no-deps", "--force-reinstall", str(wheel))
    versions = session.run(
        *("python", "-c"),
        "import json; from importlib.metadata import version;"
        "names = 'Django', 'asgiref', 'daphne';"
        "print(json.dumps({name: version(name) for name in names}))",
        silent=True,
    )
    record.with_suffix(".json").write_text(versions)
    tests = [*TESTS]
    if django not in WITHOUT_DEMO:
        tests.append("project")
        tests += DEMO if (django, level) == ("5.2", "newest") else PART_OF_DEMO
    session.run(
        *("python", "-m", "pytest", "-q", "-p", "no:cacheprovider"),
        *("-rs", f"--junitxml={record.with_suffix('.xml')}"),
        *(f"tests/{name}" for name in tests),
        *session.posargs,
        env=environment,
    )


@nox.session(venv_backend="none")
def matrix(session: nox.Session) -> None:
    """Run every pair, and write a table of how they went."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    wanted = [row for row in _rows() if row[1] in (session.posargs or PAIRS)]
    if not wanted:
        session.error(f"no such Django; the table has {', '.join(PAIRS)}")
    for row in wanted:
        for suffix in (".json", ".xml"):
            _record(*row).with_suffix(suffix).unlink(missing_ok=True)
    signatures = [
        f"pair(python={python!r}, django={django!r}, level={level!r})"
        for python, django, level in wanted
    ]
    session.run(
        *(sys.executable, "-m", "nox", "-f", __file__, "-r", "-s", *signatures),
        success_codes=[0, 1],
    )
    table(session)


@nox.session(venv_backend="none")
def table(session: nox.Session) -> None:
    """Write the table in docs/support.md from the results that are there."""
    lines = [
        "| Python | Django | asgiref | Daphne | passed | failed | skipped |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    failures: list[str] = []
    for row in _rows():
        cells, failed = _result(*row)
        lines.append(f"| {' | '.join(cells)} |")
        failures += [
            f"- Python {row[0]}, Django {cells[1]}: `{name}`" for name in failed
        ]
    if failures:
        lines += ["", "The failures:", "", *failures]
    text = "\n".join(lines) + "\n"
    print(text)
    before, _, rest = PAGE.read_text().partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    PAGE.write_text(f"{before}{MARKS[0]}\n{text}\n{MARKS[1]}{after}")
    if failures:
        session.error("not every pair passed")


@nox.session(venv_backend="venv", python="3.11")
def servers(session: nox.Session) -> None:
    """Run the tests of the protocol under two ages of each server."""
    session.install(*QUIET, "--upgrade", "Django==5.2.*", *TOOLS, *THIRD_PARTIES)
    wheel = _wheel(session)
    session.install(*QUIET, "--no-deps", "--force-reinstall", str(wheel))
    session.run("python", "-m", "tests.servers.versions", *session.posargs)


def _record(python: str, django: str, level: str) -> Path:
    """Return where the results of a pair are, without a suffix."""
    return RESULTS / f"python{python}-django{django}-{level}".replace(".", "_")


def _result(python: str, django: str, level: str) -> tuple[list[str], list[str]]:
    """Return the cells of a pair, and the names of the tests that failed."""
    record = _record(python, django, level)
    if shutil.which(f"python{python}") is None:
        return [python, django, "", "", "not run: no interpreter", "", ""], []
    if not record.with_suffix(".json").exists():
        return [python, django, level, level, "not run", "", ""], []
    versions = json.loads(record.with_suffix(".json").read_text())
    cells = [python, versions["Django"], versions["asgiref"], versions["daphne"]]
    if not record.with_suffix(".xml").exists():
        return [*cells, "", "ended early", ""], ["the run ended early"]
    [suite] = ElementTree.parse(record.with_suffix(".xml")).getroot()  # noqa: S314 # by pytest
    failed = sorted(
        f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}"
        for case in suite.iter("testcase")
        if case.find("failure") is not None or case.find("error") is not None
    )
    # An expected failure is one of the reference, and is a skip to JUnit.
    left_out = [case.get("type") for case in suite.iter("skipped")]
    skipped = sum(kind != "pytest.xfail" for kind in left_out)
    passed = int(suite.attrib["tests"]) - len(failed) - len(left_out)
    return [*cells, str(passed), str(len(failed)), str(skipped)], failed


def _wheel(session: nox.Session) -> Path:
    """Return a wheel of the sources as they are, built once for an interpreter."""
    digest = hashlib.sha256()
    places = ("Cargo.toml", "Cargo.lock", "pyproject.toml", "rust", "python")
    for place in places:
        files = [ROOT / place, *sorted((ROOT / place).rglob("*"))]
        for file in files:
            if file.is_file() and file.suffix not in (".pyc", ".so"):
                digest.update(f"{file} {file.stat().st_size}\n".encode())
                digest.update(file.read_bytes())
    wheels = RESULTS / "wheels" / digest.hexdigest()[:16]
    tag = f"cp{session.python}".replace(".", "")
    found = [*wheels.glob(f"*-{tag}-*.whl")]
    if not found:
        session.run(
            str(Path(sys.executable).with_name("maturin")),
            *("build", "--release", "--locked", "--quiet", "--out", str(wheels)),
            *("--target-dir", str(RESULTS / "cargo")),
            *("--interpreter", str(Path(session.bin) / "python")),
            external=True,
        )
        found = [*wheels.glob(f"*-{tag}-*.whl")]
    return found[0]
