//! What was tried before a match, or before there was none.

use std::sync::OnceLock;

use channels_fast_core::Spans;
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyList, PyString, PyTuple, PyType};
use pyo3::{PyTraverseError, PyVisit};
use rustc_hash::FxHashMap;

use crate::convert::Converter;
use crate::pages::entered;
use crate::routes::Routes;
use crate::url_table::UrlTable;

/// Stands for the list `tried` of Django until somebody looks at it.
///
/// The list is made of what the table was made from, so nothing that has changed since
/// can be seen in it, and no code of the project runs.
#[pyclass(frozen, module = "channels_fast._rust")]
pub(crate) struct Tried {
    pub(crate) table: Py<UrlTable>,
    pub(crate) path: Py<PyString>,
    pub(crate) prefixes: Vec<Box<str>>,
    /// The route that answered, or the greatest number.
    pub(crate) last: u32,
    /// For each route that Python was asked about, its number and what it has tried.
    pub(crate) asked: Option<Py<PyList>>,
    /// One of the standard library, since the garbage collector may look into it.
    pub(crate) made: OnceLock<Py<PyList>>,
}

#[pymethods]
impl Tried {
    /// The list. It is made once.
    fn list<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        if let Some(made) = self.made.get() {
            return Ok(made.bind(py).clone());
        }
        let made = self.make(py)?;
        // Another thread may have been first.
        Ok(self.made.get_or_init(|| made).bind(py).clone())
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.list(py)?.len())
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.list(py)?.try_iter()
    }

    fn __getitem__<'py>(
        &self,
        py: Python<'py>,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.list(py)?.as_any().get_item(key)
    }

    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        match other.cast::<Self>() {
            Ok(other) => self.list(py)?.eq(other.get().list(py)?),
            Err(_) => self.list(py)?.eq(other),
        }
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(self.list(py)?.repr()?.to_str()?.to_owned())
    }

    /// A pickle or a copy is the list.
    fn __reduce__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyType>, (Bound<'py, PyList>,))> {
        Ok((py.get_type::<PyList>(), (self.list(py)?,)))
    }

    #[allow(clippy::needless_pass_by_value)] // the signature is PyO3's
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.table)?;
        visit.call(&self.asked)?;
        visit.call(self.made.get())
    }
}

impl Tried {
    fn make(&self, py: Python<'_>) -> PyResult<Py<PyList>> {
        let UrlTable { table, routes, .. } = self.table.get();
        let path = self.path.bind(py).to_str()?;
        let end = self.last.saturating_add(1);
        let entered = entered(py, table, routes, &self.prefixes, path, end)?;
        let mut teller = Teller {
            py,
            routes,
            path,
            entered: entered.into_iter().collect(),
            asked: FxHashMap::default(),
            number: 0,
            end,
        };
        if let Some(asked) = &self.asked {
            for entry in asked.bind(py) {
                let (number, tried): (u32, Bound<'_, PyAny>) = entry.extract()?;
                teller.asked.insert(number, tried);
            }
        }
        let tried = PyList::empty(py);
        teller.tell(0, &mut Vec::new(), &tried)?;
        Ok(tried.unbind())
    }
}

/// One walk through the routes of a table.
struct Teller<'a, 'py> {
    py: Python<'py>,
    routes: &'a Routes,
    path: &'a str,
    /// The nested routers that the path led into, with the groups of their patterns.
    entered: FxHashMap<usize, Spans>,
    asked: FxHashMap<u32, Bound<'py, PyAny>>,
    /// The number of the next route.
    number: u32,
    end: u32,
}

impl<'py> Teller<'_, 'py> {
    /// Adds what was tried of a router, behind the resolvers that lead to it.
    fn tell(
        &mut self,
        router: usize,
        before: &mut Vec<Bound<'py, PyAny>>,
        tried: &Bound<'py, PyList>,
    ) -> PyResult<()> {
        let Some(router) = self.routes.routers.get(router) else {
            return Ok(());
        };
        for route in &router.routes {
            if self.number >= self.end {
                break;
            }
            before.push(route.object.bind(self.py).clone());
            match route.nested {
                Some(inner) if self.is_entered(inner, route.meaning)? => {
                    self.tell(inner, before, tried)?;
                }
                Some(inner) => {
                    self.number += self.leaves(inner);
                    tried.append(PyList::new(self.py, &*before)?)?;
                }
                None => {
                    self.leaf(before, tried)?;
                    self.number += 1;
                }
            }
            before.pop();
        }
        Ok(())
    }

    fn leaf(&self, before: &[Bound<'py, PyAny>], tried: &Bound<'py, PyList>) -> PyResult<()> {
        let Some(inner) = self.asked.get(&self.number).filter(|it| !it.is_none()) else {
            return tried.append(PyList::new(self.py, before)?);
        };
        let inner = match inner.cast::<Tried>() {
            Ok(inner) => inner.get().list(self.py)?.into_any(),
            Err(_) => inner.clone(),
        };
        for one in inner.try_iter()? {
            let way = PyList::new(self.py, before)?;
            way.call_method1(
                pyo3::intern!(self.py, "extend"),
                PyTuple::new(self.py, [one?])?,
            )?;
            tried.append(way)?;
        }
        Ok(())
    }

    /// Whether the pattern of a nested router has accepted the path: its regex has, and a
    /// number in it has not too many digits for Python.
    fn is_entered(&self, router: usize, meaning: usize) -> PyResult<bool> {
        let Some(spans) = self.entered.get(&router) else {
            return Ok(false);
        };
        let params = self.routes.meanings.get(meaning);
        for (slot, param) in params.iter().flat_map(|it| &it.params).enumerate() {
            let text = (spans.get(slot).range()).and_then(|range| self.path.get(range));
            if let (Converter::Int, Some(text)) = (&param.converter, text)
                && param.converter.convert(self.py, text)?.is_none()
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// How many routes a router has, with those of the routers nested in it.
    fn leaves(&self, router: usize) -> u32 {
        let inside = self.routes.routers.get(router);
        let inside = inside.into_iter().flat_map(|router| &router.routes);
        inside
            .map(|route| route.nested.map_or(1, |inner| self.leaves(inner)))
            .sum()
    }
}
