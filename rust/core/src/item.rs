//! The parts of a pattern, as far as they matter for the index.

use crate::node::{Look, Node};
use crate::shape::Matcher;

/// A part of a pattern.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Item<'a> {
    /// Text. No two of these touch, but for a slash behind another one.
    Literal(&'a str),
    /// A run of characters of one class, with or without a group around it.
    Run(RunItem),
    /// A slash that may be missing.
    OptionalSlash,
    /// A position.
    Look(Look),
    /// Anything else.
    Other,
}

/// A run of characters of one class.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RunItem {
    pub(crate) matcher: Matcher,
    pub(crate) slot: Option<usize>,
    pub(crate) greedy: bool,
}

/// Reads one node as a run.
pub(crate) fn run_item(node: &Node) -> Option<RunItem> {
    let (node, slot) = match node {
        Node::Group { slot, node } => (node.as_ref(), Some(*slot)),
        other => (other, None),
    };
    let (matcher, greedy) = match node {
        Node::Class(class) => (
            Matcher::Run {
                class: *class,
                min: 1,
                max: 1,
            },
            true,
        ),
        Node::Uuid(class) => (Matcher::Uuid(*class), true),
        Node::Repeat {
            min,
            max,
            greedy,
            node,
        } => match node.as_ref() {
            Node::Class(class) => (
                Matcher::Run {
                    class: *class,
                    min: *min,
                    max: *max,
                },
                *greedy,
            ),
            _ => return None,
        },
        _ => return None,
    };
    Some(RunItem {
        matcher,
        slot,
        greedy,
    })
}

impl<'a> Item<'a> {
    pub(crate) fn of(node: &'a Node) -> Self {
        match node {
            Node::Literal(text) => Self::Literal(text),
            Node::Look(look) => Self::Look(*look),
            Node::Repeat {
                min: 0,
                max: 1,
                node,
                ..
            } if matches!(node.as_ref(), Node::Literal(text) if text == "/") => Self::OptionalSlash,
            other => run_item(other).map_or(Self::Other, Self::Run),
        }
    }
}
