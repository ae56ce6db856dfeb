//! What Python sees of the Rust side of `channels_fast`.
//!
//! The classes are frozen and hold no state of a connection, so one object serves
//! every connection of the process, from any thread.

mod attempt;
mod child_scope;
mod convert;
mod interned;
mod interpreter;
mod read;
mod route_table;
mod routes;

/// The compiled part of `channels_fast`.
#[pyo3::pymodule(gil_used = false)]
mod _rust {
    #[pymodule_export]
    use crate::route_table::RouteTable;

    #[pymodule_init]
    fn init(module: &pyo3::Bound<'_, pyo3::types::PyModule>) -> pyo3::PyResult<()> {
        crate::interpreter::only_one(module.py())
    }
}
