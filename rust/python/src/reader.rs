//! Reads the routes of a router, and those of the routers nested in it.
//!
//! PERF: the first connection of a process waits for this. So the routes that
//! `path()` and `re_path()` make are read here, where they are (`django.rs`). Any
//! other route is given to `_compile.py`, which makes a plan of it (`plan.rs`).

use channels_fast_core::build::{Compiled, Level};
use channels_fast_core::pattern::{Bodies, Pattern};
use channels_fast_core::{Builder, Classes, Table};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::convert::Converter;
use crate::django::Known;
use crate::interned;
use crate::plan::{self, Text};
use crate::routes::{Param, Route, Router, Trail};

/// One router in many places counts each time. Beyond this many routes a nested
/// router stays an application of its own.
const MOST_ROUTES: usize = 100_000;

/// A router nested deeper than this stays an application of its own: the routers are
/// read, and searched, on the stack of the thread.
const DEEPEST: usize = 100;

/// What is made of the routes.
pub(crate) struct Read {
    pub(crate) table: Table,
    /// For each class the function that knows its members.
    pub(crate) members: Vec<Option<Py<PyAny>>>,
    pub(crate) routers: Vec<Router>,
    pub(crate) trails: Vec<Trail>,
}

/// What Python has said about the routes of a table so far.
pub(crate) struct Answers<'py> {
    /// The `_Compiler` of `_compile.py`.
    pub(crate) compiler: Bound<'py, PyAny>,
    /// Its list of classes, which becomes longer while it answers.
    classes: Bound<'py, PyList>,
    members: Vec<Option<Py<PyAny>>>,
    pub(crate) bodies: Bodies,
}

impl Answers<'_> {
    /// Adds the classes that Python has met since the last time.
    pub(crate) fn add_classes(&mut self, classes: &mut Classes) -> PyResult<()> {
        for class in self.classes.iter().skip(self.members.len()) {
            self.members.push(plan::read_class(&class, classes)?);
        }
        Ok(())
    }
}

/// Reads `routes`, and all routes that they lead to.
pub(crate) fn read(routes: &Bound<'_, PyAny>, compiler: &Bound<'_, PyAny>) -> PyResult<Read> {
    let py = routes.py();
    let mut reader = Reader {
        answers: Answers {
            compiler: compiler.clone(),
            classes: compiler.getattr(interned::classes(py))?.cast_into()?,
            members: Vec::new(),
            bodies: Bodies::default(),
        },
        known: Known::of(compiler)?,
        router_class: compiler.getattr(interned::router_class(py))?,
        builder: Builder::new(Classes::default()),
        pattern: Pattern::default(),
        routers: Vec::new(),
        trails: Vec::new(),
        around: Vec::new(),
        places: Vec::new(),
        count: 0,
    };
    reader.router(None, routes)?;
    Ok(Read {
        table: reader.builder.finish(),
        members: reader.answers.members,
        routers: reader.routers,
        trails: reader.trails,
    })
}

struct Reader<'py> {
    answers: Answers<'py>,
    known: Option<Known<'py>>,
    router_class: Bound<'py, PyAny>,
    builder: Builder,
    // Where a pattern is read into, to use its memory again.
    pattern: Pattern,
    routers: Vec<Router>,
    trails: Vec<Trail>,
    // The routers around the route, to see one that contains itself.
    around: Vec<Bound<'py, PyAny>>,
    // The routes that lead to the router: router and position.
    places: Vec<(usize, usize)>,
    count: usize,
}

