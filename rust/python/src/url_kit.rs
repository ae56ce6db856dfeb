//! What a table of Django's URLs knows of Django, as `_routes/urls.py` hands it over.

use std::sync::OnceLock;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple, PyType};
use pyo3::{PyTraverseError, PyVisit};

use crate::convert::Converter;
use crate::interned;
use crate::routes::Route;

/// `Kit` of `_routes/urls.py`.
#[derive(FromPyObject)]
pub(crate) struct Kit {
    /// `URLResolver`.
    resolver: Py<PyType>,
    /// `RegexPattern`.
    regex_pattern: Py<PyType>,
    /// `ResolverMatch`.
    match_class: Py<PyType>,
    /// `object.__new__`.
    new: Py<PyAny>,
    /// Makes the attributes that all matches of a route have.
    attributes_of: Py<PyAny>,
    /// What has to be Django's own, for every path.
    always: Vec<Own>,
    /// `to_python()` of Django's converters, which is looked at where one is used.
    text: Vec<Own>,
    int: Vec<Own>,
    uuid: Vec<Own>,
    /// The patterns that begin a path with the language.
    languages: Vec<Py<PyAny>>,
    /// Says whether a pattern takes the slash in front of every path, and nothing else.
    is_root: Py<PyAny>,
    /// Stands for a resolver that adds nothing.
    pub(crate) nobody: Py<PyAny>,
    /// Adds what resolvers add to the match of a route that Python was asked about.
    pub(crate) merge: Py<PyAny>,
    /// What such a match has tried, and what such an error has.
    pub(crate) tried_of_match: Py<PyAny>,
    pub(crate) tried_of_error: Py<PyAny>,
    /// Makes the argument of a `Resolver404`, a dict that is to be filled.
    pub(crate) missed: Py<PyAny>,
    /// Makes a dict of arguments that are none, with the error of Django.
    pub(crate) spread: Py<PyAny>,
}

/// A class, or the `vars()` of a class or module, a name, and what Django has there.
type Own = (Py<PyAny>, Py<PyString>, Py<PyAny>);

/// The pattern of the resolver that a table answers for.
pub(crate) type Root = OnceLock<Py<PyAny>>;

impl Kit {
    /// Whether nobody has replaced what the answers of a table stand for.
    pub(crate) fn is_untouched(&self, py: Python<'_>) -> bool {
        self.always.iter().all(|(place, name, own)| {
            let now = place.bind(py).get_item(name.bind(py));
            now.is_ok_and(|now| now.is(own))
        })
    }

    /// Whether a pattern passes on what it captures as text.
    pub(crate) fn takes_text(&self, pattern: &Bound<'_, PyAny>) -> bool {
        pattern.get_type().is(&self.regex_pattern)
    }

    /// Whether `now` is one of Django's converters of a kind, as they were known.
    pub(crate) fn converts(&self, now: &Bound<'_, PyAny>, kind: &Converter) -> PyResult<bool> {
        let methods = match kind {
            Converter::Text => &self.text,
            Converter::Int => &self.int,
            Converter::Uuid => &self.uuid,
            Converter::Object(_) => return Ok(false),
        };
        let class = now.get_type();
        let method = methods.iter().find(|(known, ..)| class.is(known));
        match method {
            Some((_, name, function)) => Ok(class.getattr(name.bind(now.py()))?.is(function)),
            None => Ok(false),
        }
    }

    /// Whether a resolver is one of Django's that takes the slash in front of a path and
    /// adds nothing to a match.
    pub(crate) fn adds_nothing(&self, resolver: &Bound<'_, PyAny>, root: &Root) -> PyResult<bool> {
        let py = resolver.py();
        if !resolver.get_type().is(&self.resolver) {
            return Ok(false);
        }
        let own = resolver
            .getattr(interned::dict(py))?
            .cast_into::<PyDict>()?;
        let is_none = |name| Ok::<_, PyErr>(own.get_item(name)?.is_some_and(|it| it.is_none()));
        if !is_none(interned::app_name(py))? || !is_none(interned::namespace(py))? {
            return Ok(false);
        }
        match own.get_item(interned::default_kwargs(py))? {
            Some(defaults)
                if defaults
                    .cast_exact::<PyDict>()
                    .is_ok_and(PyDictMethods::is_empty) => {}
            _ => return Ok(false),
        }
        let Some(pattern) = own.get_item(interned::pattern(py))? else {
            return Ok(false);
        };
        if root.get().is_some_and(|root| pattern.is(root)) {
            let own = pattern.getattr(interned::dict(py))?.cast_into::<PyDict>()?;
            return Ok(!own.contains(interned::match_(py))?);
        }
        let is_root = self.is_root.bind(py).call1((&pattern,))?.is_truthy()?;
        if is_root {
            // Another one is asked about each time.
            let _ = root.set(pattern.unbind());
        }
        Ok(is_root)
    }

    /// Whether there are prefixes that depend on the language.
    pub(crate) fn has_prefixes(&self) -> bool {
        !self.languages.is_empty()
    }

    /// The prefixes of the language that is active, by the numbers of their patterns.
    /// `None` if Django has to say what is wrong.
    pub(crate) fn prefixes(&self, py: Python<'_>) -> Option<Vec<Box<str>>> {
        let prefixes = self.languages.iter().map(|pattern| {
            let prefix = pattern.bind(py).getattr(interned::language_prefix(py));
            let prefix = prefix.ok()?.cast_into_exact::<PyString>().ok()?;
            Some(prefix.to_str().ok()?.into())
        });
        prefixes.collect()
    }

    /// The attributes that all matches of a route have.
    pub(crate) fn attributes_of<'py>(
        &self,
        py: Python<'py>,
        route: &Route,
    ) -> PyResult<Bound<'py, PyDict>> {
        let (view, around, text) = (&route.callback, &route.application, &route.template);
        let made = self.attributes_of.bind(py);
        let made = made.call1((view, &route.name, around, text))?;
        Ok(made.cast_into()?)
    }

    /// A `ResolverMatch` with these attributes.
    pub(crate) fn new_match<'py>(
        &self,
        attributes: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = attributes.py();
        let class = self.match_class.bind(py);
        let made = self.new.bind(py).call1(PyTuple::new(py, [class])?)?;
        made.setattr(interned::dict(py), attributes)?;
        Ok(made)
    }

    /// Shows the garbage collector what may lead back to the table.
    pub(crate) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        for (place, _, own) in &self.always {
            visit.call(place)?;
            visit.call(own)?;
        }
        for (class, _, function) in self.text.iter().chain(&self.int).chain(&self.uuid) {
            visit.call(class)?;
            visit.call(function)?;
        }
        for pattern in &self.languages {
            visit.call(pattern)?;
        }
        for class in [&self.resolver, &self.regex_pattern, &self.match_class] {
            visit.call(class)?;
        }
        let makers = [
            &self.new,
            &self.attributes_of,
            &self.is_root,
            &self.merge,
            &self.missed,
            &self.spread,
        ];
        let others = [&self.nobody, &self.tried_of_match, &self.tried_of_error];
        for object in makers.into_iter().chain(others) {
            visit.call(object)?;
        }
        Ok(())
    }
}
