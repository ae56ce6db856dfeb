//! Where a parameter stands in the path.

use smallvec::SmallVec;

/// A half-open range of byte offsets into the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// Marks a group that took no part in the match.
    pub const NONE: Self = Self {
        start: u32::MAX,
        end: u32::MAX,
    };

    /// The range from `start` to `end`. Paths of 4 GiB or more are never searched, so
    /// `u32` is enough.
    #[inline]
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        match (u32::try_from(start), u32::try_from(end)) {
            (Ok(start), Ok(end)) => Self { start, end },
            _ => Self::NONE,
        }
    }

    /// The range, or `None` if the group took no part in the match.
    #[inline]
    #[must_use]
    pub fn range(self) -> Option<std::ops::Range<usize>> {
        (self != Self::NONE).then_some(self.start as usize..self.end as usize)
    }

    /// The same range, `offset` bytes later.
    #[must_use]
    pub(crate) fn shifted(self, offset: usize) -> Self {
        match self.range() {
            Some(range) => Self::new(range.start + offset, range.end + offset),
            None => self,
        }
    }
}

/// Spans of the groups of a route. Real routes have at most five parameters, nested
/// routers add theirs; a longer list is allocated.
#[derive(Clone, Debug, Default)]
pub struct Spans(SmallVec<[Span; 6]>);

impl Spans {
    #[inline]
    pub(crate) fn push(&mut self, span: Span) {
        self.0.push(span);
    }

    /// Drops every span above the first `len`.
    #[inline]
    pub(crate) fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }

    /// Those from `depth` on.
    pub(crate) fn from(&self, depth: usize) -> Self {
        Self(self.0.get(depth..).unwrap_or_default().into())
    }

    /// The span at `index`, or [`Span::NONE`] if there is none.
    #[inline]
    #[must_use]
    pub fn get(&self, index: usize) -> Span {
        self.0.get(index).copied().unwrap_or(Span::NONE)
    }

    /// How many spans there are.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no span.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
