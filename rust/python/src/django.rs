//! Reads Django's own URL objects where they are.
//!
//! Like `_compile.py`, and in no other file of this crate, private attributes of
//! `django.urls` are read here. Only objects whose classes are exactly Django's are
//! read, and only if nobody has changed what they do: for anything else `_compile.py`
//! is asked, which knows the rest and has the reasons.

use std::sync::OnceLock;

use channels_fast_core::pattern::Pattern;
use channels_fast_core::plain::{self, Reading};
use channels_fast_core::template::{self, Parameter};
use channels_fast_core::{Classes, Source};
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::convert::Converter;
use crate::interned;
use crate::plan::{Text, read_converter, read_node};
use crate::reader::Answers;
use crate::routes::{Param, Route};

/// So many converter objects are remembered. There is one for each name that is
/// registered.
const CONVERTERS: usize = 16;

/// So many names of groups are remembered. Most tables use a few, again and again.
const NAMES: usize = 16;

/// A converter object that a route has had.
struct Met<'py> {
    object: Bound<'py, PyAny>,
    /// What it is, if it is one of Django's own.
    built_in: Option<BuiltIn<'py>>,
}

/// Kind, regex and class of characters, as `_compile.py` names them.
type BuiltIn<'py> = (Bound<'py, PyString>, String, usize);

