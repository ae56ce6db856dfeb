//! A pattern of the usual kind, cut into pieces that touch no memory of their own.
//!
//! PERF: the routes of a table are read at the first connection of a process, which
//! waits for it. Nearly all patterns are literals and groups, and for these the index
//! needs no tree: the pieces say all. One [`Pattern`] is used for all routes.

use std::ops::Range;

use crate::class::{ClassId, Classes};
use crate::hash::SegmentMap;
use crate::item::{Item, RunItem, run_item};
use crate::node::{Look, Node};
use crate::shape::Matcher;

/// A part of a pattern.
#[derive(Clone, Copy, Debug)]
enum Part {
    /// A range of the text. No two of these touch.
    Literal(usize, usize),
    /// A parameter of a `path()` route.
    Parameter {
        slot: usize,
        matcher: Matcher,
    },
    /// A group: its slot, and the number of what stands in it.
    Group {
        slot: usize,
        body: usize,
    },
    OptionalSlash,
    Look(Look),
}

/// A pattern that was cut into pieces.
#[derive(Debug, Default)]
pub struct Pattern {
    /// The literals, without what escapes them.
    text: String,
    parts: Vec<Part>,
    /// Where the names of the groups stand in what was read.
    names: Vec<Range<usize>>,
    slots: usize,
    /// Whether the whole path has to match.
    pub full: bool,
}

impl Pattern {
    /// How many groups are wanted.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.slots
    }

    /// Where the names of the groups stand in the regular expression that was read.
    /// A `path()` route has none here: its parameters are known before.
    #[must_use]
    pub fn names(&self) -> &[Range<usize>] {
        &self.names
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.parts.clear();
        self.names.clear();
        self.slots = 0;
        self.full = false;
    }

    /// Adds text to the literal that is being read.
    pub(crate) fn push_text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Ends the literal that is being read.
    fn end_literal(&mut self) {
        let begin = self.parts.iter().rev().find_map(|part| match part {
            Part::Literal(_, end) => Some(*end),
            _ => None,
        });
        let (begin, end) = (begin.unwrap_or(0), self.text.len());
        if begin < end {
            self.parts.push(Part::Literal(begin, end));
        }
    }

    pub(crate) fn push_look(&mut self, look: Look) {
        self.end_literal();
        self.parts.push(Part::Look(look));
    }

    pub(crate) fn push_optional_slash(&mut self) {
        self.end_literal();
        self.parts.push(Part::OptionalSlash);
    }

    pub(crate) fn push_parameter(&mut self, matcher: Matcher) {
        self.end_literal();
        let slot = self.slots;
        self.parts.push(Part::Parameter { slot, matcher });
        self.slots += 1;
    }

    pub(crate) fn push_group(&mut self, name: Range<usize>, body: usize) {
        self.end_literal();
        let slot = self.slots;
        self.parts.push(Part::Group { slot, body });
        self.names.push(name);
        self.slots += 1;
    }

    pub(crate) fn finish(&mut self) {
        self.end_literal();
    }

    /// Whether its classes exist. Those of the bodies do.
    pub(crate) fn is_sound(&self, classes: usize) -> bool {
        self.parts.iter().all(|part| match part {
            Part::Parameter {
                matcher: Matcher::Run { class, .. } | Matcher::Uuid(class),
                ..
            } => *class < classes,
            _ => true,
        })
    }

    fn literal(&self, begin: usize, end: usize) -> &str {
        self.text.get(begin..end).unwrap_or_default()
    }

    pub(crate) fn items(&self, bodies: &Bodies) -> Vec<Item<'_>> {
        let item = |part: &Part| match *part {
            Part::Literal(begin, end) => Item::Literal(self.literal(begin, end)),
            Part::Parameter { slot, matcher } => Item::Run(RunItem {
                matcher,
                slot: Some(slot),
                greedy: true,
            }),
            Part::Group { slot, body } => match bodies.get(body).and_then(|body| body.run) {
                Some(run) => Item::Run(RunItem {
                    slot: Some(slot),
                    ..run
                }),
                None => Item::Other,
            },
            Part::OptionalSlash => Item::OptionalSlash,
            Part::Look(look) => Item::Look(look),
        };
        self.parts.iter().map(item).collect()
    }

    /// The pieces as a tree.
    #[must_use]
    pub fn nodes(&self, bodies: &Bodies) -> Vec<Node> {
        let group = |slot, node| Node::Group {
            slot,
            node: Box::new(node),
        };
        let node = |part: &Part| match *part {
            Part::Literal(begin, end) => Node::Literal(self.literal(begin, end).to_owned()),
            Part::Parameter { slot, matcher } => group(slot, matcher.into()),
            Part::Group { slot, body } => {
                let body = bodies.get(body).map(|body| body.node.clone());
                group(slot, body.unwrap_or(Node::Foreign))
            }
            Part::OptionalSlash => Node::Repeat {
                min: 0,
                max: 1,
                greedy: true,
                node: Box::new(Node::Literal("/".to_owned())),
            },
            Part::Look(look) => Node::Look(look),
        };
        self.parts.iter().map(node).collect()
    }
}

impl From<Matcher> for Node {
    fn from(matcher: Matcher) -> Self {
        match matcher {
            Matcher::Run { class, min, max } => Self::Repeat {
                min,
                max,
                greedy: true,
                node: Box::new(Self::Class(class)),
            },
            Matcher::Uuid(class) => Self::Uuid(class),
        }
    }
}

/// The run of one converter: at least one member of a class.
pub(crate) fn some_of(class: ClassId) -> Matcher {
    Matcher::Run {
        class,
        min: 1,
        max: u32::MAX,
    }
}

/// What stands in a group.
#[derive(Debug)]
struct Body {
    node: Node,
    run: Option<RunItem>,
}

/// What is known of a text in a group.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Number {
    Known(usize),
    /// It cannot be read alone.
    Refused,
    /// Nobody has asked Python yet.
    Unknown,
}

/// What stands in the groups of a table, each different text once.
///
/// Only Python says what such a text means. [`crate::plain::read`] tells which one it
/// does not know.
#[derive(Debug, Default)]
pub struct Bodies {
    bodies: Vec<Body>,
    // `None` for a text that cannot be read alone.
    numbers: SegmentMap<Option<usize>>,
}

impl Bodies {
    /// Adds a text and what it means, `None` if it cannot be read alone.
    pub fn add(&mut self, text: &str, node: Option<Node>, classes: &Classes) {
        // There are no groups in it, so there are no slots.
        let node = node.filter(|node| node.is_sound(0, classes.len()) && !node.is_foreign());
        let number = node.map(|node| {
            let run = run_item(&node);
            self.bodies.push(Body { node, run });
            self.bodies.len() - 1
        });
        self.numbers.insert(text.as_bytes().into(), number);
    }

    /// The number of a text, or that there is none.
    pub(crate) fn number(&self, text: &str) -> Number {
        match self.numbers.get(text.as_bytes()) {
            Some(Some(number)) => Number::Known(*number),
            Some(None) => Number::Refused,
            None => Number::Unknown,
        }
    }

    fn get(&self, number: usize) -> Option<&Body> {
        self.bodies.get(number)
    }
}
