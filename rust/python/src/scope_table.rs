//! Chooses an application by one key of the scope.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};
use pyo3::{PyTraverseError, PyVisit};

/// Finds the application for the value of one key of the scope.
#[pyclass(frozen, module = "channels_fast._rust")]
pub(crate) struct ScopeTable {
    key: Py<PyString>,
    /// Makes an application of ASGI 3 of what the mapping has for a value.
    adapt: Py<PyAny>,
    /// For each value what was in the mapping, and what was made of it.
    met: Py<PyDict>,
}

#[pymethods]
impl ScopeTable {
    #[new]
    #[pyo3(signature = (key, adapt, /))]
    fn new(key: &Bound<'_, PyString>, adapt: Py<PyAny>) -> PyResult<Self> {
        Ok(Self {
            key: PyString::intern(key.py(), key.to_str()?).unbind(),
            adapt,
            met: PyDict::new(key.py()).unbind(),
        })
    }

    /// Returns the application of the live `mapping` for the scope, if it has one.
    #[pyo3(signature = (mapping, scope, /))]
    fn dispatch<'py>(
        &self,
        mapping: &Bound<'py, PyAny>,
        scope: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = scope.py();
        // A missing key is the `KeyError` of the scope itself.
        let value = scope.get_item(self.key.bind(py))?;
        let application = match mapping.cast_exact::<PyDict>() {
            Ok(mapping) => mapping.get_item(&value)?,
            Err(_) if mapping.contains(&value)? => Some(mapping.get_item(&value)?),
            Err(_) => None,
        };
        let Some(application) = application else {
            return Ok(None);
        };
        let met = self.met.bind(py);
        if let Some(known) = met.get_item(&value)?
            && let Ok(known) = known.cast_exact::<PyTuple>()
            && known.get_item(0)?.is(&application)
        {
            return known.get_item(1).map(Some);
        }
        let adapted = self.adapt.bind(py).call1((&application, &value))?;
        met.set_item(value, (application, &adapted))?;
        Ok(Some(adapted))
    }

    #[allow(clippy::needless_pass_by_value)] // the signature is PyO3's
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.adapt)?;
        visit.call(&self.met)
    }
}
