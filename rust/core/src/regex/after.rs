//! What stands beside a part of a pattern: texts that no match can do without.

use crate::regex::class::ClassId;
use crate::regex::tree::{Look, Node};

/// The longest text that no match can do without.
pub(crate) fn longest_literal(nodes: &[Node]) -> Option<&str> {
    nodes
        .iter()
        .filter_map(|node| match node {
            Node::Literal(text) => Some(text.as_str()),
            Node::Concat(nodes) => longest_literal(nodes),
            Node::Group { node, .. } | Node::Repeat { min: 1.., node, .. } => {
                longest_literal(std::slice::from_ref(node))
            }
            _ => None,
        })
        .max_by_key(|text| text.len())
}

pub(crate) fn last_literal(nodes: &[Node]) -> Option<&str> {
    match nodes.iter().rfind(|node| !is_end(node))? {
        Node::Literal(text) => Some(text),
        _ => None,
    }
}

fn is_end(node: &Node) -> bool {
    matches!(node, Node::Look(Look::End | Look::EndOrNewline))
}

/// What has to come next in the path behind a part of the pattern.
#[derive(Clone, Copy)]
pub(crate) enum After<'n> {
    Text(&'n str),
    Class(ClassId),
    End,
    EndOrNewline,
    /// Nothing: the pattern is through.
    Match,
    Unknown,
}

impl<'n> After<'n> {
    /// The text that has to come next, as far as one is known.
    pub(crate) fn text(self) -> &'n str {
        match self {
            Self::Text(text) => text,
            _ => "",
        }
    }
}

/// What comes next behind a part, with `nodes` behind it and `after` behind those.
pub(crate) fn next_of<'n>(nodes: &'n [Node], after: After<'n>) -> After<'n> {
    let is_nothing = |node: &Node| matches!(node, Node::Concat(nodes) if nodes.is_empty());
    let mut rest = nodes.iter().skip_while(|node| is_nothing(node));
    match rest.next() {
        None => after,
        Some(Node::Literal(text)) => After::Text(text),
        Some(Node::Class(class) | Node::Uuid(class)) => After::Class(*class),
        Some(Node::Concat(nodes)) => next_of(nodes, After::Unknown),
        Some(Node::Group { node, .. } | Node::Repeat { min: 1.., node, .. }) => {
            next_of(std::slice::from_ref(node), After::Unknown)
        }
        Some(Node::Look(Look::End)) => After::End,
        // In front of more, a run may have to give the newline back.
        Some(Node::Look(Look::EndOrNewline))
            if rest.all(is_end)
                && matches!(after, After::End | After::EndOrNewline | After::Match) =>
        {
            After::EndOrNewline
        }
        _ => After::Unknown,
    }
}
