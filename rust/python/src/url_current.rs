//! Whether the URLs that a path leads to are still those that a table was made from.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::convert::Converter;
use crate::interned;
use crate::routes::{Place, Route, Router};
use crate::url_table::UrlTable;

impl UrlTable {
    /// Whether nested lists are those that were compiled, and as long, behind the same
    /// patterns. What else there is about their resolvers counts in a match only: where
    /// one of them has the answer, `is_url_current` looks at that.
    pub(crate) fn are_lists_current(
        &self,
        py: Python<'_>,
        routers: impl IntoIterator<Item = usize>,
    ) -> PyResult<bool> {
        for number in routers {
            if let Some(router) = self.routes.routers.get(number)
                && let Some(route) = router.outer.and_then(|outer| self.routes.route(outer))
                && !self.is_list_current(py, router, route)?
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn is_list_current(&self, py: Python<'_>, router: &Router, route: &Route) -> PyResult<bool> {
        let object = route.object.bind(py);
        let (Some(pattern), Ok(now), Ok(list)) = (
            &route.pattern,
            object.getattr(interned::pattern(py)),
            // Where it cannot be read any more, Django says why.
            object.getattr(interned::url_patterns(py)),
        ) else {
            return Ok(false);
        };
        Ok(now.is(pattern)
            && router.has_list(&list)?
            && self.are_converters_current(route, &now)?)
    }

    /// Whether a route or a resolver stands where it stood, with what a match of it says.
    pub(crate) fn is_url_current(&self, py: Python<'_>, place: Place) -> PyResult<bool> {
        let Some(route) = self.routes.in_its_list(py, place) else {
            return Ok(false);
        };
        let Some(pattern) = &route.pattern else {
            return Ok(true); // it is asked for everything
        };
        let own = route.object.bind(py).getattr(interned::dict(py))?;
        let own = own.cast_into::<PyDict>()?;
        let has = |own: &Bound<'_, PyDict>, name, value: &Bound<'_, PyAny>| {
            Ok::<_, PyErr>(own.get_item(name)?.is_some_and(|now| now.is(value)))
        };
        let pattern = pattern.bind(py);
        if !has(&own, interned::pattern(py), pattern)? || own.contains(interned::resolve(py))? {
            return Ok(false);
        }
        let of_pattern = pattern.getattr(interned::dict(py))?.cast_into::<PyDict>()?;
        if of_pattern.contains(interned::match_(py))? {
            return Ok(false);
        }
        if !self.are_converters_current(route, pattern)? {
            return Ok(false);
        }
        if let Some(callback) = &route.callback {
            return Ok(has(&own, interned::callback(py), callback.bind(py))?
                && has(&of_pattern, interned::name(py), route.name.bind(py))?);
        }
        match route
            .nested
            .and_then(|number| self.routes.routers.get(number))
        {
            Some(inner) => is_resolver_current(&own, route, inner),
            None => Ok(true),
        }
    }

    /// Whether the converters of the pattern of a route are those that were compiled, and
    /// convert as they did.
    fn are_converters_current(&self, route: &Route, pattern: &Bound<'_, PyAny>) -> PyResult<bool> {
        let params = self.routes.params(route);
        if params.is_empty() || self.kit.takes_text(pattern) {
            return Ok(true);
        }
        let converters = pattern.getattr(interned::converters(pattern.py()));
        let Ok(Ok(converters)) = converters.map(Bound::cast_into_exact::<PyDict>) else {
            return Ok(false);
        };
        for param in params {
            let Some(name) = &param.name else { continue };
            let Some(now) = converters.get_item(name)? else {
                return Ok(false);
            };
            let is_current = match &param.converter {
                Converter::Object(converter) => now.is(converter),
                own => self.kit.converts(&now, own)?,
            };
            if !is_current {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Whether a resolver with these attributes has its list and its names.
fn is_resolver_current(own: &Bound<'_, PyDict>, route: &Route, inner: &Router) -> PyResult<bool> {
    let py = own.py();
    let Some(list) = own.get_item(interned::url_patterns(py))? else {
        return Ok(false);
    };
    let names = route.name.bind(py).cast::<PyTuple>()?;
    let is_name = |name, place| {
        let name = own.get_item(name)?;
        Ok::<_, PyErr>(name.is_some_and(|name| names.get_item(place).is_ok_and(|it| it.is(&name))))
    };
    Ok(inner.has_list(&list)?
        && is_name(interned::app_name(py), 0)?
        && is_name(interned::namespace(py), 1)?)
}
