"""
Build the distributions of this platform into dist/, and check them.

    python scripts/wheels.py          build, then check
    python scripts/wheels.py build    build only
    python scripts/wheels.py check    check what is in dist/

There is one wheel with the stable ABI for CPython 3.10 and newer, one for each other
CPython (3.9, and builds without the GIL), and one without the extension. The wheels of
Linux are linked by zig against an old glibc, so they need no old system to be built on.

A check installs the wheel that pip prefers into an empty environment that finds no
compiler, and runs tests/packaging/programs/smoke.py there, on each CPython found.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"
SMOKE = ROOT / "tests" / "packaging" / "programs" / "smoke.py"
OLDEST = (3, 9)
OLDEST_STABLE = (3, 10)
LINUX = sys.platform == "linux"
PIP = ("-m", "pip", "--quiet", "--disable-pip-version-check")

#: What says the version of an interpreter, and whether it has the GIL.
ASK = """if True:
    import sys, sysconfig
    free = "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
    assert sys.implementation.name == "cpython"
    print(f"{sys.version_info[0]}.{sys.version_info[1]}{free}")
"""


def interpreters() -> dict[str, str]:
    """Return the CPythons of the path and of pyenv, by version."""
    places = [Path(place) for place in os.get_exec_path()]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    places += sorted(pyenv.glob("versions/*/bin"))
    found = {}
    for place in places:
        for file in sorted(place.glob("python3.*")):
            if not re.fullmatch(r"python3\.\d+t?", file.name) or "shims" in file.parts:
                continue
            # A link of a virtual environment has the packages of that one only.
            if (place.parent / "pyvenv.cfg").exists():
                continue
            asked = subprocess.run(
                [file, "-c", ASK], capture_output=True, text=True, check=False
            )
            version = asked.stdout.strip()
            if asked.returncode == 0 and numbers(version) >= OLDEST:
                found.setdefault(version, str(file))
    return dict(sorted(found.items(), key=lambda item: numbers(item[0])))


def numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.rstrip("t").split(".")))


def run(*command: str | Path, **options: object) -> None:
    print("+", *(Path(part).name for part in command[:1]), *command[1:], flush=True)
    subprocess.run(command, cwd=ROOT, check=True, **options)  # type: ignore[call-overload]


def build(pythons: dict[str, str]) -> None:
    """Build the source distribution and all wheels."""
    shutil.rmtree(DIST, ignore_errors=True)
    run("maturin", "sdist", "--out", DIST)
    linux = ("--zig", "--compatibility", "manylinux2014") if LINUX else ()
    maturin = ("maturin", "build", "--release", "--locked", "--out", DIST, *linux)
    stable = [
        version
        for version in pythons
        if numbers(version) >= OLDEST_STABLE and not version.endswith("t")
    ]
    if stable:
        run(*maturin, "--features", "abi3", "--interpreter", pythons[stable[0]])
    for version in pythons.keys() - set(stable):
        run(*maturin, "--interpreter", pythons[version])
    run("hatchling", "build", "--target", "wheel", "--directory", DIST)


def check(pythons: dict[str, str]) -> None:
    """Check what is in dist/, and use each wheel on each interpreter."""
    wheels = sorted(DIST.glob("*.whl"))
    run("twine", "check", "--strict", *sorted(DIST.iterdir()))
    for wheel in wheels:
        if "-abi3-" in wheel.name:
            run("abi3audit", "--strict", "--verbose", wheel)
        if LINUX and "linux" in wheel.name:
            run("auditwheel", "show", wheel)
    [pure] = [wheel for wheel in wheels if wheel.name.endswith("-py3-none-any.whl")]
    for version, python in pythons.items():
        with tempfile.TemporaryDirectory() as directory:
            use(version, python, pure, Path(directory))


def use(version: str, python: str, pure: Path, directory: Path) -> None:
    """Install the wheel that pip takes, and the one in Python, and use both."""
    run(python, "-m", "venv", directory / "venv")
    scripts = directory / "venv" / ("Scripts" if os.name == "nt" else "bin")
    inside = scripts / "python"
    run(inside, *PIP, "install", "Django", "uvicorn", "websockets")
    # No compiler can be found, and no wheel but those.
    alone = {**os.environ, "PATH": str(scripts), "PYTHONPATH": ""}
    options = ("--no-index", "--no-deps", "--only-binary", ":all:", "--force-reinstall")
    preferred = ("--find-links", DIST, "channels_fast")
    for kind, wanted in (("compiled", preferred), ("python", (pure,))):
        run(inside, *PIP, "install", *options, *wanted, env=alone)
        subprocess.run(
            [inside, "-W", "error::SyntaxWarning", SMOKE, kind],
            cwd=directory,
            env=alone,
            check=True,
        )
        print(f"CPython {version}: {kind} wheel works", flush=True)


def main(arguments: list[str]) -> None:
    pythons = interpreters()
    print("CPythons:", *pythons)
    if arguments in ([], ["build"]):
        build(pythons)
    if arguments in ([], ["check"]):
        check(pythons)


if __name__ == "__main__":
    main(sys.argv[1:])
