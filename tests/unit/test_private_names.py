"""
No private name of another library is used.

They change without notice. Of Django, ``_routes/`` reads some of URL objects, and
leaves the routing to Python where it does not know them.
"""

from __future__ import annotations

import ast
import asyncio
import concurrent.futures
import re
from pathlib import Path

import asgiref
import django.urls

import channels_fast

from .import_graph import running

PACKAGE = Path(channels_fast.__file__).parent
EXAMPLES = Path(__file__).parents[2] / "examples"
LIBRARIES = ("asyncio", "asgiref", "concurrent", "uvloop")

#: How asyncio and the interpreter tell each other what waits for what. A class that
#: defines such a name takes part in it.
PROTOCOL = {
    *("_asyncio_future_blocking", "_enter_task", "_leave_task", "_must_cancel"),
    *("gi_yieldfrom", "cr_await", "ag_await"),
}
PRIVATE = re.compile(r"_[a-zA-Z]\w*")


def sources(*folders):
    for folder in folders:
        for file in sorted(folder.rglob("*.py")):
            yield file, ast.parse(file.read_text(encoding="utf-8"))


def defined(*folders):
    """Return the private names that the sources define: of functions, attributes..."""
    names = set()
    for _, tree in sources(*folders):
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                names.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
            elif (
                isinstance(node, ast.Attribute)
                and isinstance(node.ctx, ast.Store)
                and ast.unparse(node.value) in ("self", "cls")
            ):
                names.add(node.attr)
    return {name for name in names if PRIVATE.fullmatch(name)}


def used(tree):
    """Yield the line and name of each attribute, import, slot and text of *tree*."""
    for node in running(tree):
        if isinstance(node, ast.Attribute):
            if ast.unparse(node) != "os._exit":  # documented, for all its underscore
                yield node.lineno, node.attr
        elif isinstance(node, (ast.ImportFrom, ast.Import)):
            for alias in node.names:
                yield node.lineno, alias.name.rpartition(".")[2]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value  # for `getattr()` and `__slots__`


def places(names, *folders, except_in=None):
    return [
        f"{file.relative_to(file.parents[2])}:{line} {name}"
        for file, tree in sources(*folders)
        if except_in is None or except_in not in file.parents
        for line, name in used(tree)
        if name in names
    ]


def test_asyncio_and_the_bridges_are_used_by_their_public_names_only():
    theirs = defined(
        *(Path(module.__file__).parent for module in (asyncio, asgiref)),
        Path(concurrent.futures.__file__).parent,
    )
    names = theirs - defined(PACKAGE, EXAMPLES) | PROTOCOL
    assert places(names, PACKAGE, EXAMPLES) == []


def test_nothing_private_is_imported_from_asyncio_and_the_bridges():
    wrong = [
        f"{file.name}:{node.lineno} {node.module} {alias.name}"
        for file, tree in sources(PACKAGE, EXAMPLES)
        for node in running(tree)
        if isinstance(node, ast.ImportFrom) and not node.level
        for alias in node.names
        if node.module.partition(".")[0] in LIBRARIES
        and any(part[0] == "_" for part in (*node.module.split("."), alias.name))
    ]
    assert wrong == []


def test_only_routes_reads_the_insides_of_url_objects():
    resolvers = Path(django.urls.__file__).parent
    names = defined(resolvers) - defined(PACKAGE, EXAMPLES)
    names |= {"_route", "_regex", "_is_endpoint", "_route_to_regex"}
    # `urls/_reverse.py` takes the place of these two, if they are Django's own.
    names -= {"_reverse_with_prefix", "_populate"}
    found = places(names, PACKAGE, EXAMPLES, except_in=PACKAGE / "_routes")
    assert found == []


def test_no_name_remembers_what_a_public_name_was_before_it_was_replaced():
    own = re.compile(r"_(own|OWN)_\w+")
    wrong = [
        f"{file.name}:{node.lineno} {name}"
        for file, tree in sources(PACKAGE, EXAMPLES)
        for node in ast.walk(tree)
        for name in (getattr(node, kind, "") for kind in ("id", "attr", "name", "arg"))
        if own.fullmatch(str(name))
    ]
    assert wrong == []
