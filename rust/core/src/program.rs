//! Compiles a pattern into instructions for the machine in `vm`.

use crate::class::{ClassId, Classes};
use crate::node::{Look, Node};

/// A pattern needs at most this many instructions, or Python matches it. Only
/// great counted repeats come near.
const LIMIT: usize = 4000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Inst {
    /// This text.
    Literal(Box<str>),
    /// One member of the class.
    Class(ClassId),
    /// As many members of the class as there are. Only where fewer could not
    /// lead to a match, so that it never has to give any back.
    Run {
        class: ClassId,
        min: u32,
        max: u32,
    },
    /// Tries `first`, then `second`. `mark` numbers the splits.
    Split {
        first: usize,
        second: usize,
        mark: usize,
    },
    Jump(usize),
    /// Notes the position: two places a slot, start and end.
    Save(usize),
    Look(Look),
    Match,
}

/// A compiled pattern.
#[derive(Debug)]
pub struct Program {
    pub(crate) insts: Vec<Inst>,
    pub(crate) slots: usize,
    pub(crate) marks: usize,
    /// Whether a match begins at the beginning of the path.
    pub(crate) anchored: bool,
    /// What a match begins with, if the pattern is searched for.
    pub(crate) first: Option<Box<str>>,
    /// Text that stands in every path that matches.
    pub(crate) needle: Option<Box<str>>,
    /// Text that every path that matches ends with.
    pub(crate) suffix: Option<Box<str>>,
}

/// The pattern needs too many instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge;

impl Program {
    /// Compiles a flattened pattern with that many wanted groups.
    ///
    /// # Errors
    ///
    /// [`TooLarge`] if its counted repeats multiply to too many instructions.
    pub fn compile(
        nodes: &[Node],
        full: bool,
        slots: usize,
        classes: &Classes,
    ) -> Result<Self, TooLarge> {
        let anchored = full || nodes.first() == Some(&Node::Look(Look::Start));
        let mut compiler = Compiler {
            classes,
            insts: Vec::new(),
            marks: 0,
            few_positions: anchored,
        };
        let after = if full { After::End } else { After::Match };
        compiler.sequence(nodes, after)?;
        if full {
            compiler.push(Inst::Look(Look::End))?;
        }
        compiler.push(Inst::Match)?;
        let ends = full || nodes.last() == Some(&Node::Look(Look::End));
        let first = match nodes.first() {
            Some(Node::Literal(text)) if !anchored => Some(text.as_str().into()),
            _ => None,
        };
        Ok(Self {
            insts: compiler.insts,
            slots,
            marks: compiler.marks,
            anchored,
            first,
            needle: longest_literal(nodes).map(Into::into),
            suffix: ends.then(|| last_literal(nodes)).flatten().map(Into::into),
        })
    }
}

/// The longest text that no match can do without.
fn longest_literal(nodes: &[Node]) -> Option<&str> {
    nodes
        .iter()
        .filter_map(|node| match node {
            Node::Literal(text) => Some(text.as_str()),
            Node::Concat(nodes) => longest_literal(nodes),
            Node::Group { node, .. } | Node::Repeat { min: 1.., node, .. } => {
                longest_literal(std::slice::from_ref(node))
            }
            _ => None,
        })
        .max_by_key(|text| text.len())
}

fn last_literal(nodes: &[Node]) -> Option<&str> {
    match nodes.iter().rfind(|node| !is_end(node))? {
        Node::Literal(text) => Some(text),
        _ => None,
    }
}

fn is_end(node: &Node) -> bool {
    matches!(node, Node::Look(Look::End | Look::EndOrNewline))
}

/// What has to come next in the path behind a part of the pattern.
#[derive(Clone, Copy)]
enum After {
    Char(char),
    Class(ClassId),
    End,
    EndOrNewline,
    /// Nothing: the pattern is through.
    Match,
    Unknown,
}

struct Compiler<'c> {
    classes: &'c Classes,
    insts: Vec<Inst>,
    marks: usize,
    // Whether the next instruction is reached at a bounded number of positions,
    // however long the path is. A run scans ahead, so a run that could begin
    // anywhere would make the time quadratic.
    few_positions: bool,
}

/// A run of at most this many characters may begin anywhere.
const SHORT_RUN: u32 = 64;

