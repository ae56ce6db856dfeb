//! Finds the first declared route that accepts a path.
//!
//! The tries are walked depth first with the number of the best route so far. A
//! node is left out when all its routes come later than that, or before the
//! number at which the search starts. Each node is entered at most once for each
//! time its router is, so the work is bounded by the size of the table. Only nested
//! routers take more of the stack, so a route may have any number of segments.

mod terminals;

use smallvec::SmallVec;

use crate::index::segments::Matcher;
use crate::index::trie::{Trie, TrieNode, segment_length};
use crate::regex::class::{Class, NeedPage};
use crate::span::{Span, Spans};
use crate::table::Table;

/// A route that accepts the path, or that Python has to be asked about.
#[derive(Clone, Debug)]
pub struct Found {
    /// The number of the route.
    pub route: u32,
    /// Where the rest of the path begins. For a route that Python decides: where
    /// the path begins that its pattern gets.
    pub rest: usize,
    /// The wanted groups, those of outer routers first.
    pub spans: Spans,
}

/// The result of a search.
#[derive(Debug, Default)]
pub struct Search {
    /// The first route that accepts the path, of those that need no Python.
    pub found: Option<Found>,
    /// The routes before it that Python has to be asked about, in order.
    pub ask: Vec<Found>,
    /// Whether a prefix that was not told may lead to an earlier route.
    pub needs_prefixes: bool,
    /// The nested routers that were searched, numbered as they were begun.
    pub entered: SmallVec<[usize; 2]>,
}

impl Table {
    /// Finds the first route from number `start` on that accepts `path`, which
    /// begins without a slash.
    ///
    /// # Errors
    ///
    /// [`NeedPage`] if Python has to say which characters a class has. Add the
    /// page and search again.
    pub fn search(&self, path: &str, start: u32) -> Result<Search, NeedPage> {
        self.search_behind(&[], path, start)
    }

    /// Finds the first route as [`Table::search`] does, where each
    /// [`Source::Prefix`](crate::Source::Prefix) stands for one of `prefixes`. To tell
    /// them may take long, so a search can be told none first: few need them.
    ///
    /// # Errors
    ///
    /// [`NeedPage`], as there.
    pub fn search_behind(
        &self,
        prefixes: &[Box<str>],
        path: &str,
        start: u32,
    ) -> Result<Search, NeedPage> {
        let mut searcher = Searcher::new(self, prefixes, path, start);
        searcher.search()?;
        let Searcher {
            mut result,
            best,
            first_untold,
            ..
        } = searcher;
        result.needs_prefixes = first_untold < best;
        if !result.ask.is_empty() {
            result.ask.retain(|found| found.route < best);
            result.ask.sort_by_key(|found| found.route);
        }
        Ok(result)
    }

    /// Lists the nested routers whose patterns accept a beginning of what the path has
    /// for them, of those that have a route before number `end`: each with the groups
    /// of its pattern. No route ends this search.
    ///
    /// # Errors
    ///
    /// [`NeedPage`], as in [`Table::search`].
    pub fn entered(
        &self,
        prefixes: &[Box<str>],
        path: &str,
        end: u32,
    ) -> Result<Vec<(usize, Spans)>, NeedPage> {
        let mut searcher = Searcher::new(self, prefixes, path, 0);
        searcher.best = end;
        searcher.entries = Some(Vec::new());
        searcher.search()?;
        Ok(searcher.entries.unwrap_or_default())
    }
}

/// What is still to be looked at.
struct Way {
    node: u32,
    /// Where the segment of the node ends, or where that behind it begins.
    at: usize,
    /// How many parameters there are before it.
    depth: usize,
    step: Step,
}

enum Step {
    /// Enter the node.
    Literal,
    /// Enter it, behind a segment that is a parameter.
    Parameter(Span),
    /// It was entered: try what is known by its beginning only.
    Beginnings,
}

struct Searcher<'t> {
    table: &'t Table,
    prefixes: &'t [Box<str>],
    path: &'t str,
    start: u32,
    best: u32,
    /// What is still to be entered, the next one on top.
    ways: SmallVec<[Way; 4]>,
    /// The parameters on the way to the node, wanted or not.
    parameters: Spans,
    /// The number of the first one of the current router.
    first_parameter: usize,
    /// The wanted groups of the routers around the current one.
    outer: Spans,
    /// The lowest number of a route behind a prefix that was not told.
    first_untold: u32,
    result: Search,
    /// The nested routers, if it is them that are searched for.
    entries: Option<Vec<(usize, Spans)>>,
}

impl<'t> Searcher<'t> {
    fn new(table: &'t Table, prefixes: &'t [Box<str>], path: &'t str, start: u32) -> Self {
        Self {
            table,
            prefixes,
            path,
            start,
            best: u32::MAX,
            ways: SmallVec::new(),
            parameters: Spans::default(),
            first_parameter: 0,
            outer: Spans::default(),
            first_untold: u32::MAX,
            result: Search::default(),
            entries: None,
        }
    }

