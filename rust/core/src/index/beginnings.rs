//! The routes of a trie node whose next segment is known by its beginning only.

use rustc_hash::FxHashMap;

/// Terminals by the literal that the rest of the path has to begin with.
#[derive(Debug, Default)]
pub(crate) struct Beginnings {
    /// Nothing is known about the rest of the path.
    any: Vec<u32>,
    /// The lengths of the literals, each once. There are few, so looking a path up
    /// by each of them is cheaper than a second trie.
    lengths: Vec<usize>,
    by_literal: FxHashMap<Box<[u8]>, Vec<u32>>,
}

impl Beginnings {
    /// Adds a terminal. Terminals come in declaration order.
    pub(crate) fn add(&mut self, literal: &str, terminal: u32) {
        if literal.is_empty() {
            self.any.push(terminal);
            return;
        }
        if !self.lengths.contains(&literal.len()) {
            self.lengths.push(literal.len());
        }
        self.by_literal
            .entry(literal.as_bytes().into())
            .or_default()
            .push(terminal);
    }

    /// Yields the terminals that `rest` does not rule out, a list for each
    /// literal, with the literal's length.
    pub(crate) fn candidates<'a>(
        &'a self,
        rest: &'a [u8],
    ) -> impl Iterator<Item = (usize, &'a [u32])> {
        let keyed = self.lengths.iter().filter_map(move |&length| {
            let terminals = self.by_literal.get(rest.get(..length)?)?;
            Some((length, terminals.as_slice()))
        });
        std::iter::once((0, self.any.as_slice())).chain(keyed)
    }
}
