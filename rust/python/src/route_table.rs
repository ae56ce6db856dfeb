//! The compiled routes of one `URLRouter`, as Python sees them.

use std::sync::atomic::{AtomicUsize, Ordering};

use channels_fast_core::{NeedPage, Search, Table};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use pyo3::{PyTraverseError, PyVisit};

use crate::attempt::{Attempt, Dispatched, Tried};
use crate::child_scope::{ScopePath, UrlRoute};
use crate::convert::Resolver404;
use crate::interned;
use crate::read::{self, Read};
use crate::routes::{Route, Router, Trail};

/// A table of at most this many routes is compared with its lists at each call. It
/// costs a nanosecond a route.
const ALWAYS_COMPARED: usize = 56;

/// Larger tables are compared now and then, so that a call pays for about this many
/// routes on average.
const COMPARED_PER_CALL: usize = 8;

/// In a table of at most this weight, eight routes, all patterns are checked too.
const ALWAYS_CHECKED: usize = 16;

/// The patterns of a larger table are checked at most once in this many calls.
const CHECKED_EVERY: usize = 64;

/// What a call has looked at, and found as it was compiled.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Looked {
    /// Not as it was compiled.
    Stale,
    /// The identity and the length of the outermost list.
    AtListOnly,
    /// All lists, and what leads to the nested ones.
    AtLists,
    /// The patterns as well.
    AtAll,
}

/// The mask for about one call of `calls`.
fn every(calls: usize) -> usize {
    calls.max(1).next_power_of_two() - 1
}

#[pyclass(frozen, module = "channels_fast._rust")]
pub(crate) struct RouteTable {
    table: Table,
    members: Vec<Option<Py<PyAny>>>,
    pub(crate) routers: Vec<Router>,
    pub(crate) trails: Vec<Trail>,
    pub(crate) keep_none: bool,
    weight: usize,
    calls: AtomicUsize,
    // PERF: masks, since a division costs as much as a look-up. A call whose
    // number has none of these bits compares the patterns too, or the lists.
    look_at_all: usize,
    look_at_lists: usize,
}

#[pymethods]
impl RouteTable {
    /// Compiles the routes of a `TablePlan`.
    #[new]
    #[pyo3(signature = (plan, /))]
    fn new(plan: &Bound<'_, PyAny>) -> PyResult<Self> {
        let Read {
            table,
            members,
            routers: levels,
            trails,
            keep_none,
        } = read::read(plan)?;
        let routes = levels.iter().map(|router| router.length).sum::<usize>();
        let weight = routes + 8 * levels.len();
        Ok(Self {
            table,
            members,
            routers: levels,
            trails,
            keep_none,
            weight,
            // What was read just now need not be looked at for the first call.
            calls: AtomicUsize::new(1),
            look_at_all: every(weight.max(CHECKED_EVERY)),
            look_at_lists: if routes <= ALWAYS_COMPARED {
                0
            } else {
                every(weight / COMPARED_PER_CALL)
            },
        })
    }

    /// Finds the application for `scope`, from route number `start` on.
    #[pyo3(signature = (routes, scope, start, /))]
    fn dispatch<'py>(
        &self,
        routes: &Bound<'py, PyAny>,
        scope: &Bound<'py, PyAny>,
        mut start: u32,
    ) -> PyResult<Option<Dispatched<'py>>> {
        let py = scope.py();
        let looked = self.look(routes)?;
        if looked == Looked::Stale {
            return Ok(None);
        }
        let Ok(scope) = scope.cast_exact::<PyDict>() else {
            return Ok(None);
        };
        let remaining = scope.get_item(interned::path_remaining(py))?;
        let inner = remaining.is_some();
        let path = match remaining {
            Some(path) => path,
            None => match scope.get_item(interned::path(py))? {
                Some(path) => path,
                None => return Ok(None),
            },
        };
        let Some(path) = ScopePath::of(scope, &path, inner)? else {
            return Ok(None);
        };
        let Some(outer) = UrlRoute::of(scope)? else {
            return Ok(None);
        };
        let text = path.text;
        // Code of the project that has run since may have changed anything.
        let mut fresh = true;
        loop {
            let search = self.search(py, text, start)?;
            fresh &= search.ask.is_empty();
            let attempt = Attempt {
                table: self,
                has_its_lists: fresh && looked >= Looked::AtLists,
                scope,
                path: &path,
                text,
                outer: &outer,
            };
            for ask in &search.ask {
                match attempt.ask(ask)? {
                    Tried::Accepted(dispatched) => return Ok(Some(dispatched)),
                    Tried::Refused => {}
                    Tried::Stale => return Ok(None),
                }
            }
            let Some(found) = search.found else { break };
            match attempt.accept(&found)? {
                Tried::Accepted(dispatched) => return Ok(Some(dispatched)),
                Tried::Refused => {
                    start = found.route + 1;
                    fresh = false;
                }
                Tried::Stale => return Ok(None),
            }
        }
        if self.always_compared() {
            let current = match looked {
                _ if !fresh => self.is_current(routes)?,
                Looked::AtLists => self.has_its_patterns(py)?,
                _ => true,
            };
            if !current {
                return Ok(None);
            }
        }
        Err(no_route(py, &path)?)
    }

    /// Whether the table was made from these routes, as they are.
    #[pyo3(signature = (routes, /))]
    fn is_current(&self, routes: &Bound<'_, PyAny>) -> PyResult<bool> {
        let py = routes.py();
        let Some(outermost) = self.routers.first() else {
            return Ok(false);
        };
        Ok(outermost.has_list(routes)? && self.has_its_lists(py)? && self.has_its_patterns(py)?)
    }

    /// Lists `(trail, engine, reason)` for each route that is no compiled router.
    fn rows(&self) -> Vec<(Vec<usize>, String, Option<String>)> {
        let leaves = self.table.engines().iter().zip(&self.trails);
        leaves
            .map(|(engine, trail)| {
                let route = self.route(trail.last());
                (
                    trail.places().map(|(_, position)| position).collect(),
                    engine.to_string(),
                    route.and_then(|route| route.reason.clone()),
                )
            })
            .collect()
    }

    fn __len__(&self) -> usize {
        self.trails.len()
    }

    #[allow(clippy::needless_pass_by_value)] // the signature is PyO3's
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        for members in self.members.iter().flatten() {
            visit.call(members)?;
        }
        self.routers
            .iter()
            .try_for_each(|router| router.traverse(&visit))
    }
}