    fn search(&mut self) -> Result<(), NeedPage> {
        match self.table.levels.first() {
            Some(trie) if self.path.len() < u32::MAX as usize => self.router(trie, 0),
            _ => Ok(()),
        }
    }

    /// Searches the router whose path begins at `base`.
    fn router(&mut self, trie: &Trie, base: usize) -> Result<(), NeedPage> {
        let outer_ways = self.ways.len();
        let mut next = self.node(trie, Trie::ROOT, base, base)?;
        loop {
            if next.is_none() && self.ways.len() > outer_ways {
                next = self.ways.pop();
            }
            let Some(way) = next else { return Ok(()) };
            next = self.enter(trie, &way, base)?;
        }
    }

    /// Whether a range of routes can still hold the answer.
    fn matters(&self, low: u32, high: u32) -> bool {
        low < self.best && high >= self.start
    }

    /// Goes on to a child. Returns the way to go on from there.
    fn enter(&mut self, trie: &Trie, way: &Way, base: usize) -> Result<Option<Way>, NeedPage> {
        let Some(node) = trie.node(way.node) else {
            return Ok(None);
        };
        if !self.matters(node.low, node.high) {
            return Ok(None);
        }
        self.parameters.truncate(way.depth);
        match way.step {
            Step::Literal => {}
            Step::Parameter(span) => self.parameters.push(span),
            Step::Beginnings => {
                self.beginnings(node, way.at, base)?;
                return Ok(None);
            }
        }
        if way.at < self.path.len() {
            return self.node(trie, way.node, way.at + 1, base);
        }
        self.terminals(&node.ends, way.at, base)?;
        Ok(None)
    }

    /// Looks below a node, with the segment that begins at `at`. The path of
    /// this router begins at `base`. Returns the way to go on, and leaves other ways for
    /// later.
    fn node(
        &mut self,
        trie: &Trie,
        number: u32,
        at: usize,
        base: usize,
    ) -> Result<Option<Way>, NeedPage> {
        let Some(node) = trie.node(number) else {
            return Ok(None);
        };
        let rest = self.path.as_bytes().get(at..).unwrap_or_default();
        let depth = self.parameters.len();
        let mut next = None;
        if !node.parameters.is_empty() {
            let end = at + segment_length(rest);
            for (matcher, child) in node.parameters.iter().rev() {
                if self.accepts(*matcher, at, end)? {
                    let way = Way {
                        node: *child,
                        at: end,
                        depth,
                        step: Step::Parameter(Span::new(at, end)),
                    };
                    self.later(next.replace(way));
                }
            }
        }
        if rest.is_empty() {
            self.terminals(&node.slash_ends, at, base)?;
        } else if let Some((length, child)) = node.literal(rest) {
            let way = Way {
                node: child,
                at: at + length,
                depth,
                step: Step::Literal,
            };
            self.later(next.replace(way));
        }
        if let Some(beginnings) = &node.beginnings {
            // PERF: what answers first rules out what stands behind it. Lists behind an
            // empty prefix stand last, and most paths begin like a route before them.
            let next = next.as_ref().and_then(|way| trie.node(way.node));
            if next.is_some_and(|child| child.low < beginnings.low) {
                self.ways.push(Way {
                    node: number,
                    at,
                    depth,
                    step: Step::Beginnings,
                });
            } else {
                self.beginnings(node, at, base)?;
            }
        }
        Ok(next)
    }

    /// Tries what the rest of the path may be known by, with the segment at `at`.
    fn beginnings(&mut self, node: &TrieNode, at: usize, base: usize) -> Result<(), NeedPage> {
        if let Some(beginnings) = &node.beginnings {
            let rest = self.path.as_bytes().get(at..).unwrap_or_default();
            for (length, terminals) in beginnings.candidates(rest) {
                self.terminals(terminals, at + length, base)?;
            }
        }
        Ok(())
    }

    fn later(&mut self, way: Option<Way>) {
        if let Some(way) = way {
            self.ways.push(way);
        }
    }

    fn accepts(&self, matcher: Matcher, start: usize, end: usize) -> Result<bool, NeedPage> {
        let classes = &self.table.classes;
        match matcher {
            Matcher::Run { class, min, max } => {
                let is_segment = classes.get(class).is_some_and(Class::is_segment);
                if is_segment && max == u32::MAX && min <= 1 {
                    return Ok(end - start >= min as usize);
                }
                let run = classes.run(class, self.path, start, max)?;
                Ok(run.end == end && run.count >= min)
            }
            Matcher::Uuid(class) => {
                let segment = self.path.as_bytes().get(start..end).unwrap_or_default();
                let Some(class) = classes.get(class) else {
                    return Ok(false);
                };
                Ok(segment.len() == 36
                    && segment.iter().enumerate().all(|(place, byte)| match place {
                        8 | 13 | 18 | 23 => *byte == b'-',
                        _ => byte.is_ascii() && class.has_ascii(*byte),
                    }))
            }
        }
    }
}
