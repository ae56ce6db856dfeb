//! The compiled routes of one `URLRouter`, as Python sees them.

use std::sync::atomic::{AtomicBool, Ordering};

use channels_fast_core::{Found, Table};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use pyo3::{PyTraverseError, PyVisit};

use crate::attempt::Attempt;
use crate::child_scope::{ScopePath, UrlRoute};
use crate::convert::Resolver404;
use crate::pages::search;
use crate::read;
use crate::routes::{Routes, Row};

#[pyclass(frozen, module = "channels_fast._rust")]
pub(crate) struct RouteTable {
    table: Table,
    routes: Routes,
    /// Whether a search that could not begin again has met a route that has changed.
    has_changed: AtomicBool,
}

/// The application, its scope, and the number to go on with.
type Answer<'py> = (Bound<'py, PyAny>, Bound<'py, PyDict>, u32);

#[pymethods]
impl RouteTable {
    /// Compiles the routes of a `TablePlan`.
    #[new]
    #[pyo3(signature = (plan, /))]
    fn new(plan: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (table, routes) = read::read(plan)?;
        Ok(Self {
            table,
            routes,
            has_changed: AtomicBool::new(false),
        })
    }

    /// Finds the application for `scope`, from route number `start` on. `None` if
    /// Python has to route.
    #[pyo3(signature = (routes, scope, start, /))]
    fn dispatch<'py>(
        &self,
        routes: &Bound<'py, PyAny>,
        scope: &Bound<'py, PyAny>,
        start: u32,
    ) -> PyResult<Option<Answer<'py>>> {
        let py = scope.py();
        // Code of the project is not run twice for one connection. So the routes are
        // looked at before any of it runs. From there on the search goes on in the
        // routes as they were compiled.
        let mut begun = start > 0;
        if !begun && (self.has_changed.swap(false, Ordering::Relaxed) || !self.has_list(routes)?) {
            return Ok(None);
        }
        let Ok(scope) = scope.cast_exact::<PyDict>() else {
            return Ok(None);
        };
        let Some(path) = ScopePath::of(scope)? else {
            return Ok(None);
        };
        let Some(outer) = UrlRoute::of(scope)? else {
            return Ok(None);
        };
        let text = path.text();
        let attempt = Attempt {
            routes: &self.routes,
            scope,
            text,
            outer: &outer,
        };
        let mut next = start;
        loop {
            let search = search(py, &self.table, &self.routes, &[], text, next)?;
            let is_current = |place| self.routes.is_current(py, place);
            let are_current = self.routes.are_all_current(&search, is_current)?;
            if begun {
                // What has changed counts from the next connection on.
                if !are_current || !self.routes.are_in_place(py, search.entered)? {
                    self.has_changed.store(true, Ordering::Relaxed);
                }
            } else {
                if !are_current {
                    return Ok(None);
                }
                let converts = |found: &Found| self.routes.has_own_converter(found.route);
                begun = !search.ask.is_empty() || search.found.as_ref().is_some_and(converts);
                let in_place = if begun {
                    self.routes.are_in_place(py, 0..self.routes.routers.len())?
                } else {
                    // Those on the way to the route that answers have been looked at.
                    search.found.is_some() || self.routes.are_in_place(py, search.entered)?
                };
                if !in_place {
                    return Ok(None);
                }
            }
            for candidate in &search.ask {
                next = candidate.route + 1;
                if let Some((application, child)) = attempt.ask(candidate)? {
                    return Ok(Some((application, child, next)));
                }
            }
            let Some(found) = &search.found else {
                return Err(no_route(py, text, path.inner)?);
            };
            next = found.route + 1;
            if let Some((application, child)) = attempt.accept(found)? {
                return Ok(Some((application, child, next)));
            }
        }
    }

    /// Whether the table was made from these routes, as they are.
    #[pyo3(signature = (routes, /))]
    fn is_current(&self, routes: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.has_list(routes)? && self.routes.are_current(routes.py())?)
    }

    /// Lists `(positions, engine, reason)` for each route that is no compiled router.
    fn rows(&self) -> Vec<Row<'_>> {
        self.routes.rows(self.table.engines())
    }

    #[allow(clippy::needless_pass_by_value)] // the signature is PyO3's
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.routes.traverse(&visit)
    }
}

/// The error of a router that no route accepted the path for.
fn no_route(py: Python<'_>, text: &str, inner: bool) -> PyResult<PyErr> {
    // PERF: what is not there costs no more than what is, where the path is plain.
    let plain = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'\'' | b'\\');
    let message = if text.bytes().all(plain) {
        ["No route found for path '", text, "'."].concat()
    } else {
        format!(
            "No route found for path {}.",
            PyString::new(py, text).repr()?
        )
    };
    Ok(if inner {
        // An outer router takes it as "go on with the next route".
        Resolver404::new_err(message)
    } else {
        PyValueError::new_err(message)
    })
}

impl RouteTable {
    /// Whether `routes` is the outermost list that was compiled, at its length.
    fn has_list(&self, routes: &Bound<'_, PyAny>) -> PyResult<bool> {
        match self.routes.routers.first() {
            Some(outermost) => outermost.has_list(routes),
            None => Ok(false),
        }
    }
}
