//! Finds the first declared route that accepts a path.
//!
//! The tries are walked depth first with the number of the best route so far. A
//! node is left out when all its routes come later than that, or before the
//! number at which the search starts. Each node is entered at most once for each
//! time its router is, so the work is bounded by the size of the table.

use crate::class::NeedPage;
use crate::shape::Matcher;
use crate::span::{Span, Spans};
use crate::table::{Condition, Table, Terminal};
use crate::trie::{Node, Terminals, Trie, segment_length};
use crate::vm;

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
}

pub(crate) fn search(table: &Table, path: &str, start: u32) -> Result<Search, NeedPage> {
    let mut searcher = Searcher {
        table,
        path,
        start,
        best: u32::MAX,
        params: Spans::default(),
        outer: Spans::default(),
        result: Search::default(),
    };
    if let Some(trie) = table.levels.first()
        && path.len() < u32::MAX as usize
    {
        searcher.level(trie, 0)?;
    }
    let Searcher {
        mut result, best, ..
    } = searcher;
    if !result.ask.is_empty() {
        result.ask.retain(|found| found.route < best);
        result.ask.sort_by_key(|found| found.route);
    }
    Ok(result)
}

struct Searcher<'t> {
    table: &'t Table,
    path: &'t str,
    start: u32,
    best: u32,
    /// The parameters on the way to the node, wanted or not.
    params: Spans,
    /// The wanted groups of the routers around the current one.
    outer: Spans,
    result: Search,
}

