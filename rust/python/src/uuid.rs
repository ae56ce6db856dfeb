//! Makes `uuid.UUID` objects without running `UUID.__init__`.
//!
//! The constructor takes the text apart in Python, which costs more than the whole
//! rest of a dispatch. It then sets two slots, and so does this module. Whether that
//! makes the same object is tried out once; if not, the class is called.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

const SAMPLE: &str = "01234567-89ab-cdef-0123-456789abcdef";

/// What it takes to make a `UUID`.
struct Maker {
    class: Py<PyType>,
    /// `object.__new__` and `object.__setattr__`; the class forbids its own.
    new: Py<PyAny>,
    set: Py<PyAny>,
    /// `SafeUUID.unknown`.
    is_safe: Py<PyAny>,
    /// Whether the objects are the same as the constructor's.
    works: bool,
}

/// Returns the UUID that `text` is, in the form of Django's converter.
pub(crate) fn from_text<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    static MAKER: PyOnceLock<Maker> = PyOnceLock::new();
    let maker = MAKER.get_or_try_init(py, || Maker::find(py))?;
    if maker.works
        && let Some(number) = number_of(text)
    {
        return maker.make(py, number);
    }
    maker.class.bind(py).call1((text,))
}

fn number_of(text: &str) -> Option<u128> {
    let mut number = 0;
    for byte in text.bytes().filter(|byte| *byte != b'-') {
        number = number << 4 | u128::from(char::from(byte).to_digit(16)?);
    }
    Some(number)
}

impl Maker {
    fn find(py: Python<'_>) -> PyResult<Self> {
        let module = py.import("uuid")?;
        let object = py.import("builtins")?.getattr("object")?;
        let mut maker = Self {
            class: module.getattr("UUID")?.cast_into::<PyType>()?.unbind(),
            new: object.getattr("__new__")?.unbind(),
            set: object.getattr("__setattr__")?.unbind(),
            is_safe: module.getattr("SafeUUID")?.getattr("unknown")?.unbind(),
            works: false,
        };
        // Any surprise, such as another slot in a later Python, leaves it false.
        maker.works = maker.makes_the_same(py).unwrap_or(false);
        Ok(maker)
    }

    fn make<'py>(&self, py: Python<'py>, number: u128) -> PyResult<Bound<'py, PyAny>> {
        let uuid = self.new.bind(py).call1((self.class.bind(py),))?;
        let set = self.set.bind(py);
        set.call1((&uuid, pyo3::intern!(py, "int"), number))?;
        set.call1((&uuid, pyo3::intern!(py, "is_safe"), &self.is_safe))?;
        Ok(uuid)
    }

    fn makes_the_same(&self, py: Python<'_>) -> PyResult<bool> {
        let theirs = self.class.bind(py).call1((SAMPLE,))?;
        let ours = match number_of(SAMPLE) {
            Some(number) => self.make(py, number)?,
            None => return Ok(false),
        };
        // `__getstate__` holds every slot that is set.
        let state = pyo3::intern!(py, "__getstate__");
        Ok(ours.eq(&theirs)? && ours.call_method0(state)?.eq(theirs.call_method0(state)?)?)
    }
}
