//! The memory of the machine, which stays with its thread.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

/// Memory is given back above this many words.
const KEEP_WORDS: usize = 1 << 13;

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
    /// A bit for each choice and position.
    tried: Vec<u64>,
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
                if scratch.tried.capacity() > KEEP_WORDS {
                    *scratch = Self::default();
                }
                result
            }
            // Nothing runs a program inside a program. If it ever did, it would
            // take its own memory.
            Err(_) => search(&mut Self::default()),
        })
    }

    /// Makes room for so many bits and memos.
    pub(crate) fn clear(&mut self, bits: usize, memos: usize) {
        self.jobs.clear();
        self.tried.clear();
        self.tried.resize(bits.div_ceil(64), 0);
        self.reached.clear();
        self.reached.resize(memos, BTreeMap::new());
        self.begins.clear();
        self.numbers.clear();
    }

    /// Notes that a bit was tried. `false` if it was before.
    pub(crate) fn try_once(&mut self, bit: usize) -> bool {
        let (word, bit) = (self.tried.get_mut(bit / 64), 1 << (bit % 64));
        word.is_some_and(|word| {
            let is_new = *word & bit == 0;
            *word |= bit;
            is_new
        })
    }

    /// The first bit of a range, or the last one, that was not tried.
    pub(crate) fn untried(&self, bits: Range<usize>, last: bool) -> Option<usize> {
        let mut words = bits.start / 64..bits.end.div_ceil(64);
        loop {
            let index = if last {
                words.next_back()
            } else {
                words.next()
            }?;
            let mut open = !self.tried.get(index)?;
            if index == bits.start / 64 {
                open &= u64::MAX << (bits.start % 64);
            }
            if index == bits.end / 64 {
                open &= !(u64::MAX << (bits.end % 64));
            }
            let bit = if last {
                open.checked_ilog2()
            } else {
                (open != 0).then(|| open.trailing_zeros())
            };
            if let Some(bit) = bit {
                return Some(index * 64 + bit as usize);
            }
        }
    }
}
