//! The compiled routes of a router, nested ones included.

use crate::index::segments::Slots;
use crate::index::trie::Trie;
use crate::regex::class::{ClassId, Classes, NeedPage, Page};
use crate::regex::program::Program;
use crate::spec::Engine;

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
    /// The program with this number matches the path of this level.
    Program(u32),
    /// The path of this level begins with the prefix of this number.
    Prefix(u32),
    /// Python has to be asked.
    Python,
}

/// A route in the trie.
#[derive(Debug)]
pub(crate) struct Terminal {
    /// The number of the route, or of the first route of the nested router.
    pub(crate) low: u32,
    /// The same as `low`, or the number of the last route of the nested router.
    pub(crate) high: u32,
    pub(crate) condition: Condition,
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
    /// Whether a nested router gets the slashes in front of its path.
    pub(crate) keeps_slashes: bool,
    /// What matches the routes that are not routers.
    pub(crate) engines: Vec<Engine>,
}

impl Table {
    pub(crate) fn empty(classes: Classes) -> Self {
        Self {
            classes,
            terminals: Vec::new(),
            levels: Vec::new(),
            programs: Vec::new(),
            keeps_slashes: false,
            engines: Vec::new(),
        }
    }

    /// What matches each route that is not a router, by its number.
    #[must_use]
    pub fn engines(&self) -> &[Engine] {
        &self.engines
    }

    /// The pages of a class that are not known and that `path` has characters of. A
    /// search asks for one of them, and to search again for each would take as many times
    /// as long.
    #[must_use]
    pub fn unknown_pages(&self, class: ClassId, path: &str) -> Vec<NeedPage> {
        self.classes.unknown_pages(class, path)
    }

    /// Adds a page of a class, which a search asked for.
    pub fn add_page(&self, need: NeedPage, page: Page) {
        self.classes.add_page(need, page);
    }
}