impl Compiler<'_> {
    fn push(&mut self, inst: Inst) -> Result<usize, TooLarge> {
        if self.insts.len() >= LIMIT {
            return Err(TooLarge);
        }
        self.insts.push(inst);
        Ok(self.insts.len() - 1)
    }

    fn sequence(&mut self, nodes: &[Node], after: After) -> Result<(), TooLarge> {
        for (index, node) in nodes.iter().enumerate() {
            let rest = nodes.get(index + 1..).unwrap_or_default();
            self.node(node, next_of(rest, after))?;
        }
        Ok(())
    }

    fn node(&mut self, node: &Node, after: After) -> Result<(), TooLarge> {
        match node {
            Node::Literal(text) => {
                if !text.is_empty() {
                    self.push(Inst::Literal(text.as_str().into()))?;
                }
            }
            Node::Class(class) => {
                self.push(Inst::Class(*class))?;
            }
            Node::Uuid(class) => self.uuid(*class)?,
            Node::Concat(nodes) => self.sequence(nodes, after)?,
            Node::Alternatives(nodes) => self.alternatives(nodes, after)?,
            Node::Repeat {
                min,
                max,
                greedy,
                node,
            } => match node.as_ref() {
                Node::Class(class) => self.repeat_class(*class, *min, *max, *greedy, after)?,
                other => self.repeat(other, *min, *max, *greedy)?,
            },
            Node::Group { slot, node } => {
                self.push(Inst::Save(slot * 2))?;
                self.node(node, after)?;
                self.push(Inst::Save(slot * 2 + 1))?;
            }
            Node::Look(look) => {
                self.push(Inst::Look(*look))?;
            }
            // A foreign pattern is never compiled; one that slips through
            // matches nothing.
            Node::Foreign => return Err(TooLarge),
        }
        Ok(())
    }

    fn uuid(&mut self, class: ClassId) -> Result<(), TooLarge> {
        for (index, count) in [8, 4, 4, 4, 12].into_iter().enumerate() {
            if index > 0 {
                self.push(Inst::Literal("-".into()))?;
            }
            self.push(Inst::Run {
                class,
                min: count,
                max: count,
            })?;
        }
        Ok(())
    }

    fn alternatives(&mut self, nodes: &[Node], after: After) -> Result<(), TooLarge> {
        let Some((last, others)) = nodes.split_last() else {
            return Ok(());
        };
        let mut jumps = Vec::with_capacity(others.len());
        for node in others {
            let split = self.split()?;
            let body = self.insts.len();
            self.node(node, after)?;
            jumps.push(self.push(Inst::Jump(0))?);
            self.aim(split, body, self.insts.len());
        }
        self.node(last, after)?;
        let end = self.insts.len();
        for jump in jumps {
            if let Some(inst) = self.insts.get_mut(jump) {
                *inst = Inst::Jump(end);
            }
        }
        Ok(())
    }

    fn repeat_class(
        &mut self,
        class: ClassId,
        min: u32,
        max: u32,
        greedy: bool,
        after: After,
    ) -> Result<(), TooLarge> {
        let known = self.classes.get(class);
        // Whether a shorter run could be followed by what comes next.
        let all = match after {
            After::Char(next) => known.is_some_and(|class| class.has(next) == Some(false)),
            After::Class(next) => match (known, self.classes.get(next)) {
                (Some(class), Some(next)) => class.is_disjoint(next),
                _ => false,
            },
            After::End => true,
            After::EndOrNewline | After::Match => greedy,
            After::Unknown => false,
        };
        if (all && (self.few_positions || max <= SHORT_RUN)) || min == max {
            self.push(Inst::Run { class, min, max })?;
            return Ok(());
        }
        if min > 0 {
            self.push(Inst::Run {
                class,
                min,
                max: min,
            })?;
        }
        let max = if max == u32::MAX { max } else { max - min };
        self.repeat(&Node::Class(class), 0, max, greedy)
    }

    fn repeat(&mut self, node: &Node, min: u32, max: u32, greedy: bool) -> Result<(), TooLarge> {
        for _ in 0..min {
            self.node(node, After::Unknown)?;
        }
        // The body of a loop is reached from each of its rounds.
        if max == u32::MAX {
            self.few_positions = false;
            let split = self.split()?;
            self.node(node, After::Unknown)?;
            self.push(Inst::Jump(split))?;
            self.aim_repeat(split, greedy);
            return Ok(());
        }
        let mut splits = Vec::new();
        for _ in min..max {
            splits.push(self.split()?);
            self.node(node, After::Unknown)?;
        }
        for split in splits {
            self.aim_repeat(split, greedy);
        }
        Ok(())
    }

    fn split(&mut self) -> Result<usize, TooLarge> {
        let mark = self.marks;
        self.marks += 1;
        self.push(Inst::Split {
            first: 0,
            second: 0,
            mark,
        })
    }

    /// Lets the split at `split` choose between its body, which stands behind
    /// it, and what is compiled next.
    fn aim_repeat(&mut self, split: usize, greedy: bool) {
        let end = self.insts.len();
        if greedy {
            self.aim(split, split + 1, end);
        } else {
            self.aim(split, end, split + 1);
        }
    }

    fn aim(&mut self, split: usize, to_first: usize, to_second: usize) {
        if let Some(Inst::Split { first, second, .. }) = self.insts.get_mut(split) {
            *first = to_first;
            *second = to_second;
        }
    }
}

fn next_of(nodes: &[Node], after: After) -> After {
    let Some((node, rest)) = nodes.split_first() else {
        return after;
    };
    match node {
        Node::Literal(text) => text.chars().next().map_or(After::Unknown, After::Char),
        Node::Class(class) | Node::Uuid(class) => After::Class(*class),
        Node::Concat(inner) if inner.is_empty() => next_of(rest, after),
        Node::Concat(inner) => next_of(inner, After::Unknown),
        Node::Group { node, .. } | Node::Repeat { min: 1.., node, .. } => {
            next_of(std::slice::from_ref(node), After::Unknown)
        }
        Node::Look(Look::End) => After::End,
        // In front of more, a run may have to give the newline back.
        Node::Look(Look::EndOrNewline)
            if rest.iter().all(is_end)
                && matches!(after, After::End | After::EndOrNewline | After::Match) =>
        {
            After::EndOrNewline
        }
        _ => After::Unknown,
    }
}
