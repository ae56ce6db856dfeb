"""
The whole test suite on every pair of Python and Django that is supported.

    nox -s matrix          all pairs, and a table of them in Markdown at the end
    nox -s matrix -- 5.2   the pairs with this Django only
    nox -l                 the names of the pairs

A pair is officially supported if the documentation of that Django says so. Each runs
with the newest asgiref and Daphne that go with it, and with the oldest. An
interpreter that is not on the machine is listed as not run.
"""

from __future__ import annotations

import os
import re
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
    *("uvicorn", "websockets"),
]
THIRD_PARTIES = [
    "channels_redis",
    "channels_valkey",
    "djangochannelsrestframework",
    "strawberry-graphql",
]

# The channels that goes with the rest. Only the first is what the parity tests compare
# with; it needs Django 4.2 and asgiref 3.9.
REFERENCE = "channels==4.3.2"
CHANNELS_FOR_ASGIREF_3_5 = "channels==4.0.0"
CHANNELS_FOR_DJANGO_2 = "channels==3.0.5"

RESULTS = ROOT / "target" / "matrix"


def _with_pyenv(path: str) -> str:
    """
    Return *path* with the newest of each version of pyenv in front.

    The shims of pyenv answer for a version only where somebody has activated it.
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


@nox.session(venv_backend="venv")
@nox.parametrize(
    "python,django,level",
    # By interpreter, so that cargo builds once for each.
    sorted(
        (python, django, level)
        for django, pythons in PAIRS.items()
        for python in pythons
        for level in LEVELS
    ),
)
def pair(session: nox.Session, django: str, level: str) -> None:
    """Run the suite on one interpreter, one Django, and one age of the rest."""
    old_django = django in ("2.2", "3.2")
    has_reference = level == "newest" and not old_django
    # The runserver of Daphne 4 needs Django 3.
    newest = ["asgiref", "daphne<4" if django == "2.2" else "daphne"]
    packages = [f"Django=={django}.*", *TOOLS]
    packages += OLDEST[django] if level == "oldest" else newest
    if has_reference:
        packages += [REFERENCE, *THIRD_PARTIES]
    quiet = ("--quiet", "--disable-pip-version-check")
    session.install(*quiet, *packages)
    if not has_reference:
        # For the tests of the alias beside it. It asks for a Daphne below 4.
        beside = CHANNELS_FOR_DJANGO_2 if old_django else CHANNELS_FOR_ASGIREF_3_5
        session.install(*quiet, "--no-deps", beside)
    wheels = session.create_tmp()
    for old in Path(wheels).glob("*.whl"):
        old.unlink()
    session.run(
        str(Path(sys.executable).with_name("maturin")),
        *("build", "--release", "--locked", "--quiet", "--out", wheels),
        *("--target-dir", str(RESULTS / "cargo")),
        *("--interpreter", str(Path(session.bin) / "python")),
        external=True,
    )
    [wheel] = Path(wheels).glob("*.whl")
    session.install(*quiet, "--no-deps", "--force-reinstall", str(wheel))
    versions = session.run(
        *("python", "-c"),
        "from importlib.metadata import version as v;"
        "print('asgiref', v('asgiref') + ', Daphne', v('daphne'))",
        silent=True,
    )
    record = RESULTS / _name(session.python, django, level)
    record.with_suffix(".txt").write_text(versions.strip())
    # The demo is written for a Django of today, and needs no more than one of them.
    demo = ["tests/browser"] if django == "5.2" else ["tests/browser", "tests/servers"]
    session.run(
        *("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--timeout=60"),
        *(f"--ignore={directory}" for directory in demo),
        f"--junitxml={record.with_suffix('.xml')}",
        *session.posargs,
        env={} if has_reference else {"CHANNELS_REFERENCE": "none"},
    )


@nox.session(venv_backend="none")
def matrix(session: nox.Session) -> None:
    """Run every pair, and print a table of how they went."""
    wanted = {django: PAIRS[django] for django in session.posargs or PAIRS}
    RESULTS.mkdir(parents=True, exist_ok=True)
    for old in [*RESULTS.glob("*.xml"), *RESULTS.glob("*.txt")]:
        old.unlink()
    signatures = [
        f"pair(python={python!r}, django={django!r}, level={level!r})"
        for django, pythons in wanted.items()
        for python in pythons
        for level in LEVELS
    ]
    session.run(
        *(sys.executable, "-m", "nox", "-f", __file__, "-r", "-s", *signatures),
        success_codes=[0, 1],
    )
    print("\n| Django | Python | newest asgiref and Daphne | oldest |")
    print("| --- | --- | --- | --- |")
    table = [
        [django, python, *(_result(_name(python, django, level)) for level in LEVELS)]
        for django, pythons in wanted.items()
        for python in pythons
    ]
    for row in table:
        print("|", " | ".join(row), "|")
    if any("**" in cell for row in table for cell in row):
        session.error("not every pair passed")


def _name(python: object, django: str, level: str) -> str:
    return f"python{python}-django{django}-{level}".replace(".", "_")


def _result(name: str) -> str:
    """Return what the table says about the pair *name*."""
    record = RESULTS / name
    if not record.with_suffix(".txt").exists():
        return "not run"
    versions = record.with_suffix(".txt").read_text()
    if not record.with_suffix(".xml").exists():
        return f"**ended early** ({versions})"
    # Our own pytest wrote it a moment ago.
    counts = ElementTree.parse(record.with_suffix(".xml")).getroot()[0].attrib  # noqa: S314
    failed = int(counts["failures"]) + int(counts["errors"])
    passed = int(counts["tests"]) - failed - int(counts["skipped"])
    text = f"{passed} passed" + (f", **{failed} failed**" if failed else "")
    return f"{text} ({versions})"
