//! The Python objects behind the numbers of a table, and whether they are still
//! the ones that the table was made from.

use pyo3::prelude::*;
use pyo3::types::PyString;
use pyo3::{PyTraverseError, PyVisit};

use crate::convert::Converter;
use crate::interned;

/// A wanted group of a pattern.
#[derive(Debug)]
pub(crate) struct Param {
    /// `None` if the groups of the pattern are positional.
    pub(crate) name: Option<Py<PyString>>,
    pub(crate) converter: Converter,
}

/// A route of a router.
#[derive(Debug)]
pub(crate) struct Route {
    /// The object with `pattern`, `callback` and `default_args`.
    pub(crate) object: Py<PyAny>,
    /// Its pattern at the time of compiling.
    pub(crate) pattern: Py<PyAny>,
    pub(crate) params: Vec<Param>,
    /// Whether the groups go to kwargs.
    pub(crate) named: bool,
    /// The number of the router behind it, if that is part of the table.
    pub(crate) nested: Option<usize>,
    /// Why Python matches it.
    pub(crate) reason: Option<String>,
}

impl Route {
    /// Whether the route still has the pattern that was compiled.
    pub(crate) fn has_its_pattern(&self, py: Python<'_>) -> PyResult<bool> {
        let pattern = self.object.bind(py).getattr(interned::pattern(py))?;
        Ok(pattern.is(&self.pattern))
    }
}

/// A router that is part of the table.
#[derive(Debug)]
pub(crate) struct Router {
    /// `None` for the outermost one: it holds the table.
    pub(crate) object: Option<Py<PyAny>>,
    /// Its routes, in a list, which may change, or in a tuple.
    pub(crate) list: Py<PyAny>,
    /// A copy of the list as it was compiled.
    pub(crate) snapshot: Py<PyAny>,
    pub(crate) length: usize,
    pub(crate) routes: Vec<Route>,
}

impl Router {
    /// Whether `routes` is the compiled list, at its compiled length.
    pub(crate) fn has_list(&self, routes: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(routes.is(&self.list) && routes.len()? == self.length)
    }

    /// Whether the list holds the very routes that were compiled. Lists compare
    /// their items by identity first, so this costs about a nanosecond a route.
    pub(crate) fn has_its_routes(&self, py: Python<'_>) -> PyResult<bool> {
        self.list.bind(py).eq(self.snapshot.bind(py))
    }

    /// Whether the router, reached as `callback`, is the one that was compiled.
    pub(crate) fn is_reached_by(&self, callback: &Bound<'_, PyAny>) -> PyResult<bool> {
        let Some(object) = &self.object else {
            return Ok(false);
        };
        if !callback.is(object) {
            return Ok(false);
        }
        self.has_list(&callback.getattr(interned::routes(callback.py()))?)
    }

    pub(crate) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.object)?;
        visit.call(&self.list)?;
        visit.call(&self.snapshot)?;
        for route in &self.routes {
            visit.call(&route.object)?;
            visit.call(&route.pattern)?;
            for param in &route.params {
                if let Converter::Object(converter) = &param.converter {
                    visit.call(converter)?;
                }
            }
        }
        Ok(())
    }
}
