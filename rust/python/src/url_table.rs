//! What a table of Django's URLs is made of.

use std::sync::OnceLock;

use channels_fast_core::Table;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::routes::Routes;
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
    /// For each route the attributes that all its matches have, once it has answered.
    /// PERF: most of a large list never answer in a process.
    pub(crate) attributes: Vec<OnceLock<Py<PyDict>>>,
}

impl UrlTable {
    /// The attributes that all matches of a route have. `None` if Django makes no match.
    pub(crate) fn attributes<'py>(
        &self,
        py: Python<'py>,
        number: u32,
    ) -> PyResult<Option<&Bound<'py, PyDict>>> {
        let place = self.attributes.get(number as usize);
        let route = self.routes.trail(number).last();
        let route = route.and_then(|last| self.routes.route(*last));
        let (Some(place), Some(route)) = (place, route) else {
            return Ok(None);
        };
        if place.get().is_none()
            && let Some(made) = self.kit.attributes_of(py, route)?
        {
            // Another thread may have been first.
            let _ = place.set(made.unbind());
        }
        Ok(place.get().map(|made| made.bind(py)))
    }
}
