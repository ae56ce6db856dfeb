//! Makes a table, route by route.

use std::borrow::Cow;

use crate::class::Classes;
use crate::item::Item;
use crate::node::Node;
use crate::pattern::{Bodies, Pattern};
use crate::program::Program;
use crate::shape::{self, Shape, Shapes, Step, Tail};
use crate::spec::{Engine, RouteSpec, Source};
use crate::table::{Condition, Slots, Table, Terminal};
use crate::trie::{Trie, number};

/// The routes of one router while they are added.
#[derive(Debug)]
pub struct Level {
    number: usize,
    // How many routes there were before.
    low: usize,
}

/// What became of a pattern, until its route is added.
#[derive(Debug)]
pub struct Compiled<'p> {
    shapes: Shapes<'p>,
    engine: Engine,
    program: Option<usize>,
}

impl<'p> Compiled<'p> {
    /// A pattern of which nothing is known. Python is asked for every path.
    #[must_use]
    pub fn opaque() -> Self {
        Self::python(Shapes::unknown())
    }

    fn python(shapes: Shapes<'p>) -> Self {
        Self {
            shapes,
            engine: Engine::Python,
            program: None,
        }
    }

    /// Whether Python matches the pattern. A router behind such a one is no part of
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

    /// Adds all routes of a router, nested ones with theirs.
    pub(crate) fn add_all(&mut self, routes: Vec<RouteSpec>) -> Level {
        let level = self.begin(routes.len());
        for route in routes {
            let source = route.source.flatten();
            let compiled = self.compile_source(&source);
            match route.nested {
                Some(routes) if !compiled.is_python() => {
                    let inner = self.add_all(routes);
                    self.add_router(&level, &compiled, &inner);
                }
                _ => self.add_leaf(&level, &compiled),
            }
        }
        self.end(&level);
        level
    }

    /// Adds a route that is no router.
    pub fn add_leaf(&mut self, level: &Level, compiled: &Compiled<'_>) {
        let low = self.table.engines.len();
        self.table.engines.push(compiled.engine);
        self.add(level, compiled, low, None);
    }

    /// Adds a router whose routes have been added already.
    pub fn add_router(&mut self, level: &Level, compiled: &Compiled<'_>, inner: &Level) {
        // A router without routes answers nothing.
        if self.table.engines.len() > inner.low {
            self.add(level, compiled, inner.low, Some(inner.number));
        }
    }

    fn add(&mut self, level: &Level, compiled: &Compiled<'_>, low: usize, inner: Option<usize>) {
        let (low, high) = (number(low), number(self.table.engines.len() - 1));
        for shape in compiled.shapes.iter() {
            let condition = match (&shape.tail, compiled.engine, compiled.program) {
                (_, Engine::Python, _) => Condition::Python,
                (Tail::Undecided { .. }, _, Some(program)) => Condition::Program(number(program)),
                (
                    Tail::Run {
                        class,
                        min,
                        max,
                        end,
                        ..
                    },
                    ..,
                ) => Condition::Run {
                    class: number(*class),
                    min: *min,
                    max: *max,
                    end: *end,
                },
                _ => Condition::None,
            };
            self.table.terminals.push(Terminal {
                low,
                high,
                condition,
                slots: slots_of(shape),
                level: inner.map(number),
            });
            let terminal = number(self.table.terminals.len() - 1);
            if let Some(trie) = self.table.levels.get_mut(level.number) {
                trie.insert(shape, terminal, low, high);
            }
        }
    }

    /// Compiles a pattern that was cut into pieces.
    pub fn compile<'p>(&mut self, pattern: &'p Pattern, bodies: &Bodies) -> Compiled<'p> {
        if !pattern.is_sound(self.table.classes.len()) {
            return Compiled::opaque();
        }
        let items = pattern.items(bodies);
        let shapes = shape::shapes(&items, pattern.full, &self.table.classes);
        self.compile_shapes(shapes, pattern.full, pattern.slots(), || {
            Node::Concat(pattern.nodes(bodies)).flatten().into()
        })
    }

    /// Compiles a pattern that [`Source::flatten`] has laid out.
    pub fn compile_source<'p>(&mut self, source: &'p Source) -> Compiled<'p> {
        let Source::Pattern { node, full, slots } = source else {
            return Compiled::opaque();
        };
        if !node.is_sound(*slots, self.table.classes.len()) {
            return Compiled::opaque();
        }
        let nodes = match node {
            Node::Concat(nodes) => nodes.as_slice(),
            other => std::slice::from_ref(other),
        };
        let items: Vec<_> = nodes.iter().map(Item::of).collect();
        let shapes = shape::shapes(&items, *full, &self.table.classes);
        if node.is_foreign() {
            return Compiled::python(shapes);
        }
        self.compile_shapes(shapes, *full, *slots, || Cow::Borrowed(nodes))
    }

    fn compile_shapes<'p, 'n>(
        &mut self,
        shapes: Shapes<'p>,
        full: bool,
        slots: usize,
        nodes: impl FnOnce() -> Cow<'n, [Node]>,
    ) -> Compiled<'p> {
        if shapes.are_decided() {
            return Compiled {
                shapes,
                engine: Engine::Segmented,
                program: None,
            };
        }
        match Program::compile(&nodes(), full, slots, &self.table.classes) {
            Ok(program) => {
                self.table.programs.push(program);
                Compiled {
                    shapes,
                    engine: Engine::Program,
                    program: Some(self.table.programs.len() - 1),
                }
            }
            Err(_) => Compiled::python(shapes),
        }
    }
}

/// For each slot the number of its parameter, counted along the shape.
fn slots_of(shape: &Shape<'_>) -> Slots {
    let tail = match &shape.tail {
        Tail::Run { slot, .. } => Some(slot),
        _ => None,
    };
    let steps = shape.steps.iter().filter_map(|step| match step {
        Step::Param(_, slot) => Some(slot),
        Step::Literal(_) => None,
    });
    let mut slots = Slots::default();
    for (param, slot) in steps.chain(tail).enumerate() {
        if let Some(slot) = slot {
            slots.set(*slot, param);
        }
    }
    slots
}
