//! Searches, and asks Python for class members as far as a path needs them.

use channels_fast_core::{NeedPage, Search, Spans, Table};
use pyo3::prelude::*;

use crate::routes::Routes;

/// `Table::search_behind`.
pub(crate) fn search(
    py: Python<'_>,
    table: &Table,
    routes: &Routes,
    prefixes: &[Box<str>],
    text: &str,
    start: u32,
) -> PyResult<Search> {
    with_pages(py, table, routes, text, || {
        table.search_behind(prefixes, text, start)
    })
}

/// `Table::entered`.
pub(crate) fn entered(
    py: Python<'_>,
    table: &Table,
    routes: &Routes,
    prefixes: &[Box<str>],
    text: &str,
    end: u32,
) -> PyResult<Vec<(usize, Spans)>> {
    with_pages(py, table, routes, text, || {
        table.entered(prefixes, text, end)
    })
}

fn with_pages<T>(
    py: Python<'_>,
    table: &Table,
    routes: &Routes,
    text: &str,
    ask: impl Fn() -> Result<T, NeedPage>,
) -> PyResult<T> {
    loop {
        match ask() {
            Ok(found) => return Ok(found),
            Err(need) => {
                for need in table.unknown_pages(need.class, text) {
                    add_page(py, table, routes, need)?;
                }
            }
        }
    }
}

fn add_page(py: Python<'_>, table: &Table, routes: &Routes, need: NeedPage) -> PyResult<()> {
    let page = match routes.members.get(need.class) {
        Some(Some(members)) => members.bind(py).call1((need.page,))?.extract()?,
        _ => [0; 4],
    };
    table.add_page(need, page);
    Ok(())
}
