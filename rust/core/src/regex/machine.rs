//! Runs a program: backtracking in Python's order of preference, in linear time.
//!
//! A choice that was tried at a position failed there if it comes up again, since
//! nothing but the choice and the position decides what follows. So each pair is
//! tried once, and the time is bounded by the number of choices times the length
//! of the path, whatever the pattern. How far a long run reaches is remembered, so
//! that counting to thousands costs no more than counting to three.

use crate::regex::class::{Classes, NeedPage};
use crate::regex::inst::Inst;
use crate::regex::program::Program;
use crate::regex::scratch::{Job, Scratch};
use crate::regex::tree::Look;
use crate::span::Span;

const UNSET: usize = usize::MAX;

/// Where a program matched: the end of the match and the spans of its groups.
pub(crate) struct Matched {
    pub(crate) end: usize,
    pub(crate) places: Vec<usize>,
}

impl Matched {
    pub(crate) fn span(&self, slot: usize) -> Span {
        match (self.places.get(slot * 2), self.places.get(slot * 2 + 1)) {
            (Some(&start), Some(&end)) if start != UNSET && end != UNSET => Span::new(start, end),
            _ => Span::NONE,
        }
    }
}

/// Looks for the first match of `program` in `text`.
pub(crate) fn run(
    program: &Program,
    text: &str,
    classes: &Classes,
) -> Result<Option<Matched>, NeedPage> {
    if let Some(suffix) = &program.suffix
        && !text.ends_with(&**suffix)
    {
        return Ok(None);
    }
    if !program.anchored
        && let Some(needle) = &program.needle
        && !text.contains(&**needle)
    {
        return Ok(None);
    }
    Scratch::with(|scratch| search(program, text, classes, scratch))
}

fn search(
    program: &Program,
    text: &str,
    classes: &Classes,
    scratch: &mut Scratch,
) -> Result<Option<Matched>, NeedPage> {
    scratch.clear(program.marks * (text.len() + 1), program.memos);
    let mut machine = Machine {
        program,
        text,
        is_ascii: program.counts && text.is_ascii(),
        classes,
        scratch,
    };
    let mut start = 0;
    let found = loop {
        if let Some(first) = &program.first {
            match text.get(start..).and_then(|rest| rest.find(&**first)) {
                Some(offset) => start += offset,
                None => break None,
            }
        }
        if let Some(end) = machine.attempt(start)? {
            break Some(Matched {
                end,
                places: machine.scratch.places.clone(),
            });
        }
        let next = text.get(start..).and_then(|rest| rest.chars().next());
        match next {
            Some(character) if !program.anchored => start += character.len_utf8(),
            _ => break None,
        }
    };
    Ok(found)
}

pub(super) struct Machine<'a> {
    pub(super) program: &'a Program,
    pub(super) text: &'a str,
    pub(super) is_ascii: bool,
    pub(super) classes: &'a Classes,
    pub(super) scratch: &'a mut Scratch,
}

