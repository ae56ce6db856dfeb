//! Tries a route that the core found: calls its converters, or asks its pattern.

use channels_fast_core::Found;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};

use crate::child_scope::{UrlRoute, join_templates};
use crate::convert::Resolver404;
use crate::interned;
use crate::routes::{Place, Route, Routes};

/// The application of a route that accepts the path, and its scope.
type Accepted<'py> = (Bound<'py, PyAny>, Bound<'py, PyDict>);

/// One call of `dispatch`, trying routes.
pub(crate) struct Attempt<'a, 'py> {
    pub(crate) routes: &'a Routes,
    pub(crate) scope: &'a Bound<'py, PyDict>,
    /// The part of the path that this router matches.
    pub(crate) text: &'a str,
    /// What outer routers captured.
    pub(crate) outer: &'a UrlRoute<'py>,
}

impl<'py> Attempt<'_, 'py> {
    /// Calls the converters of a route that the core found. `None` if one refuses.
    pub(crate) fn accept(&self, found: &Found) -> PyResult<Option<Accepted<'py>>> {
        let trail = self.routes.trail(found.route);
        let mut url_route = self.outer.again();
        if !self.add_routes(trail, found, &mut url_route)? {
            return Ok(None);
        }
        let rest = PyString::new(self.scope.py(), self.rest(found)).into_any();
        self.accepted(trail, url_route, &rest, None)
    }

    /// Asks the pattern of a route that only Python matches. `None` if it refuses.
    pub(crate) fn ask(&self, found: &Found) -> PyResult<Option<Accepted<'py>>> {
        let py = self.scope.py();
        let trail = self.routes.trail(found.route);
        let Some((last, outer)) = trail.split_last() else {
            return Ok(None);
        };
        let Some(route) = self.routes.route(*last) else {
            return Ok(None);
        };
        let mut url_route = self.outer.again();
        if !self.add_routes(outer, found, &mut url_route)? {
            return Ok(None);
        }
        let path = PyString::new(py, self.rest(found));
        let object = route.object.bind(py);
        let pattern = match &route.pattern {
            Some(pattern) => pattern.bind(py).clone(),
            None => object.getattr(interned::pattern(py))?,
        };
        let matched = match pattern.call_method1(interned::match_(py), (path,)) {
            Ok(matched) => matched,
            Err(error) if error.is_instance_of::<Resolver404>(py) => return Ok(None),
            Err(error) => return Err(error),
        };
        if !matched.is_truthy()? {
            return Ok(None);
        }
        let (remaining, args, kwargs) = three_of(&matched)?;
        let defaults = object.getattr(interned::default_args(py))?;
        kwargs.call_method1(interned::update(py), (defaults,))?;
        url_route.add_args(&args)?;
        url_route.add_kwargs(&kwargs)?;
        self.accepted(trail, url_route, &remaining, Some(&pattern))
    }

    /// The part of the path that the router of the leaf matches, or leaves.
    fn rest(&self, found: &Found) -> &str {
        self.text.get(found.rest..).unwrap_or_default()
    }

    fn accepted(
        &self,
        trail: &[Place],
        mut url_route: UrlRoute<'py>,
        remaining: &Bound<'py, PyAny>,
        asked: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Option<Accepted<'py>>> {
        let Some(route) = trail.last().and_then(|last| self.routes.route(*last)) else {
            return Ok(None);
        };
        let py = self.scope.py();
        let application = match route.callback {
            Some(_) => route.application.bind(py).clone(),
            None => route.object.bind(py).getattr(interned::callback(py))?,
        };
        url_route.add_template(&self.template(trail, route, asked)?)?;
        let name = match route.pattern {
            Some(_) => route.name.bind(py).clone(),
            None => (route.object.bind(py).getattr_opt(interned::name(py))?)
                .unwrap_or_else(|| py.None().into_bound(py)),
        };
        let child = url_route.child_scope(self.scope, remaining, &name)?;
        Ok(Some((application, child)))
    }

    /// The text of the pattern of `route`, which was `asked` if only Python matches it,
    /// behind those of the routes that lead to it.
    fn template(
        &self,
        trail: &[Place],
        route: &Route,
        asked: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyString>> {
        let py = self.scope.py();
        let text = match (&route.template, asked) {
            (Some(template), _) => return Ok(template.bind(py).clone()),
            (None, Some(pattern)) => pattern.str()?,
            // The plan of a compiled route has its text.
            (None, None) => PyString::new(py, ""),
        };
        let outer = trail.iter().rev().nth(1);
        let outer = outer.and_then(|place| self.routes.route(*place)?.template.as_ref());
        match outer {
            Some(outer) => join_templates(outer.bind(py), &text),
            None => Ok(text),
        }
    }

    /// Adds what the routes capture, and their default arguments. `false` if a
    /// converter refuses a value.
    fn add_routes(
        &self,
        trail: &[Place],
        found: &Found,
        url_route: &mut UrlRoute<'py>,
    ) -> PyResult<bool> {
        let py = self.scope.py();
        let mut slot = 0;
        for route in trail.iter().filter_map(|place| self.routes.route(*place)) {
            if !self.add_captures(route, found, &mut slot, url_route)? {
                return Ok(false);
            }
            url_route.add_defaults(&route.object.bind(py).getattr(interned::default_args(py))?)?;
        }
        Ok(true)
    }

    fn add_captures(
        &self,
        route: &Route,
        found: &Found,
        slot: &mut usize,
        url_route: &mut UrlRoute<'py>,
    ) -> PyResult<bool> {
        let py = self.scope.py();
        let mut args = Vec::new();
        for param in self.routes.params(route) {
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
                (Some(name), None) if self.routes.keep_none => {
                    url_route.kwargs(py)?.set_item(name, py.None())?;
                }
                (Some(_), None) => {}
                (None, text) => args.push(text),
            }
        }
        if !args.is_empty() {
            url_route.add_args(PyTuple::new(py, args)?.as_any())?;
        }
        Ok(true)
    }
}

/// Takes apart what a `match()` has returned, as `a, b, c = matched` does.
fn three_of<'py>(
    matched: &Bound<'py, PyAny>,
) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    let Ok(iterator) = matched.try_iter() else {
        let name = matched.get_type().name()?;
        let text = format!("cannot unpack non-iterable {name} object");
        return Err(PyTypeError::new_err(text));
    };
    let values: Vec<_> = iterator.take(4).collect::<PyResult<_>>()?;
    match <[_; 3]>::try_from(values) {
        Ok([remaining, args, kwargs]) => Ok((remaining, args, kwargs)),
        Err(values) if values.len() > 3 => Err(PyValueError::new_err(
            "too many values to unpack (expected 3)",
        )),
        Err(values) => Err(PyValueError::new_err(format!(
            "not enough values to unpack (expected 3, got {})",
            values.len()
        ))),
    }
}
