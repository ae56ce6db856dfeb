//! Random patterns and paths out of the same few pieces, so that they meet often.

use arbitrary::{Arbitrary, Result, Unstructured};
use channels_fast_core::{Look, Node};

use crate::ClassPlan;

const UUID: &str = "0a1b2c3d-0a1b-4c3d-8e9f-0123456789ab";

const PIECES: [&str; 16] = [
    "a",
    "b",
    "0",
    "/",
    "-",
    "a/",
    "ab",
    "é",
    "\n",
    "x",
    "",
    "chat",
    "//",
    "漢",
    UUID,
    "\u{1F600}",
];

/// How deep the parts of a pattern lie in each other.
const DEPTH: u32 = 4;

/// A path, or the text of a literal.
#[derive(Clone, Debug)]
pub struct Path(pub String);

impl<'a> Arbitrary<'a> for Path {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let count = u.int_in_range(0..=24)?;
        let mut path = String::new();
        for _ in 0..count {
            // Long runs are matched in another way.
            let times = if u.ratio(1, 24)? { 80 } else { 1 };
            path.push_str(&piece(u)?.repeat(times));
        }
        Ok(Self(path))
    }
}

fn piece(u: &mut Unstructured<'_>) -> Result<&'static str> {
    u.choose(&PIECES).copied()
}

/// What a pattern keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// All that the border promises, and no part that only Python matches.
    Sound,
    /// Nothing.
    Nothing,
}

/// The parts of a pattern, and how many groups they have.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// The parts, one after the other.
    pub nodes: Vec<Node>,
    /// How many groups are wanted.
    pub slots: usize,
    /// Whether the whole path has to match.
    pub full: bool,
}

impl Pattern {
    /// Makes a pattern.
    ///
    /// # Errors
    ///
    /// If there are not enough bytes.
    pub fn new(u: &mut Unstructured<'_>, promise: Promise) -> Result<Self> {
        let mut maker = Maker {
            u,
            promise,
            slots: 0,
        };
        let full = maker.u.ratio(1, 4)?;
        let mut nodes = Vec::new();
        if maker.u.ratio(3, 4)? {
            nodes.push(Node::Look(Look::Start));
        }
        for _ in 0..maker.u.int_in_range(0..=6)? {
            let node = if maker.u.ratio(1, 2)? {
                maker.segment()?
            } else {
                maker.node(DEPTH)?
            };
            nodes.push(node);
        }
        match maker.u.int_in_range(0..=3)? {
            0 => nodes.push(Node::Look(Look::End)),
            1 => nodes.push(Node::Look(Look::EndOrNewline)),
            _ => {}
        }
        let mut slots = maker.slots;
        if promise == Promise::Nothing && maker.u.ratio(1, 16)? {
            slots = maker.u.int_in_range(0..=3)?;
        }
        Ok(Self { nodes, slots, full })
    }
}

struct Maker<'m, 'u> {
    u: &'m mut Unstructured<'u>,
    promise: Promise,
    slots: usize,
}

impl Maker<'_, '_> {
    fn class(&mut self) -> Result<usize> {
        let most = match self.promise {
            Promise::Sound => ClassPlan::COUNT - 1,
            Promise::Nothing => ClassPlan::COUNT,
        };
        self.u.int_in_range(0..=most)
    }

    /// What the routes of a project are made of.
    fn segment(&mut self) -> Result<Node> {
        Ok(match self.u.int_in_range(0..=7)? {
            0 => Node::Literal("/".into()),
            1 => Node::Literal(piece(self.u)?.into()),
            2 => self.group(Node::Uuid(ClassPlan::HEXADECIMAL)),
            3 => Node::Repeat {
                min: 0,
                max: 1,
                greedy: true,
                node: Box::new(Node::Literal("/".into())),
            },
            4 => Node::Look(Look::EndOrNewline),
            _ => {
                let class = self.class()?;
                let node = repeat(1, u32::MAX, true, Node::Class(class));
                self.group(node)
            }
        })
    }

    fn group(&mut self, node: Node) -> Node {
        self.slots += 1;
        Node::Group {
            slot: self.slots - 1,
            node: Box::new(node),
        }
    }

    fn node(&mut self, depth: u32) -> Result<Node> {
        let most = if depth == 0 { 3 } else { 8 };
        Ok(match self.u.int_in_range(0..=most)? {
            0 => Node::Literal(piece(self.u)?.into()),
            1 => Node::Class(self.class()?),
            2 => Node::Look(self.look()?),
            3 if self.promise == Promise::Nothing && self.u.ratio(1, 8)? => Node::Opaque,
            3 => Node::Uuid(ClassPlan::HEXADECIMAL),
            4 => Node::Concat(self.nodes(depth)?),
            5 => Node::Alternatives(self.nodes(depth)?),
            6 => {
                let node = self.node(depth - 1)?;
                self.group(node)
            }
            _ => self.repeat(depth)?,
        })
    }

    fn nodes(&mut self, depth: u32) -> Result<Vec<Node>> {
        let count = self.u.int_in_range(0..=3)?;
        (0..count).map(|_| self.node(depth - 1)).collect()
    }

    fn repeat(&mut self, depth: u32) -> Result<Node> {
        let node = if self.u.ratio(1, 2)? {
            Node::Class(self.class()?)
        } else {
            self.node(depth - 1)?
        };
        let min: u32 = *self.u.choose(&[0, 1, 0, 2, 3, 0, 1, 70])?;
        let more = *self.u.choose(&[u32::MAX, 0, 1, 2, 5, 70, 5000, u32::MAX])?;
        let mut max = min.saturating_add(more);
        // No part that may be empty is repeated.
        if self.promise == Promise::Sound && may_be_empty(&node) {
            return Ok(repeat(min.min(1), 1, self.u.arbitrary()?, node));
        }
        if self.promise == Promise::Nothing && self.u.ratio(1, 16)? {
            max = self.u.arbitrary()?;
        }
        Ok(repeat(min, max, self.u.arbitrary()?, node))
    }

    fn look(&mut self) -> Result<Look> {
        Ok(match self.u.int_in_range(0..=5)? {
            0 => Look::Start,
            1 => Look::End,
            2 => Look::EndOrNewline,
            3 => Look::LineStart,
            4 => Look::LineEnd,
            _ => Look::WordBoundary(self.class()?),
        })
    }
}

fn repeat(min: u32, max: u32, greedy: bool, node: Node) -> Node {
    Node::Repeat {
        min,
        max,
        greedy,
        node: Box::new(node),
    }
}

/// Whether the empty text may match.
fn may_be_empty(node: &Node) -> bool {
    match node {
        Node::Literal(text) => text.is_empty(),
        Node::Class(_) | Node::Uuid(_) | Node::Opaque => false,
        Node::Concat(nodes) => nodes.iter().all(may_be_empty),
        Node::Alternatives(nodes) => nodes.is_empty() || nodes.iter().any(may_be_empty),
        Node::Repeat { min, node, .. } => *min == 0 || may_be_empty(node),
        Node::Group { node, .. } => may_be_empty(node),
        Node::Look(_) => true,
    }
}
