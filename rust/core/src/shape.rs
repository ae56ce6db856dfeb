//! Reads a pattern as path segments, as far as that goes.
//!
//! What can be read decides where in the trie the route hangs. A pattern that is
//! segments to its end needs nothing else. Of any other pattern the readable
//! beginning is a condition that every path it accepts must fulfil.

use crate::class::{ClassId, Classes};
use crate::node::{Look, Node};

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
pub enum Step {
    /// The segment is this text.
    Literal(String),
    /// The segment is a parameter. Its text is wanted if there is a slot.
    Param(Matcher, Option<usize>),
}

/// What follows the last whole segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tail {
    /// Nothing: the path ends with the last segment.
    End,
    /// The next segment begins with the literal; the rest is left over.
    Rest {
        /// The beginning of the next segment.
        literal: String,
    },
    /// The literal, then members of a class.
    Run {
        /// The beginning of the next segment.
        literal: String,
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
        literal: String,
    },
}

/// A pattern as segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The segments, in order.
    pub steps: Vec<Step>,
    /// What follows them.
    pub tail: Tail,
}

impl Shape {
    /// The shape of a pattern of which nothing can be read.
    #[must_use]
    pub fn unknown() -> Self {
        Self {
            steps: Vec::new(),
            tail: Tail::Undecided {
                literal: String::new(),
            },
        }
    }

    /// Whether the shape alone decides about a path.
    #[must_use]
    pub fn is_decided(&self) -> bool {
        !matches!(self.tail, Tail::Undecided { .. })
    }
}

/// A run of characters of one class, with or without a group around it.
struct RunItem {
    matcher: Matcher,
    slot: Option<usize>,
    greedy: bool,
}

fn run_item(node: &Node) -> Option<RunItem> {
    let (node, slot) = match node {
        Node::Group { slot, node } => (node.as_ref(), Some(*slot)),
        other => (other, None),
    };
    let (matcher, greedy) = match node {
        Node::Class(class) => (
            Matcher::Run {
                class: *class,
                min: 1,
                max: 1,
            },
            true,
        ),
        Node::Uuid(class) => (Matcher::Uuid(*class), true),
        Node::Repeat {
            min,
            max,
            greedy,
            node,
        } => match node.as_ref() {
            Node::Class(class) => (
                Matcher::Run {
                    class: *class,
                    min: *min,
                    max: *max,
                },
                *greedy,
            ),
            _ => return None,
        },
        _ => return None,
    };
    Some(RunItem {
        matcher,
        slot,
        greedy,
    })
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

/// Reads a flattened pattern.
///
/// There are two shapes if the pattern ends in an optional slash. A pattern that
/// is searched for anywhere in the path has none of its own: it gets the unknown
/// shape.
#[must_use]
pub fn shapes(nodes: &[Node], full: bool, classes: &Classes) -> Vec<Shape> {
    let anchors = nodes
        .iter()
        .take_while(|node| **node == Node::Look(Look::Start))
        .count();
    if anchors == 0 && !full {
        return vec![Shape::unknown()];
    }
    let mut items = nodes.get(anchors..).unwrap_or_default();
    let mut ends = full;
    while let Some((last, before)) = items.split_last() {
        // `fullmatch` makes both say the same: the path ends here. A search may
        // stop in front of a newline for `$`, so there it is not taken away.
        match last {
            Node::Look(Look::End) => {}
            Node::Look(Look::EndOrNewline) if full => {}
            _ => break,
        }
        items = before;
        ends = true;
    }
    if ends
        && let Some((last, before)) = items.split_last()
        && is_optional_slash(last)
    {
        let mut with_slash = before.to_vec();
        with_slash.push(Node::Literal("/".to_owned()));
        let with_slash = Node::Concat(with_slash).flatten();
        let both = [before, &with_slash].map(|items| Reader::new(classes, ends).read(items));
        if both.iter().all(Shape::is_decided) {
            return both.into();
        }
    }
    vec![Reader::new(classes, ends).read(items)]
}

struct Reader<'c> {
    classes: &'c Classes,
    ends: bool,
    steps: Vec<Step>,
    // The literal beginning of the segment that is being read.
    literal: String,
}

impl<'c> Reader<'c> {
    fn new(classes: &'c Classes, ends: bool) -> Self {
        Self {
            classes,
            ends,
            steps: Vec::new(),
            literal: String::new(),
        }
    }

    fn read(mut self, items: &[Node]) -> Shape {
        let mut index = 0;
        // The slash behind a parameter belongs to the parameter's step.
        let mut skip_slash = false;
        while let Some(item) = items.get(index) {
            index += 1;
            let rest = items.get(index..).unwrap_or_default();
            if let Node::Literal(text) = item {
                let text = if skip_slash {
                    text.get(1..).unwrap_or_default()
                } else {
                    text
                };
                skip_slash = false;
                self.read_literal(text);
            } else if let Some(run) = run_item(item) {
                if let Some(shape) = self.read_run(&run, rest) {
                    return shape;
                }
                skip_slash = true;
            } else {
                return self.finish_undecided();
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

    fn read_literal(&mut self, text: &str) {
        let mut pieces = text.split('/');
        self.literal.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            let done = std::mem::replace(&mut self.literal, piece.to_owned());
            self.steps.push(Step::Literal(done));
        }
    }

    /// Takes a run as a whole segment, or ends the reading.
    fn read_run(&mut self, run: &RunItem, rest: &[Node]) -> Option<Shape> {
        let whole = self.literal.is_empty()
            && match run.matcher {
                Matcher::Uuid(_) => true,
                Matcher::Run { class, .. } => self
                    .classes
                    .get(class)
                    .is_some_and(|class| !class.has_slash()),
            };
        if whole && matches!(rest.first(), Some(Node::Literal(text)) if text.starts_with('/')) {
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
                    literal: std::mem::take(&mut self.literal),
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

    fn undecided(&mut self) -> Shape {
        Shape {
            steps: std::mem::take(&mut self.steps),
            tail: Tail::Undecided {
                literal: std::mem::take(&mut self.literal),
            },
        }
    }

    fn finish_undecided(mut self) -> Shape {
        self.undecided()
    }
}
