//! The plan of a table, as `_routes/plans.py` describes it.

use channels_fast_core::{Class, Look, Node, Source, WideMembers};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString, PyTuple};

use crate::convert::Converter;
use crate::routes::{Meaning, Param};

#[derive(FromPyObject)]
pub(super) struct TablePlan<'py> {
    pub(super) router: RouterPlan<'py>,
    pub(super) meanings: Vec<MeaningPlan<'py>>,
    pub(super) classes: Vec<ClassPlan>,
    pub(super) keep_none: bool,
    pub(super) keep_slashes: bool,
}

#[derive(FromPyObject)]
pub(super) struct RouterPlan<'py> {
    /// The live list or tuple.
    pub(super) live: Py<PyAny>,
    /// A `RoutePlan` for each route.
    pub(super) routes: Bound<'py, PyList>,
}

/// The route, its pattern, the literal, the number of the meaning, the callback, the
/// application, the template, the name, and the router that becomes part of the table.
/// Without a pattern, a callback or a template, the route is asked for it each time.
pub(super) type RoutePlan<'py> = (
    Py<PyAny>,
    Option<Py<PyAny>>,
    Bound<'py, PyString>,
    usize,
    Option<Py<PyAny>>,
    Py<PyAny>,
    Option<Py<PyString>>,
    Py<PyAny>,
    Option<RouterPlan<'py>>,
);

#[derive(FromPyObject)]
pub(super) struct MeaningPlan<'py> {
    tree: Bound<'py, PyAny>,
    full: bool,
    names: Option<Vec<Py<PyString>>>,
    converters: Vec<Bound<'py, PyAny>>,
    reason: Option<String>,
}

impl MeaningPlan<'_> {
    /// The tree for the core, and what else a route needs to know.
    pub(super) fn read(self) -> PyResult<(Source, Meaning)> {
        let source = if self.tree.is_none() {
            Source::Opaque
        } else if let Some(number) = prefix_number(&self.tree)? {
            Source::Prefix(number)
        } else {
            Source::Pattern {
                node: read_node(&self.tree)?,
                full: self.full,
                slots: self.converters.len(),
            }
        };
        let mut names = self.names.into_iter().flatten();
        let params = self.converters.iter().map(|converter| {
            Ok(Param {
                name: names.next(),
                converter: read_converter(converter)?,
            })
        });
        let meaning = Meaning {
            params: params.collect::<PyResult<_>>()?,
            reason: self.reason,
        };
        Ok((source.flatten(), meaning))
    }
}

/// The number in `("prefix", number)`.
fn prefix_number(tree: &Bound<'_, PyAny>) -> PyResult<Option<u32>> {
    match tree.cast_exact::<PyTuple>() {
        Ok(tuple) if tuple.get_item(0)?.eq("prefix")? => tuple.get_item(1)?.extract().map(Some),
        _ => Ok(None),
    }
}

#[derive(FromPyObject)]
pub(super) struct ClassPlan {
    ascii: u128,
    wide: String,
    pub(super) members: Option<Py<PyAny>>,
}

impl ClassPlan {
    pub(super) fn class(&self) -> PyResult<Class> {
        let wide = match self.wide.as_str() {
            "never" => WideMembers::Never,
            "always" => WideMembers::Always,
            "ask" => WideMembers::Ask,
            other => return Err(PyValueError::new_err(format!("no members {other:?}"))),
        };
        Ok(Class::new(self.ascii, wide))
    }
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

fn read_node(plan: &Bound<'_, PyAny>) -> PyResult<Node> {
    if plan.is_none() {
        return Ok(Node::Opaque);
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
        "uuid" => Node::Uuid(tuple.get_item(1)?.extract()?),
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
