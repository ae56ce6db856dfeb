//! Cuts a pattern at its slashes, as far as that goes.
//!
//! The segments decide where in the trie the route hangs. A pattern that is segments to
//! its end needs nothing else. Of any other pattern the readable beginning is a
//! condition that every path it accepts must fulfil.

use smallvec::smallvec;

use crate::index::segments::{Ending, Matcher, Readings, Segment, Segments};
use crate::regex::class::Classes;
use crate::regex::tree::{Look, Node};

/// Cuts a flattened pattern: `literal`, with which the path begins, and `nodes`.
pub(crate) fn cut<'p>(
    literal: &'p str,
    mut nodes: &'p [Node],
    full: bool,
    classes: &Classes,
) -> Readings<'p> {
    let mut ends = full;
    while let Some((last, before)) = nodes.split_last() {
        // `fullmatch` makes both say the same: the path ends here. A search may
        // stop in front of a newline for `$`, so there it is not taken away.
        match last {
            Node::Look(Look::End) => {}
            Node::Look(Look::EndOrNewline) if full => {}
            _ => break,
        }
        nodes = before;
        ends = true;
    }
    if ends
        && let Some((last, before)) = nodes.split_last()
        && is_optional_slash(last)
    {
        let without = Cutter::new(classes, ends).cut(literal, before);
        if without.ending == Ending::End {
            let mut with = without.clone();
            with.whole.push(Segment::Literal(""));
            return smallvec![without, with];
        }
    }
    smallvec![Cutter::new(classes, ends).cut(literal, nodes)]
}

fn is_optional_slash(node: &Node) -> bool {
    let Node::Repeat {
        min: 0,
        max: 1,
        node,
        ..
    } = node
    else {
        return false;
    };
    matches!(node.as_ref(), Node::Literal(text) if text == "/")
}

/// A run of characters of one class, with or without a group around it.
#[derive(Clone, Copy)]
struct Parameter {
    matcher: Matcher,
    slot: Option<usize>,
    greedy: bool,
}

fn parameter(node: &Node) -> Option<Parameter> {
    let (node, slot) = match node {
        Node::Group { slot, node } => (node.as_ref(), Some(*slot)),
        other => (other, None),
    };
    let (matcher, greedy) = match node {
        Node::Uuid(class) => (Matcher::Uuid(*class), true),
        Node::Class(class) => (run(*class, 1, 1), true),
        Node::Repeat {
            min,
            max,
            greedy,
            node,
        } => match node.as_ref() {
            Node::Class(class) => (run(*class, *min, *max), *greedy),
            _ => return None,
        },
        _ => return None,
    };
    Some(Parameter {
        matcher,
        slot,
        greedy,
    })
}

fn run(class: usize, min: u32, max: u32) -> Matcher {
    Matcher::Run { class, min, max }
}

struct Cutter<'c, 'p> {
    classes: &'c Classes,
    /// Whether the path has to end with the pattern.
    ends: bool,
    whole: Vec<Segment<'p>>,
    /// The literal beginning of the segment that is being read.
    beginning: &'p str,
}

impl<'c, 'p> Cutter<'c, 'p> {
    fn new(classes: &'c Classes, ends: bool) -> Self {
        Self {
            classes,
            ends,
            whole: Vec::with_capacity(8),
            beginning: "",
        }
    }

    fn cut(mut self, literal: &'p str, nodes: &'p [Node]) -> Segments<'p> {
        self.literal(literal);
        let ending = self.ending(nodes);
        Segments {
            whole: self.whole,
            ending,
        }
    }

    fn ending(&mut self, mut nodes: &'p [Node]) -> Ending<'p> {
        // The slash behind a parameter has been read with it.
        let mut is_behind_parameter = false;
        while let Some((node, rest)) = nodes.split_first() {
            nodes = rest;
            if let Node::Literal(text) = node {
                let read = usize::from(std::mem::take(&mut is_behind_parameter));
                if !self.literal(text.get(read..).unwrap_or_default()) {
                    return self.undecided();
                }
            } else if let Some(parameter) = parameter(node) {
                if let Some(ending) = self.parameter(parameter, rest) {
                    return ending;
                }
                is_behind_parameter = true;
            } else {
                return self.undecided();
            }
        }
        let beginning = self.beginning;
        if self.ends {
            self.whole.push(Segment::Literal(beginning));
            return Ending::End;
        }
        Ending::Rest { beginning }
    }

    /// Cuts a literal at its slashes. `false` if another one stands before it.
    fn literal(&mut self, text: &'p str) -> bool {
        if !self.beginning.is_empty() {
            return false;
        }
        let mut segments = text.split('/');
        self.beginning = segments.next().unwrap_or_default();
        for next in segments {
            self.whole.push(Segment::Literal(self.beginning));
            self.beginning = next;
        }
        true
    }

    /// Takes a parameter as a whole segment, or ends the reading.
    fn parameter(&mut self, parameter: Parameter, rest: &[Node]) -> Option<Ending<'p>> {
        let Parameter {
            matcher,
            slot,
            greedy,
        } = parameter;
        let is_whole = self.beginning.is_empty()
            && match matcher {
                Matcher::Uuid(_) => true,
                Matcher::Run { class, .. } => {
                    let class = self.classes.get(class);
                    class.is_some_and(|class| !class.has_slash())
                }
            };
        if is_whole && matches!(rest.first(), Some(Node::Literal(text)) if text.starts_with('/')) {
            self.whole.push(Segment::Parameter(matcher, slot));
            return None;
        }
        if !rest.is_empty() {
            return Some(self.undecided());
        }
        if is_whole && self.ends {
            self.whole.push(Segment::Parameter(matcher, slot));
            return Some(Ending::End);
        }
        Some(match matcher {
            Matcher::Run { class, min, max } if greedy || self.ends => Ending::Run {
                beginning: self.beginning,
                class,
                min,
                max,
                end: self.ends,
                slot,
            },
            _ => self.undecided(),
        })
    }

    fn undecided(&self) -> Ending<'p> {
        Ending::Undecided {
            beginning: self.beginning,
        }
    }
}
