//! The compiled routes of one `URLRouter`, as Python sees them.

use channels_fast_core::{NeedPage, Search, Table};
use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use pyo3::{PyTraverseError, PyVisit};

use crate::attempt::{Attempt, Tried};
use crate::child_scope::{ScopePath, UrlRoute};
use crate::convert::Resolver404;
use crate::read::{self, Read};
use crate::routes::Routes;

#[pyclass(frozen, module = "channels_fast._rust")]
pub(crate) struct RouteTable {
    table: Table,
    /// For each class the function that knows its members.
    members: Vec<Option<Py<PyAny>>>,
    routes: Routes,
}

/// What `dispatch` says.
#[derive(IntoPyObject)]
enum Dispatched<'py> {
    /// The application, its scope, and the number to go on with.
    Found(Bound<'py, PyAny>, Bound<'py, PyDict>, u32),
    /// Python has to route, from the route with this number on.
    AskPython(u32),
}

/// A route that led to another one: itself, its pattern, and the routes behind it.
type Behind<'py> = (Py<PyAny>, Option<Py<PyAny>>, Vec<Bound<'py, PyAny>>);

#[pymethods]
impl RouteTable {
    /// Compiles the routes of a `TablePlan`.
    #[new]
    #[pyo3(signature = (plan, /))]
    fn new(plan: &Bound<'_, PyAny>) -> PyResult<Self> {
        let Read {
            table,
            members,
            routes,
        } = read::read(plan)?;
        Ok(Self {
            table,
            members,
            routes,
        })
    }

    /// Finds the application for `scope`, from route number `start` on.
    #[pyo3(signature = (routes, scope, start, /))]
    fn dispatch<'py>(
        &self,
        routes: &Bound<'py, PyAny>,
        scope: &Bound<'py, PyAny>,
        start: u32,
    ) -> PyResult<Dispatched<'py>> {
        let py = scope.py();
        // A search that has begun goes on in the routes that it began with.
        if start == 0 && !self.has_list(routes)? {
            return Ok(Dispatched::AskPython(start));
        }
        let Ok(scope) = scope.cast_exact::<PyDict>() else {
            return Ok(Dispatched::AskPython(start));
        };
        let Some(path) = ScopePath::of(scope)? else {
            return Ok(Dispatched::AskPython(start));
        };
        let Some(outer) = UrlRoute::of(scope)? else {
            return Ok(Dispatched::AskPython(start));
        };
        let text = path.text();
        let attempt = Attempt {
            routes: &self.routes,
            scope,
            text,
            outer: &outer,
        };
        let mut next = start;
        // Code of the project is not run twice for one connection. So the nested lists
        // are looked at before it runs, or before it is said that there is no route.
        let mut looked = false;
        loop {
            let search = self.search(py, text, next)?;
            let ask = search.ask.iter().map(|ask| (ask, true));
            let found = search.found.iter().map(|found| (found, false));
            for (candidate, only_python) in ask.chain(found) {
                if !looked && (only_python || self.routes.has_own_converter(candidate.route)) {
                    looked = true;
                    if !self.routes.have_their_lists(py)? {
                        return Ok(Dispatched::AskPython(next));
                    }
                }
                let tried = if only_python {
                    attempt.ask(candidate)?
                } else {
                    attempt.accept(candidate)?
                };
                match tried {
                    Tried::Accepted(application, child) => {
                        let next = candidate.route + 1;
                        return Ok(Dispatched::Found(application, child, next));
                    }
                    Tried::Refused => next = candidate.route + 1,
                    Tried::Stale => return Ok(Dispatched::AskPython(next)),
                }
            }
            if search.found.is_none() {
                break;
            }
        }
        if !looked && !self.routes.have_their_lists(py)? {
            return Ok(Dispatched::AskPython(next));
        }
        Err(no_route(py, text, path.inner)?)
    }

    /// Says for the route with a number, and for those that lead to it, what lies
    /// behind them.
    #[pyo3(signature = (number, /))]
    fn trail<'py>(&self, py: Python<'py>, number: u32) -> PyResult<Vec<Behind<'py>>> {
        let mut trail = Vec::new();
        for place in self.routes.trail(number) {
            let (Some(router), Some(route)) = (
                self.routes.routers.get(place.router),
                self.routes.route(*place),
            ) else {
                return Err(PyIndexError::new_err("no such route"));
            };
            trail.push((
                route.object.clone_ref(py),
                route.pattern.as_ref().map(|pattern| pattern.clone_ref(py)),
                router.behind(py, place.position)?,
            ));
        }
        Ok(trail)
    }

    /// Whether the table was made from these routes, as they are.
    #[pyo3(signature = (routes, /))]
    fn is_current(&self, routes: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.has_list(routes)? && self.routes.are_current(routes.py())?)
    }

    /// Lists `(positions, engine, reason)` for each route that is no compiled router.
    fn rows(&self) -> Vec<(Vec<usize>, String, Option<&str>)> {
        let leaves = self.table.engines().iter().zip(&self.routes.trails);
        leaves
            .map(|(engine, trail)| {
                let route = trail.last().and_then(|last| self.routes.route(*last));
                (
                    trail.iter().map(|place| place.position).collect(),
                    engine.to_string(),
                    route.and_then(|route| route.reason.as_deref()),
                )
            })
            .collect()
    }

    #[allow(clippy::needless_pass_by_value)] // the signature is PyO3's
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        for members in self.members.iter().flatten() {
            visit.call(members)?;
        }
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

    /// Searches, and asks Python for class members as far as the path needs them.
    fn search(&self, py: Python<'_>, text: &str, start: u32) -> PyResult<Search> {
        loop {
            match self.table.search(text, start) {
                Ok(search) => return Ok(search),
                Err(need) => self.add_page(py, need)?,
            }
        }
    }

    fn add_page(&self, py: Python<'_>, need: NeedPage) -> PyResult<()> {
        let page = match self.members.get(need.class) {
            Some(Some(members)) => members.bind(py).call1((need.page,))?.extract()?,
            _ => [0; 4],
        };
        self.table.add_page(need, page);
        Ok(())
    }
}
