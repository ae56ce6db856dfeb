//! Finds the routes that a path may belong to, by its segments.

pub(crate) mod beginnings;
pub(crate) mod segments;
pub(crate) mod trie;