impl Machine<'_> {
    /// Tries to match from `start` on and returns the end of the match.
    fn attempt(&mut self, start: usize) -> Result<Option<usize>, NeedPage> {
        self.scratch.places.clear();
        self.scratch.places.resize(self.program.slots * 2, UNSET);
        self.scratch.jobs.push(Job::Resume { pc: 0, at: start });
        while let Some(job) = self.scratch.jobs.pop() {
            match job {
                Job::Restore { place, old } => {
                    if let Some(slot) = self.scratch.places.get_mut(place) {
                        *slot = old;
                    }
                }
                Job::Resume { pc, at } => {
                    if let Some(end) = self.follow(pc, at)? {
                        self.scratch.jobs.clear();
                        return Ok(Some(end));
                    }
                }
                Job::Choose { pc, ends } => {
                    if let Some(at) = self.choose(pc, ends)
                        && let Some(end) = self.follow(pc + 1, at)?
                    {
                        self.scratch.jobs.clear();
                        return Ok(Some(end));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Follows one thread until it matches or fails.
    fn follow(&mut self, mut pc: usize, mut at: usize) -> Result<Option<usize>, NeedPage> {
        loop {
            let Some(inst) = self.program.insts.get(pc) else {
                return Ok(None);
            };
            pc += 1;
            match inst {
                Inst::Literal(literal) => {
                    let rest = self.text.as_bytes().get(at..).unwrap_or_default();
                    if !rest.starts_with(literal.as_bytes()) {
                        return Ok(None);
                    }
                    at += literal.len();
                }
                Inst::Class(class) => {
                    let run = self.classes.run(*class, self.text, at, 1)?;
                    if run.count == 0 {
                        return Ok(None);
                    }
                    at = run.end;
                }
                Inst::Run(run) => match self.longest(run, at)? {
                    Some(end) => at = end,
                    None => return Ok(None),
                },
                Inst::Choose { run, .. } => {
                    if let Some(last) = self.longest(run, at)?
                        && let Some(first) = self.skip(at, last, run.min)
                    {
                        let (pc, ends) = (pc - 1, first..last + 1);
                        self.scratch.jobs.push(Job::Choose { pc, ends });
                    }
                    return Ok(None);
                }
                Inst::Loop {
                    class,
                    greedy,
                    mark,
                    next,
                } => {
                    if !self.scratch.try_once(mark * (self.text.len() + 1) + at) {
                        return Ok(None);
                    }
                    let rest = self.text.as_bytes().get(at..).unwrap_or_default();
                    let is_end = rest.starts_with(next.as_bytes());
                    let one = self.classes.run(*class, self.text, at, 1)?;
                    let goes_on = one.count > 0;
                    if is_end && goes_on {
                        let (pc, at) = if *greedy { (pc, at) } else { (pc - 1, one.end) };
                        self.scratch.jobs.push(Job::Resume { pc, at });
                    }
                    if goes_on && (*greedy || !is_end) {
                        pc -= 1;
                        at = one.end;
                    } else if !is_end {
                        return Ok(None);
                    }
                }
                Inst::Split {
                    first,
                    second,
                    mark,
                } => {
                    if !self.scratch.try_once(mark * (self.text.len() + 1) + at) {
                        return Ok(None);
                    }
                    self.scratch.jobs.push(Job::Resume { pc: *second, at });
                    pc = *first;
                }
                Inst::Jump(target) => pc = *target,
                Inst::Save(place) => {
                    if let Some(slot) = self.scratch.places.get_mut(*place) {
                        let old = std::mem::replace(slot, at);
                        self.scratch.jobs.push(Job::Restore { place: *place, old });
                    }
                }
                Inst::Look(look) => {
                    if !self.holds(*look, at)? {
                        return Ok(None);
                    }
                }
                Inst::Match => return Ok(Some(at)),
            }
        }
    }

    fn holds(&self, look: Look, at: usize) -> Result<bool, NeedPage> {
        let bytes = self.text.as_bytes();
        let rest = bytes.get(at..).unwrap_or_default();
        Ok(match look {
            Look::Start => at == 0,
            Look::End => rest.is_empty(),
            Look::EndOrNewline => rest.is_empty() || rest == b"\n",
            Look::LineStart => at == 0 || bytes.get(at - 1) == Some(&b'\n'),
            Look::LineEnd => rest.is_empty() || rest.first() == Some(&b'\n'),
            Look::WordBoundary(word) => {
                let before = self
                    .text
                    .get(..at)
                    .and_then(|text| text.chars().next_back());
                let behind = self.text.get(at..).and_then(|text| text.chars().next());
                let is_word = |character: Option<char>| match character {
                    Some(character) => self.classes.has(word, character),
                    None => Ok(false),
                };
                is_word(before)? != is_word(behind)?
            }
        })
    }
}
