//! Where runs of the members of a class end.

use std::ops::Range;

use crate::regex::class::{ClassId, NeedPage};
use crate::regex::inst::{Ends, Inst, Run, SHORT_RUN};
use crate::regex::machine::Machine;
use crate::regex::scratch::{Job, Scratch};

impl Machine<'_> {
    /// Takes the next end of a run, and leaves the others for later.
    pub(super) fn choose(&mut self, pc: usize, mut ends: Range<usize>) -> Option<usize> {
        let Some(Inst::Choose {
            greedy,
            ends: which,
            ..
        }) = self.program.insts.get(pc)
        else {
            return None;
        };
        loop {
            let at = match which {
                Ends::Before(next) => self.end_before(next.as_bytes(), ends.clone(), *greedy)?,
                Ends::Untried(mark) => {
                    let row = mark * (self.text.len() + 1);
                    let bits = row + ends.start..row + ends.end;
                    let bit = self.scratch.untried(bits, *greedy)?;
                    self.scratch.try_once(bit);
                    bit - row
                }
            };
            if *greedy {
                ends.end = at;
            } else {
                ends.start = at + 1;
            }
            if self.text.is_char_boundary(at) {
                self.scratch.jobs.push(Job::Choose { pc, ends });
                return Some(at);
            }
        }
    }

    /// The first one of some ends, or the last one, that `next` stands behind.
    fn end_before(&self, next: &[u8], mut ends: Range<usize>, last: bool) -> Option<usize> {
        let text = self.text.as_bytes();
        let Some(first) = next.first() else {
            return if last { ends.next_back() } else { ends.next() };
        };
        let is_before = |at: &usize| {
            // PERF: nearly everywhere the first byte is another one.
            text.get(*at) == Some(first)
                && text.get(*at..).is_some_and(|rest| rest.starts_with(next))
        };
        if last {
            ends.rfind(is_before)
        } else {
            ends.find(is_before)
        }
    }

    /// Where the longest run that begins at `at` ends.
    pub(super) fn longest(&mut self, run: &Run, at: usize) -> Result<Option<usize>, NeedPage> {
        let Some(memo) = run.memo else {
            let extent = self.classes.run(run.class, self.text, at, run.max)?;
            return Ok((extent.count >= run.min).then_some(extent.end));
        };
        let end = self.reach(run.class, memo, at)?;
        let is_long_enough = self.skip(at, end, run.min).is_some();
        let last = self.skip(at, end, run.max).unwrap_or(end);
        Ok(is_long_enough.then_some(last))
    }

    /// Where the members of a class end, from `at` on, however many there are.
    fn reach(&mut self, class: ClassId, memo: usize, at: usize) -> Result<usize, NeedPage> {
        let Some(known) = self.scratch.reached.get_mut(memo) else {
            return Ok(self.classes.run(class, self.text, at, u32::MAX)?.end);
        };
        // The first one that ends behind this position.
        let mut next = known.range_mut(at + 1..).next();
        if let Some((end, begin)) = &next
            && **begin <= at
        {
            return Ok(**end);
        }
        // What the known run took is not looked at again.
        let text = match &next {
            Some((_, begin)) => self.text.get(..**begin).unwrap_or(self.text),
            None => self.text,
        };
        let end = self.classes.run(class, text, at, u32::MAX)?.end;
        if let Some((known_end, begin)) = &mut next
            && end == **begin
        {
            **begin = at;
            return Ok(**known_end);
        }
        if at < end {
            known.insert(end, at);
        }
        Ok(end)
    }

    /// Where `count` characters from `at` on end, if that is not beyond `end`.
    pub(super) fn skip(&mut self, at: usize, end: usize, count: u32) -> Option<usize> {
        let short = count <= SHORT_RUN;
        let count = count as usize;
        if count > end - at {
            return None;
        }
        if self.is_ascii {
            return Some(at + count);
        }
        if short {
            let text = self.text.get(at..end)?;
            let mut lengths = text.chars().map(char::len_utf8);
            return (0..count).try_fold(at, |at, _| Some(at + lengths.next()?));
        }
        let Scratch {
            begins, numbers, ..
        } = &mut *self.scratch;
        if begins.is_empty() {
            for (at, character) in self.text.char_indices() {
                numbers.resize(at + character.len_utf8(), begins.len());
                begins.push(at);
            }
            begins.push(self.text.len());
        }
        let behind = *begins.get(numbers.get(at)? + count)?;
        (behind <= end).then_some(behind)
    }
}
