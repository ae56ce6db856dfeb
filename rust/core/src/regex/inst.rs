//! The instructions of the machine in `machine`.

use crate::regex::class::ClassId;
use crate::regex::tree::Look;

/// A run of at most this many members of a class is looked at anew wherever it begins.
pub(crate) const SHORT_RUN: u32 = 64;

/// Members of a class, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) class: ClassId,
    pub(crate) min: u32,
    pub(crate) max: u32,
    /// Where the machine remembers how far the run reached the last time, if it may
    /// begin at many positions. Without that, the time would be the length of the path
    /// times that of the run.
    pub(crate) memo: Option<usize>,
}

/// Where a run of which fewer characters may be enough is tried to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ends {
    /// The run begins once, so no end comes up again: wherever this text, which has to
    /// follow, stands behind it.
    Before(Box<str>),
    /// Wherever it was not tried before. That many choices have lower numbers.
    Untried(usize),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Inst {
    /// This text.
    Literal(Box<str>),
    /// One member of the class.
    Class(ClassId),
    /// As many characters as there are. Only where fewer could not lead to a match,
    /// so that it never has to give any back.
    Run(Run),
    /// Tries each number of characters, the greatest first if it is greedy.
    Choose {
        run: Run,
        greedy: bool,
        ends: Ends,
    },
    /// Tries each number of characters from none on, without a limit, the greatest first
    /// if it is greedy. `next` has to follow, and `mark` numbers the choices.
    Loop {
        class: ClassId,
        greedy: bool,
        mark: usize,
        next: Box<str>,
    },
    /// Tries `first`, then `second`. `mark` numbers the choices.
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
