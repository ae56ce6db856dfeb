//! Finds the first declared route that accepts a path.
//!
//! One rule for all that the path leads to, whatever it is: what has the lowest number of
//! a route behind it is looked at next. So the first route that accepts the path is the
//! answer, and nothing behind it is looked at. Each node is entered at most once for each
//! time its router is, so the work is bounded by the size of the table. Only nested
//! routers take more of the stack, so a route may have any number of segments.

mod terminals;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use smallvec::SmallVec;

use crate::index::segments::Matcher;
use crate::index::trie::{Trie, TrieNode, number, segment_length};
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
    /// The nested routers that were searched, numbered as they were begun. None of them
    /// is behind the first route that accepts the path.
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
        let mut searcher = Searcher::new(self, prefixes, path, start, u32::MAX);
        searcher.search()?;
        Ok(searcher.result)
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
        let mut searcher = Searcher::new(self, prefixes, path, 0, end);
        searcher.entries = Some(Vec::new());
        searcher.search()?;
        Ok(searcher.entries.unwrap_or_default())
    }
}

/// No parameter.
const NONE: u32 = u32::MAX;

/// Something that the path has led to and that is still to be looked at.
#[derive(Clone, Copy)]
struct Way<'t> {
    step: Step<'t>,
    /// Up to where the path has been checked.
    at: u32,
    /// The last parameter before it, or `NONE`.
    before: u32,
}

#[derive(Clone, Copy)]
enum Step<'t> {
    /// What is below a node, with the segment at `at`.
    Node(&'t TrieNode),
    Terminals(&'t [u32]),
}

struct Searcher<'t> {
    table: &'t Table,
    prefixes: &'t [Box<str>],
    path: &'t str,
    /// Routes from `start` to before `end` are searched for.
    start: u32,
    end: u32,
    /// What is looked at next, with the lowest number of a route behind it.
    /// PERF: most paths lead to one thing at a time, so nothing has to wait.
    next: Option<(u32, Way<'t>)>,
    /// What comes later: such numbers, and places in `ways`.
    waiting: BinaryHeap<Reverse<(u32, u32)>>,
    ways: SmallVec<[Way<'t>; 4]>,
    /// The parameters on all ways, wanted or not, each with the one before it.
    parameters: SmallVec<[(Span, u32); 4]>,
    /// The wanted groups of the routers around the current one.
    outer: Spans,
    result: Search,
    /// The nested routers, if it is them that are searched for.
    entries: Option<Vec<(usize, Spans)>>,
}

impl<'t> Searcher<'t> {
    #[inline]
    fn new(
        table: &'t Table,
        prefixes: &'t [Box<str>],
        path: &'t str,
        start: u32,
        end: u32,
    ) -> Self {
        Self {
            table,
            prefixes,
            path,
            start,
            end,
            next: None,
            waiting: BinaryHeap::new(),
            ways: SmallVec::new(),
            parameters: SmallVec::new(),
            outer: Spans::default(),
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

    /// Searches the router whose path begins at `base`. Its routes are numbered without a
    /// gap, so what waits around it comes behind all of them.
    fn router(&mut self, trie: &'t Trie, base: usize) -> Result<(), NeedPage> {
        let outer_ways = self.waiting.len();
        if let Some(root) = trie.node(Trie::ROOT) {
            self.node(trie, root, base, NONE)?;
        }
        while self.result.found.is_none()
            && let Some(way) = self.take(outer_ways)
        {
            match way.step {
                Step::Node(node) => self.node(trie, node, way.at as usize, way.before)?,
                Step::Terminals(terminals) => self.terminals(terminals, way, base)?,
            }
        }
        Ok(())
    }

    /// Takes what is next, of the ways of this router.
    fn take(&mut self, outer_ways: usize) -> Option<Way<'t>> {
        if self.next.is_none() && self.waiting.len() > outer_ways {
            let Reverse((_, place)) = self.waiting.pop()?;
            return self.ways.get(place as usize).copied();
        }
        self.next.take().map(|(_, way)| way)
    }

    /// The lowest number of a route behind the ways that wait, or the end.
    fn lowest(&self) -> u32 {
        self.waiting.peek().map_or(self.end, |first| first.0.0)
    }

    /// Notes a way, unless no route behind it is searched for.
    #[inline]
    fn offer(&mut self, low: u32, step: Step<'t>, at: usize, before: u32) {
        let at = number(at);
        let way = Way { step, at, before };
        let next = self.next.map(|(low, _)| low);
        if low >= self.end {
            // Nor is one behind the ways that come after it.
        } else if low >= next.unwrap_or_else(|| self.lowest()) {
            self.wait(low, way);
        } else if let Some((later, other)) = self.next.replace((low, way)) {
            self.wait(later, other);
        }
    }

    fn wait(&mut self, low: u32, way: Way<'t>) {
        self.waiting.push(Reverse((low, number(self.ways.len()))));
        self.ways.push(way);
    }

    /// Notes what is below a node, with the segment that begins at `at`.
    fn node(
        &mut self,
        trie: &'t Trie,
        node: &'t TrieNode,
        at: usize,
        before: u32,
    ) -> Result<(), NeedPage> {
        let rest = self.path.as_bytes().get(at..).unwrap_or_default();
        if rest.is_empty() {
            self.offer_terminals(&node.slash_ends, at, before);
        } else if let Some((length, child)) = node.literal(rest) {
            self.offer_child(trie, child, at + length, before);
        }
        if !node.parameters.is_empty() {
            let end = at + segment_length(rest);
            for (matcher, child) in &node.parameters {
                if self.accepts(*matcher, at, end)? {
                    let before = self.parameter(before, Span::new(at, end));
                    self.offer_child(trie, *child, end, before);
                }
            }
        }
        if let Some(beginnings) = &node.beginnings {
            for (length, terminals) in beginnings.candidates(rest) {
                self.offer_terminals(terminals, at + length, before);
            }
        }
        Ok(())
    }

    /// Adds a parameter to those before it.
    fn parameter(&mut self, before: u32, span: Span) -> u32 {
        self.parameters.push((span, before));
        number(self.parameters.len() - 1)
    }

    /// Notes what is behind a segment that ends at `at`.
    #[inline]
    fn offer_child(&mut self, trie: &'t Trie, child: u32, at: usize, before: u32) {
        let Some(node) = trie.node(child) else {
            return;
        };
        if at == self.path.len() {
            self.offer_terminals(&node.ends, at, before);
        } else if node.high >= self.start {
            self.offer(node.low, Step::Node(node), at + 1, before);
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
