//! Refuses to serve two interpreters of one process, as under `mod_wsgi`.
//!
//! Interned strings and imported classes are kept for the life of the process.
//! `Resolver404` of one interpreter is not the class of that name in another, so
//! an exception would pass by the `except` that waits for it.

use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;

/// # Errors
///
/// `ImportError` in every interpreter but the one that came first.
pub(crate) fn only_one(py: Python<'_>) -> PyResult<()> {
    static FIRST: AtomicUsize = AtomicUsize::new(0);
    // Each interpreter has a `sys` module of its own, for as long as it lives.
    let this = py.import("sys")?.as_ptr() as usize;
    match FIRST.compare_exchange(0, this, Ordering::AcqRel, Ordering::Acquire) {
        Err(first) if first != this => Err(PyImportError::new_err(
            "another interpreter of this process has loaded it",
        )),
        _ => Ok(()),
    }
}
