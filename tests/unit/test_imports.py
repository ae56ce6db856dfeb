"""Imports go down one ladder in both languages, and one module imports Rust."""

from __future__ import annotations

from pathlib import Path

import pytest

import channels_fast

from .import_graph import circles, ladder, python_graph, rooms, rust_graph

RUST = Path(__file__).parents[2] / "rust"
PACKAGE = python_graph(Path(channels_fast.__file__).parent)
GRAPHS = {
    "package": PACKAGE,
    "package, by folders": rooms(PACKAGE),
    "core": rust_graph(RUST / "core" / "src"),
    "core, by folders": rooms(rust_graph(RUST / "core" / "src")),
    "border": rust_graph(RUST / "python" / "src"),
    "border, by folders": rooms(rust_graph(RUST / "python" / "src")),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_imports_go_down_one_ladder_without_a_circle(name):
    graph = GRAPHS[name]
    found = circles(graph)
    assert not found, f"circles: {found}\nthe ladder:\n{ladder(graph)}"


def test_only_routing_knows_the_compiled_part():
    knowing = {name for name, targets in PACKAGE.items() if "_rust" in targets}
    assert {name for name in knowing if not name.startswith("_routes.")} <= {"routing"}


def test_the_core_knows_no_python():
    assert "pyo3" not in (RUST / "core" / "Cargo.toml").read_text(encoding="utf-8")


# The reading of the sources itself


def test_a_circle_is_found_by_way_of_an_import_in_a_function(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "__init__.py").write_text("")
    (tmp_path / "inner" / "__init__.py").write_text("from . import one")
    (tmp_path / "inner" / "one.py").write_text("from ..two import name")
    (tmp_path / "two.py").write_text("def f():\n    from .inner.three import name")
    (tmp_path / "inner" / "three.py").write_text(
        f"from {tmp_path.name} import inner\nimport {tmp_path.name}.two"
    )
    (tmp_path / "typed.py").write_text("")
    graph = python_graph(tmp_path)
    assert graph["inner"] == {"inner.one"}
    assert graph["inner.three"] == {"inner", "two"}
    assert circles(graph) == [["inner", "inner.one", "inner.three", "two"]]
    assert circles(rooms(graph)) == [["inner", "two"]]


def test_imports_for_the_type_checker_are_no_circle(tmp_path):
    (tmp_path / "one.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .two import a"
    )
    (tmp_path / "two.py").write_text("from .one import b")
    assert circles(python_graph(tmp_path)) == []
    assert python_graph(tmp_path)["two"] == {"one"}


def test_a_circle_is_found_in_rust_by_way_of_names_that_are_handed_on(tmp_path):
    (tmp_path / "index").mkdir()
    (tmp_path / "lib.rs").write_text("mod index;\nmod table;\npub use table::Table;")
    (tmp_path / "index" / "mod.rs").write_text("mod trie;\npub use trie::{Trie};")
    (tmp_path / "index" / "trie.rs").write_text(
        "use std::fmt;\n// use crate::nothing;\nfn f(_: &crate::Table) {}"
    )
    (tmp_path / "table.rs").write_text("use crate::{index::{self as i, Trie}};")
    graph = rust_graph(tmp_path)
    assert graph["(top)"] == {"table"}
    assert graph["index.trie"] == {"table"}
    assert graph["table"] == {"index", "index.trie"}
    assert ["index", "index.trie", "table"] in circles(graph)
