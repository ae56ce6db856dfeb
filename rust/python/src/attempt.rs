//! Tries a route that the core found: calls its converters, or asks its pattern.

use channels_fast_core::Found;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};

use crate::child_scope::{ScopePath, UrlRoute};
use crate::convert::Resolver404;
use crate::interned;
use crate::route_table::RouteTable;
use crate::routes::Route;

/// The application, its scope, and the number to go on with.
pub(crate) type Dispatched<'py> = (Bound<'py, PyAny>, Bound<'py, PyDict>, u32);

/// What came of trying a route.
pub(crate) enum Tried<'py> {
    Accepted(Dispatched<'py>),
    /// A converter refused the value.
    Refused,
    /// The route, its pattern or a nested router is not the compiled one.
    Stale,
}

/// What came of one route on the way.
enum Passed<'py> {
    /// What it leads to.
    Through(Bound<'py, PyAny>),
    Refused,
    Stale,
}

/// One call of `dispatch`, trying routes.
pub(crate) struct Attempt<'a, 'py> {
    pub(crate) table: &'a RouteTable,
    /// Whether the lists of nested routers were looked at a moment ago.
    pub(crate) has_its_lists: bool,
    pub(crate) scope: &'a Bound<'py, PyDict>,
    pub(crate) path: &'a ScopePath<'a, 'py>,
    /// The part of the path that this router matches.
    pub(crate) text: &'a str,
    /// What outer routers captured.
    pub(crate) outer: &'a UrlRoute<'py>,
}

impl<'py> Attempt<'_, 'py> {
    /// Calls the converters of a route that the core found.
    pub(crate) fn accept(&self, found: &Found) -> PyResult<Tried<'py>> {
        let py = self.scope.py();
        let mut url_route = self.outer.again();
        let mut slot = 0;
        let mut application = None;
        let Some(trail) = self.table.trails.get(found.route as usize) else {
            return Ok(Tried::Stale);
        };
        for place in trail.places() {
            match self.pass(place, found, &mut slot, &mut url_route)? {
                Passed::Through(callback) => application = Some(callback),
                Passed::Refused => return Ok(Tried::Refused),
                Passed::Stale => return Ok(Tried::Stale),
            }
        }
        let Some(application) = application else {
            return Ok(Tried::Stale);
        };
        let rest = self.text.get(found.rest..).unwrap_or_default();
        let remaining = PyString::new(py, rest).into_any();
        let child = url_route.child_scope(self.scope, &remaining)?;
        Ok(Tried::Accepted((application, child, found.route + 1)))
    }

    /// Asks the pattern of a route that only Python matches.
    pub(crate) fn ask(&self, found: &Found) -> PyResult<Tried<'py>> {
        let py = self.scope.py();
        let Some(trail) = self.table.trails.get(found.route as usize) else {
            return Ok(Tried::Stale);
        };
        let mut url_route = self.outer.again();
        let mut slot = 0;
        for place in trail.places().take(trail.depth()) {
            match self.pass(place, found, &mut slot, &mut url_route)? {
                Passed::Through(_) => {}
                Passed::Refused => return Ok(Tried::Refused),
                Passed::Stale => return Ok(Tried::Stale),
            }
        }
        let Some(route) = self.table.route(trail.last()) else {
            return Ok(Tried::Stale);
        };
        if !self.is_in_its_list(trail.last()) {
            return Ok(Tried::Stale);
        }
        let path = if trail.depth() == 0 && self.path.path.to_str()?.len() == self.text.len() {
            self.path.path.clone()
        } else {
            PyString::new(py, self.text.get(found.rest..).unwrap_or_default())
        };
        let pattern = route.pattern(py)?;
        let matched = match pattern.call_method1(interned::match_(py), (path,)) {
            Ok(matched) => matched,
            Err(error) if error.is_instance_of::<Resolver404>(py) => return Ok(Tried::Refused),
            Err(error) => return Err(error),
        };
        if !matched.is_truthy()? {
            return Ok(Tried::Refused);
        }
        let matched: Result<(Bound<'_, PyAny>, Bound<'_, PyTuple>, Bound<'_, PyDict>), _> =
            matched.extract();
        // A pattern class of the project may answer with other types. Python's
        // own code knows what to make of them.
        let Ok((remaining, args, kwargs)) = matched else {
            return Ok(Tried::Stale);
        };
        let defaults = route.default_args(py)?;
        kwargs.call_method1(interned::update(py), (defaults,))?;
        url_route.add_args(&args)?;
        if !kwargs.is_empty() {
            url_route.kwargs(py)?.update(kwargs.as_mapping())?;
        }
        let application = route.callback(py)?;
        let child = url_route.child_scope(self.scope, &remaining)?;
        Ok(Tried::Accepted((application, child, found.route + 1)))
    }

    /// Goes through one route on the way to a leaf, or through the leaf's own.
    fn pass(
        &self,
        place: (usize, usize),
        found: &Found,
        slot: &mut usize,
        url_route: &mut UrlRoute<'py>,
    ) -> PyResult<Passed<'py>> {
        let py = self.scope.py();
        let Some(route) = self.table.route(place) else {
            return Ok(Passed::Stale);
        };
        if !self.is_in_its_list(place) || !route.has_its_pattern(py)? {
            return Ok(Passed::Stale);
        }
        if !self.add_captures(route, found, slot, url_route)? {
            return Ok(Passed::Refused);
        }
        Ok(match self.enter(route, url_route)? {
            Some(callback) => Passed::Through(callback),
            None => Passed::Stale,
        })
    }

    fn is_in_its_list(&self, (router, position): (usize, usize)) -> bool {
        let router = self.table.routers.get(router);
        self.has_its_lists
            || router.is_some_and(|router| router.has_its_route(self.scope.py(), position))
    }

    /// Adds the captures of a route. `false` if a converter refuses one.
    fn add_captures(
        &self,
        route: &Route,
        found: &Found,
        slot: &mut usize,
        url_route: &mut UrlRoute<'py>,
    ) -> PyResult<bool> {
        let py = self.scope.py();
        let mut args = Vec::new();
        for param in &route.params {
            let span = found.spans.get(*slot);
            *slot += 1;
            let text = span.range().and_then(|range| self.text.get(range));
            match (&param.name, text) {
                (Some(name), Some(text)) => {
                    let Some(value) = param.converter.convert(py, text)? else {
                        return Ok(false);
                    };
                    url_route.kwargs(py)?.set_item(name, value)?;
                }
                (Some(name), None) if self.table.keep_none => {
                    url_route.kwargs(py)?.set_item(name, py.None())?;
                }
                (Some(_), None) => {}
                (None, text) => args.push(text),
            }
        }
        if !route.named && !args.is_empty() {
            url_route.add_args(&PyTuple::new(py, args)?)?;
        }
        Ok(true)
    }

    /// Adds the default arguments and returns what the route leads to, or `None`
    /// if that is no longer the compiled router.
    fn enter(
        &self,
        route: &Route,
        url_route: &mut UrlRoute<'py>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = self.scope.py();
        url_route.add_defaults(&route.default_args(py)?)?;
        let callback = route.callback(py)?;
        if let Some(inner) = route.nested.and_then(|inner| self.table.routers.get(inner))
            && !self.has_its_lists
            && !inner.is_reached_by(&callback)?
        {
            return Ok(None);
        }
        Ok(Some(callback))
    }
}
