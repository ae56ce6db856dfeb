//! Reads the plan that `_compile.py` makes of the routes.
//!
//! A plan is plain tuples, strings and numbers. Its form is described in
//! `_compile.py`. A plan of the wrong form is an error of this package and not of
//! the project that uses it; it raises `TypeError` or `ValueError` here, and the
//! router goes on without a table.

use std::sync::OnceLock;

use channels_fast_core::template::{self, Parameter};
use channels_fast_core::{Class, Classes, Look, Node, RouteSpec, Source, class::WideMembers};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString, PyTuple};

use crate::convert::Converter;
use crate::routes::{Param, Route, Router};

/// The classes of a plan, and for each the function that knows its members.
pub(crate) struct ClassList {
    pub(crate) classes: Classes,
    pub(crate) members: Vec<Option<Py<PyAny>>>,
}

/// Reads the classes: `(ascii, wide, members)` each.
pub(crate) fn read_classes(plans: &Bound<'_, PyList>) -> PyResult<ClassList> {
    let mut list = ClassList {
        classes: Classes::default(),
        members: Vec::with_capacity(plans.len()),
    };
    for plan in plans.iter() {
        let (ascii, wide, members): (u128, u8, Option<Py<PyAny>>) = plan.extract()?;
        let wide = match wide {
            0 => WideMembers::Never,
            1 => WideMembers::Always,
            _ => WideMembers::Ask,
        };
        list.classes.add(Class::new(ascii, wide));
        list.members.push(members);
    }
    Ok(list)
}

/// Reads the routes of one router. Returns what the core has to know, and adds
/// what the border has to know to `routers`.
pub(crate) fn read_router(
    object: Option<Py<PyAny>>,
    outer: Option<(usize, usize)>,
    list: &Bound<'_, PyAny>,
    plans: &Bound<'_, PyList>,
    routers: &mut Vec<Router>,
) -> PyResult<(usize, Vec<RouteSpec>)> {
    let number = routers.len();
    routers.push(Router {
        object,
        outer,
        list: list.clone().unbind(),
        snapshot: list
            .call_method0("copy")
            .unwrap_or_else(|_| list.clone())
            .unbind(),
        length: list.len()?,
        routes: Vec::with_capacity(plans.len()),
    });
    let mut specs = Vec::with_capacity(plans.len());
    for (position, plan) in plans.iter().enumerate() {
        let (route, spec) = read_route(&plan, (number, position), routers)?;
        if let Some(router) = routers.get_mut(number) {
            router.routes.push(route);
        }
        specs.push(spec);
    }
    Ok((number, specs))
}

/// A nested router, its routes and their plans.
type NestedPlan<'py> = (Py<PyAny>, Bound<'py, PyAny>, Bound<'py, PyList>);

/// A route, as `_compile.py` describes it.
type RoutePlan<'py> = (
    Py<PyAny>,
    bool,
    Py<PyAny>,
    Bound<'py, PyAny>,
    Option<Vec<Py<PyString>>>,
    Vec<Bound<'py, PyAny>>,
    Option<NestedPlan<'py>>,
    Option<String>,
);

fn read_route(
    plan: &Bound<'_, PyAny>,
    place: (usize, usize),
    routers: &mut Vec<Router>,
) -> PyResult<(Route, RouteSpec)> {
    let (object, is_plain, compiled, source, names, converters, nested, reason): RoutePlan<'_> =
        plan.extract()?;
    let mut params = Vec::with_capacity(converters.len());
    for converter in &converters {
        params.push(Param {
            name: None,
            converter: read_converter(converter)?,
        });
    }
    let has_names = names.is_some();
    for (param, name) in params.iter_mut().zip(names.into_iter().flatten()) {
        param.name = Some(name);
    }
    let source = read_source(&source, params.len())?;
    let (nested, inner) = match nested {
        Some((router, list, plans)) => {
            let (number, specs) = read_router(Some(router), Some(place), &list, &plans, routers)?;
            (Some(number), Some(specs))
        }
        None => (None, None),
    };
    let route = Route {
        object,
        plain: is_plain,
        attributes: OnceLock::new(),
        compiled,
        params,
        named: has_names,
        nested,
        reason,
    };
    let spec = RouteSpec {
        source,
        nested: inner,
    };
    Ok((route, spec))
}

