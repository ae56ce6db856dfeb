//! Answers for a list of Django's URLs: what Python sees of a table of them.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use channels_fast_core::Search;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyString};
use pyo3::{PyTraverseError, PyVisit};

use crate::convert::Resolver404;
use crate::interned;
use crate::pages::entered;
use crate::read;
use crate::routes::Row;
use crate::tried::Tried;
use crate::url_match::Trial;
use crate::url_table::UrlTable;

#[pymethods]
impl UrlTable {
    /// Compiles the URLs of a `TablePlan`, with what a `Kit` knows of Django.
    #[new]
    #[pyo3(signature = (plan, kit, /))]
    fn new(plan: &Bound<'_, PyAny>, kit: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (table, routes) = read::read(plan)?;
        let attributes = std::iter::repeat_with(OnceLock::new);
        Ok(Self {
            attributes: attributes.take(routes.trails.len()).collect(),
            table,
            routes,
            prefix_of: kit.getattr("prefix_of")?.extract()?,
            has_tried: kit.getattr("has_tried")?.extract()?,
            has_extra: kit.getattr("has_extra")?.extract()?,
            kit: kit.extract()?,
            root: OnceLock::new(),
            has_changed: AtomicBool::new(false),
        })
    }

    /// Returns the match of `path` for a resolver of the list. `None` if Django has to
    /// find it, `False` if the list has changed.
    #[pyo3(signature = (resolver, path, /))]
    fn resolve<'py>(
        slf: &Bound<'py, Self>,
        resolver: &Bound<'py, PyAny>,
        path: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let none = || Ok(py.None().into_bound(py));
        let Ok(path) = path.cast_exact::<PyString>() else {
            return none();
        };
        let Some(text) = path.to_str().ok().and_then(|text| text.strip_prefix('/')) else {
            return none();
        };
        if !slf.get().kit.adds_nothing(resolver, &slf.get().root)? {
            return none();
        }
        Self::find(slf, resolver, text)
    }

    /// Returns the match of what a resolver has left of a path, as if it added nothing
    /// to it. `None` and `False` mean what they mean there.
    #[pyo3(signature = (path, /))]
    fn resolve_rest<'py>(
        slf: &Bound<'py, Self>,
        path: &Bound<'py, PyString>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        match path.to_str() {
            Ok(text) => Self::find(slf, slf.get().kit.nobody.bind(py), text),
            Err(_) => Ok(py.None().into_bound(py)),
        }
    }

    /// Lists `(positions, engine, reason)` for each route that is no compiled resolver.
    fn rows(&self) -> Vec<Row<'_>> {
        self.routes.rows(self.table.engines())
    }

    #[allow(clippy::needless_pass_by_value)] // the signature is PyO3's
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.routes.traverse(&visit)?;
        visit.call(self.root.get())?;
        for attributes in &self.attributes {
            visit.call(attributes.get())?;
        }
        self.kit.traverse(&visit)
    }
}

impl UrlTable {
    /// Whether code of the project is run for what was found.
    fn runs_code(&self, search: &Search) -> bool {
        !search.ask.is_empty() || self.converts_by_code(search)
    }

    fn converts_by_code(&self, search: &Search) -> bool {
        let found = search.found.as_ref();
        found.is_some_and(|found| self.routes.has_own_converter(found.route))
    }

    fn find<'py>(
        slf: &Bound<'py, Self>,
        root: &Bound<'py, PyAny>,
        text: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let this = slf.get();
        let none = || Ok(py.None().into_bound(py));
        let changed = || Ok(PyBool::new(py, false).to_owned().into_any());
        let outermost = this.routes.routers.first();
        if this.has_changed.load(Ordering::Relaxed)
            || !outermost.map_or(Ok(false), |it| it.has_list(it.list.bind(py)))?
        {
            return changed();
        }
        if !this.kit.is_untouched(py) {
            return none();
        }
        let mut trial = Trial {
            table: this,
            root,
            text,
            prefixes: Vec::new(),
            asked: None,
        };
        let is_current = |place| this.is_url_current(py, place);
        // Code of the project is not run twice for one path. So everything is looked at
        // before any of it runs, and from there on the search stays in the table.
        let mut begun = false;
        let mut next = 0;
        loop {
            let mut search = trial.search(next)?;
            if begun {
                // What has changed counts from the next path on.
                let lists = std::mem::take(&mut search.entered);
                if !this.routes.are_all_current(&search, is_current)?
                    || !this.are_lists_current(py, lists)?
                {
                    this.has_changed.store(true, Ordering::Relaxed);
                }
            } else {
                // PERF: to ask for the language takes as long as all the rest.
                if trial.prefixes.is_empty()
                    && this.kit.has_prefixes()
                    && (search.needs_prefixes || this.runs_code(&search))
                {
                    let Some(prefixes) = this.kit.prefixes(py) else {
                        return none();
                    };
                    trial.prefixes = prefixes;
                    search = trial.search(next)?;
                }
                if !this.routes.are_all_current(&search, is_current)? {
                    return changed();
                }
                // PERF: those on the way to the route that was found have been looked at.
                let way = search.found.as_ref().map(|found| found.route);
                let way = way.map_or(&[][..], |number| this.routes.trail(number));
                let is_on_way = |router: &usize| {
                    let mut nested = way.iter().filter_map(|place| this.routes.route(*place));
                    nested.any(|route| route.nested == Some(*router))
                };
                let others = std::mem::take(&mut search.entered).into_iter();
                let others = others.filter(|it| !is_on_way(it));
                if !this.are_lists_current(py, others)? {
                    return changed();
                }
                begun = this.runs_code(&search);
                if this.converts_by_code(&search) {
                    // It may refuse, and then the path may lead into others.
                    let (table, prefixes) = (&this.table, &trial.prefixes);
                    let all = entered(py, table, &this.routes, prefixes, text, u32::MAX)?;
                    let all = all.into_iter().map(|(router, _)| router);
                    if !this.are_lists_current(py, all)? {
                        return changed();
                    }
                }
            }
            for candidate in &search.ask {
                if let Some(made) = trial.ask(candidate)? {
                    if this.has_tried {
                        let tried = tried(slf, trial, candidate.route)?;
                        let own = made.getattr(interned::dict(py))?;
                        own.set_item(interned::tried(py), tried)?;
                    }
                    return Ok(made);
                }
            }
            let Some(found) = &search.found else {
                let tried = tried(slf, trial, u32::MAX)?;
                let missed = this.kit.missed.bind(py).call0()?.cast_into::<PyDict>()?;
                missed.set_item(interned::tried(py), &tried)?;
                missed.set_item(interned::path(py), tried.get().path.bind(py))?;
                return Err(Resolver404::new_err((missed.unbind(),)));
            };
            next = found.route + 1;
            if let Some(attributes) = trial.accept(found)? {
                if this.has_tried {
                    let tried = tried(slf, trial, found.route)?;
                    attributes.set_item(interned::tried(py), tried)?;
                }
                return this.kit.new_match(&attributes);
            }
        }
    }
}

/// What a search has tried in front of the route with a number.
fn tried<'py>(
    table: &Bound<'py, UrlTable>,
    trial: Trial<'_, 'py>,
    last: u32,
) -> PyResult<Bound<'py, Tried>> {
    let py = table.py();
    let tried = Tried {
        table: table.clone().unbind(),
        path: PyString::new(py, trial.text).unbind(),
        prefixes: trial.prefixes,
        last,
        asked: trial.asked.map(Bound::unbind),
        made: OnceLock::new(),
    };
    Bound::new(py, tried)
}
