"""
Build the distributions of this platform into dist/, and check them.

    python scripts/wheels.py          build, then check
    python scripts/wheels.py build    build only
    python scripts/wheels.py check    check what is in dist/
    python scripts/wheels.py suite    run the tests on what is in dist/

There is one wheel with the stable ABI for CPython 3.10 and newer, one for each other
CPython (3.9, and builds without the GIL), and one without the extension. On Linux, zig
links them for each of `TARGETS` whose standard library rustup has: for an old glibc and
for musl, for this processor and another. They need no old system to be built on.

A check looks at each wheel. It installs the one that pip prefers into an empty
environment that finds no compiler, and runs tests/packaging/programs/smoke.py there, on
each CPython found. At the end it prints the sizes, and what an import takes beside
`channels`. With `suite`, the tests that need no server run in such environments, from a
copy of the checkout that has no package.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"
SMOKE = ROOT / "tests" / "packaging" / "programs" / "smoke.py"
OLDEST = (3, 9)
OLDEST_STABLE = (3, 10)
WITHOUT_STABLE_ABI = ("3.9", "3.14t")
LINUX = sys.platform == "linux"
#: What zig links for, with the platform of the wheel.
TARGETS = {
    "x86_64-unknown-linux-gnu": "manylinux2014",
    "aarch64-unknown-linux-gnu": "manylinux2014",
    "x86_64-unknown-linux-musl": "musllinux_1_2",
    "aarch64-unknown-linux-musl": "musllinux_1_2",
}
#: The tests that need neither a server nor a browser.
SUITE = ("unit", "parity", "urls", "property")
#: What lets pip choose among the wheels.
PREFERRED = ("--find-links", str(DIST), "channels_fast")
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


def is_stable(version: str) -> bool:
    """Say whether this CPython takes the wheel with the stable ABI."""
    return numbers(version) >= OLDEST_STABLE and not version.endswith("t")


def numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.rstrip("t").split(".")))


def run(*command: str | Path, **options: object) -> None:
    print("+", *(Path(part).name for part in command[:1]), *command[1:], flush=True)
    subprocess.run(command, cwd=ROOT, check=True, **options)  # type: ignore[call-overload] # they have many types


def platforms() -> Iterator[tuple[str, ...]]:
    """Yield the options of maturin for each platform that can be built for here."""
    if not LINUX:
        yield ()
        return
    if shutil.which("rustup"):
        # It may reach no server. What is missing is named below.
        subprocess.run(["rustup", "target", "add", *TARGETS], check=False)
    sysroot = subprocess.check_output(["rustc", "--print", "sysroot"], text=True)
    for target, platform in TARGETS.items():
        if (Path(sysroot.strip()) / "lib" / "rustlib" / target / "lib").exists():
            yield ("--zig", "--target", target, "--compatibility", platform)
        else:
            print(f"Not built: `rustup target add {target}` first.", flush=True)


def build(pythons: dict[str, str]) -> None:
    """Build the source distribution and all wheels."""
    shutil.rmtree(DIST, ignore_errors=True)
    run("maturin", "sdist", "--out", DIST)
    stable = [version for version in pythons if is_stable(version)]
    for options in platforms():
        build_wheel = ("maturin", "build", "--release", "--locked", "--out", DIST)
        build_wheel += options
        if stable:
            run(*build_wheel, "--features", "abi3", "--interpreter", pythons[stable[0]])
        others = [pythons[one] for one in pythons if one not in stable]
        if options:
            # maturin knows what an interpreter for another system says of itself.
            others = [*WITHOUT_STABLE_ABI]
        if others:
            run(*build_wheel, "--interpreter", *others)
    run("hatchling", "build", "--target", "wheel", "--directory", DIST)


def check(pythons: dict[str, str]) -> None:
    """Check what is in dist/, and use each wheel on each interpreter."""
    wheels = sorted(DIST.glob("*.whl"))
    run("twine", "check", "--strict", *sorted(DIST.iterdir()))
    for wheel in wheels:
        if "-abi3-" in wheel.name:
            run("abi3audit", "--strict", "--verbose", wheel)
        if "manylinux" in wheel.name:
            run("auditwheel", "show", wheel)
        if "musllinux" in wheel.name:
            check_needs_of_musl(wheel)
    [pure] = [wheel for wheel in wheels if wheel.name.endswith("-py3-none-any.whl")]
    for version, python in pythons.items():
        with tempfile.TemporaryDirectory() as directory:
            use(version, python, pure, Path(directory))
    for wheel in wheels:
        print(f"{wheel.stat().st_size / 1024:5.0f} KB  {wheel.name}")
    for python in [pythons[one] for one in pythons if is_stable(one)][:1]:
        with tempfile.TemporaryDirectory() as directory:
            compare(python, Path(directory))


def check_needs_of_musl(wheel: Path) -> None:
    """
    Refuse a wheel for musl that needs another library than musl itself.

    `auditwheel` looks for the libraries on the machine where it runs, and so knows the
    wheels for musl on such a machine only.
    """
    from elftools.elf.elffile import ELFFile  # noqa: PLC0415 # there on Linux only

    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(".so"):
                tags = ELFFile(io.BytesIO(archive.read(name))).get_section_by_name(
                    ".dynamic"
                )
                needed = {tag.needed for tag in tags.iter_tags("DT_NEEDED")}
                if needed != {"libc.so"}:
                    sys.exit(f"{wheel.name}: {name} needs {', '.join(sorted(needed))}")
                print(f"{wheel.name}: {name} needs musl and nothing else", flush=True)


def compare(python: str, directory: Path) -> None:
    """Print what the wheel that pip takes and `channels` are in size and imports."""
    inside = make_environment(python, directory, "Django", "channels[daphne]")
    run(inside, *PIP, "install", "--no-index", "--no-deps", *PREFERRED)
    [packages] = directory.rglob("site-packages")
    for name in ("channels", "channels_fast"):
        files = [file for file in (packages / name).rglob("*") if file.is_file()]
        of_source = [file for file in files if file.suffix != ".pyc"]
        size = sum(file.stat().st_size for file in of_source) / 1024
        print(f"{size:5.0f} KB  {name}, installed, without bytecode", flush=True)
    run(inside, "-m", "benches.import_times", "10")


def use(version: str, python: str, pure: Path, directory: Path) -> None:
    """Install the wheel that pip takes, and the one in Python, and use both."""
    inside = make_environment(python, directory, "Django", "uvicorn", "websockets")
    for kind, wanted in (("compiled", PREFERRED), ("python", (pure,))):
        install(inside, kind, wanted)
        print(f"CPython {version}: {kind} wheel works", flush=True)


def suite(pythons: dict[str, str]) -> None:
    """Run the tests on the wheel that pip takes, once on the one in Python."""
    sys.path.insert(0, str(ROOT))
    from noxfile import REFERENCE, THIRD_PARTIES, TOOLS  # noqa: PLC0415 # by the line above

    [pure] = DIST.glob("*-py3-none-any.whl")
    rounds = [(version, "compiled", PREFERRED) for version in pythons]
    rounds.append(([*pythons][-1], "python", (pure,)))
    failed = []
    for version, kind, wanted in rounds:
        with tempfile.TemporaryDirectory() as name:
            directory = Path(name)
            # pip takes the newest Django for the interpreter.
            inside = make_environment(
                *(pythons[version], directory, "Django", "daphne"),
                *(REFERENCE, *TOOLS, *THIRD_PARTIES),
            )
            install(inside, kind, wanted)
            checkout = directory / "checkout"
            copy_without_package(checkout)
            ran = subprocess.run(
                [
                    *(inside, "-m", "pytest", "-q", "-rs", "--timeout=120"),
                    *(f"tests/{part}" for part in SUITE),
                ],
                cwd=checkout,
                env={**without_compiler(inside), "PROPERTY_TESTS": "few"},
                check=False,
            )
            print(f"CPython {version}: suite on the {kind} wheel", flush=True)
            if ran.returncode:
                failed.append(f"CPython {version}, {kind} wheel")
    if failed:
        sys.exit(f"The suite failed: {'; '.join(failed)}.")


def copy_without_package(checkout: Path) -> None:
    """Copy what git knows, but the package: the tests find the installed one only."""
    listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True)
    for name in listed.rstrip("\0").split("\0"):
        if not name.startswith("python/"):
            (checkout / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, checkout / name)


def make_environment(python: str, directory: Path, *packages: str) -> Path:
    """Make a virtual environment that has these packages, and return its Python."""
    run(python, "-m", "venv", directory / "venv")
    scripts = directory / "venv" / ("Scripts" if os.name == "nt" else "bin")
    run(scripts / "python", *PIP, "install", *packages)
    return scripts / "python"


def without_compiler(inside: Path) -> dict[str, str]:
    """Return the environment of a process that finds what its Python came with only."""
    return {**os.environ, "PATH": str(inside.parent), "PYTHONPATH": ""}


def install(inside: Path, kind: str, wanted: tuple[str | Path, ...]) -> None:
    """Install a wheel where no compiler can be found, and no other wheel; use it."""
    alone = without_compiler(inside)
    options = ("--no-index", "--no-deps", "--only-binary", ":all:", "--force-reinstall")
    run(inside, *PIP, "install", *options, *wanted, env=alone)
    subprocess.run(
        [inside, "-W", "error::SyntaxWarning", SMOKE, kind],
        cwd=inside.parent,
        env=alone,
        check=True,
    )


def main(arguments: list[str]) -> None:
    pythons = interpreters()
    # Two of one version may differ, as that of a distribution and that of pyenv do.
    print("CPythons:", *pythons.values(), sep="\n  ", flush=True)
    if arguments in ([], ["build"]):
        build(pythons)
    if arguments in ([], ["check"]):
        check(pythons)
    if arguments == ["suite"]:
        suite(pythons)


if __name__ == "__main__":
    main(sys.argv[1:])
