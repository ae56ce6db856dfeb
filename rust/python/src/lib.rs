//! What Python sees of the Rust side of `channels_fast`.
//!
//! The classes are frozen and hold no state of a connection, so one object serves
//! every connection of the process, from any thread.

mod attempt;
mod child_scope;
mod convert;
mod interned;
mod interpreter;
mod pages;
mod read;
mod route_table;
mod routes;
mod scope_table;
mod tried;
mod url_current;
mod url_kit;
mod url_match;
mod url_resolve;
mod url_table;

/// The compiled part of `channels_fast`.
#[pyo3::pymodule(gil_used = false)]
mod _rust {
    #[pymodule_export]
    use crate::route_table::RouteTable;
    #[pymodule_export]
    use crate::scope_table::ScopeTable;
    #[pymodule_export]
    use crate::tried::Tried;
    #[pymodule_export]
    use crate::url_table::UrlTable;

    #[pymodule_init]
    fn init(module: &pyo3::Bound<'_, pyo3::types::PyModule>) -> pyo3::PyResult<()> {
        crate::interpreter::only_one(module.py())
    }
}
