//! The segments of one router's routes, as a tree.

use crate::hash::SegmentMap;
use crate::shape::{Matcher, Shape, Step, Tail};
use crate::tails::Tails;

/// Up to this many literal children are compared one by one, which is quicker
/// than hashing the segment.
const FEW: usize = 3;

/// Segments up to this length are kept in the node itself.
const SHORT: usize = 14;

/// The text of a literal segment. PERF: a short one lies in its node, so that
/// comparing it touches no other memory.
#[derive(Debug)]
pub(crate) enum Text {
    Short(u8, [u8; SHORT]),
    Long(Box<[u8]>),
}

impl Text {
    fn new(text: &[u8]) -> Self {
        let mut short = [0; SHORT];
        match (short.get_mut(..text.len()), u8::try_from(text.len())) {
            (Some(place), Ok(length)) => {
                place.copy_from_slice(text);
                Self::Short(length, short)
            }
            _ => Self::Long(text.into()),
        }
    }

    fn get(&self) -> &[u8] {
        match self {
            Self::Short(length, text) => text.get(..usize::from(*length)).unwrap_or_default(),
            Self::Long(text) => text,
        }
    }

    /// Compares short texts without a call.
    #[inline]
    fn is(&self, other: &[u8]) -> bool {
        let text = self.get();
        text.len() == other.len() && text.iter().zip(other).all(|(one, other)| one == other)
    }
}

/// The literal children of a node.
#[derive(Debug)]
pub(crate) enum Literals {
    None,
    One(Text, u32),
    Few(Vec<(Text, u32)>),
    Many(SegmentMap<u32>),
}

impl Literals {
    #[inline]
    pub(crate) fn get(&self, segment: &[u8]) -> Option<u32> {
        match self {
            Self::None => None,
            Self::One(text, node) => text.is(segment).then_some(*node),
            Self::Few(children) => children
                .iter()
                .find(|(text, _)| text.is(segment))
                .map(|(_, node)| *node),
            Self::Many(children) => children.get(segment).copied(),
        }
    }

    fn insert(&mut self, segment: &[u8], node: u32) {
        let new = (Text::new(segment), node);
        *self = match std::mem::replace(self, Self::None) {
            Self::None => Self::One(new.0, new.1),
            Self::One(text, child) => Self::Few(vec![(text, child), new]),
            Self::Few(mut children) if children.len() < FEW => {
                children.push(new);
                Self::Few(children)
            }
            Self::Few(children) => {
                let known = children.iter().chain(std::iter::once(&new));
                Self::Many(
                    known
                        .map(|(text, node)| (text.get().into(), *node))
                        .collect(),
                )
            }
            Self::Many(mut children) => {
                children.insert(segment.into(), node);
                Self::Many(children)
            }
        };
    }
}

/// Numbers of terminals in declaration order. Nearly always there is one.
#[derive(Debug, Default)]
pub(crate) struct Terminals {
    first: Option<u32>,
    more: Vec<u32>,
}

impl Terminals {
    fn push(&mut self, terminal: u32) {
        match self.first {
            None => self.first = Some(terminal),
            Some(_) => self.more.push(terminal),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> {
        self.first.into_iter().chain(self.more.iter().copied())
    }
}

/// A place in the tree: the beginning of a segment.
#[derive(Debug)]
pub(crate) struct Node {
    /// The lowest number of a route below this node.
    pub(crate) min: u32,
    /// The highest number of a route below this node.
    pub(crate) max: u32,
    pub(crate) literals: Literals,
    /// Terminals of paths that end with the segment that led here.
    pub(crate) ends: Terminals,
    /// Terminals of paths that end with that segment and a slash.
    pub(crate) slash_ends: Terminals,
    pub(crate) params: Vec<(Matcher, u32)>,
    /// Terminals that begin here and are not whole segments.
    pub(crate) tails: Option<Box<Tails>>,
}

impl Node {
    fn new() -> Self {
        Self {
            min: u32::MAX,
            max: 0,
            literals: Literals::None,
            ends: Terminals::default(),
            slash_ends: Terminals::default(),
            params: Vec::new(),
            tails: None,
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

    #[inline]
    pub(crate) fn node(&self, number: u32) -> Option<&Node> {
        self.nodes.get(number as usize)
    }

    /// Hangs a terminal into the tree. Its routes are numbered `low` to `high`,
    /// both included.
    pub(crate) fn insert(&mut self, shape: &Shape, terminal: u32, low: u32, high: u32) {
        let mut steps = shape.steps.as_slice();
        let mut slash = false;
        if shape.tail == Tail::End
            && let Some((Step::Literal(last), before)) = steps.split_last()
            && last.is_empty()
        {
            steps = before;
            slash = true;
        }
        let mut at = 0;
        for step in steps {
            self.cover(at, low, high);
            at = match step {
                Step::Literal(literal) => self.literal_child(at, literal.as_bytes()),
                Step::Param(matcher, _) => self.param_child(at, *matcher),
            };
        }
        self.cover(at, low, high);
        let Some(node) = self.nodes.get_mut(at as usize) else {
            return;
        };
        match &shape.tail {
            Tail::End if slash => node.slash_ends.push(terminal),
            Tail::End => node.ends.push(terminal),
            Tail::Rest { literal } | Tail::Run { literal, .. } | Tail::Undecided { literal } => {
                node.tails.get_or_insert_default().add(literal, terminal);
            }
        }
    }

    fn cover(&mut self, at: u32, low: u32, high: u32) {
        if let Some(node) = self.nodes.get_mut(at as usize) {
            node.cover(low, high);
        }
    }

    fn literal_child(&mut self, at: u32, literal: &[u8]) -> u32 {
        let next = number(self.nodes.len());
        let Some(node) = self.nodes.get_mut(at as usize) else {
            return at;
        };
        if let Some(child) = node.literals.get(literal) {
            return child;
        }
        node.literals.insert(literal, next);
        self.nodes.push(Node::new());
        next
    }

    fn param_child(&mut self, at: u32, matcher: Matcher) -> u32 {
        let next = number(self.nodes.len());
        let Some(node) = self.nodes.get_mut(at as usize) else {
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

/// The number of a thing of which there are never four billion.
pub(crate) fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
