//! Reads the plan of a router and of the routers nested in it.

mod plan;

use channels_fast_core::{Builder, Classes, Level, Source, Table};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::routes::{Place, Route, Router, Routes};
use plan::{RoutePlan, RouterPlan, TablePlan};

/// Makes the table that a `TablePlan` describes.
pub(crate) fn read(plan: &Bound<'_, PyAny>) -> PyResult<(Table, Routes)> {
    let plan: TablePlan<'_> = plan.extract()?;
    let mut routes = Routes {
        routers: Vec::new(),
        trails: Vec::new(),
        meanings: Vec::with_capacity(plan.meanings.len()),
        members: Vec::with_capacity(plan.classes.len()),
        keep_none: plan.keep_none,
    };
    let mut classes = Classes::default();
    for class in plan.classes {
        classes.add(class.class()?);
        routes.members.push(class.members);
    }
    let mut sources = Vec::with_capacity(plan.meanings.len());
    for meaning in plan.meanings {
        let (source, meaning) = meaning.read()?;
        sources.push(source);
        routes.meanings.push(meaning);
    }
    let builder = Builder::new(classes);
    let mut reader = Reader {
        builder: if plan.keep_slashes {
            builder.keep_slashes()
        } else {
            builder
        },
        sources: &sources,
        routes,
        places: Vec::new(),
    };
    reader.router(plan.router)?;
    Ok((reader.builder.finish(), reader.routes))
}

struct Reader<'a> {
    builder: Builder,
    // By the numbers of the meanings.
    sources: &'a [Source],
    routes: Routes,
    // The routes that lead to the router.
    places: Vec<Place>,
}

impl Reader<'_> {
    fn router(&mut self, plan: RouterPlan<'_>) -> PyResult<(usize, Level)> {
        let length = plan.routes.len();
        let number = self.routes.routers.len();
        self.routes.routers.push(Router {
            outer: self.places.last().copied(),
            list: plan.live,
            routes: Vec::with_capacity(length),
        });
        self.routes.trails.reserve(length);
        let level = self.builder.begin(length);
        for (position, route) in plan.routes.iter().enumerate() {
            let route: RoutePlan<'_> = route.extract()?;
            let (object, pattern, literal, meaning, callback, application, template, name, inner) =
                route;
            let Some(source) = self.sources.get(meaning) else {
                return Err(PyValueError::new_err(format!("no meaning {meaning}")));
            };
            let place = Place {
                router: number,
                position,
            };
            let compiled = self.builder.compile_source(literal.to_str()?, source);
            // What a regex for Python leaves of the path is not known here, so a router
            // behind it is called.
            let nested = match inner {
                Some(inner) if !compiled.is_python() => {
                    self.places.push(place);
                    let (number, inner) = self.router(inner)?;
                    self.places.pop();
                    self.builder.add_router(&level, &compiled, &inner);
                    Some(number)
                }
                _ => {
                    self.builder.add_leaf(&level, &compiled);
                    let trail = self.places.iter().copied().chain([place]);
                    self.routes.trails.push(trail.collect());
                    None
                }
            };
            if let Some(router) = self.routes.routers.get_mut(number) {
                router.routes.push(Route {
                    object,
                    pattern,
                    callback,
                    application,
                    template,
                    name,
                    meaning,
                    nested,
                });
            }
        }
        self.builder.end(&level);
        Ok((number, level))
    }
}
