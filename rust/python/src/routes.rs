//! The Python objects behind the numbers of a table, and whether they are still
//! the ones that the table was made from.

use channels_fast_core::{Engine, Search};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};
use pyo3::{PyTraverseError, PyVisit};
use smallvec::SmallVec;

use crate::convert::Converter;
use crate::interned;

/// Where a route stands.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) router: usize,
    pub(crate) position: usize,
}

/// All routes of a table.
pub(crate) struct Routes {
    /// The first is the outermost one.
    pub(crate) routers: Vec<Router>,
    /// For each leaf the routes that lead to it, the outermost first, and itself.
    pub(crate) trails: Vec<SmallVec<[Place; 1]>>,
    /// What their patterns mean, by number.
    pub(crate) meanings: Vec<Meaning>,
    /// For each class the function that knows its members.
    pub(crate) members: Vec<Option<Py<PyAny>>>,
    /// Whether a named group that took no part is passed on as `None`.
    pub(crate) keep_none: bool,
}

/// A router that is part of the table.
pub(crate) struct Router {
    /// The route that leads to it, `None` for the outermost one.
    pub(crate) outer: Option<Place>,
    /// Its routes, in a list, which may change, or in a tuple.
    pub(crate) list: Py<PyAny>,
    /// The routes as they were compiled.
    pub(crate) routes: Vec<Route>,
}

/// A route of a router.
pub(crate) struct Route {
    /// The object with `pattern`, `callback` and `default_args`.
    pub(crate) object: Py<PyAny>,
    /// Its pattern as it was compiled. `None` if it is asked each time.
    pub(crate) pattern: Option<Py<PyAny>>,
    /// Its callback as it was compiled. `None` if it is asked each time.
    pub(crate) callback: Option<Py<PyAny>>,
    /// The callback as an application of ASGI 3.
    pub(crate) application: Py<PyAny>,
    /// The text of its pattern, behind those of the routes that lead to it. `None` if
    /// the pattern is asked each time.
    pub(crate) template: Option<Py<PyString>>,
    /// What the route is called. Python's `None` if it is asked each time.
    pub(crate) name: Py<PyAny>,
    /// The number of what its pattern means.
    pub(crate) meaning: usize,
    /// The number of the router behind it, if that is part of the table.
    pub(crate) nested: Option<usize>,
}

/// What a pattern means. Routes that end alike share it.
pub(crate) struct Meaning {
    pub(crate) params: Vec<Param>,
    /// Why Python matches it.
    pub(crate) reason: Option<String>,
}

/// A wanted group of a pattern.
pub(crate) struct Param {
    /// `None` if the groups of the pattern are positional.
    pub(crate) name: Option<Py<PyString>>,
    pub(crate) converter: Converter,
}

/// Where a route stands, its engine, and why Python matches it.
pub(crate) type Row<'a> = (Vec<usize>, String, Option<&'a str>);

impl Routes {
    /// A row for each route that is no compiled router.
    pub(crate) fn rows(&self, engines: &[Engine]) -> Vec<Row<'_>> {
        let leaves = engines.iter().zip(&self.trails);
        leaves
            .map(|(engine, trail)| {
                let route = trail.last().and_then(|last| self.route(*last));
                let meaning = route.and_then(|route| self.meanings.get(route.meaning));
                (
                    trail.iter().map(|place| place.position).collect(),
                    engine.to_string(),
                    meaning.and_then(|meaning| meaning.reason.as_deref()),
                )
            })
            .collect()
    }

    pub(crate) fn trail(&self, number: u32) -> &[Place] {
        self.trails
            .get(number as usize)
            .map_or(&[], |trail| &trail[..])
    }

    pub(crate) fn route(&self, place: Place) -> Option<&Route> {
        self.routers.get(place.router)?.routes.get(place.position)
    }

    /// The wanted groups of the pattern of a route.
    pub(crate) fn params(&self, route: &Route) -> &[Param] {
        self.meanings
            .get(route.meaning)
            .map_or(&[], |meaning| &meaning.params)
    }

    /// Whether a converter of the project stands in the route with a number. None
    /// stands in those that lead to it.
    pub(crate) fn has_own_converter(&self, number: u32) -> bool {
        let last = self.trail(number).last();
        let route = last.and_then(|last| self.route(*last));
        route.is_some_and(|route| {
            let mut converters = self.params(route).iter().map(|param| &param.converter);
            converters.any(|converter| matches!(converter, Converter::Object(_)))
        })
    }

    /// Whether the routes that a search came to, and those that lead to them, are current.
    pub(crate) fn are_all_current(
        &self,
        search: &Search,
        is_current: impl Fn(Place) -> PyResult<bool>,
    ) -> PyResult<bool> {
        for candidate in search.ask.iter().chain(&search.found) {
            for place in self.trail(candidate.route) {
                if !is_current(*place)? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// The route of a place, if it still stands there in its list.
    pub(crate) fn in_its_list(&self, py: Python<'_>, place: Place) -> Option<&Route> {
        let router = self.routers.get(place.router)?;
        let route = router.routes.get(place.position)?;
        if let Ok(list) = router.list.bind(py).cast_exact::<PyList>() {
            // It may have become shorter.
            let now = list.get_item(place.position).ok()?;
            return now.is(&route.object).then_some(route);
        }
        Some(route)
    }

    /// Whether the route stands in its list, with the pattern and the callback that
    /// were compiled, and a nested router still has its list.
    pub(crate) fn is_current(&self, py: Python<'_>, place: Place) -> PyResult<bool> {
        let Some(route) = self.in_its_list(py, place) else {
            return Ok(false);
        };
        let object = route.object.bind(py);
        if let Some(pattern) = &route.pattern
            && !object.getattr(interned::pattern(py))?.is(pattern)
        {
            return Ok(false);
        }
        let Some(callback) = &route.callback else {
            return Ok(true);
        };
        if !object.getattr(interned::callback(py))?.is(callback) {
            return Ok(false);
        }
        match route.nested.and_then(|number| self.routers.get(number)) {
            Some(inner) => inner.has_list(&callback.bind(py).getattr(interned::routes(py))?),
            None => Ok(true),
        }
    }

    /// Whether nested routers stand where they stood and have their lists.
    pub(crate) fn are_in_place(
        &self,
        py: Python<'_>,
        numbers: impl IntoIterator<Item = usize>,
    ) -> PyResult<bool> {
        for number in numbers {
            if let Some(outer) = self.routers.get(number).and_then(|router| router.outer)
                && !self.is_current(py, outer)?
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether every route is as it was compiled.
    pub(crate) fn are_current(&self, py: Python<'_>) -> PyResult<bool> {
        for (number, router) in self.routers.iter().enumerate() {
            for position in 0..router.routes.len() {
                let place = Place {
                    router: number,
                    position,
                };
                if !self.is_current(py, place)? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    pub(crate) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        for router in &self.routers {
            visit.call(&router.list)?;
            for route in &router.routes {
                visit.call(&route.object)?;
                visit.call(&route.pattern)?;
                visit.call(&route.callback)?;
                visit.call(&route.application)?;
                visit.call(&route.name)?;
            }
        }
        for members in &self.members {
            visit.call(members)?;
        }
        for param in self.meanings.iter().flat_map(|meaning| &meaning.params) {
            if let Converter::Object(converter) = &param.converter {
                visit.call(converter)?;
            }
        }
        Ok(())
    }
}

impl Router {
    /// Whether `routes` is the compiled list, at its compiled length.
    pub(crate) fn has_list(&self, routes: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(routes.is(&self.list) && routes.len()? == self.routes.len())
    }
}
