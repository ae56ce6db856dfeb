//! What a pattern says, as a tree.
//!
//! The tree comes from Python's own regex parser, node by node, so no text of a
//! pattern is ever read with two meanings. What has no node here is left to
//! Python.

use crate::regex::class::ClassId;

/// A position that a pattern asks for without taking a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// `^` without the multiline flag, and `\A`: the beginning of the path.
    Start,
    /// `\Z`: the end of the path.
    End,
    /// `$`: the end of the path, or before a newline that ends it.
    EndOrNewline,
    /// `^` with the multiline flag: the beginning of a line.
    LineStart,
    /// `$` with the multiline flag: the end of a line.
    LineEnd,
    /// `\b`, with the class of word characters.
    WordBoundary(ClassId),
}

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Text that must stand in the path as it is.
    Literal(String),
    /// One character of a class.
    Class(ClassId),
    /// Django's `uuid` converter: 8-4-4-4-12 lower-case hexadecimal digits. It
    /// holds the class `[0-9a-f]`.
    Uuid(ClassId),
    /// One part after the other.
    Concat(Vec<Node>),
    /// The first alternative that leads to a match.
    Alternatives(Vec<Node>),
    /// A repeated part.
    Repeat {
        /// The least number of times.
        min: u32,
        /// The greatest number of times, `u32::MAX` for no limit.
        max: u32,
        /// Whether more is tried before less.
        greedy: bool,
        /// What is repeated. It never matches the empty string: Python's rules
        /// for an empty round differ from every other engine's.
        node: Box<Node>,
    },
    /// A group whose text is wanted.
    Group {
        /// Its place among the wanted groups of the pattern.
        slot: usize,
        /// What stands in it.
        node: Box<Node>,
    },
    /// A position.
    Look(Look),
    /// A construct that only Python matches. What stands before it still tells
    /// which paths cannot match.
    Opaque,
}

impl Node {
    /// The greatest depth of a tree. Python matches a deeper pattern: trees are walked
    /// on the stack of the thread, which may be small.
    pub const DEEPEST: usize = 50;

    /// Whether the tree keeps what its parts promise, and is not too deep.
    pub(crate) fn is_sound(&self, slots: usize, classes: usize) -> bool {
        self.is_sound_within(Self::DEEPEST, slots, classes)
    }

    fn is_sound_within(&self, depth: usize, slots: usize, classes: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else {
            return false;
        };
        let is_sound = |node: &Self| node.is_sound_within(depth, slots, classes);
        match self {
            Self::Look(Look::WordBoundary(class)) | Self::Class(class) | Self::Uuid(class) => {
                *class < classes
            }
            Self::Literal(_) | Self::Look(_) | Self::Opaque => true,
            Self::Concat(nodes) | Self::Alternatives(nodes) => nodes.iter().all(is_sound),
            Self::Repeat { min, max, node, .. } => {
                min <= max && is_sound(node) && (*max <= 1 || !node.may_be_empty())
            }
            Self::Group { slot, node } => *slot < slots && is_sound(node),
        }
    }

    /// Whether a part of a sound tree can only be matched by Python.
    pub(crate) fn is_opaque(&self) -> bool {
        match self {
            Self::Opaque => true,
            Self::Concat(nodes) | Self::Alternatives(nodes) => nodes.iter().any(Self::is_opaque),
            Self::Repeat { node, .. } | Self::Group { node, .. } => node.is_opaque(),
            Self::Literal(_) | Self::Class(_) | Self::Uuid(_) | Self::Look(_) => false,
        }
    }

    /// Whether the empty string may match.
    fn may_be_empty(&self) -> bool {
        match self {
            Self::Literal(text) => text.is_empty(),
            // What Python matches is not compiled, so it does not matter.
            Self::Class(_) | Self::Uuid(_) | Self::Opaque => false,
            Self::Concat(nodes) => nodes.iter().all(Self::may_be_empty),
            Self::Alternatives(nodes) => nodes.is_empty() || nodes.iter().any(Self::may_be_empty),
            Self::Repeat { min, node, .. } => *min == 0 || node.may_be_empty(),
            Self::Group { node, .. } => node.may_be_empty(),
            Self::Look(_) => true,
        }
    }

    /// The parts of a sequence, with the parts of sequences in it, and with one literal
    /// where several touch.
    #[must_use]
    pub fn flatten(self) -> Vec<Self> {
        let mut flat = Vec::new();
        self.flatten_into(&mut flat, Self::DEEPEST);
        flat
    }

    fn flatten_into(self, flat: &mut Vec<Self>, depth: usize) {
        match self {
            Self::Concat(nodes) if depth > 0 => {
                for node in nodes {
                    node.flatten_into(flat, depth - 1);
                }
            }
            Self::Literal(text) => match flat.last_mut() {
                Some(Self::Literal(before)) => before.push_str(&text),
                _ if text.is_empty() => {}
                _ => flat.push(Self::Literal(text)),
            },
            other => flat.push(other),
        }
    }
}
