//! Makes a `ResolverMatch` of what the core found, as `URLPattern.resolve` and
//! `URLResolver.resolve` of Django do between them.

use channels_fast_core::{Found, Search};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use crate::child_scope::join_templates;
use crate::convert::{Converter, Resolver404};
use crate::interned;
use crate::pages::search;
use crate::routes::{Place, Route};
use crate::url_table::UrlTable;

/// What a route is tried with.
pub(crate) struct Trial<'a, 'py> {
    pub(crate) table: &'a UrlTable,
    /// The resolver that the table answers for.
    pub(crate) root: &'a Bound<'py, PyAny>,
    /// The path behind its pattern.
    pub(crate) text: &'a str,
    /// Those of the language, once a search needs them.
    pub(crate) prefixes: Vec<Box<str>>,
    /// The number of each route that project code was run for, and what it has tried.
    pub(crate) asked: Option<Bound<'py, PyList>>,
}

/// What a pattern has captured.
struct Captured<'py> {
    args: Vec<Bound<'py, PyAny>>,
    /// `None` if nothing has a name: most resolvers capture nothing.
    kwargs: Option<Bound<'py, PyDict>>,
}

impl<'py> Trial<'_, 'py> {
    /// Searches for a route from a number on.
    pub(crate) fn search(&self, start: u32) -> PyResult<Search> {
        let UrlTable { table, routes, .. } = self.table;
        let prefixes = &self.prefixes;
        search(self.root.py(), table, routes, prefixes, self.text, start)
    }

    /// Returns the attributes of the match of a route that the core found. `None` if a
    /// converter refuses.
    pub(crate) fn accept(&mut self, found: &Found) -> PyResult<Option<Bound<'py, PyDict>>> {
        let py = self.root.py();
        let routes = &self.table.routes;
        let trail = routes.trail(found.route);
        let Some((last, outer)) = trail.split_last() else {
            return Ok(None);
        };
        let Some(leaf) = routes.route(*last) else {
            return Ok(None);
        };
        let kwargs = PyDict::new(py);
        let extra = PyDict::new(py);
        let mut args = Vec::new();
        let mut slot = 0;
        let mut failed = None;
        for route in outer.iter().filter_map(|place| routes.route(*place)) {
            let Some(captured) = self.captured(route, found, &mut slot)? else {
                return Ok(None);
            };
            args.extend(captured.args);
            let defaults = route
                .object
                .bind(py)
                .getattr(interned::default_kwargs(py))?;
            match self.add(&kwargs, &extra, captured.kwargs.as_ref(), &defaults, true) {
                Ok(true) => args.clear(),
                Ok(false) => {}
                // Django adds them from the innermost one outwards, behind a match.
                Err(error) => failed = Some(error),
            }
        }
        let captured = match self.captured(leaf, found, &mut slot) {
            Ok(Some(captured)) => captured,
            Ok(None) => return Ok(None),
            // Of a converter: a resolver takes it as one of its own.
            Err(error) if error.is_instance_of::<Resolver404>(py) => {
                self.note_error(found.route, &error)?;
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let defaults = leaf.object.bind(py).getattr(interned::default_args(py))?;
        // Up to Django 4.1 these may be all that `dict.update()` takes.
        let is_spread = self.table.has_extra;
        let own = captured.kwargs.as_ref();
        if self.add(&kwargs, &extra, own, &defaults, is_spread)? {
            // Positional arguments are kept if nothing from there inwards has a name.
            args.clear();
        }
        if let Some(error) = failed {
            return Err(error);
        }
        args.extend(captured.args);

        let common = self.table.attributes(py, found.route, leaf)?;
        let attributes = common.copy()?;
        attributes.set_item(interned::args(py), PyTuple::new(py, args)?)?;
        attributes.set_item(interned::kwargs(py), kwargs)?;
        for name in [interned::app_names(py), interned::namespaces(py)] {
            if let Some(names) = common.get_item(name)? {
                let names = names.cast::<PyList>()?;
                attributes.set_item(name, names.get_slice(0, names.len()))?;
            }
        }
        if self.table.has_extra {
            let captured = captured.kwargs.unwrap_or_else(|| PyDict::new(py));
            attributes.set_item(interned::captured_kwargs(py), captured)?;
            attributes.set_item(interned::extra_kwargs(py), extra)?;
        }
        let route = common.get_item(interned::route(py))?;
        if let (Some(prefix), Some(route)) = (self.language(trail), route) {
            let prefix = PyString::new(py, prefix);
            let route = join_templates(&prefix, route.cast::<PyString>()?)?;
            attributes.set_item(interned::route(py), route)?;
        }
        Ok(Some(attributes))
    }

    /// Asks a route that only Python matches. `None` if it has no match.
    pub(crate) fn ask(&mut self, found: &Found) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = self.root.py();
        let routes = &self.table.routes;
        let Some((last, outer)) = routes.trail(found.route).split_last() else {
            return Ok(None);
        };
        let Some(leaf) = routes.route(*last) else {
            return Ok(None);
        };
        // PERF: most of those that are asked have no match, and most stand in the
        // outermost list.
        let mut captured = Vec::new();
        let mut slot = 0;
        for route in outer.iter().filter_map(|place| routes.route(*place)) {
            let Some(one) = self.captured(route, found, &mut slot)? else {
                return Ok(None);
            };
            captured.push((route, one));
        }
        let leaf = leaf.object.bind(py);
        let rest = self.text.get(found.rest..).unwrap_or_default();
        let answer = match leaf.call_method1(interned::resolve(py), (rest,)) {
            Ok(answer) if answer.is_none() || !answer.is_truthy()? => return Ok(None),
            Ok(answer) => answer,
            Err(error) if error.is_instance_of::<Resolver404>(py) => {
                self.note_error(found.route, &error)?;
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let kit = &self.table.kit;
        self.note(found.route, &kit.tried_of_match.bind(py).call1((&answer,))?)?;
        let levels = PyList::empty(py);
        levels.append((self.root, PyTuple::empty(py), PyDict::new(py)))?;
        for (route, one) in captured {
            let args = PyTuple::new(py, one.args)?;
            let kwargs = one.kwargs.unwrap_or_else(|| PyDict::new(py));
            levels.append((&route.object, args, kwargs))?;
        }
        kit.merge.bind(py).call1((levels, leaf, answer)).map(Some)
    }

    fn note_error(&mut self, number: u32, error: &PyErr) -> PyResult<()> {
        let py = self.root.py();
        let tried = self.table.kit.tried_of_error.bind(py);
        let tried = tried.call1((error.value(py),))?;
        self.note(number, &tried)
    }

    fn note(&mut self, number: u32, tried: &Bound<'py, PyAny>) -> PyResult<()> {
        let asked = self.asked.get_or_insert_with(|| PyList::empty(tried.py()));
        asked.append((number, tried))
    }

    /// The prefix of the language that the way to a route begins with.
    fn language(&self, trail: &[Place]) -> Option<&str> {
        if self.prefixes.is_empty() {
            return None;
        }
        let first = self.table.routes.route(*trail.first()?)?;
        let number = self.table.prefix_of.get(first.meaning)?.as_ref()?;
        self.prefixes.get(*number).map(|prefix| &**prefix)
    }

    /// Converts what a pattern captured. `None` if a converter refuses.
    fn captured(
        &self,
        route: &Route,
        found: &Found,
        slot: &mut usize,
    ) -> PyResult<Option<Captured<'py>>> {
        let py = self.root.py();
        let routes = &self.table.routes;
        let mut kwargs = None;
        let mut set = |name: &Py<PyString>, value| {
            let kwargs = kwargs.get_or_insert_with(|| PyDict::new(py));
            kwargs.set_item(name, value)
        };
        let mut args = Vec::new();
        for param in routes.params(route) {
            let span = found.spans.get(*slot);
            *slot += 1;
            let text = span.range().and_then(|range| self.text.get(range));
            match (&param.name, text) {
                (Some(name), Some(text)) => {
                    let value = match &param.converter {
                        Converter::Object(converter) => convert(converter.bind(py), text)?,
                        own => own.convert(py, text)?,
                    };
                    let Some(value) = value else { return Ok(None) };
                    set(name, value)?;
                }
                (Some(name), None) if routes.keep_none => set(name, py.None().into_bound(py))?,
                (Some(_), None) => {}
                (None, text) => args.push(text.into_pyobject(py)?),
            }
        }
        Ok(Some(Captured { args, kwargs }))
    }

    /// Adds the captures of a level and its defaults, which win, as `{**a, **b}` does.
    /// Returns whether there are any.
    fn add(
        &self,
        kwargs: &Bound<'py, PyDict>,
        extra: &Bound<'py, PyDict>,
        captured: Option<&Bound<'py, PyDict>>,
        defaults: &Bound<'py, PyAny>,
        is_spread: bool,
    ) -> PyResult<bool> {
        if let Some(captured) = captured {
            kwargs.update(captured.as_mapping())?;
        }
        let own;
        let defaults = if let Ok(defaults) = defaults.cast_exact::<PyDict>() {
            defaults
        } else if is_spread {
            let spread = self.table.kit.spread.bind(defaults.py());
            own = spread.call1((defaults,))?.cast_into::<PyDict>()?;
            &own
        } else {
            own = PyDict::new(defaults.py());
            own.call_method1(interned::update(defaults.py()), (defaults,))?;
            &own
        };
        if !defaults.is_empty() {
            kwargs.update(defaults.as_mapping())?;
            extra.update(defaults.as_mapping())?;
        }
        Ok(captured.is_some() || !defaults.is_empty())
    }
}

/// Calls a converter of the project. `None` if it refuses, with `ValueError` only.
fn convert<'py>(converter: &Bound<'py, PyAny>, text: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = converter.py();
    match converter.call_method1(interned::to_python(py), (text,)) {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_instance_of::<pyo3::exceptions::PyValueError>(py) => Ok(None),
        Err(error) => Err(error),
    }
}
