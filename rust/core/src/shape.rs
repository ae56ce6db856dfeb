//! Reads a pattern as path segments, as far as that goes.
//!
//! What can be read decides where in the trie the route hangs. A pattern that is
//! segments to its end needs nothing else. Of any other pattern the readable
//! beginning is a condition that every path it accepts must fulfil.

use crate::class::{ClassId, Classes};
use crate::item::{Item, RunItem};
use crate::node::Look;

/// What a whole segment has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matcher {
    /// Between `min` and `max` members of a class without the slash.
    Run {
        /// The class.
        class: ClassId,
        /// The least number of characters.
        min: u32,
        /// The greatest number of characters.
        max: u32,
    },
    /// A UUID, written as Django's converter wants it.
    Uuid(ClassId),
}

/// One segment that is followed by another one, or that ends the pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// The segment is this text.
    Literal(&'a str),
    /// The segment is a parameter. Its text is wanted if there is a slot.
    Param(Matcher, Option<usize>),
}

/// What follows the last whole segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tail<'a> {
    /// Nothing: the path ends with the last segment.
    End,
    /// The next segment begins with the literal; the rest is left over.
    Rest {
        /// The beginning of the next segment.
        literal: &'a str,
    },
    /// The literal, then members of a class.
    Run {
        /// The beginning of the next segment.
        literal: &'a str,
        /// The class, which may hold the slash.
        class: ClassId,
        /// The least number of characters.
        min: u32,
        /// The greatest number of characters.
        max: u32,
        /// Whether the path has to end behind the run.
        end: bool,
        /// Whether the text is wanted, and where.
        slot: Option<usize>,
    },
    /// The next segment begins with the literal; a program or Python decides.
    Undecided {
        /// The beginning of the next segment.
        literal: &'a str,
    },
}

/// A pattern as segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape<'a> {
    /// The segments, in order.
    pub steps: Vec<Step<'a>>,
    /// What follows them.
    pub tail: Tail<'a>,
}

/// The shapes of one pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shapes<'a> {
    pub(crate) first: Shape<'a>,
    /// There are two if the pattern ends in an optional slash.
    pub(crate) second: Option<Shape<'a>>,
}

impl<'a> Shapes<'a> {
    /// The shape of a pattern of which nothing can be read.
    pub(crate) fn unknown() -> Self {
        Self::from(Shape {
            steps: Vec::new(),
            tail: Tail::Undecided { literal: "" },
        })
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Shape<'a>> {
        std::iter::once(&self.first).chain(&self.second)
    }

    /// Whether the shapes alone decide about a path.
    pub(crate) fn are_decided(&self) -> bool {
        self.iter().all(Shape::is_decided)
    }
}

impl<'a> From<Shape<'a>> for Shapes<'a> {
    fn from(first: Shape<'a>) -> Self {
        Self {
            first,
            second: None,
        }
    }
}

impl Shape<'_> {
    /// Whether the shape alone decides about a path.
    #[must_use]
    pub fn is_decided(&self) -> bool {
        !matches!(self.tail, Tail::Undecided { .. })
    }
}

/// Reads a flattened pattern.
///
/// There are two shapes if the pattern ends in an optional slash. A pattern that
/// is searched for anywhere in the path has none of its own: it gets the unknown
/// shape.
pub(crate) fn shapes<'a>(items: &[Item<'a>], full: bool, classes: &Classes) -> Shapes<'a> {
    let anchors = items
        .iter()
        .take_while(|item| matches!(item, Item::Look(Look::Start)))
        .count();
    if anchors == 0 && !full {
        return Shapes::unknown();
    }
    let mut items = items.get(anchors..).unwrap_or_default();
    let mut ends = full;
    while let Some((last, before)) = items.split_last() {
        // `fullmatch` makes both say the same: the path ends here. A search may
        // stop in front of a newline for `$`, so there it is not taken away.
        match last {
            Item::Look(Look::End) => {}
            Item::Look(Look::EndOrNewline) if full => {}
            _ => break,
        }
        items = before;
        ends = true;
    }
    if ends && let Some((Item::OptionalSlash, before)) = items.split_last() {
        let mut with_slash = before.to_vec();
        with_slash.push(Item::Literal("/"));
        let both = Shapes {
            first: Reader::new(classes, ends).read(before),
            second: Some(Reader::new(classes, ends).read(&with_slash)),
        };
        if both.are_decided() {
            return both;
        }
    }
    Reader::new(classes, ends).read(items).into()
}

