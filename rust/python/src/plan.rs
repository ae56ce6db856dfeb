//! Reads the plan that `_compile.py` makes of the routes.
//!
//! A plan is plain tuples, strings and numbers. Its form is described in
//! `_compile.py`. A plan of the wrong form is an error of this package and not of
//! the project that uses it; it raises `TypeError` or `ValueError` here, and the
//! router goes on without a table.

use std::sync::OnceLock;

use channels_fast_core::pattern::Pattern;
use channels_fast_core::template::{self, Parameter};
use channels_fast_core::{Class, Classes, Look, Node, Source, class::WideMembers};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString, PyTuple};

use crate::convert::Converter;
use crate::routes::{Param, Route};

/// Reads a class, `(ascii, wide, members)`, into `classes`. Returns the function that
/// knows its members.
pub(crate) fn read_class(
    plan: &Bound<'_, PyAny>,
    classes: &mut Classes,
) -> PyResult<Option<Py<PyAny>>> {
    let (ascii, wide, members): (u128, u8, Option<Py<PyAny>>) = plan.extract()?;
    let wide = match wide {
        0 => WideMembers::Never,
        1 => WideMembers::Always,
        _ => WideMembers::Ask,
    };
    classes.add(Class::new(ascii, wide));
    Ok(members)
}

/// What became of a pattern.
pub(crate) enum Text {
    /// It is cut into pieces.
    Read,
    /// It is a tree, or nothing is known.
    Tree(Source),
}

/// A route, as `_compile.py` describes it.
type RoutePlan<'py> = (
    bool,
    Py<PyAny>,
    Bound<'py, PyAny>,
    Option<Vec<Py<PyString>>>,
    Vec<Bound<'py, PyAny>>,
    Option<String>,
);

/// Reads the plan of the route `object`, and perhaps its pattern into `text`.
pub(crate) fn read_route(
    object: &Bound<'_, PyAny>,
    plan: &Bound<'_, PyAny>,
    text: &mut Pattern,
) -> PyResult<(Route, Text)> {
    let (is_plain, compiled, source, names, converters, reason): RoutePlan<'_> = plan.extract()?;
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
    let source = read_source(&source, params.len(), text)?;
    let route = Route {
        object: object.clone().unbind(),
        plain: is_plain,
        attributes: OnceLock::new(),
        compiled,
        params,
        named: has_names,
        nested: None,
        reason,
    };
    Ok((route, source))
}

/// `"str"`, `"int"`, `"uuid"`, or the converter object.
pub(crate) fn read_converter(plan: &Bound<'_, PyAny>) -> PyResult<Converter> {
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
fn read_source(plan: &Bound<'_, PyAny>, slots: usize, into: &mut Pattern) -> PyResult<Text> {
    if plan.is_none() {
        return Ok(Text::Tree(Source::Opaque));
    }
    let (first, second): (Bound<'_, PyAny>, Bound<'_, PyAny>) = plan.extract()?;
    if let Ok(parameters) = second.cast_exact::<PyTuple>() {
        let text: &str = first.extract()?;
        let owned: Vec<(String, String, usize, bool)> = parameters.extract()?;
        let parameters = owned.iter().map(|(name, regex, class, uuid)| Parameter {
            name,
            regex,
            class: *class,
            uuid: *uuid,
        });
        let read = template::read(into, text, parameters) && into.slots() == slots;
        return Ok(if read {
            Text::Read
        } else {
            Text::Tree(Source::Opaque)
        });
    }
    Ok(Text::Tree(Source::Pattern {
        node: read_node(&first)?,
        full: second.extract()?,
        slots,
    }))
}

/// A string is a literal, a number a class, a list a sequence, `None` is foreign;
/// all else is a tuple that begins with its kind.
pub(crate) fn read_node(plan: &Bound<'_, PyAny>) -> PyResult<Node> {
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
