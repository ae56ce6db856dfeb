"""Imports go down one ladder, and only two modules know the compiled part."""

from __future__ import annotations

import ast
from pathlib import Path

import channels_fast

ROOT = Path(channels_fast.__file__).parent

#: Each module imports from lower levels, or from its own if it is named later.
LADDER = [
    [
        "_rust",
        "_typing",
        "exceptions",
        "_routes.plans",
        "_routes.regex",
        "_alias",
        "_settings",
    ],
    [
        "utils",
        "db",
        "_loop",
        "_reads",
        "_task_read",
        "_queue",
        "_to_loop",
        "_to_thread",
    ],
    ["signals", "layers", "middleware", "generic._messages"],
    [
        "_routes.patterns",
        "_routes.describe",
        "_routes.applications",
        "_routes.uncompiled",
        "_routes.compile",
    ],
    ["consumer", "routing", "sessions", "worker"],
    ["_walk", "generic.websocket", "generic.http", "auth", "http"],
    ["security.websocket", "staticfiles"],
    ["_check_routes", "_check_applications", "_check_asgi", "checks"],
    ["testing.application", "testing.http", "testing.websocket", "testing.live"],
    ["testing", "management.commands.runworker", "management.commands.runserver"],
    ["hacks", "apps"],
    ["bench.samples", "bench.find", "bench.tables", "bench.measure", "bench.__main__"],
]
LEVELS = {name: level for level, names in enumerate(LADDER) for name in names}

#: Imported inside a function, by those who need it only.
LATE = {("routing", "http"), ("testing", "testing.live")}


def modules():
    """Yield the dotted name and the tree of each module of the package."""
    for file in sorted(ROOT.rglob("*.py")):
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        name = name.removesuffix(".__init__").removesuffix("__init__")
        yield name, ast.parse(file.read_text()), file.name == "__init__.py"


def imported(name, tree, is_package):
    """Yield the modules of the package that a module imports."""
    package = name.split(".") if is_package else name.split(".")[:-1]
    # What only the type checker imports is no dependency.
    typing_only = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in typing_only:
            continue
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        base = [part for part in package if part][: len(package) - node.level + 1]
        target = ".".join([*base, *(node.module or "").split(".")]).strip(".")
        for alias in node.names:
            inner = f"{target}.{alias.name}".strip(".")
            yield inner if inner in LEVELS else target


def test_every_module_has_a_place_on_the_ladder():
    names = {name for name, tree, _ in modules() if tree.body[1:] or "." not in name}
    packages = {"", "_routes", "bench", "generic", "security"}
    packages |= {"management", "management.commands"}
    assert names - packages <= set(LEVELS)


def test_imports_go_down_the_ladder():
    wrong = [
        f"{name} imports {target}"
        for name, tree, is_package in modules()
        for target in imported(name, tree, is_package)
        if target in LEVELS
        and name in LEVELS
        and LEVELS[target] > LEVELS[name]
        and (name, target) not in LATE
    ]
    assert wrong == []


def test_only_two_modules_know_the_compiled_part():
    knowing = {
        name
        for name, tree, is_package in modules()
        for target in imported(name, tree, is_package)
        if target == "_rust"
    }
    assert knowing <= {"_routes.compile", "routing"}


def test_the_core_knows_no_python():
    manifest = Path(__file__).parents[2] / "rust" / "core" / "Cargo.toml"
    assert "pyo3" not in manifest.read_text()
