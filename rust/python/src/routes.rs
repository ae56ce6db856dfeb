//! The Python objects behind the numbers of a table, and whether they are still
//! the ones that the table was made from.

use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};
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
pub(crate) struct Route {
    /// The object with `pattern`, `callback` and `default_args`.
    pub(crate) object: Py<PyAny>,
    /// Its pattern at the time of compiling. `None` if the route is read anew
    /// each time.
    pub(crate) compiled: Py<PyAny>,
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
        Ok(self.pattern(py)?.is(&self.compiled))
    }

    pub(crate) fn pattern<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.attribute(interned::pattern(py))
    }

    pub(crate) fn callback<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.attribute(interned::callback(py))
    }

    pub(crate) fn default_args<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.attribute(interned::default_args(py))
    }

    fn attribute<'py>(&self, name: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyAny>> {
        self.object.bind(name.py()).getattr(name)
    }
}

/// A router that is part of the table.
pub(crate) struct Router {
    /// `None` for the outermost one: it holds the table.
    pub(crate) object: Option<Py<PyAny>>,
    /// The route that leads to it: router and position.
    pub(crate) outer: Option<(usize, usize)>,
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

    /// Whether the list still holds the route at its position.
    pub(crate) fn has_its_route(&self, py: Python<'_>, position: usize) -> bool {
        // A tuple cannot change.
        let Ok(list) = self.list.bind(py).cast_exact::<PyList>() else {
            return true;
        };
        // It may have become shorter.
        let now = list.get_item(position).ok();
        now.zip(self.routes.get(position))
            .is_some_and(|(now, route)| now.is(&route.object))
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
            visit.call(&route.compiled)?;
            for param in &route.params {
                if let Converter::Object(converter) = &param.converter {
                    visit.call(converter)?;
                }
            }
        }
        Ok(())
    }
}

/// The routes that lead to a leaf: router and position, the outermost first.
///
/// PERF: nearly all leaves are reached by one route, which is kept in place.
pub(crate) struct Trail {
    first: (usize, usize),
    more: Box<[(usize, usize)]>,
}

impl Trail {
    /// The trail of the route at `last`, behind the routes that lead to its router.
    pub(crate) fn new(around: &[(usize, usize)], last: (usize, usize)) -> Self {
        match around.split_first() {
            None => Self {
                first: last,
                more: Box::default(),
            },
            Some((first, rest)) => Self {
                first: *first,
                more: rest.iter().copied().chain([last]).collect(),
            },
        }
    }

    pub(crate) fn places(&self) -> impl Iterator<Item = (usize, usize)> {
        std::iter::once(self.first).chain(self.more.iter().copied())
    }

    /// The place of the leaf itself.
    pub(crate) fn last(&self) -> (usize, usize) {
        self.more.last().copied().unwrap_or(self.first)
    }

    /// How many routers lead to the leaf's own.
    pub(crate) fn depth(&self) -> usize {
        self.more.len()
    }
}
