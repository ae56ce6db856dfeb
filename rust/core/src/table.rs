//! The compiled routes of a router, nested ones included.

use crate::class::{Classes, NeedPage, Page};
use crate::node::Node;
use crate::program::Program;
use crate::search::Search;
use crate::shape::{self, Shape, Step, Tail};
use crate::spec::{Engine, RouteSpec, Source};
use crate::trie::{Trie, number};

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

/// For each slot the number of its parameter.
///
/// PERF: the few of a real route lie in the terminal itself.
#[derive(Debug)]
pub(crate) enum Slots {
    Few(u8, [u8; 6]),
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

impl From<Vec<usize>> for Slots {
    fn from(slots: Vec<usize>) -> Self {
        let mut few = [0; 6];
        let Ok(length) = u8::try_from(slots.len()) else {
            return Self::Many(slots.into());
        };
        for (slot, param) in slots.iter().enumerate() {
            match (few.get_mut(slot), u8::try_from(*param)) {
                (Some(place), Ok(param)) => *place = param,
                _ => return Self::Many(slots.into()),
            }
        }
        Self::Few(length, few)
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

/// A route that is no router, as the caller has to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// The position of the route in its router's list, behind the positions of
    /// the routers around it, the outermost first.
    pub trail: Box<[usize]>,
    /// What matches the route.
    pub engine: Engine,
}

/// Compiled routes, numbered in declaration order, nested ones in their place.
#[derive(Debug)]
pub struct Table {
    pub(crate) classes: Classes,
    pub(crate) terminals: Vec<Terminal>,
    /// A trie for each router; the first is the outermost one's.
    pub(crate) levels: Vec<Trie>,
    pub(crate) programs: Vec<Program>,
    leaves: Vec<Leaf>,
}

impl Table {
    /// Compiles routes.
    #[must_use]
    pub fn new(routes: Vec<RouteSpec>, classes: Classes) -> Self {
        let mut table = Self {
            classes,
            terminals: Vec::new(),
            levels: Vec::new(),
            programs: Vec::new(),
            leaves: Vec::new(),
        };
        table.add_level(routes, &mut Vec::new());
        table
    }

    /// The routes that are no routers, by their number.
    #[must_use]
    pub fn leaves(&self) -> &[Leaf] {
        &self.leaves
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

    fn add_level(&mut self, routes: Vec<RouteSpec>, trail: &mut Vec<usize>) -> usize {
        let level = self.levels.len();
        self.levels.push(Trie::new());
        for (position, route) in routes.into_iter().enumerate() {
            trail.push(position);
            self.add_route(level, route, trail);
            trail.pop();
        }
        if let Some(trie) = self.levels.get_mut(level) {
            trie.join_segments();
        }
        level
    }

    fn add_route(&mut self, level: usize, route: RouteSpec, trail: &mut Vec<usize>) {
        let Compiled {
            shapes,
            engine,
            program,
        } = self.compile(route.source);
        let low = self.leaves.len();
        let inner = match route.nested {
            // A router behind a pattern that only Python matches stays a leaf:
            // it is called with what Python says is left of the path.
            Some(routes) if engine != Engine::Python => Some(self.add_level(routes, trail)),
            _ => {
                self.leaves.push(Leaf {
                    trail: trail.as_slice().into(),
                    engine,
                });
                None
            }
        };
        if self.leaves.len() == low {
            // A router without routes answers nothing.
            return;
        }
        let (low, high) = (number(low), number(self.leaves.len() - 1));
        for shape in shapes {
            let condition = match (&shape.tail, engine, program) {
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
            self.terminals.push(Terminal {
                low,
                high,
                condition,
                slots: slots_of(&shape),
                level: inner.map(number),
            });
            let terminal = number(self.terminals.len() - 1);
            if let Some(trie) = self.levels.get_mut(level) {
                trie.insert(&shape, terminal, low, high);
            }
        }
    }

    fn compile(&mut self, source: Source) -> Compiled {
        let Source::Pattern { node, full, slots } = source else {
            return Compiled::python(vec![Shape::unknown()]);
        };
        if !node.is_sound(slots, self.classes.len()) {
            return Compiled::python(vec![Shape::unknown()]);
        }
        let foreign = node.is_foreign();
        let nodes = Node::Concat(vec![node]).flatten();
        let shapes = shape::shapes(&nodes, full, &self.classes);
        if foreign {
            return Compiled::python(shapes);
        }
        if shapes.iter().all(Shape::is_decided) {
            return Compiled {
                shapes,
                engine: Engine::Segmented,
                program: None,
            };
        }
        match Program::compile(&nodes, full, slots, &self.classes) {
            Ok(program) => {
                self.programs.push(program);
                Compiled {
                    shapes,
                    engine: Engine::Program,
                    program: Some(self.programs.len() - 1),
                }
            }
            Err(_) => Compiled::python(shapes),
        }
    }
}

struct Compiled {
    shapes: Vec<Shape>,
    engine: Engine,
    program: Option<usize>,
}

impl Compiled {
    fn python(shapes: Vec<Shape>) -> Self {
        Self {
            shapes,
            engine: Engine::Python,
            program: None,
        }
    }
}

/// For each slot the number of its parameter, counted along the shape.
fn slots_of(shape: &Shape) -> Slots {
    let mut params = Vec::new();
    for step in &shape.steps {
        if let Step::Param(_, slot) = step {
            params.push(*slot);
        }
    }
    if let Tail::Run { slot, .. } = &shape.tail {
        params.push(*slot);
    }
    let wanted = params.iter().flatten().max().map_or(0, |slot| slot + 1);
    let mut slots = vec![usize::MAX; wanted];
    for (param, slot) in params.into_iter().enumerate() {
        if let Some(place) = slot.and_then(|slot| slots.get_mut(slot)) {
            *place = param;
        }
    }
    slots.into()
}
