//! Compiles a pattern into instructions for the machine in `machine`.

use crate::regex::after::{After, last_literal, longest_literal, next_of};
use crate::regex::class::{ClassId, Classes};
use crate::regex::inst::{Ends, Inst, Run, SHORT_RUN};
use crate::regex::tree::{Look, Node};

/// A pattern needs at most this many instructions, or Python matches it. Only large
/// counted repeats of more than one character come near.
const LIMIT: usize = 4000;

/// A compiled pattern.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) insts: Vec<Inst>,
    pub(crate) slots: usize,
    /// How many choices there are.
    pub(crate) marks: usize,
    /// How many runs are remembered.
    pub(crate) memos: usize,
    /// Whether the number of characters between two places may matter.
    pub(crate) counts: bool,
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
pub(crate) struct TooLarge;

impl Program {
    /// Compiles a flattened pattern with that many wanted groups. Fails if its counted
    /// repeats multiply to too many instructions.
    pub(crate) fn compile(
        nodes: &[Node],
        full: bool,
        slots: usize,
        classes: &Classes,
    ) -> Result<Self, TooLarge> {
        let anchored = full || nodes.first() == Some(&Node::Look(Look::Start));
        let mut compiler = Compiler {
            classes,
            begins_once: anchored,
            insts: Vec::new(),
            marks: 0,
            memos: 0,
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
        let chooses = |inst: &Inst| matches!(inst, Inst::Choose { .. });
        Ok(Self {
            slots,
            marks: compiler.marks,
            memos: compiler.memos,
            counts: compiler.memos > 0 || compiler.insts.iter().any(chooses),
            insts: compiler.insts,
            anchored,
            first,
            needle: longest_literal(nodes).map(Into::into),
            suffix: ends.then(|| last_literal(nodes)).flatten().map(Into::into),
        })
    }
}

struct Compiler<'c> {
    classes: &'c Classes,
    /// Whether the machine comes to the next instruction once at most, when it looks for
    /// a match from one beginning on. A choice may bring it there again.
    begins_once: bool,
    insts: Vec<Inst>,
    marks: usize,
    memos: usize,
}

impl Compiler<'_> {
    fn push(&mut self, inst: Inst) -> Result<usize, TooLarge> {
        if self.insts.len() >= LIMIT {
            return Err(TooLarge);
        }
        self.insts.push(inst);
        Ok(self.insts.len() - 1)
    }

    fn mark(&mut self) -> usize {
        self.marks += 1;
        self.marks - 1
    }

    fn sequence(&mut self, nodes: &[Node], after: After<'_>) -> Result<(), TooLarge> {
        for (index, node) in nodes.iter().enumerate() {
            let rest = nodes.get(index + 1..).unwrap_or_default();
            self.node(node, next_of(rest, after))?;
        }
        Ok(())
    }

    fn node(&mut self, node: &Node, after: After<'_>) -> Result<(), TooLarge> {
        match node {
            Node::Literal(text) if text.is_empty() => {}
            Node::Literal(text) => {
                self.push(Inst::Literal(text.as_str().into()))?;
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
                Node::Class(class) => self.run(*class, *min, *max, *greedy, after)?,
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
            // Such a pattern is never compiled.
            Node::Opaque => return Err(TooLarge),
        }
        Ok(())
    }

    fn uuid(&mut self, class: ClassId) -> Result<(), TooLarge> {
        for (index, count) in [8, 4, 4, 4, 12].into_iter().enumerate() {
            if index > 0 {
                self.push(Inst::Literal("-".into()))?;
            }
            self.run(class, count, count, true, After::Unknown)?;
        }
        Ok(())
    }

    fn alternatives(&mut self, nodes: &[Node], after: After<'_>) -> Result<(), TooLarge> {
        let Some((last, others)) = nodes.split_last() else {
            return Ok(());
        };
        let mut jumps = Vec::with_capacity(others.len());
        let begins_once = self.begins_once;
        for node in others {
            let split = self.split()?;
            self.begins_once = begins_once;
            self.node(node, after)?;
            jumps.push(self.push(Inst::Jump(0))?);
            self.aim(split, true);
        }
        self.begins_once = begins_once;
        self.node(last, after)?;
        self.begins_once &= others.is_empty();
        let end = self.insts.len();
        for jump in jumps {
            if let Some(inst) = self.insts.get_mut(jump) {
                *inst = Inst::Jump(end);
            }
        }
        Ok(())
    }

    /// Compiles a repeated class. Only an unlimited run that may begin anywhere, and may
    /// have to give some back, is a loop.
    fn run(
        &mut self,
        class: ClassId,
        min: u32,
        max: u32,
        greedy: bool,
        after: After<'_>,
    ) -> Result<(), TooLarge> {
        let takes_all = min == max || self.takes_all(class, greedy, after);
        if max == u32::MAX && !takes_all && !self.begins_once {
            if min > 0 {
                self.run(class, min, min, greedy, after)?;
            }
            let (mark, next) = (self.mark(), after.text().into());
            return self
                .push(Inst::Loop {
                    class,
                    greedy,
                    mark,
                    next,
                })
                .map(|_| ());
        }
        let memo = (!self.begins_once && max > SHORT_RUN).then_some(self.memos);
        self.memos += usize::from(memo.is_some());
        let run = Run {
            class,
            min,
            max,
            memo,
        };
        let inst = if takes_all {
            Inst::Run(run)
        } else {
            let ends = if self.begins_once {
                Ends::Before(after.text().into())
            } else {
                Ends::Untried(self.mark())
            };
            self.begins_once = false;
            Inst::Choose { run, greedy, ends }
        };
        self.push(inst).map(|_| ())
    }

    /// Whether no shorter run could be followed by what comes next.
    fn takes_all(&self, class: ClassId, greedy: bool, after: After<'_>) -> bool {
        let class = self.classes.get(class);
        match after {
            After::Text(text) => text
                .chars()
                .next()
                .is_some_and(|next| class.is_some_and(|class| class.has(next) == Some(false))),
            After::Class(next) => class
                .zip(self.classes.get(next))
                .is_some_and(|(class, next)| class.is_disjoint(next)),
            After::End => true,
            After::EndOrNewline | After::Match => greedy,
            After::Unknown => false,
        }
    }

    fn repeat(&mut self, node: &Node, min: u32, max: u32, greedy: bool) -> Result<(), TooLarge> {
        for _ in 0..min {
            self.node(node, After::Unknown)?;
        }
        if max == u32::MAX {
            let split = self.split()?;
            self.begins_once = false;
            self.node(node, After::Unknown)?;
            self.push(Inst::Jump(split))?;
            self.aim(split, greedy);
            return Ok(());
        }
        let mut splits = Vec::new();
        for _ in min..max {
            splits.push(self.split()?);
            self.node(node, After::Unknown)?;
        }
        self.begins_once &= splits.is_empty();
        for split in splits {
            self.aim(split, greedy);
        }
        Ok(())
    }

    fn split(&mut self) -> Result<usize, TooLarge> {
        let mark = self.mark();
        self.push(Inst::Split {
            first: 0,
            second: 0,
            mark,
        })
    }

    /// Lets the split at `split` choose between its body, which stands behind
    /// it, and what is compiled next.
    fn aim(&mut self, split: usize, body_first: bool) {
        let (body, end) = (split + 1, self.insts.len());
        if let Some(Inst::Split { first, second, .. }) = self.insts.get_mut(split) {
            (*first, *second) = if body_first { (body, end) } else { (end, body) };
        }
    }
}
