//! Makes a table, route by route.

use crate::index::segments::{Ending, Readings};
use crate::index::trie::{Trie, number};
use crate::read::{self, Verdict};
use crate::regex::class::Classes;
use crate::spec::{Engine, Source};
use crate::table::{Condition, Table, Terminal};

/// The routes of one router while they are added.
#[derive(Debug)]
pub struct Level {
    number: usize,
    /// How many routes there were before.
    low: usize,
}

/// What became of a pattern, until its route is added.
#[derive(Debug)]
pub struct Compiled<'p> {
    readings: Readings<'p>,
    engine: Engine,
    program: Option<u32>,
    prefix: Option<u32>,
}

impl Compiled<'_> {
    /// Whether Python matches the pattern. A router behind such a pattern is not part of
    /// the table: it is called with what Python says is left of the path.
    #[must_use]
    pub fn is_python(&self) -> bool {
        self.engine == Engine::Python
    }
}

/// A table in the making.
#[derive(Debug)]
pub struct Builder {
    table: Table,
}

impl Builder {
    /// Begins a table, with the classes that are known so far.
    #[must_use]
    pub fn new(classes: Classes) -> Self {
        Self {
            table: Table::empty(classes),
        }
    }

    /// Lets nested routers have the slashes in front of their paths, as Django's
    /// `URLResolver` does. Otherwise each router drops them.
    #[must_use]
    pub fn keep_slashes(mut self) -> Self {
        self.table.keeps_slashes = true;
        self
    }

    /// The classes, to which more may be added.
    pub fn classes(&mut self) -> &mut Classes {
        &mut self.table.classes
    }

    /// Ends the table.
    #[must_use]
    pub fn finish(self) -> Table {
        self.table
    }

    /// Begins a router of about that many routes. The first is the outermost one.
    ///
    /// A search goes into nested routers on the stack of its thread, so the caller keeps
    /// them from lying too deep in each other.
    pub fn begin(&mut self, routes: usize) -> Level {
        self.table.levels.push(Trie::new());
        self.table.terminals.reserve(routes);
        self.table.engines.reserve(routes);
        Level {
            number: self.table.levels.len() - 1,
            low: self.table.engines.len(),
        }
    }

    /// Ends a router: all its routes have been added.
    pub fn end(&mut self, level: &Level) {
        if let Some(trie) = self.table.levels.get_mut(level.number) {
            trie.join_segments();
        }
    }

    /// Compiles a pattern that [`Source::flatten`] has laid out, with `literal` behind the
    /// anchors that it begins with: routes that differ only there share a source.
    pub fn compile_source<'p>(&mut self, literal: &'p str, source: &'p Source) -> Compiled<'p> {
        let (readings, verdict) = read::read(literal, source, &self.table.classes);
        let (engine, program) = match verdict {
            Verdict::Segments => (Engine::Segmented, None),
            Verdict::Python => (Engine::Python, None),
            Verdict::Program(program) => {
                self.table.programs.push(program);
                let program = number(self.table.programs.len() - 1);
                (Engine::Program, Some(program))
            }
        };
        Compiled {
            readings,
            engine,
            program,
            prefix: match source {
                Source::Prefix(number) => Some(*number),
                _ => None,
            },
        }
    }

    /// Adds a route that is not a router.
    pub fn add_leaf(&mut self, level: &Level, compiled: &Compiled<'_>) {
        let low = self.table.engines.len();
        self.table.engines.push(compiled.engine);
        self.add(level, compiled, low, None);
    }

    /// Adds a router whose routes have been added already.
    pub fn add_router(&mut self, level: &Level, compiled: &Compiled<'_>, inner: &Level) {
        // A router without routes answers nothing.
        if self.table.engines.len() > inner.low {
            self.add(level, compiled, inner.low, Some(number(inner.number)));
        }
    }

    fn add(&mut self, level: &Level, compiled: &Compiled<'_>, low: usize, inner: Option<u32>) {
        let (low, high) = (number(low), number(self.table.engines.len() - 1));
        for segments in &compiled.readings {
            let terminal = number(self.table.terminals.len());
            self.table.terminals.push(Terminal {
                low,
                high,
                condition: condition(compiled, &segments.ending),
                slots: segments.slots(),
                level: inner,
            });
            if let Some(trie) = self.table.levels.get_mut(level.number) {
                trie.insert(segments, terminal, low, high);
            }
        }
    }
}

fn condition(compiled: &Compiled<'_>, ending: &Ending<'_>) -> Condition {
    if let Some(prefix) = compiled.prefix {
        return Condition::Prefix(prefix);
    }
    match (ending, compiled.engine, compiled.program) {
        (_, Engine::Python, _) => Condition::Python,
        (Ending::Undecided { .. }, _, Some(program)) => Condition::Program(program),
        (
            &Ending::Run {
                class,
                min,
                max,
                end,
                ..
            },
            ..,
        ) => Condition::Run {
            class: number(class),
            min,
            max,
            end,
        },
        _ => Condition::None,
    }
}