/// `"str"`, `"int"`, `"uuid"`, or the converter object.
fn read_converter(plan: &Bound<'_, PyAny>) -> PyResult<Converter> {
    let Ok(kind) = plan.cast_exact::<PyString>() else {
        return Ok(Converter::Object(plan.clone().unbind()));
    };
    match kind.to_str()? {
        "str" => Ok(Converter::Text),
        "int" => Ok(Converter::Int),
        "uuid" => Ok(Converter::Uuid),
        other => Err(PyValueError::new_err(format!("no converter {other:?}"))),
    }
}

/// `None`, or `(text, parameters)` of a `path()` route, or `(tree, full)`.
fn read_source(plan: &Bound<'_, PyAny>, slots: usize) -> PyResult<Source> {
    if plan.is_none() {
        return Ok(Source::Opaque);
    }
    let (first, second): (Bound<'_, PyAny>, Bound<'_, PyAny>) = plan.extract()?;
    if let Ok(parameters) = second.cast_exact::<PyTuple>() {
        let text: &str = first.extract()?;
        let owned: Vec<(String, String, usize, bool)> = parameters.extract()?;
        let parameters: Vec<Parameter<'_>> = owned
            .iter()
            .map(|(name, regex, class, uuid)| Parameter {
                name,
                regex,
                class: *class,
                uuid: *uuid,
            })
            .collect();
        return Ok(match template::read(text, &parameters) {
            Some(nodes) => Source::Pattern {
                node: Node::Concat(nodes),
                full: false,
                slots,
            },
            None => Source::Opaque,
        });
    }
    Ok(Source::Pattern {
        node: read_node(&first)?,
        full: second.extract()?,
        slots,
    })
}

/// A string is a literal, a number a class, a list a sequence, `None` is foreign;
/// all else is a tuple that begins with its kind.
fn read_node(plan: &Bound<'_, PyAny>) -> PyResult<Node> {
    if plan.is_none() {
        return Ok(Node::Foreign);
    }
    if let Ok(text) = plan.cast_exact::<PyString>() {
        return Ok(Node::Literal(text.to_str()?.to_owned()));
    }
    if let Ok(nodes) = plan.cast_exact::<PyList>() {
        return Ok(Node::Concat(read_nodes(nodes)?));
    }
    let Ok(tuple) = plan.cast_exact::<PyTuple>() else {
        return Ok(Node::Class(plan.extract()?));
    };
    let kind: Bound<'_, PyString> = tuple.get_item(0)?.cast_into()?;
    Ok(match kind.to_str()? {
        "alternatives" => Node::Alternatives(read_nodes(tuple.get_item(1)?.cast_exact()?)?),
        "repeat" => Node::Repeat {
            min: tuple.get_item(1)?.extract()?,
            max: tuple.get_item(2)?.extract()?,
            greedy: tuple.get_item(3)?.extract()?,
            node: Box::new(read_node(&tuple.get_item(4)?)?),
        },
        "group" => Node::Group {
            slot: tuple.get_item(1)?.extract()?,
            node: Box::new(read_node(&tuple.get_item(2)?)?),
        },
        "start" => Node::Look(Look::Start),
        "end" => Node::Look(Look::End),
        "end_or_newline" => Node::Look(Look::EndOrNewline),
        "line_start" => Node::Look(Look::LineStart),
        "line_end" => Node::Look(Look::LineEnd),
        "word_boundary" => Node::Look(Look::WordBoundary(tuple.get_item(1)?.extract()?)),
        other => return Err(PyValueError::new_err(format!("no node {other:?}"))),
    })
}

fn read_nodes(plans: &Bound<'_, PyList>) -> PyResult<Vec<Node>> {
    plans.iter().map(|plan| read_node(&plan)).collect()
}
