//! The compiled routes of a router, nested ones included.

use crate::build::Builder;
use crate::class::{Classes, NeedPage, Page};
use crate::program::Program;
use crate::search::Search;
use crate::spec::{Engine, RouteSpec};
use crate::trie::Trie;

/// What has to hold, beyond the place in the trie, for a terminal to match.
#[derive(Debug)]
pub(crate) enum Condition {
    /// Nothing.
    None,
    /// The rest begins with members of a class, and perhaps ends with them.
    Run {
        class: u32,
        min: u32,
        max: u32,
        end: bool,
    },
    /// The program matches the path of this level.
    Program(u32),
    /// Python has to be asked.
    Python,
}

/// So many slots are kept without an allocation.
const FEW_SLOTS: usize = 6;

/// For each slot the number of its parameter.
///
/// PERF: the few of a real route lie in the terminal itself.
#[derive(Debug)]
pub(crate) enum Slots {
    Few(u8, [u8; FEW_SLOTS]),
    Many(Box<[usize]>),
}

impl Slots {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Few(length, _) => usize::from(*length),
            Self::Many(slots) => slots.len(),
        }
    }

    pub(crate) fn get(&self, slot: usize) -> Option<usize> {
        match self {
            Self::Few(_, slots) => slots.get(slot).map(|param| usize::from(*param)),
            Self::Many(slots) => slots.get(slot).copied(),
        }
    }
}

impl Default for Slots {
    fn default() -> Self {
        Self::Few(0, [0; FEW_SLOTS])
    }
}

impl Slots {
    /// Says which parameter holds the text of `slot`.
    pub(crate) fn set(&mut self, slot: usize, param: usize) {
        if let Self::Few(length, slots) = self
            && slot <= usize::from(*length)
            && let (Some(place), Ok(wanted)) = (slots.get_mut(slot), u8::try_from(slot + 1))
            && let Ok(param) = u8::try_from(param)
        {
            *place = param;
            *length = wanted.max(*length);
            return;
        }
        let mut slots: Vec<usize> = match std::mem::take(self) {
            Self::Few(length, slots) => slots
                .iter()
                .take(usize::from(length))
                .map(|param| usize::from(*param))
                .collect(),
            Self::Many(slots) => slots.into(),
        };
        if slots.len() <= slot {
            slots.resize(slot + 1, usize::MAX);
        }
        if let Some(place) = slots.get_mut(slot) {
            *place = param;
        }
        *self = Self::Many(slots.into());
    }
}

/// A route in the trie.
#[derive(Debug)]
pub(crate) struct Terminal {
    /// The number of the route, or of the first route of the nested router.
    pub(crate) low: u32,
    /// The same as `low`, or the number of the last route of the nested router.
    pub(crate) high: u32,
    pub(crate) condition: Condition,
    /// For each wanted group the number of the parameter that holds its text.
    /// Not used with a program, which knows its own groups.
    pub(crate) slots: Slots,
    /// The level of the nested router.
    pub(crate) level: Option<u32>,
}

/// Compiled routes, numbered in declaration order, nested ones in their place.
#[derive(Debug)]
pub struct Table {
    pub(crate) classes: Classes,
    pub(crate) terminals: Vec<Terminal>,
    /// A trie for each router; the first is the outermost one's.
    pub(crate) levels: Vec<Trie>,
    pub(crate) programs: Vec<Program>,
    /// What matches the routes that are no routers.
    pub(crate) engines: Vec<Engine>,
}

impl Table {
    /// Compiles routes.
    #[must_use]
    pub fn new(routes: Vec<RouteSpec>, classes: Classes) -> Self {
        let mut builder = Builder::new(classes);
        builder.add_all(routes);
        builder.finish()
    }

    pub(crate) fn empty(classes: Classes) -> Self {
        Self {
            classes,
            terminals: Vec::new(),
            levels: Vec::new(),
            programs: Vec::new(),
            engines: Vec::new(),
        }
    }

    /// What matches each route that is no router, by its number.
    #[must_use]
    pub fn engines(&self) -> &[Engine] {
        &self.engines
    }

    /// Finds the first route from number `start` on that accepts `path`, which
    /// begins without a slash.
    ///
    /// # Errors
    ///
    /// [`NeedPage`] if Python has to say which characters a class has. Add the
    /// page and search again.
    pub fn search(&self, path: &str, start: u32) -> Result<Search, NeedPage> {
        crate::search::search(self, path, start)
    }

    /// Adds a page of a class, which a search asked for.
    pub fn add_page(&self, need: NeedPage, page: Page) {
        self.classes.add_page(need, page);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_come_in_any_order_and_any_number() {
        let mut slots = Slots::default();
        slots.set(0, 3);
        slots.set(1, 0);
        assert_eq!(
            (slots.len(), slots.get(0), slots.get(1)),
            (2, Some(3), Some(0))
        );
        slots.set(9, 1);
        assert_eq!(
            (slots.len(), slots.get(0), slots.get(9)),
            (10, Some(3), Some(1))
        );
        assert_eq!(slots.get(5), Some(usize::MAX));
        slots.set(5, 300);
        assert_eq!((slots.len(), slots.get(5)), (10, Some(300)));
    }
}
