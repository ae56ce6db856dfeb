//! The segments of one router's routes, as a tree.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::index::beginnings::Beginnings;
use crate::index::segments::{Ending, Matcher, Segment, Segments};

/// Up to this many literal children are compared one by one, which is quicker
/// than hashing the segment.
const FEW: usize = 3;

/// One literal segment, or several that always follow each other, with the slashes
/// between them. PERF: a short one lies in its node, so that comparing it touches
/// no other memory.
type Text = SmallVec<[u8; 22]>;

/// Returns the length of the segments if `rest` begins with them.
#[inline]
fn begins(rest: &[u8], segments: &[u8]) -> Option<usize> {
    let behind = rest.strip_prefix(segments)?;
    (behind.is_empty() || behind.starts_with(b"/")).then_some(segments.len())
}

/// The literal children of a node. Their first segments differ.
///
/// Only the author of the routes adds keys, and a path is looked up and never stored, so
/// nobody can fill a bucket: a hash that resists floods would be wasted.
#[derive(Debug)]
enum Literals {
    Few(SmallVec<[(Text, u32); 1]>),
    Many(FxHashMap<Text, u32>),
}

impl Literals {
    fn insert(&mut self, segment: &[u8], node: u32) {
        match self {
            Self::Few(children) if children.len() < FEW => children.push((segment.into(), node)),
            Self::Few(children) => {
                let children = children.drain(..).chain([(segment.into(), node)]);
                *self = Self::Many(children.collect());
            }
            Self::Many(children) => {
                children.insert(segment.into(), node);
            }
        }
    }

    /// The child for this one segment.
    fn get(&self, segment: &[u8]) -> Option<u32> {
        match self {
            Self::Few(children) => children
                .iter()
                .find(|(text, _)| text.as_slice() == segment)
                .map(|(_, node)| *node),
            Self::Many(children) => children.get(segment).copied(),
        }
    }
}

/// Numbers of terminals in declaration order. Nearly always there is one.
type Terminals = SmallVec<[u32; 2]>;

/// A place in the tree: the beginning of a segment.
#[derive(Debug)]
pub(crate) struct TrieNode {
    /// The lowest number of a route below this node.
    pub(crate) low: u32,
    /// The highest number of a route below this node.
    pub(crate) high: u32,
    literals: Literals,
    /// Terminals of paths that end with the segment that led here.
    pub(crate) ends: Terminals,
    /// Terminals of paths that end with that segment and a slash.
    pub(crate) slash_ends: Terminals,
    pub(crate) parameters: Vec<(Matcher, u32)>,
    /// Terminals that begin here and are not whole segments.
    pub(crate) beginnings: Option<Box<Beginnings>>,
}

impl TrieNode {
    fn new() -> Self {
        Self {
            low: u32::MAX,
            high: 0,
            literals: Literals::Few(SmallVec::new()),
            ends: Terminals::new(),
            slash_ends: Terminals::new(),
            parameters: Vec::new(),
            beginnings: None,
        }
    }

    /// Finds the literal child that `rest`, which is not empty, begins with, and the
    /// length of its segments.
    #[inline]
    pub(crate) fn literal(&self, rest: &[u8]) -> Option<(usize, u32)> {
        match &self.literals {
            Literals::Few(children) => children
                .iter()
                .find_map(|(text, node)| begins(rest, text).map(|length| (length, *node))),
            Literals::Many(children) => {
                let segment = rest.get(..segment_length(rest))?;
                children.get(segment).map(|node| (segment.len(), *node))
            }
        }
    }

    /// The only thing below this node, if that is one literal child.
    fn only_literal(&self) -> Option<&(Text, u32)> {
        let has_more = !self.ends.is_empty()
            || !self.slash_ends.is_empty()
            || !self.parameters.is_empty()
            || self.beginnings.is_some();
        match &self.literals {
            Literals::Few(children) if !has_more && children.len() == 1 => children.first(),
            _ => None,
        }
    }
}

/// The tree of one router. Its first node is the root.
#[derive(Debug)]
pub(crate) struct Trie {
    nodes: Vec<TrieNode>,
}

impl Trie {
    pub(crate) const ROOT: u32 = 0;

    pub(crate) fn new() -> Self {
        Self {
            nodes: vec![TrieNode::new()],
        }
    }

    #[inline]
    pub(crate) fn node(&self, number: u32) -> Option<&TrieNode> {
        self.nodes.get(number as usize)
    }

    /// Hangs a terminal into the tree. Its routes are numbered `low` to `high`,
    /// both included.
    pub(crate) fn insert(&mut self, segments: &Segments<'_>, terminal: u32, low: u32, high: u32) {
        let mut whole = segments.whole.as_slice();
        let mut ends_with_slash = false;
        if segments.ending == Ending::End
            && let Some((Segment::Literal(""), before)) = whole.split_last()
        {
            whole = before;
            ends_with_slash = true;
        }
        let mut at = Self::ROOT;
        self.cover(at, low, high);
        for segment in whole {
            at = self.child(at, segment);
            self.cover(at, low, high);
        }
        let Some(node) = self.nodes.get_mut(at as usize) else {
            return;
        };
        match segments.ending {
            Ending::End if ends_with_slash => node.slash_ends.push(terminal),
            Ending::End => node.ends.push(terminal),
            Ending::Rest { beginning }
            | Ending::Run { beginning, .. }
            | Ending::Undecided { beginning } => node
                .beginnings
                .get_or_insert_default()
                .add(beginning, terminal),
        }
    }

    fn cover(&mut self, at: u32, low: u32, high: u32) {
        if let Some(node) = self.nodes.get_mut(at as usize) {
            node.low = node.low.min(low);
            node.high = node.high.max(high);
        }
    }

    /// The child of a node for one segment, which is made if there is none.
    fn child(&mut self, at: u32, segment: &Segment<'_>) -> u32 {
        let next = number(self.nodes.len());
        let Some(node) = self.nodes.get_mut(at as usize) else {
            return at;
        };
        let known = match segment {
            Segment::Literal(text) => node.literals.get(text.as_bytes()),
            Segment::Parameter(matcher, _) => {
                let mut parameters = node.parameters.iter();
                let known = parameters.find(|(known, _)| known == matcher);
                known.map(|(_, child)| *child)
            }
        };
        if let Some(child) = known {
            return child;
        }
        match segment {
            Segment::Literal(text) => node.literals.insert(text.as_bytes(), next),
            Segment::Parameter(matcher, _) => node.parameters.push((*matcher, next)),
        }
        self.nodes.push(TrieNode::new());
        next
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
            let Literals::Few(children) = &mut node.literals else {
                continue;
            };
            let mut children = std::mem::take(children);
            for (text, child) in &mut children {
                if let Some((next, below)) = self.node(*child).and_then(TrieNode::only_literal) {
                    text.push(b'/');
                    text.extend_from_slice(next);
                    *child = *below;
                }
            }
            if let Some(node) = self.nodes.get_mut(at) {
                node.literals = Literals::Few(children);
            }
        }
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
