//! Where a parameter stands in the path.

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

    /// The range from `start` to `end`. A path of four gigabytes, for which there
    /// is no span, is not searched at all.
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

/// How many spans are kept without an allocation. Real routes have at most five
/// parameters, nested routers add theirs.
const INLINE: usize = 6;

/// A stack of spans that allocates only when it is unusually deep.
#[derive(Clone, Debug)]
pub struct Spans {
    inline: [Span; INLINE],
    // Counts the inline spans and the spilled ones together.
    len: usize,
    spill: Vec<Span>,
}

impl Default for Spans {
    fn default() -> Self {
        Self {
            inline: [Span::NONE; INLINE],
            len: 0,
            spill: Vec::new(),
        }
    }
}

impl Spans {
    /// Adds a span on top.
    #[inline]
    pub fn push(&mut self, span: Span) {
        match self.inline.get_mut(self.len) {
            Some(place) => *place = span,
            None => self.spill.push(span),
        }
        self.len += 1;
    }

    /// Drops every span above the first `len`.
    #[inline]
    pub fn truncate(&mut self, len: usize) {
        self.spill.truncate(len.saturating_sub(INLINE));
        self.len = self.len.min(len);
    }

    /// The span at `index`, or [`Span::NONE`] if there is none.
    #[inline]
    #[must_use]
    pub fn get(&self, index: usize) -> Span {
        if index >= self.len {
            return Span::NONE;
        }
        match self.inline.get(index) {
            Some(span) => *span,
            None => self
                .spill
                .get(index - INLINE)
                .copied()
                .unwrap_or(Span::NONE),
        }
    }

    /// How many spans there are.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no span.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deep_stack_spills_and_shrinks_without_losing_a_span() {
        let mut spans = Spans::default();
        for n in 0..20 {
            spans.push(Span::new(n, n + 1));
        }
        assert_eq!(spans.get(19), Span::new(19, 20));
        spans.truncate(10);
        assert_eq!(spans.get(9), Span::new(9, 10));
        assert_eq!(spans.get(10), Span::NONE);
        spans.truncate(2);
        spans.push(Span::new(7, 7));
        assert_eq!((spans.len(), spans.get(2)), (3, Span::new(7, 7)));
    }
}
