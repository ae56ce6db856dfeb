//! The segments of one router's routes, as a tree.

use crate::hash::SegmentMap;
use crate::shape::{Matcher, Shape, Step, Tail};
use crate::tails::Tails;

/// Up to this many literal children are compared one by one, which is quicker
/// than hashing the segment.
const FEW: usize = 3;

/// Compares short texts without a call.
#[inline]
fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one == other)
}

/// The literal children of a node.
#[derive(Debug)]
pub(crate) enum Literals {
    Few(Vec<(Box<[u8]>, usize)>),
    Many(SegmentMap<usize>),
}

impl Literals {
    #[inline]
    pub(crate) fn get(&self, segment: &[u8]) -> Option<usize> {
        match self {
            Self::Few(children) => children
                .iter()
                .find(|(literal, _)| is_same(literal, segment))
                .map(|(_, node)| *node),
            Self::Many(children) => children.get(segment).copied(),
        }
    }

    fn insert(&mut self, segment: &[u8], node: usize) {
        match self {
            Self::Many(children) => {
                children.insert(segment.into(), node);
            }
            Self::Few(children) if children.len() < FEW => children.push((segment.into(), node)),
            Self::Few(children) => {
                let mut many: SegmentMap<usize> = children.drain(..).collect();
                many.insert(segment.into(), node);
                *self = Self::Many(many);
            }
        }
    }
}

/// A place in the tree: the beginning of a segment.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) literals: Literals,
    pub(crate) params: Vec<(Matcher, usize)>,
    /// Terminals of paths that end with the segment that led here, in
    /// declaration order.
    pub(crate) ends: Vec<usize>,
    /// Terminals that begin here and are not whole segments.
    pub(crate) tails: Option<Box<Tails>>,
    /// The lowest number of a route below this node.
    pub(crate) min: u32,
    /// The highest number of a route below this node.
    pub(crate) max: u32,
}

impl Node {
    fn new() -> Self {
        Self {
            literals: Literals::Few(Vec::new()),
            params: Vec::new(),
            ends: Vec::new(),
            tails: None,
            min: u32::MAX,
            max: 0,
        }
    }

    fn cover(&mut self, low: u32, high: u32) {
        self.min = self.min.min(low);
        self.max = self.max.max(high);
    }
}

/// The tree of one router. Its first node is the root.
#[derive(Debug)]
pub(crate) struct Trie {
    pub(crate) nodes: Vec<Node>,
}

impl Trie {
    pub(crate) fn new() -> Self {
        Self {
            nodes: vec![Node::new()],
        }
    }

    /// Hangs a terminal into the tree. Its routes are numbered `low` to `high`,
    /// both included.
    pub(crate) fn insert(&mut self, shape: &Shape, terminal: usize, low: u32, high: u32) {
        let mut at = 0;
        for step in &shape.steps {
            self.cover(at, low, high);
            at = match step {
                Step::Literal(literal) => self.literal_child(at, literal.as_bytes()),
                Step::Param(matcher, _) => self.param_child(at, *matcher),
            };
        }
        self.cover(at, low, high);
        let Some(node) = self.nodes.get_mut(at) else {
            return;
        };
        match &shape.tail {
            Tail::End => node.ends.push(terminal),
            Tail::Rest { literal } | Tail::Run { literal, .. } | Tail::Undecided { literal } => {
                node.tails.get_or_insert_default().add(literal, terminal);
            }
        }
    }

    fn cover(&mut self, at: usize, low: u32, high: u32) {
        if let Some(node) = self.nodes.get_mut(at) {
            node.cover(low, high);
        }
    }

    fn literal_child(&mut self, at: usize, literal: &[u8]) -> usize {
        let next = self.nodes.len();
        let Some(node) = self.nodes.get_mut(at) else {
            return at;
        };
        if let Some(child) = node.literals.get(literal) {
            return child;
        }
        node.literals.insert(literal, next);
        self.nodes.push(Node::new());
        next
    }

    fn param_child(&mut self, at: usize, matcher: Matcher) -> usize {
        let next = self.nodes.len();
        let Some(node) = self.nodes.get_mut(at) else {
            return at;
        };
        if let Some((_, child)) = node.params.iter().find(|(known, _)| *known == matcher) {
            return *child;
        }
        node.params.push((matcher, next));
        self.nodes.push(Node::new());
        next
    }
}
