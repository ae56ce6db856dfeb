//! Turns the text of a parameter into the value that the application gets.

use pyo3::exceptions::PyValueError;
use pyo3::import_exception;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyInt, PyModule, PyString};

use crate::interned;

import_exception!(django.urls.exceptions, Resolver404);

/// Up to this many digits a number fits into an `i64` whatever the digits are.
const SAFE_DIGITS: usize = 18;

/// How a parameter gets its value.
#[derive(Debug)]
pub(crate) enum Converter {
    /// The text is the value.
    Text,
    /// Django's `IntConverter`.
    Int,
    /// Django's `UUIDConverter`.
    Uuid,
    /// A converter object of the project.
    Object(Py<PyAny>),
}

impl Converter {
    /// Returns the value, or `None` if the converter says that the route does not
    /// match.
    pub(crate) fn convert<'py>(
        &self,
        py: Python<'py>,
        text: &str,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        match self {
            Self::Text => Ok(Some(PyString::new(py, text).into_any())),
            Self::Int => match text.parse::<i64>() {
                Ok(number) if text.len() <= SAFE_DIGITS => {
                    Ok(Some(number.into_pyobject(py)?.into_any()))
                }
                // `int()` refuses more digits than `sys.set_int_max_str_digits`
                // allows, and Django goes on to the next route then.
                _ => refused(py, py.get_type::<PyInt>().call1((text,))),
            },
            Self::Uuid => uuid(py, text).map(Some),
            Self::Object(converter) => refused(
                py,
                converter
                    .bind(py)
                    .call_method1(interned::to_python(py), (text,)),
            ),
        }
    }
}

/// Makes the UUID that `text` is, in the form of Django's converter.
///
/// PERF: to take a number is half of what it takes to read a text, and as much as half
/// of the whole rest of a dispatch still.
fn uuid<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    static UUID: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    let module = UUID.get_or_try_init(py, || py.import("uuid").map(Bound::unbind))?;
    let mut number: u128 = 0;
    for digit in text.chars().filter_map(|digit| digit.to_digit(16)) {
        number = number << 4 | u128::from(digit);
    }
    let class = module.bind(py).getattr(pyo3::intern!(py, "UUID"))?;
    // The fifth is `int`. A keyword would need a dict.
    class.call1((py.None(), py.None(), py.None(), py.None(), number))
}

/// Tells a refusal from an error: `ValueError` means that the route does not match
/// (Django, "Registering custom path converters"), and `Resolver404` makes the
/// router go on too.
pub(crate) fn refused<'py>(
    py: Python<'py>,
    result: PyResult<Bound<'py, PyAny>>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error)
            if error.is_instance_of::<PyValueError>(py)
                || error.is_instance_of::<Resolver404>(py) =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
