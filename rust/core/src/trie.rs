//! The segments of one router's routes, as a tree.

use crate::hash::SegmentMap;
use crate::shape::{Matcher, Shape, Step, Tail};
use crate::tails::Tails;

/// Up to this many literal children are compared one by one, which is quicker
/// than hashing the segment.
const FEW: usize = 3;

/// Literals up to this length are kept in the node itself, in the room that a
/// longer one needs for its address.
const SHORT: usize = 22;

/// One literal segment, or several that always follow each other, with the slashes
/// between them. PERF: a short one lies in its node, so that comparing it touches
/// no other memory.
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

    /// Returns the length if `rest` begins with these segments.
    #[inline]
    fn begins(&self, rest: &[u8]) -> Option<usize> {
        let text = self.get();
        let behind = rest.strip_prefix(text)?;
        (behind.is_empty() || behind.starts_with(b"/")).then_some(text.len())
    }

    fn join(&self, next: &Self) -> Self {
        Self::new(&[self.get(), next.get()].join(&b'/'))
    }
}

/// The literal children of a node.
#[derive(Debug)]
pub(crate) enum Literals {
    None,
    One((Text, u32)),
    Few(Vec<(Text, u32)>),
    Many(SegmentMap<u32>),
}

impl Literals {
    /// Finds the child that `rest`, which is not empty, begins with, and where its
    /// segments end.
    #[inline]
    pub(crate) fn get(&self, rest: &[u8]) -> Option<(usize, u32)> {
        match self {
            Self::None => None,
            Self::One((text, node)) => text.begins(rest).map(|length| (length, *node)),
            // No two begin alike: the first segments differ.
            Self::Few(children) => children
                .iter()
                .find_map(|(text, node)| text.begins(rest).map(|length| (length, *node))),
            Self::Many(children) => {
                let segment = rest.get(..segment_length(rest))?;
                children.get(segment).map(|node| (segment.len(), *node))
            }
        }
    }

    /// The child for this one segment.
    fn child(&self, segment: &[u8]) -> Option<u32> {
        match self {
            Self::None => None,
            Self::One((text, node)) => (text.get() == segment).then_some(*node),
            Self::Few(children) => children
                .iter()
                .find(|(text, _)| text.get() == segment)
                .map(|(_, node)| *node),
            Self::Many(children) => children.get(segment).copied(),
        }
    }

    fn children(&mut self) -> &mut [(Text, u32)] {
        match self {
            Self::One(child) => std::slice::from_mut(child),
            Self::Few(children) => children,
            Self::None | Self::Many(_) => &mut [],
        }
    }

    fn insert(&mut self, segment: &[u8], node: u32) {
        let new = (Text::new(segment), node);
        *self = match std::mem::replace(self, Self::None) {
            Self::None => Self::One(new),
            Self::One(child) => Self::Few(vec![child, new]),
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
    fn is_empty(&self) -> bool {
        self.first.is_none()
    }

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

    /// The only thing below this node, if that is one literal segment.
    fn only_literal(&self) -> Option<&(Text, u32)> {
        let plain = self.ends.is_empty()
            && self.slash_ends.is_empty()
            && self.params.is_empty()
            && self.tails.is_none();
        match &self.literals {
            Literals::One(child) if plain => Some(child),
            _ => None,
        }
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
    pub(crate) fn insert(&mut self, shape: &Shape<'_>, terminal: u32, low: u32, high: u32) {
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

    /// Joins segments that always follow each other, once all routes are in.
    ///
    /// The nodes between them are left behind: nothing leads there any more.
    pub(crate) fn join_segments(&mut self) {
        // A node comes before those below it, so what hangs below is joined first.
        for at in (0..self.nodes.len()).rev() {
            let Some(node) = self.nodes.get_mut(at) else {
                continue;
            };
            let mut literals = std::mem::replace(&mut node.literals, Literals::None);
            for (text, child) in literals.children() {
                if let Some((next, below)) = self.node(*child).and_then(Node::only_literal) {
                    *text = text.join(next);
                    *child = *below;
                }
            }
            if let Some(node) = self.nodes.get_mut(at) {
                node.literals = literals;
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
        if let Some(child) = node.literals.child(literal) {
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

/// How far the next slash is, or the end.
#[inline]
pub(crate) fn segment_length(rest: &[u8]) -> usize {
    rest.iter()
        .position(|byte| *byte == b'/')
        .unwrap_or(rest.len())
}

/// The number of a thing of which there are never four billion.
pub(crate) fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
