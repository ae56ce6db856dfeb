//! Builds what the application is called with.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};

use crate::interned;

/// The `url_route` that an outer router left in the scope, and what is added.
pub(crate) struct UrlRoute<'py> {
    /// `None` as long as there are none.
    args: Option<Bound<'py, PyAny>>,
    kwargs: Option<Bound<'py, PyDict>>,
    // Whether `kwargs` belongs to an outer router and must not be written to.
    shared: bool,
    /// The text of the pattern, `None` as long as there is none.
    template: Option<Bound<'py, PyString>>,
}

impl<'py> UrlRoute<'py> {
    /// Reads it from the scope. `None` if it is not of the form that routers make.
    pub(crate) fn of(scope: &Bound<'py, PyDict>) -> PyResult<Option<Self>> {
        let py = scope.py();
        let mut route = Self {
            args: None,
            kwargs: None,
            shared: false,
            template: None,
        };
        let Some(outer) = scope.get_item(interned::url_route(py))? else {
            return Ok(Some(route));
        };
        let Ok(outer) = outer.cast_exact::<PyDict>() else {
            return Ok(None);
        };
        if let Some(args) = outer.get_item(interned::args(py))? {
            let Ok(args) = args.cast_into_exact::<PyTuple>() else {
                return Ok(None);
            };
            route.args = (!args.is_empty()).then(|| args.into_any());
        }
        if let Some(kwargs) = outer.get_item(interned::kwargs(py))? {
            let Ok(kwargs) = kwargs.cast_into_exact::<PyDict>() else {
                return Ok(None);
            };
            route.kwargs = Some(kwargs);
            route.shared = true;
        }
        if let Some(template) = outer.get_item(interned::route(py))? {
            route.template = template.cast_into().ok();
        }
        Ok(Some(route))
    }

    /// A copy to try a route with: the next route must not see its kwargs.
    pub(crate) fn again(&self) -> Self {
        Self {
            args: self.args.clone(),
            kwargs: self.kwargs.clone(),
            shared: self.kwargs.is_some(),
            template: self.template.clone(),
        }
    }

    /// Adds positional arguments behind those of outer routers, as `outer + args`.
    pub(crate) fn add_args(&mut self, args: &Bound<'py, PyAny>) -> PyResult<()> {
        let py = args.py();
        self.args = match (&self.args, args.cast_exact::<PyTuple>()) {
            (None, Ok(tuple)) if tuple.is_empty() => None,
            (None, Ok(tuple)) => Some(tuple.clone().into_any()),
            (None, Err(_)) => Some(PyTuple::empty(py).add(args)?),
            (Some(outer), _) => Some(outer.add(args)?),
        };
        Ok(())
    }

    /// Adds keyword arguments, as `{**outer, **kwargs}`.
    pub(crate) fn add_kwargs(&mut self, kwargs: &Bound<'py, PyAny>) -> PyResult<()> {
        let py = kwargs.py();
        if let Ok(kwargs) = kwargs.cast::<PyDict>() {
            return self.kwargs(py)?.update(kwargs.as_mapping());
        }
        if !kwargs.hasattr(pyo3::intern!(py, "keys"))? {
            let name = kwargs.get_type().name()?;
            let text = format!("'{name}' object is not a mapping");
            return Err(PyTypeError::new_err(text));
        }
        self.kwargs(py)?
            .call_method1(interned::update(py), (kwargs,))?;
        Ok(())
    }

