//! Reads the plan of a router and of the routers nested in it.

mod plan;

use channels_fast_core::{Builder, Classes, Level, Table};
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::routes::{Param, Place, Route, Router, Routes};
use plan::{ClassPlan, RoutePlan, RouterPlan, TablePlan, read_converter};

/// What is made of a plan.
pub(crate) struct Read {
    pub(crate) table: Table,
    /// For each class the function that knows its members.
    pub(crate) members: Vec<Option<Py<PyAny>>>,
    pub(crate) routes: Routes,
}

pub(crate) fn read(plan: &Bound<'_, PyAny>) -> PyResult<Read> {
    let plan: TablePlan<'_> = plan.extract()?;
    let mut reader = Reader {
        builder: Builder::new(Classes::default()),
        classes: plan.classes,
        members: Vec::new(),
        routes: Routes {
            routers: Vec::new(),
            trails: Vec::new(),
            keep_none: plan.keep_none,
        },
        places: Vec::new(),
    };
    reader.router(plan.router)?;
    Ok(Read {
        table: reader.builder.finish(),
        members: reader.members,
        routes: reader.routes,
    })
}

struct Reader<'py> {
    builder: Builder,
    classes: Bound<'py, PyList>,
    members: Vec<Option<Py<PyAny>>>,
    routes: Routes,
    // The routes that lead to the router.
    places: Vec<Place>,
}

impl Reader<'_> {
    fn router(&mut self, plan: RouterPlan<'_>) -> PyResult<(usize, Level)> {
        let length = plan.routes.len()?;
        let number = self.routes.routers.len();
        self.routes.routers.push(Router {
            outer: self.places.last().copied(),
            list: plan.routes.unbind(),
            routes: Vec::with_capacity(length),
        });
        self.routes.trails.reserve(length);
        let level = self.builder.begin(length);
        for (position, route) in plan.plans.try_iter()?.enumerate() {
            let place = Place {
                router: number,
                position,
            };
            let route = self.route(&level, &route?, place)?;
            if let Some(router) = self.routes.routers.get_mut(number) {
                router.routes.push(route);
            }
        }
        self.builder.end(&level);
        Ok((number, level))
    }

    fn route(&mut self, level: &Level, plan: &Bound<'_, PyAny>, place: Place) -> PyResult<Route> {
        let plan: RoutePlan<'_> = plan.extract()?;
        for class in self.classes.iter().skip(self.members.len()) {
            let class: ClassPlan = class.extract()?;
            self.builder.classes().add(class.class()?);
            self.members.push(class.members);
        }
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
                let trail = self.places.iter().copied().chain([place]);
                self.routes.trails.push(trail.collect());
                None
            }
        };
        let mut names = plan.names.iter().flatten();
        let mut params = Vec::with_capacity(plan.converters.len());
        for converter in &plan.converters {
            params.push(Param {
                name: names.next().map(|name| name.clone().unbind()),
                converter: read_converter(converter)?,
            });
        }
        Ok(Route {
            object: plan.route,
            pattern: plan.pattern,
            callback: plan.callback,
            application: plan.application,
            params,
            nested,
            reason: plan.reason,
        })
    }
}