impl<'py> Reader<'py> {
    fn router(
        &mut self,
        object: Option<&Bound<'py, PyAny>>,
        list: &Bound<'py, PyAny>,
    ) -> PyResult<(usize, Level)> {
        // The routes are read from the copy: code of the project may change the list
        // meanwhile.
        let snapshot = match list.cast_exact::<PyTuple>() {
            Ok(tuple) => tuple.clone().into_any(),
            Err(_) => list
                .cast_exact::<PyList>()?
                .get_slice(0, usize::MAX)
                .into_any(),
        };
        let length = snapshot.len()?;
        self.count += length;
        let number = self.routers.len();
        self.routers.push(Router {
            object: object.map(|object| object.clone().unbind()),
            outer: self.places.last().copied(),
            list: list.clone().unbind(),
            snapshot: snapshot.clone().unbind(),
            length,
            routes: Vec::with_capacity(length),
        });
        self.trails.reserve(length);
        let level = self.builder.begin(length);
        for (position, route) in snapshot.try_iter()?.enumerate() {
            self.route(&level, &route?, (number, position))?;
        }
        self.builder.end(&level);
        Ok((number, level))
    }

    fn route(
        &mut self,
        level: &Level,
        object: &Bound<'py, PyAny>,
        place: (usize, usize),
    ) -> PyResult<()> {
        let mut pattern = std::mem::take(&mut self.pattern);
        let known = match &mut self.known {
            Some(known) => {
                let classes = self.builder.classes();
                known.route(object, &mut self.answers, classes, &mut pattern)?
            }
            None => None,
        };
        let (route, text) = match known {
            Some(read) => read,
            None => self.plan(object, &mut pattern)?,
        };
        let route = match text {
            Text::Read => {
                let compiled = self.builder.compile(&pattern, &self.answers.bodies);
                self.add(level, &compiled, route, place)?
            }
            Text::Tree(source) => {
                let source = source.flatten();
                let compiled = self.builder.compile_source(&source);
                self.add(level, &compiled, route, place)?
            }
        };
        self.pattern = pattern;
        if let Some(router) = self.routers.get_mut(place.0) {
            router.routes.push(route);
        }
        Ok(())
    }

    /// Asks `_compile.py` for the plan of a route.
    fn plan(&mut self, object: &Bound<'py, PyAny>, into: &mut Pattern) -> PyResult<(Route, Text)> {
        let name = interned::plan(object.py());
        let plan = self.answers.compiler.call_method1(name, (object,))?;
        self.answers.add_classes(self.builder.classes())?;
        plan::read_route(object, &plan, into)
    }

    fn add(
        &mut self,
        level: &Level,
        compiled: &Compiled<'_>,
        mut route: Route,
        place: (usize, usize),
    ) -> PyResult<Route> {
        if let Some((router, routes)) = self.nested(compiled, &route)? {
            self.around.push(router.clone());
            self.places.push(place);
            let (number, inner) = self.router(Some(&router), &routes)?;
            self.places.pop();
            self.around.pop();
            self.builder.add_router(level, compiled, &inner);
            route.nested = Some(number);
            return Ok(route);
        }
        self.builder.add_leaf(level, compiled);
        self.trails.push(Trail::new(&self.places, place));
        Ok(route)
    }

    /// The router behind the route and its routes, if they become part of the table.
    fn nested(
        &self,
        compiled: &Compiled<'_>,
        route: &Route,
    ) -> PyResult<Option<(Bound<'py, PyAny>, Bound<'py, PyAny>)>> {
        let py = self.router_class.py();
        // A converter of the project runs before the inner routes are looked at, and
        // may raise whatever it likes.
        let own = |param: &Param| matches!(param.converter, Converter::Object(_));
        let deep = self.around.len() >= DEEPEST;
        if deep || compiled.is_python() || route.params.iter().any(own) {
            return Ok(None);
        }
        let callback = route.callback(py)?;
        if !callback.get_type().is(&self.router_class)
            || self.around.iter().any(|router| router.is(&callback))
        {
            return Ok(None);
        }
        let routes = callback.getattr(interned::routes(py))?;
        if !routes.is_exact_instance_of::<PyList>() && !routes.is_exact_instance_of::<PyTuple>() {
            return Ok(None);
        }
        let fits = self.count + routes.len()? <= MOST_ROUTES;
        Ok(fits.then_some((callback, routes)))
    }
}