struct Reader<'c, 'a> {
    classes: &'c Classes,
    ends: bool,
    steps: Vec<Step<'a>>,
    // The literal beginning of the segment that is being read.
    literal: &'a str,
}

/// Room for the steps of nearly all routes.
const USUAL_STEPS: usize = 8;

impl<'c, 'a> Reader<'c, 'a> {
    fn new(classes: &'c Classes, ends: bool) -> Self {
        Self {
            classes,
            ends,
            steps: Vec::with_capacity(USUAL_STEPS),
            literal: "",
        }
    }

    fn read(mut self, items: &[Item<'a>]) -> Shape<'a> {
        let mut index = 0;
        // The slash behind a parameter belongs to the parameter's step.
        let mut skip_slash = false;
        while let Some(item) = items.get(index) {
            index += 1;
            let rest = items.get(index..).unwrap_or_default();
            match item {
                Item::Literal(text) => {
                    let text = if skip_slash {
                        text.get(1..).unwrap_or_default()
                    } else {
                        text
                    };
                    skip_slash = false;
                    if !self.read_literal(text) {
                        return self.undecided();
                    }
                }
                Item::Run(run) => {
                    if let Some(shape) = self.read_run(run, rest) {
                        return shape;
                    }
                    skip_slash = true;
                }
                Item::OptionalSlash | Item::Look(_) | Item::Other => return self.undecided(),
            }
        }
        if self.ends {
            self.steps.push(Step::Literal(self.literal));
            return Shape {
                steps: self.steps,
                tail: Tail::End,
            };
        }
        Shape {
            steps: self.steps,
            tail: Tail::Rest {
                literal: self.literal,
            },
        }
    }

    /// Cuts a literal at its slashes. `false` if it would have to be joined.
    fn read_literal(&mut self, text: &'a str) -> bool {
        let mut begin = 0;
        for (at, byte) in text.bytes().enumerate() {
            if byte != b'/' {
                continue;
            }
            if !self.begin_with(text.get(begin..at).unwrap_or_default()) {
                return false;
            }
            self.steps
                .push(Step::Literal(std::mem::take(&mut self.literal)));
            begin = at + 1;
        }
        self.begin_with(text.get(begin..).unwrap_or_default())
    }

    fn begin_with(&mut self, piece: &'a str) -> bool {
        if self.literal.is_empty() {
            self.literal = piece;
            return true;
        }
        piece.is_empty()
    }

    /// Takes a run as a whole segment, or ends the reading.
    fn read_run(&mut self, run: &RunItem, rest: &[Item<'a>]) -> Option<Shape<'a>> {
        let whole = self.literal.is_empty()
            && match run.matcher {
                Matcher::Uuid(_) => true,
                Matcher::Run { class, .. } => self
                    .classes
                    .get(class)
                    .is_some_and(|class| !class.has_slash()),
            };
        if whole && matches!(rest.first(), Some(Item::Literal(text)) if text.starts_with('/')) {
            self.steps.push(Step::Param(run.matcher, run.slot));
            return None;
        }
        if !rest.is_empty() {
            return Some(self.undecided());
        }
        if whole && self.ends {
            self.steps.push(Step::Param(run.matcher, run.slot));
            return Some(Shape {
                steps: std::mem::take(&mut self.steps),
                tail: Tail::End,
            });
        }
        match run.matcher {
            Matcher::Run { class, min, max } if run.greedy || self.ends => Some(Shape {
                steps: std::mem::take(&mut self.steps),
                tail: Tail::Run {
                    literal: self.literal,
                    class,
                    min,
                    max,
                    end: self.ends,
                    slot: run.slot,
                },
            }),
            _ => Some(self.undecided()),
        }
    }

    fn undecided(&mut self) -> Shape<'a> {
        Shape {
            steps: std::mem::take(&mut self.steps),
            tail: Tail::Undecided {
                literal: self.literal,
            },
        }
    }
}
