//! Matches a pattern by trying everything, in Python's order.

use std::ops::Range;

use channels_fast_core::{Look, Node};

use crate::{ClassPlan, Pattern};

/// A case that takes more steps is not judged.
const STEPS: u32 = 50_000;

/// The end of a match, and its groups.
pub type Match = (usize, Vec<Option<Range<usize>>>);

/// What is left to match behind a part.
type Then<'t> = &'t mut dyn FnMut(&mut Matcher<'_>, usize) -> bool;

struct Matcher<'a> {
    plan: ClassPlan,
    text: &'a str,
    groups: Vec<Option<Range<usize>>>,
    end: usize,
    steps: u32,
}

/// Looks for the first match. `None` if that takes too long.
#[must_use]
pub fn reference(pattern: &Pattern, plan: ClassPlan, text: &str) -> Option<Option<Match>> {
    let anchored = pattern.full || pattern.nodes.first() == Some(&Node::Look(Look::Start));
    let mut matcher = Matcher {
        plan,
        text,
        groups: Vec::new(),
        end: 0,
        steps: STEPS,
    };
    for start in (0..=text.len()).filter(|start| text.is_char_boundary(*start)) {
        if anchored && start > 0 {
            break;
        }
        matcher.groups = vec![None; pattern.slots];
        let found = matcher.sequence(&pattern.nodes, start, &mut |matcher, end| {
            matcher.end = end;
            !pattern.full || end == text.len()
        });
        if matcher.steps == 0 {
            return None;
        }
        if found {
            return Some(Some((matcher.end, matcher.groups)));
        }
    }
    Some(None)
}

impl Matcher<'_> {
    fn sequence(&mut self, nodes: &[Node], at: usize, then: Then<'_>) -> bool {
        match nodes.split_first() {
            None => then(self, at),
            Some((node, rest)) => self.node(node, at, &mut |matcher, at| {
                matcher.sequence(rest, at, then)
            }),
        }
    }

    fn node(&mut self, node: &Node, at: usize, then: Then<'_>) -> bool {
        if self.steps == 0 {
            return false;
        }
        self.steps -= 1;
        let rest = &self.text[at..];
        match node {
            Node::Literal(text) => rest.starts_with(text) && then(self, at + text.len()),
            Node::Class(class) => match rest.chars().next() {
                Some(next) if self.plan.has(*class, next) => then(self, at + next.len_utf8()),
                _ => false,
            },
            Node::Uuid(class) => self.uuid(*class, at) && then(self, at + 36),
            Node::Concat(nodes) => self.sequence(nodes, at, then),
            Node::Alternatives(nodes) if nodes.is_empty() => then(self, at),
            Node::Alternatives(nodes) => nodes.iter().any(|node| self.node(node, at, then)),
            Node::Repeat {
                min,
                max,
                greedy,
                node,
            } => self.repeat(node, (*min, *max, *greedy), at, then),
            Node::Group { slot, node } => self.node(node, at, &mut |matcher, end| {
                let before = matcher.groups[*slot].replace(at..end);
                let found = then(matcher, end);
                if !found {
                    matcher.groups[*slot] = before;
                }
                found
            }),
            Node::Look(look) => self.holds(*look, at) && then(self, at),
            Node::Opaque => false,
        }
    }

    fn repeat(
        &mut self,
        node: &Node,
        (min, max, greedy): (u32, u32, bool),
        at: usize,
        then: Then<'_>,
    ) -> bool {
        let less = |count: u32| {
            if count == u32::MAX {
                count
            } else {
                count.saturating_sub(1)
            }
        };
        let round = (min.saturating_sub(1), less(max), greedy);
        if min > 0 {
            return self.node(node, at, &mut |matcher, at| {
                matcher.repeat(node, round, at, then)
            });
        }
        if !greedy && then(self, at) {
            return true;
        }
        let more = max > 0
            && self.node(node, at, &mut |matcher, at| {
                matcher.repeat(node, round, at, then)
            });
        more || greedy && then(self, at)
    }

    fn uuid(&self, class: usize, at: usize) -> bool {
        self.text.get(at..at + 36).is_some_and(|text| {
            text.chars()
                .enumerate()
                .all(|(place, character)| match place {
                    8 | 13 | 18 | 23 => character == '-',
                    _ => self.plan.has(class, character),
                })
        })
    }

    fn holds(&self, look: Look, at: usize) -> bool {
        let (before, behind) = self.text.split_at(at);
        match look {
            Look::Start => before.is_empty(),
            Look::End => behind.is_empty(),
            Look::EndOrNewline => behind.is_empty() || behind == "\n",
            Look::LineStart => before.is_empty() || before.ends_with('\n'),
            Look::LineEnd => behind.is_empty() || behind.starts_with('\n'),
            Look::WordBoundary(class) => {
                let is_word = |character: char| self.plan.has(class, character);
                before.chars().next_back().is_some_and(is_word)
                    != behind.chars().next().is_some_and(is_word)
            }
        }
    }
}