impl Searcher<'_> {
    fn level(&mut self, trie: &Trie, at: usize) -> Result<(), NeedPage> {
        match trie.nodes.first() {
            Some(root) => self.node(trie, root, at, at),
            None => Ok(()),
        }
    }

    /// Whether a range of routes can still hold the answer.
    fn matters(&self, low: u32, high: u32) -> bool {
        low < self.best && high >= self.start
    }

    /// Looks below a node, with the segment that begins at `at`. The path of
    /// this level begins at `base`.
    fn node(&mut self, trie: &Trie, node: &Node, at: usize, base: usize) -> Result<(), NeedPage> {
        let rest = self.path.as_bytes().get(at..).unwrap_or_default();
        if let Some(tails) = &node.tails {
            for (length, terminals) in tails.candidates(rest) {
                self.tails(terminals, at + length, base)?;
            }
        }
        if rest.is_empty() {
            self.ends(&node.slash_ends, at, base)?;
        } else if let Some((length, child)) = node.literals.get(rest) {
            self.child(trie, child, at + length, base)?;
        }
        if node.params.is_empty() {
            return Ok(());
        }
        let end = at + segment_length(rest);
        for (matcher, child) in &node.params {
            if self.accepts(*matcher, at, end)? {
                let depth = self.params.len();
                self.params.push(Span::new(at, end));
                self.child(trie, *child, end, base)?;
                self.params.truncate(depth);
            }
        }
        Ok(())
    }

    /// Goes on to a child whose segment ends at `end`.
    fn child(&mut self, trie: &Trie, child: u32, end: usize, base: usize) -> Result<(), NeedPage> {
        let Some(node) = trie.node(child) else {
            return Ok(());
        };
        if !self.matters(node.min, node.max) {
            return Ok(());
        }
        if end < self.path.len() {
            return self.node(trie, node, end + 1, base);
        }
        self.ends(&node.ends, end, base)
    }

    fn ends(&mut self, terminals: &Terminals, end: usize, base: usize) -> Result<(), NeedPage> {
        for terminal in terminals.iter() {
            if !self.terminal(terminal, end, base)? {
                break;
            }
        }
        Ok(())
    }

    fn tails(&mut self, terminals: &[u32], at: usize, base: usize) -> Result<(), NeedPage> {
        // They are in declaration order: those before `start` come first.
        let skipped = terminals.partition_point(|terminal| {
            let terminal = self.table.terminals.get(*terminal as usize);
            terminal.is_some_and(|terminal| terminal.high < self.start)
        });
        for terminal in terminals.get(skipped..).unwrap_or_default() {
            if !self.terminal(*terminal, at, base)? {
                break;
            }
        }
        Ok(())
    }

    /// Tries a terminal, with the path checked up to `at`. Returns whether a
    /// later terminal of the same list may matter.
    fn terminal(&mut self, number: u32, at: usize, base: usize) -> Result<bool, NeedPage> {
        let table = self.table;
        let Some(terminal) = table.terminals.get(number as usize) else {
            return Ok(false);
        };
        if terminal.low >= self.best {
            return Ok(false);
        }
        if terminal.high < self.start {
            return Ok(true);
        }
        match &terminal.condition {
            Condition::None => self.accept(terminal, at)?,
            Condition::Run {
                class,
                min,
                max,
                end,
            } => {
                let run = table.classes.run(*class as usize, self.path, at, *max)?;
                if run.count >= *min && (!end || run.end == self.path.len()) {
                    let depth = self.params.len();
                    self.params.push(Span::new(at, run.end));
                    self.accept(terminal, run.end)?;
                    self.params.truncate(depth);
                }
            }
            Condition::Program(program) => self.program(terminal, *program as usize, base)?,
            Condition::Python => self.result.ask.push(Found {
                route: terminal.low,
                rest: base,
                spans: self.outer.clone(),
            }),
        }
        Ok(true)
    }

    fn program(
        &mut self,
        terminal: &Terminal,
        program: usize,
        base: usize,
    ) -> Result<(), NeedPage> {
        let table = self.table;
        let text = self.path.get(base..).unwrap_or_default();
        let Some(program) = table.programs.get(program) else {
            return Ok(());
        };
        let Some(matched) = vm::run(program, text, &table.classes)? else {
            return Ok(());
        };
        let depth = self.outer.len();
        for slot in 0..program.slots {
            self.outer.push(matched.span(slot).shifted(base));
        }
        self.finish(terminal, base + matched.end)?;
        self.outer.truncate(depth);
        Ok(())
    }

    fn accept(&mut self, terminal: &Terminal, rest: usize) -> Result<(), NeedPage> {
        let depth = self.outer.len();
        for slot in 0..terminal.slots.len() {
            let param = terminal.slots.get(slot).unwrap_or(usize::MAX);
            self.outer.push(self.params.get(param));
        }
        self.finish(terminal, rest)?;
        self.outer.truncate(depth);
        Ok(())
    }

    /// Notes the route, or goes on in the nested router. The groups are in
    /// `outer` by now.
    fn finish(&mut self, terminal: &Terminal, rest: usize) -> Result<(), NeedPage> {
        let Some(level) = terminal.level else {
            self.best = terminal.low;
            self.result.found = Some(Found {
                route: terminal.low,
                rest,
                spans: self.outer.clone(),
            });
            return Ok(());
        };
        let table = self.table;
        let Some(trie) = table.levels.get(level as usize) else {
            return Ok(());
        };
        // Each router drops all slashes in front of its path.
        let slashes = self.path.as_bytes().get(rest..).unwrap_or_default();
        let slashes = slashes.iter().take_while(|byte| **byte == b'/').count();
        let params = std::mem::take(&mut self.params);
        let result = self.level(trie, rest + slashes);
        self.params = params;
        result
    }

    fn accepts(&self, matcher: Matcher, start: usize, end: usize) -> Result<bool, NeedPage> {
        match matcher {
            Matcher::Run { class, min, max } => {
                let classes = &self.table.classes;
                if classes
                    .get(class)
                    .is_some_and(crate::class::Class::is_segment)
                    && max == u32::MAX
                    && min <= 1
                {
                    return Ok(end - start >= min as usize);
                }
                let run = classes.run(class, self.path, start, max)?;
                Ok(run.end == end && run.count >= min)
            }
            Matcher::Uuid(class) => {
                let segment = self.path.as_bytes().get(start..end).unwrap_or_default();
                let Some(class) = self.table.classes.get(class) else {
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
