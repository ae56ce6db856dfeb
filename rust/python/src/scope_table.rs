//! Chooses an application by one key of the scope.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};
use pyo3::{PyTraverseError, PyVisit};

/// Finds the application for the value of one key of the scope.
#[pyclass(frozen, module = "channels_fast._rust")]
pub(crate) struct ScopeTable {
    key: Py<PyString>,
    /// The name of the router, for errors.
    router: Py<PyString>,
    /// Makes an application of ASGI 3 of what is in the mapping.
    adapt: Py<PyAny>,
    /// For each value what was in the mapping, and what was made of it.
    met: Py<PyDict>,
}

#[pymethods]
impl ScopeTable {
    #[new]
    #[pyo3(signature = (key, router, adapt, /))]
    fn new(key: &Bound<'_, PyString>, router: Py<PyString>, adapt: Py<PyAny>) -> PyResult<Self> {
        Ok(Self {
            key: PyString::intern(key.py(), key.to_str()?).unbind(),
            router,
            adapt,
            met: PyDict::new(key.py()).unbind(),
        })
    }

    /// Returns the application of the live `mapping` for the scope.
    #[pyo3(signature = (mapping, scope, /))]
    fn dispatch<'py>(
        &self,
        mapping: &Bound<'py, PyAny>,
        scope: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = scope.py();
        let key = self.key.bind(py);
        // A missing key is the `KeyError` of the scope itself.
        let value = scope.get_item(key)?;
        let application = match mapping.cast_exact::<PyDict>() {
            Ok(mapping) => mapping.get_item(&value)?,
            Err(_) if mapping.contains(&value)? => Some(mapping.get_item(&value)?),
            Err(_) => None,
        };
        let Some(application) = application else {
            let what = match key.to_str()? {
                "type" => "scope type",
                _ => "channel name",
            };
            // Python's own `%`, since that takes a tuple apart.
            let text = PyString::new(py, &format!("No application configured for {what} %r"));
            return Err(PyValueError::new_err(text.rem(value)?.unbind()));
        };
        let met = self.met.bind(py);
        if let Some(known) = met.get_item(&value)?
            && let Ok(known) = known.cast_exact::<PyTuple>()
            && known.get_item(0)?.is(&application)
        {
            return known.get_item(1);
        }
        let place = format!("{}, key {}", self.router, value.repr()?);
        let adapted = self.adapt.bind(py).call1((&application, place))?;
        met.set_item(value, (application, &adapted))?;
        Ok(adapted)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let arguments = (&self.key, &self.router, &self.adapt);
        (py.get_type::<Self>(), arguments).into_pyobject(py)
    }

    #[allow(clippy::needless_pass_by_value)] // the signature is PyO3's
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.adapt)?;
        visit.call(&self.met)
    }
}
