//! Reads the plan of a router and of the routers nested in it.

mod plan;

use channels_fast_core::{Builder, Classes, Level, Table};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::routes::{Param, Route, Router, Trail};
use plan::{RoutePlan, RouterPlan, TablePlan};

/// What is made of a plan.
pub(crate) struct Read {
    pub(crate) table: Table,
    /// For each class the function that knows its members.
    pub(crate) members: Vec<Option<Py<PyAny>>>,
    pub(crate) routers: Vec<Router>,
    pub(crate) trails: Vec<Trail>,
    pub(crate) keep_none: bool,
}

pub(crate) fn read(plan: &Bound<'_, PyAny>) -> PyResult<Read> {
    let plan: TablePlan<'_> = plan.extract()?;
    let mut classes = Classes::default();
    let mut members = Vec::with_capacity(plan.classes.len());
    for class in plan.classes {
        classes.add(class.class()?);
        members.push(class.members);
    }
    let mut reader = Reader {
        builder: Builder::new(classes),
        routers: Vec::new(),
        trails: Vec::new(),
        places: Vec::new(),
    };
    reader.router(plan.router)?;
    Ok(Read {
        table: reader.builder.finish(),
        members,
        routers: reader.routers,
        trails: reader.trails,
        keep_none: plan.keep_none,
    })
}

struct Reader {
    builder: Builder,
    routers: Vec<Router>,
    trails: Vec<Trail>,
    // The routes that lead to the router: router and position.
    places: Vec<(usize, usize)>,
}

impl Reader {
    fn router(&mut self, plan: RouterPlan<'_>) -> PyResult<(usize, Level)> {
        let length = plan.plans.len();
        let number = self.routers.len();
        self.routers.push(Router {
            object: plan.router,
            outer: self.places.last().copied(),
            snapshot: match plan.routes.cast_exact::<PyList>() {
                Ok(list) => list.get_slice(0, usize::MAX).into_any().unbind(),
                Err(_) => plan.routes.clone().unbind(),
            },
            list: plan.routes.unbind(),
            length,
            routes: Vec::with_capacity(length),
        });
        self.trails.reserve(length);
        let level = self.builder.begin(length);
        for (position, route) in plan.plans.iter().enumerate() {
            let route = self.route(&level, &route, (number, position))?;
            if let Some(router) = self.routers.get_mut(number) {
                router.routes.push(route);
            }
        }
        self.builder.end(&level);
        Ok((number, level))
    }

    fn route(
        &mut self,
        level: &Level,
        plan: &Bound<'_, PyAny>,
        place: (usize, usize),
    ) -> PyResult<Route> {
        let pair = plan.cast_exact::<PyTuple>()?;
        let object = pair.get_item(0)?.unbind();
        let plan: RoutePlan<'_> = pair.get_item(1)?.extract()?;
        let source = plan.source()?.flatten();
        let compiled = self.builder.compile_source(&source);
        // What a regex for Python leaves of the path is not known here, so a router
        // behind it is called.
        let nested = match &plan.nested {
            Some(nested) if !compiled.is_python() => {
                self.places.push(place);
                let (number, inner) = self.router(nested.extract()?)?;
                self.places.pop();
                self.builder.add_router(level, &compiled, &inner);
                Some(number)
            }
            _ => {
                self.builder.add_leaf(level, &compiled);
                self.trails.push(Trail::new(&self.places, place));
                None
            }
        };
        let mut params = Vec::new();
        for converter in plan.converters() {
            params.push(Param {
                name: None,
                converter: converter?,
            });
        }
        let named = plan.names.is_some();
        for (param, name) in params.iter_mut().zip(plan.names.into_iter().flatten()) {
            param.name = Some(name);
        }
        Ok(Route {
            object,
            compiled: plan.pattern,
            params,
            named,
            nested,
            reason: plan.reason,
        })
    }
}