/// The error of a router that no route accepted the path for.
fn no_route(py: Python<'_>, path: &ScopePath<'_, '_>) -> PyResult<PyErr> {
    const BEFORE: &str = "No route found for path ";
    // PERF: a client that asks for what is not there must not cost more than one
    // that does not. So Python writes the path only where that is not plain.
    let mut message = String::with_capacity(BEFORE.len() + path.text.len() + 3);
    message.push_str(BEFORE);
    let plain = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'\'' | b'\\');
    if path.text.bytes().all(plain) {
        message.push('\'');
        message.push_str(path.text);
        message.push('\'');
    } else {
        message.push_str(PyString::new(py, path.text).repr()?.to_str()?);
    }
    message.push('.');
    Ok(if path.inner {
        // An outer router takes it as "go on with the next route".
        Resolver404::new_err(message)
    } else {
        PyValueError::new_err(message)
    })
}

impl RouteTable {
    pub(crate) fn route(&self, (router, position): (usize, usize)) -> Option<&Route> {
        self.routers.get(router)?.routes.get(position)
    }

    /// Whether each call compares the lists.
    fn always_compared(&self) -> bool {
        self.look_at_lists == 0
    }

    /// Looks at what is cheap to see whether it has changed since the table was made.
    ///
    /// A route that is replaced in a list of the same length is seen at once in a
    /// small table, and so is, in a table of eight, a pattern that is replaced on
    /// a route that does not answer. Else it is seen after as many calls as there
    /// are routes. The route that answers is looked at in every call.
    fn look(&self, routes: &Bound<'_, PyAny>) -> PyResult<Looked> {
        let Some(outermost) = self.routers.first() else {
            return Ok(Looked::Stale);
        };
        if !outermost.has_list(routes)? {
            return Ok(Looked::Stale);
        }
        // Two threads may count the same call. It does not matter which calls look.
        let call = self.calls.load(Ordering::Relaxed);
        self.calls.store(call.wrapping_add(1), Ordering::Relaxed);
        let at_all = self.weight <= ALWAYS_CHECKED || call & self.look_at_all == 0;
        if !at_all && call & self.look_at_lists != 0 {
            return Ok(Looked::AtListOnly);
        }
        let py = routes.py();
        Ok(if !self.has_its_lists(py)? {
            Looked::Stale
        } else if !at_all {
            Looked::AtLists
        } else if self.has_its_patterns(py)? {
            Looked::AtAll
        } else {
            Looked::Stale
        })
    }

    /// Whether the lists hold the very routes that were compiled, and the nested
    /// routers stand where they stood.
    fn has_its_lists(&self, py: Python<'_>) -> PyResult<bool> {
        for router in &self.routers {
            let reached = match router.outer.and_then(|place| self.route(place)) {
                Some(route) => router.is_reached_by(&route.callback(py)?)?,
                // The caller has looked at the outermost list.
                None => true,
            };
            if !reached || !router.has_its_routes(py)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the routes have the patterns that were compiled.
    fn has_its_patterns(&self, py: Python<'_>) -> PyResult<bool> {
        for route in self.routers.iter().flat_map(|router| &router.routes) {
            if route.compiled.is_none(py) {
                continue;
            }
            if !route.has_its_pattern(py)? {
                return Ok(false);
            }
        }
        Ok(true)
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