/// Django's classes, as `_compile.py` hands them over, and what was met so far.
pub(crate) struct Known<'py> {
    url_pattern: Bound<'py, PyAny>,
    route_pattern: Bound<'py, PyAny>,
    route_match: Bound<'py, PyAny>,
    regex_pattern: Bound<'py, PyAny>,
    regex_match: Bound<'py, PyAny>,
    /// Makes the regex of a route for the versions of Django that do not keep it.
    route_to_regex: Bound<'py, PyAny>,
    /// Whether Django calls `fullmatch` for an endpoint.
    full_match: bool,
    converters: Vec<Met<'py>>,
    /// The parameters of the route that is being read: names, and numbers of
    /// converters.
    captures: Vec<(Bound<'py, PyString>, usize)>,
    /// The names of groups, so that routes share them.
    names: Vec<(String, Bound<'py, PyString>)>,
}

/// The parameters of a pattern, whether they have names, and what became of it.
type Found = (Vec<Param>, bool, Text);

impl<'py> Known<'py> {
    /// Takes over what `_compile.py` says of Django. `None` if nothing is to be read
    /// here.
    pub(crate) fn of(compiler: &Bound<'py, PyAny>) -> PyResult<Option<Self>> {
        let django = compiler.getattr(interned::django(compiler.py()))?;
        if django.is_none() {
            return Ok(None);
        }
        let (
            url_pattern,
            route_pattern,
            route_match,
            regex_pattern,
            regex_match,
            route_to_regex,
            full_match,
        ) = django.extract()?;
        Ok(Some(Self {
            url_pattern,
            route_pattern,
            route_match,
            regex_pattern,
            regex_match,
            route_to_regex,
            full_match,
            converters: Vec::new(),
            captures: Vec::new(),
            names: Vec::new(),
        }))
    }

    /// Reads a route of Django into `text`. `None` if `_compile.py` has to read it.
    pub(crate) fn route(
        &mut self,
        object: &Bound<'py, PyAny>,
        answers: &mut Answers<'py>,
        classes: &mut Classes,
        text: &mut Pattern,
    ) -> PyResult<Option<(Route, Text)>> {
        let py = object.py();
        if !object.get_type().is(&self.url_pattern) {
            return Ok(None);
        }
        let pattern = object.getattr(interned::pattern(py))?;
        let found = match self.pattern(&pattern, answers, classes, text) {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(None),
            // `_compile.py` meets it again, and reports it.
            Err(error) if error.is_instance_of::<PyException>(py) => return Ok(None),
            Err(error) => return Err(error),
        };
        let (params, named, found) = found;
        let route = Route {
            object: object.clone().unbind(),
            plain: true,
            attributes: OnceLock::new(),
            compiled: pattern.unbind(),
            params,
            named,
            nested: None,
            reason: None,
        };
        Ok(Some((route, found)))
    }

    fn pattern(
        &mut self,
        pattern: &Bound<'py, PyAny>,
        answers: &mut Answers<'py>,
        classes: &mut Classes,
        text: &mut Pattern,
    ) -> PyResult<Option<Found>> {
        let py = pattern.py();
        let class = pattern.get_type();
        let is_route = class.is(&self.route_pattern);
        if !is_route && !class.is(&self.regex_pattern) {
            return Ok(None);
        }
        let own = pattern.getattr(interned::match_(py))?;
        let own = own.getattr(interned::func(py))?;
        if is_route && own.is(&self.route_match) {
            self.route_pattern(pattern, answers, classes, text)
        } else if !is_route && own.is(&self.regex_match) {
            self.regex_pattern(pattern, answers, classes, text)
        } else {
            Ok(None)
        }
    }

    /// Reads what `path()` makes.
    fn route_pattern(
        &mut self,
        pattern: &Bound<'py, PyAny>,
        answers: &mut Answers<'py>,
        classes: &mut Classes,
        text: &mut Pattern,
    ) -> PyResult<Option<Found>> {
        let py = pattern.py();
        let route = pattern.getattr(interned::private_route(py))?;
        if !route.is_exact_instance_of::<PyString>() {
            return Ok(None);
        }
        let regex = match pattern.getattr_opt(interned::private_regex(py))? {
            Some(regex) if regex.is_exact_instance_of::<PyString>() => regex,
            // Django before 5.1
            _ => {
                let end = pattern.getattr(interned::private_is_endpoint(py))?;
                self.route_to_regex.call1((route, end))?.get_item(0)?
            }
        };
        let regex = regex.cast_exact::<PyString>()?.to_str()?;
        let converters = pattern.getattr(interned::converters(py))?;
        let Ok(converters) = converters.cast_exact::<PyDict>() else {
            return Ok(None);
        };
        self.captures.clear();
        let mut params = Vec::with_capacity(converters.len());
        for (name, converter) in converters.iter() {
            let Ok(name) = name.cast_into_exact::<PyString>() else {
                return Ok(None);
            };
            // What is no text raises here and not below.
            name.to_str()?;
            let Some(number) = self.converter(&converter, answers, classes)? else {
                return Ok(None);
            };
            let Some((kind, ..)) = self.built_in(number) else {
                return Ok(None);
            };
            params.push(Param {
                name: Some(name.clone().unbind()),
                converter: read_converter(kind)?,
            });
            self.captures.push((name, number));
        }
        let parameters = self.captures.iter().filter_map(|(name, number)| {
            let (kind, regex, class) = self.built_in(*number)?;
            Some(Parameter {
                name: name.to_str().ok()?,
                regex,
                class: *class,
                uuid: kind == "uuid",
            })
        });
        let read = if template::read(text, regex, parameters) {
            Text::Read
        } else {
            Text::Tree(Source::Opaque)
        };
        Ok(Some((params, true, read)))
    }

    fn built_in(&self, number: usize) -> Option<&BuiltIn<'py>> {
        self.converters.get(number)?.built_in.as_ref()
    }

    /// The number of a converter, or `None` if there are too many different ones.
    fn converter(
        &mut self,
        object: &Bound<'py, PyAny>,
        answers: &mut Answers<'py>,
        classes: &mut Classes,
    ) -> PyResult<Option<usize>> {
        let met = self.converters.iter().position(|met| met.object.is(object));
        if met.is_some() || self.converters.len() == CONVERTERS {
            return Ok(met);
        }
        let name = interned::built_in(object.py());
        let built_in = answers.compiler.call_method1(name, (object,))?.extract()?;
        answers.add_classes(classes)?;
        self.converters.push(Met {
            object: object.clone(),
            built_in,
        });
        Ok(Some(self.converters.len() - 1))
    }

    /// Reads what `re_path()` makes.
    fn regex_pattern(
        &mut self,
        pattern: &Bound<'py, PyAny>,
        answers: &mut Answers<'py>,
        classes: &mut Classes,
        text: &mut Pattern,
    ) -> PyResult<Option<Found>> {
        let py = pattern.py();
        let regex = pattern.getattr(interned::private_regex(py))?;
        let Ok(regex) = regex.cast_exact::<PyString>() else {
            return Ok(None);
        };
        let regex = regex.to_str()?;
        let is_endpoint = pattern.getattr(interned::private_is_endpoint(py))?;
        loop {
            match plain::read(text, regex, &answers.bodies) {
                Reading::Read => break,
                Reading::Refused => return Ok(None),
                Reading::Unknown(body) => {
                    let name = interned::group(py);
                    let tree = answers.compiler.call_method1(name, (body,))?;
                    answers.add_classes(classes)?;
                    let node = match tree.extract::<Option<Bound<'_, PyAny>>>()? {
                        Some(tree) => Some(read_node(&tree)?),
                        None => None,
                    };
                    answers.bodies.add(body, node, classes);
                }
            }
        }
        text.full = self.full_match && regex.ends_with('$') && is_endpoint.is_truthy()?;
        let mut params = Vec::with_capacity(text.names().len());
        for range in text.names() {
            let name = regex.get(range.clone()).unwrap_or_default();
            params.push(Param {
                name: Some(self.name(py, name).unbind()),
                converter: Converter::Text,
            });
        }
        let named = !params.is_empty();
        Ok(Some((params, named, Text::Read)))
    }

    fn name(&mut self, py: Python<'py>, text: &str) -> Bound<'py, PyString> {
        if let Some((_, name)) = self.names.iter().find(|(known, _)| known == text) {
            return name.clone();
        }
        let name = PyString::new(py, text);
        if self.names.len() < NAMES {
            self.names.push((text.to_owned(), name.clone()));
        }
        name
    }
}
