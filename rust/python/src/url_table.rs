//! What a table of Django's URLs is made of.

use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

use channels_fast_core::Table;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::routes::{Route, Routes};
use crate::url_kit::{Kit, Root};

#[pyclass(frozen, module = "channels_fast._rust")]
pub(crate) struct UrlTable {
    pub(crate) table: Table,
    pub(crate) routes: Routes,
    pub(crate) kit: Kit,
    /// For each meaning that is the prefix of a language the number of the prefix.
    pub(crate) prefix_of: Vec<Option<usize>>,
    /// Whether a match has `tried`, and `captured_kwargs` and `extra_kwargs`.
    pub(crate) has_tried: bool,
    pub(crate) has_extra: bool,
    pub(crate) root: Root,
    /// Whether a search that could not begin again has met a route that has changed.
    pub(crate) has_changed: AtomicBool,
    /// For each route the attributes that all its matches have, once it has answered.
    /// PERF: most of a large list never answer in a process.
    pub(crate) attributes: Vec<OnceLock<Py<PyDict>>>,
}

impl UrlTable {
    /// The attributes that all matches of a route have, or the error of Django if it
    /// makes no match.
    pub(crate) fn attributes<'py>(
        &self,
        py: Python<'py>,
        number: u32,
        route: &Route,
    ) -> PyResult<Bound<'py, PyDict>> {
        let place = self.attributes.get(number as usize);
        if let Some(made) = place.and_then(OnceLock::get) {
            return Ok(made.bind(py).clone());
        }
        let made = self.kit.attributes_of(py, route)?;
        if let Some(place) = place {
            // Another thread may have been first.
            let _ = place.set(made.clone().unbind());
        }
        Ok(made)
    }
}
