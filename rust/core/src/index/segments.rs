//! The path segments that a pattern asks for.

use smallvec::SmallVec;

use crate::regex::class::ClassId;

/// What a whole segment has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Matcher {
    /// Between `min` and `max` members of a class without the slash.
    Run { class: ClassId, min: u32, max: u32 },
    /// A UUID, written as Django's converter wants it.
    Uuid(ClassId),
}

/// A segment that is followed by another one, or that ends the pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Segment<'p> {
    /// This text.
    Literal(&'p str),
    /// A parameter. Its text is wanted if there is a slot.
    Parameter(Matcher, Option<usize>),
}

/// What follows the last whole segment. `beginning` is what the next segment begins
/// with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending<'p> {
    /// Nothing: the path ends with the last segment.
    End,
    /// Whatever begins so: the rest of the path is left over.
    Rest { beginning: &'p str },
    /// Members of a class, which may hold the slash.
    Run {
        beginning: &'p str,
        class: ClassId,
        min: u32,
        max: u32,
        /// Whether the path has to end behind the run.
        end: bool,
        /// Whether the text is wanted, and where.
        slot: Option<usize>,
    },
    /// Whatever begins so, if a program or Python accepts it.
    Undecided { beginning: &'p str },
}

/// A pattern as segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Segments<'p> {
    pub(crate) whole: Vec<Segment<'p>>,
    pub(crate) ending: Ending<'p>,
}

impl Segments<'_> {
    /// Those of a pattern that may match anywhere.
    pub(crate) fn unknown() -> Self {
        Self {
            whole: Vec::new(),
            ending: Ending::Undecided { beginning: "" },
        }
    }

    /// Whether the segments alone decide about a path.
    pub(crate) fn are_decided(&self) -> bool {
        !matches!(self.ending, Ending::Undecided { .. })
    }

    /// For each wanted group the number of its parameter, counted along the segments.
    pub(crate) fn slots(&self) -> Slots {
        let whole = self.whole.iter().filter_map(|segment| match segment {
            Segment::Parameter(_, slot) => Some(*slot),
            Segment::Literal(_) => None,
        });
        let ending = match self.ending {
            Ending::Run { slot, .. } => Some(slot),
            _ => None,
        };
        let mut slots = Slots::new();
        for (parameter, slot) in whole.chain(ending).enumerate() {
            let Some(slot) = slot else { continue };
            if slots.len() <= slot {
                slots.resize(slot + 1, u32::MAX);
            }
            if let Some(place) = slots.get_mut(slot) {
                *place = u32::try_from(parameter).unwrap_or(u32::MAX);
            }
        }
        slots
    }
}

/// For each wanted group the number of its parameter.
pub(crate) type Slots = SmallVec<[u32; 4]>;

/// The segments of one pattern. There are two readings if it ends in an optional slash.
pub(crate) type Readings<'p> = SmallVec<[Segments<'p>; 1]>;
