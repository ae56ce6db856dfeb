//! What becomes of a pattern: segments alone, segments and a program, or segments and
//! a question to Python.

mod cut;

use smallvec::smallvec;

use crate::index::segments::{Readings, Segments};
use crate::regex::class::Classes;
use crate::regex::program::Program;
use crate::regex::tree::{Look, Node};
use crate::spec::Source;

/// What decides about the paths that the segments let through.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Nothing more: the segments say all.
    Segments,
    Program(Program),
    Python,
}

/// Reads a pattern that [`Source::flatten`] has laid out, with `literal` behind the
/// anchors that it begins with.
pub(crate) fn read<'p>(
    literal: &'p str,
    source: &'p Source,
    classes: &Classes,
) -> (Readings<'p>, Verdict) {
    let (node, full, slots) = match source {
        Source::Pattern { node, full, slots } => (node, full, slots),
        Source::Prefix(_) => return (smallvec![Segments::unknown()], Verdict::Segments),
        Source::Opaque => return (smallvec![Segments::unknown()], Verdict::Python),
    };
    if !node.is_sound(*slots, classes.len()) {
        return (smallvec![Segments::unknown()], Verdict::Python);
    }
    let nodes = match node {
        Node::Concat(nodes) => nodes.as_slice(),
        other => std::slice::from_ref(other),
    };
    let is_start = |node: &&Node| matches!(node, Node::Look(Look::Start));
    let (anchors, rest) = nodes.split_at(nodes.iter().take_while(is_start).count());
    let readings = match (anchors, *full) {
        // It may match anywhere in the path.
        ([], false) => smallvec![Segments::unknown()],
        _ => cut::cut(literal, rest, *full, classes),
    };
    let verdict = if node.is_opaque() {
        Verdict::Python
    } else if readings.iter().all(Segments::are_decided) {
        Verdict::Segments
    } else {
        let nodes = [anchors, &[Node::Literal(literal.into())], rest].concat();
        let nodes = Node::Concat(nodes).flatten();
        Program::compile(&nodes, *full, *slots, classes).map_or(Verdict::Python, Verdict::Program)
    };
    (readings, verdict)
}
