"""Which module imports which, in both languages, read from the sources."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: The modules of a package or crate, each with those that it imports.
Graph = dict[str, set[str]]

#: What the top of a package or crate is called.
TOP = "(top)"


# Python


def python_graph(package: Path) -> Graph:
    """
    Return the imports between the modules of *package*.

    An import inside a function counts like any other. One that only a type checker
    sees does not.
    """
    files = {}
    for file in sorted(package.rglob("*.py")):
        parts = file.relative_to(package).with_suffix("").parts
        files[parts[:-1] if parts[-1] == "__init__" else parts] = file
    # The compiled part has no source here.
    modules = {*files, ("_rust",)}
    graph: Graph = {_dotted(name): set() for name in modules}
    for name, file in files.items():
        own_package = name if file.name == "__init__.py" else name[:-1]
        for node in running(ast.parse(file.read_text(encoding="utf-8"))):
            for path in _imported(node, own_package, package.name):
                target = _longest(path, modules)
                if target != name:
                    graph[_dotted(name)].add(_dotted(target))
    return graph


def running(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of *tree* but for those that only a type checker sees."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        yield node
        yield from running(node)


def _imported(
    node: ast.AST, package: tuple[str, ...], root: str
) -> Iterator[tuple[str, ...]]:
    """Yield the path below *root* of each name that *node* imports from there."""
    if isinstance(node, ast.ImportFrom):
        module = tuple((node.module or "").split(".")) if node.module else ()
        if node.level:
            base = package[: len(package) - node.level + 1]
        elif module and module[0] == root:
            base, module = (), module[1:]
        else:
            return
        for alias in node.names:
            yield (*base, *module, alias.name)
    elif isinstance(node, ast.Import):
        for alias in node.names:
            first, *rest = alias.name.split(".")
            if first == root:
                yield tuple(rest)


# Rust

# Comments, characters and strings.
_NO_CODE_OF_RUST = re.compile(
    r"""//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])'|"(?:\\.|[^"\\])*\"""", re.DOTALL
)


def rust_graph(source: Path) -> Graph:
    """
    Return the imports between the modules of the crate in *source*.

    A module that names its children imports none of them yet; `use` does, and so
    does any path in the code. A name that a module hands on counts as one of the
    module that it comes from.
    """
    files = {}
    for file in sorted(source.rglob("*.rs")):
        parts = file.relative_to(source).with_suffix("").parts
        files[parts[:-1] if parts[-1] in ("lib", "mod") else parts] = file
    modules = set(files)
    used = {name: _rust_paths(name, file, modules) for name, file in files.items()}
    names = {(*name, path[-1]): path for name, paths in used.items() for path in paths}
    graph: Graph = {_dotted(name): set() for name in modules}
    for name, paths in used.items():
        for path in paths:
            target = _longest(_origin(path, names), modules)
            if target != name:
                graph[_dotted(name)].add(_dotted(target))
    return graph


def _origin(path: tuple[str, ...], names: dict[Any, tuple[str, ...]]) -> Any:
    """Follow the modules that hand a name on, to the one that has it."""
    for _ in names:
        if path not in names:
            break
        path = names[path]
    return path


def _rust_paths(
    name: tuple[str, ...], file: Path, modules: set[tuple[str, ...]]
) -> list[tuple[str, ...]]:
    """Return the paths from the top of the crate that the code of *file* names."""
    text = file.read_text(encoding="utf-8")
    text = _NO_CODE_OF_RUST.sub("", text)
    # Unit tests stand at the end of a file and may import what they like.
    text = text.partition("#[cfg(test)]\nmod ")[0]
    paths = [
        path
        for tree in re.findall(r"\buse\s+([^;]+);", text)
        for path in _expanded(re.sub(r"\s+as\s+\w+|\s", "", tree))
    ]
    text = re.sub(r"\buse\s+[^;]+;", "", text)
    paths += re.findall(r"\b(?:crate|super|self)(?:::\w+)+", text)
    found = []
    for path in paths:
        first, *rest = path.split("::")
        parent = name
        while first == "super":
            parent = parent[:-1]
            first, *rest = rest
        if path.startswith("super"):
            found.append((*parent, first, *rest))
        elif first == "crate":
            found.append(tuple(rest))
        elif first == "self" and rest:
            found.append((*name, *rest))
        elif (*name, first) in modules:
            found.append((*name, first, *rest))
    return found


def _expanded(tree: str) -> list[str]:
    """Return the paths of a `use`: `a::{b, c::{d, e}}` has three."""
    start = tree.find("{")
    if start < 0:
        return [tree]
    paths, depth, item = [], 0, ""
    for character in tree[start + 1 : -1]:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character == "," and not depth:
            paths.append(item)
            item = ""
        else:
            item += character
    prefix = tree[:start]
    return [
        (prefix + path).removesuffix("::self")
        for item in filter(None, [*paths, item])
        for path in _expanded(item)
    ]


# Both


def _dotted(name: tuple[str, ...]) -> str:
    return ".".join(name) or TOP


def _longest(path: tuple[str, ...], modules: set[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the module that *path* leads to or into."""
    while path and path not in modules:
        path = path[:-1]
    return path


def rooms(graph: Graph) -> Graph:
    """Return the imports between the folders at the top and the files beside them."""
    folders: Graph = {}
    for name, targets in graph.items():
        room = name.partition(".")[0]
        inner = {target.partition(".")[0] for target in targets}
        folders.setdefault(room, set()).update(inner - {room})
    return folders


def circles(graph: Graph) -> list[list[str]]:
    """Return the groups of modules that import each other, directly or not."""
    reached = {name: _reached(graph, name) for name in graph}
    groups = {
        tuple(sorted(other for other in reached[name] if name in reached[other]))
        for name in graph
        if name in reached[name]
    }
    return [list(group) for group in sorted(groups)]


def _reached(graph: Graph, name: str) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for target in graph[waiting.pop()] - found:
            found.add(target)
            waiting.append(target)
    return found


def ladder(graph: Graph) -> str:
    """Return the modules by floors: each imports from those below it only."""
    floors: list[list[str]] = []
    rest = dict(graph)
    while rest:
        floor = [name for name, targets in rest.items() if not targets & rest.keys()]
        if not floor:
            floors.append(["(circles, and what is above them)", *rest])
            break
        floors.append(floor)
        rest = {name: rest[name] for name in rest if name not in floor}
    lines = [f"{n:>3}  {'  '.join(sorted(floor))}" for n, floor in enumerate(floors)]
    return "\n".join(reversed(lines))
