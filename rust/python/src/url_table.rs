//! What a table of Django's URLs is made of.

use channels_fast_core::Table;
use pyo3::prelude::*;

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
}
