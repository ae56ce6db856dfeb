//! Runs a program: backtracking in Python's order of preference, in linear time.
//!
//! A split that was tried at a position failed there if it comes up again, since
//! nothing but the split and the position decides what follows. So each pair is
//! tried once, and the time is bounded by the number of splits times the length
//! of the path, whatever the pattern.

use std::cell::RefCell;

use crate::class::{Classes, NeedPage};
use crate::node::Look;
use crate::program::{Inst, Program};
use crate::span::Span;

const UNSET: usize = usize::MAX;

/// Memory that stays with a thread is given back above this many words.
const KEEP_WORDS: usize = 1 << 13;

enum Job {
    /// Goes on at an instruction.
    Resume { pc: usize, at: usize },
    /// Takes back what a failed attempt noted.
    Restore { place: usize, old: usize },
}

#[derive(Default)]
struct Scratch {
    jobs: Vec<Job>,
    tried: Vec<u64>,
    places: Vec<usize>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::new(Scratch::default());
}

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
    SCRATCH.with(|scratch| match scratch.try_borrow_mut() {
        Ok(mut scratch) => search(program, text, classes, &mut scratch),
        // Nothing runs a program inside a program. If it ever did, it would
        // take its own memory.
        Err(_) => search(program, text, classes, &mut Scratch::default()),
    })
}

fn search(
    program: &Program,
    text: &str,
    classes: &Classes,
    scratch: &mut Scratch,
) -> Result<Option<Matched>, NeedPage> {
    let words = (program.marks * (text.len() + 1)).div_ceil(64);
    scratch.tried.clear();
    scratch.tried.resize(words, 0);
    scratch.jobs.clear();
    let mut machine = Machine {
        program,
        text,
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
    if scratch.tried.capacity() > KEEP_WORDS {
        *scratch = Scratch::default();
    }
    Ok(found)
}

struct Machine<'a> {
    program: &'a Program,
    text: &'a str,
    classes: &'a Classes,
    scratch: &'a mut Scratch,
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
                Inst::Run { class, min, max } => {
                    let run = self.classes.run(*class, self.text, at, *max)?;
                    if run.count < *min {
                        return Ok(None);
                    }
                    at = run.end;
                }
                Inst::Split {
                    first,
                    second,
                    mark,
                } => {
                    let bit = mark * (self.text.len() + 1) + at;
                    let Some(word) = self.scratch.tried.get_mut(bit / 64) else {
                        return Ok(None);
                    };
                    if *word >> (bit % 64) & 1 == 1 {
                        return Ok(None);
                    }
                    *word |= 1 << (bit % 64);
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