    /// The kwargs, ready to be written to.
    pub(crate) fn kwargs(&mut self, py: Python<'py>) -> PyResult<&Bound<'py, PyDict>> {
        if self.shared {
            self.kwargs = self.kwargs.as_ref().map(PyDictMethods::copy).transpose()?;
            self.shared = false;
        }
        Ok(self.kwargs.get_or_insert_with(|| PyDict::new(py)))
    }

    /// Adds the default arguments of a route, which win over its captures.
    pub(crate) fn add_defaults(&mut self, defaults: &Bound<'py, PyAny>) -> PyResult<()> {
        let py = defaults.py();
        if let Ok(defaults) = defaults.cast_exact::<PyDict>() {
            if !defaults.is_empty() {
                self.kwargs(py)?.update(defaults.as_mapping())?;
            }
            return Ok(());
        }
        // Django before 4.1 takes whatever `dict.update` takes.
        self.kwargs(py)?
            .call_method1(interned::update(py), (defaults,))?;
        Ok(())
    }

    /// Adds the text of a pattern behind those of outer routers.
    pub(crate) fn add_template(&mut self, template: &Bound<'py, PyString>) -> PyResult<()> {
        self.template = Some(match &self.template {
            Some(outer) => join_templates(outer, template)?,
            None => template.clone(),
        });
        Ok(())
    }

    /// Returns the copy of `scope` that the application gets.
    pub(crate) fn child_scope(
        mut self,
        scope: &Bound<'py, PyDict>,
        remaining: &Bound<'py, PyAny>,
        name: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let py = scope.py();
        self.kwargs(py)?;
        let Some(kwargs) = self.kwargs else {
            return Err(PyTypeError::new_err("url_route has no kwargs"));
        };
        let url_route = PyDict::new(py);
        let args = self.args.unwrap_or_else(|| PyTuple::empty(py).into_any());
        url_route.set_item(interned::args(py), args)?;
        url_route.set_item(interned::kwargs(py), kwargs)?;
        url_route.set_item(interned::route(py), self.template)?;
        url_route.set_item(interned::name(py), name)?;
        let child = scope.copy()?;
        child.set_item(interned::path_remaining(py), remaining)?;
        child.set_item(interned::url_route(py), url_route)?;
        Ok(child)
    }
}

/// Joins the texts of two patterns, as `join_templates` in `_routes/uncompiled.py`.
pub(crate) fn join_templates<'py>(
    outer: &Bound<'py, PyString>,
    inner: &Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyString>> {
    let py = outer.py();
    if outer.is_empty()? {
        return Ok(inner.clone());
    }
    let inner = inner.call_method1(interned::removeprefix(py), ("^",))?;
    Ok(outer.add(inner)?.cast_into()?)
}

/// The path of a scope.
pub(crate) struct ScopePath<'py> {
    path: Bound<'py, PyString>,
    /// Where the part begins that this router has to match.
    start: usize,
    /// Whether an outer router passed the scope on.
    pub(crate) inner: bool,
}

impl<'py> ScopePath<'py> {
    /// Reads the path (ASGI, HTTP & WebSocket scope). `None` if anything about it
    /// is unusual: Python's own code decides then what happens.
    pub(crate) fn of(scope: &Bound<'py, PyDict>) -> PyResult<Option<Self>> {
        let py = scope.py();
        let remaining = scope.get_item(interned::path_remaining(py))?;
        let inner = remaining.is_some();
        let path = match remaining {
            Some(path) => Some(path),
            None => scope.get_item(interned::path(py))?,
        };
        let Some(Ok(path)) = path.map(Bound::cast_into_exact::<PyString>) else {
            return Ok(None);
        };
        // A lone surrogate has no UTF-8 form.
        let Ok(text) = path.to_str() else {
            return Ok(None);
        };
        let mut rest = text;
        if !inner && let Some(root) = scope.get_item(interned::root_path(py))? {
            let Ok(root) = root.cast_exact::<PyString>() else {
                return Ok(None);
            };
            let Some(behind) = root.to_str().ok().and_then(|root| rest.strip_prefix(root)) else {
                return Ok(None);
            };
            rest = behind;
        }
        let start = text.len() - rest.trim_start_matches('/').len();
        Ok(Some(Self { path, start, inner }))
    }

    /// The part of the path that this router has to match.
    pub(crate) fn text(&self) -> &str {
        let text = self.path.to_str().unwrap_or_default();
        text.get(self.start..).unwrap_or_default()
    }
}
