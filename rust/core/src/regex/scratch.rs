//! The memory of the machine, which stays with its thread.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::iter::successors;
use std::ops::Range;

/// A list of more places is not kept for the next search.
const KEEP: usize = 1 << 13;

/// What is still to be tried, or to be taken back.
pub(crate) enum Job {
    /// Goes on at an instruction.
    Resume { pc: usize, at: usize },
    /// Ends the run of an instruction somewhere between two positions.
    Choose { pc: usize, ends: Range<usize> },
    /// Takes back what a failed attempt noted.
    Restore { place: usize, old: usize },
}

#[derive(Default)]
pub(crate) struct Scratch {
    pub(crate) jobs: Vec<Job>,
    /// A bit for each choice and position, 64 in a word. Above them a bit for each word
    /// that is full, and so on, so that full words are not passed one by one.
    tried: Vec<Vec<u64>>,
    pub(crate) places: Vec<usize>,
    /// For each memo the runs that are known: where they begin, by where they end.
    pub(crate) reached: Vec<BTreeMap<usize, usize>>,
    /// Where each character of a text beyond ASCII begins, and at last its end.
    pub(crate) begins: Vec<usize>,
    /// The number of the character at each byte.
    pub(crate) numbers: Vec<usize>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::new(Scratch::default());
}

impl Scratch {
    /// Lends the memory of the thread.
    pub(crate) fn with<T>(search: impl FnOnce(&mut Self) -> T) -> T {
        SCRATCH.with(|scratch| match scratch.try_borrow_mut() {
            Ok(mut scratch) => {
                let result = search(&mut scratch);
                if scratch.longest() > KEEP {
                    *scratch = Self::default();
                }
                result
            }
            // Nothing runs a program inside a program. If it ever did, it would
            // take its own memory.
            Err(_) => search(&mut Self::default()),
        })
    }

    /// How many places the longest list has.
    fn longest(&self) -> usize {
        let words = self.tried.first().map_or(0, Vec::capacity);
        let runs = self.reached.iter().map(BTreeMap::len).max();
        [
            words,
            self.jobs.capacity(),
            self.begins.capacity(),
            self.numbers.capacity(),
        ]
        .into_iter()
        .chain(runs)
        .fold(0, usize::max)
    }

    /// Makes room for so many bits and memos.
    pub(crate) fn clear(&mut self, bits: usize, memos: usize) {
        self.jobs.clear();
        let above = |words: &usize| (*words > 1).then(|| words.div_ceil(64));
        let sizes = successors(Some(bits.div_ceil(64)), above);
        self.tried.resize_with(sizes.clone().count(), Vec::new);
        for (words, size) in self.tried.iter_mut().zip(sizes) {
            words.clear();
            words.resize(size, 0);
        }
        self.reached.clear();
        self.reached.resize(memos, BTreeMap::new());
        self.begins.clear();
        self.numbers.clear();
    }

    /// Notes that a bit was tried. `false` if it was before.
    pub(crate) fn try_once(&mut self, bit: usize) -> bool {
        let mut at = bit;
        for words in &mut self.tried {
            let (word, bit) = (words.get_mut(at / 64), 1 << (at % 64));
            match word {
                Some(word) if *word & bit == 0 => {
                    *word |= bit;
                    if *word != u64::MAX {
                        break;
                    }
                }
                _ => return false,
            }
            at /= 64;
        }
        true
    }

    /// The first bit of a range, or the last one, that was not tried.
    pub(crate) fn untried(&self, bits: Range<usize>, last: bool) -> Option<usize> {
        let mut at = if last {
            bits.end.checked_sub(1)?
        } else {
            bits.start
        };
        let mut level = 0;
        loop {
            let (index, offset) = (at / 64, at % 64);
            let ahead = if last {
                u64::MAX >> (63 - offset)
            } else {
                u64::MAX << offset
            };
            let open = !self.tried.get(level)?.get(index)? & ahead;
            if open == 0 {
                // One up, to the words beside this one.
                level += 1;
                at = if last {
                    index.checked_sub(1)?
                } else {
                    index + 1
                };
                continue;
            }
            let offset = if last {
                open.ilog2()
            } else {
                open.trailing_zeros()
            };
            at = index * 64 + offset as usize;
            if level == 0 {
                return bits.contains(&at).then_some(at);
            }
            // One down, into the word that is not full.
            level -= 1;
            at = at * 64 + if last { 63 } else { 0 };
        }
    }
}
