//! Chooses an application by one key of the scope.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyType};
use pyo3::{PyTraverseError, PyVisit};

/// Which applications there are for the values of one key of the scope.
#[pyclass(frozen, module = "channels_fast._rust")]
pub(crate) struct ScopeTable {
    key: Py<PyString>,
    // Read at every call: the project may add applications at any time.
    #[pyo3(get)]
    mapping: Py<PyAny>,
    /// The text of the error, with a place for the value.
    missing: String,
}

#[pymethods]
impl ScopeTable {
    #[new]
    #[pyo3(signature = (key, mapping, /))]
    fn new(key: &Bound<'_, PyString>, mapping: Py<PyAny>) -> PyResult<Self> {
        let what = match key.to_str()? {
            "type" => "scope type",
            "channel" => "channel name",
            other => other,
        };
        Ok(Self {
            missing: format!("No application configured for {what} %r"),
            key: PyString::intern(key.py(), key.to_str()?).unbind(),
            mapping,
        })
    }

    /// Returns the application for the scope.
    ///
    /// PERF: to Python a subscript costs half of what a call of a method does.
    fn __getitem__<'py>(&self, scope: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = scope.py();
        let key = self.key.bind(py);
        let value = match scope.cast_exact::<PyDict>() {
            Ok(scope) => scope.get_item(key)?,
            Err(_) => None,
        };
        let value = match value {
            Some(value) => value,
            // Another mapping, or the `KeyError` of a scope without the key.
            None => scope.get_item(key)?,
        };
        let mapping = self.mapping.bind(py);
        let application = match mapping.cast_exact::<PyDict>() {
            Ok(mapping) => mapping.get_item(&value)?,
            Err(_) if mapping.contains(&value)? => Some(mapping.get_item(&value)?),
            Err(_) => None,
        };
        if let Some(application) = application {
            return Ok(application);
        }
        // Python's own `%`, since that takes a tuple apart.
        let text = PyString::new(py, &self.missing).rem(value)?;
        Err(PyValueError::new_err(text.unbind()))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyType>, (Py<PyString>, Py<PyAny>)) {
        let arguments = (self.key.clone_ref(py), self.mapping.clone_ref(py));
        (py.get_type::<Self>(), arguments)
    }

    #[allow(clippy::needless_pass_by_value)] // the signature is PyO3's
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.mapping)
    }
}
