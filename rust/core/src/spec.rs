//! What a table is made from, and what it says of its routes.

use std::fmt;

use crate::regex::tree::Node;

/// The pattern of a route.
#[derive(Clone, Debug)]
pub enum Source {
    /// A pattern that was read as a tree.
    Pattern {
        /// The tree.
        node: Node,
        /// Whether the whole path has to match, as with Django's `fullmatch`. Without
        /// it the pattern is searched for, as `re.search` does.
        full: bool,
        /// How many groups are wanted.
        slots: usize,
    },
    /// The beginning of the path is a text that every search is told anew, by its
    /// number. Only a nested router stands behind it.
    Prefix(u32),
    /// A pattern of which nothing is known. Python is asked for every path.
    Opaque,
}

impl Source {
    /// Lays the sequences of the tree out in one.
    #[must_use]
    pub fn flatten(self) -> Self {
        match self {
            Self::Pattern { node, full, slots } => Self::Pattern {
                node: Node::Concat(node.flatten()),
                full,
                slots,
            },
            other => other,
        }
    }
}

/// What matches a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The trie alone: literal segments and whole-segment parameters.
    Segmented,
    /// A compiled program, after the trie let the route through.
    Program,
    /// The pattern object itself, asked in Python.
    Python,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Segmented => "segmented",
            Self::Program => "program",
            Self::Python => "python",
        })
    }
}
