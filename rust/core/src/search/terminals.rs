//! Decides about the terminals that a path has led to, and goes on in nested routers.

use smallvec::SmallVec;

use crate::index::trie::Trie;
use crate::regex::class::NeedPage;
use crate::regex::machine;
use crate::search::{Found, Searcher, Step, Way};
use crate::span::Span;
use crate::table::{Condition, Terminal};

impl<'t> Searcher<'t> {
    /// Notes terminals, with the path checked up to `at`.
    #[inline]
    pub(super) fn offer_terminals(&mut self, terminals: &'t [u32], at: usize, before: u32) {
        let table = self.table;
        let terminal = |number: &u32| table.terminals.get(*number as usize);
        // They are in declaration order: those before `start` come first.
        let is_before = |terminal: &Terminal| terminal.high < self.start;
        let skipped = match self.start {
            0 => 0,
            _ => terminals.partition_point(|number| terminal(number).is_some_and(is_before)),
        };
        let terminals = terminals.get(skipped..).unwrap_or_default();
        if let Some(first) = terminals.first().and_then(terminal) {
            self.offer(first.low, Step::Terminals(terminals), at, before);
        }
    }

    /// Tries terminals, up to what waits in front of them.
    pub(super) fn terminals(
        &mut self,
        terminals: &'t [u32],
        way: Way<'t>,
        base: usize,
    ) -> Result<(), NeedPage> {
        let (table, at) = (self.table, way.at as usize);
        for (place, number) in terminals.iter().enumerate() {
            let Some(terminal) = table.terminals.get(*number as usize) else {
                continue;
            };
            if place > 0 && (terminal.low >= self.lowest() || self.result.found.is_some()) {
                let others = terminals.get(place..).unwrap_or_default();
                self.offer_terminals(others, at, way.before);
                break;
            }
            self.terminal(terminal, way, base)?;
        }
        Ok(())
    }

    fn terminal(&mut self, terminal: &Terminal, way: Way<'t>, base: usize) -> Result<(), NeedPage> {
        let (table, at) = (self.table, way.at as usize);
        match terminal.condition {
            Condition::None => self.accept(terminal, at, way.before),
            Condition::Run {
                class,
                min,
                max,
                end,
            } => {
                let run = table.classes.run(class as usize, self.path, at, max)?;
                if run.count < min || end && run.end < self.path.len() {
                    return Ok(());
                }
                let before = self.parameter(way.before, Span::new(at, run.end));
                self.accept(terminal, run.end, before)
            }
            Condition::Program(program) => self.program(terminal, program as usize, base),
            Condition::Prefix(prefix) => {
                let rest = self.path.get(base..).unwrap_or_default();
                match self.prefixes.get(prefix as usize) {
                    Some(prefix) if rest.starts_with(&**prefix) => {
                        self.finish(terminal, base + prefix.len(), self.outer.len())
                    }
                    Some(_) => Ok(()),
                    None => {
                        self.result.needs_prefixes = true;
                        Ok(())
                    }
                }
            }
            Condition::Python => {
                self.result.ask.push(Found {
                    route: terminal.low,
                    rest: base,
                    spans: self.outer.clone(),
                });
                Ok(())
            }
        }
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
        let Some(matched) = machine::run(program, text, &table.classes)? else {
            return Ok(());
        };
        let depth = self.outer.len();
        for slot in 0..program.slots {
            self.outer.push(matched.span(slot).shifted(base));
        }
        self.finish(terminal, base + matched.end, depth)
    }

    fn accept(&mut self, terminal: &Terminal, rest: usize, before: u32) -> Result<(), NeedPage> {
        let depth = self.outer.len();
        if !terminal.slots.is_empty() {
            let mut parameters = SmallVec::<[Span; 8]>::new();
            let mut last = self.parameters.get(before as usize);
            while let Some((span, before)) = last {
                parameters.push(*span);
                last = self.parameters.get(*before as usize);
            }
            parameters.reverse();
            for parameter in &terminal.slots {
                let span = parameters.get(*parameter as usize);
                self.outer.push(span.copied().unwrap_or(Span::NONE));
            }
        }
        self.finish(terminal, rest, depth)
    }

    /// Notes the route, or goes on in the nested router. The groups of the route are in
    /// `outer`, from `depth` on, and are taken out of it.
    fn finish(&mut self, terminal: &Terminal, rest: usize, depth: usize) -> Result<(), NeedPage> {
        let table = self.table;
        if let Some(level) = terminal.level {
            if let Some(trie) = table.levels.get(level as usize) {
                self.result.entered.push(level as usize);
                if let Some(entries) = &mut self.entries {
                    entries.push((level as usize, self.outer.from(depth)));
                }
                self.nested(trie, rest)?;
            }
        } else if self.entries.is_none() {
            self.result.found = Some(Found {
                route: terminal.low,
                rest,
                spans: self.outer.clone(),
            });
        }
        self.outer.truncate(depth);
        Ok(())
    }

    fn nested(&mut self, trie: &'t Trie, rest: usize) -> Result<(), NeedPage> {
        let slashes = if self.table.keeps_slashes {
            0
        } else {
            // Each router drops all slashes in front of its path.
            let path = self.path.as_bytes().get(rest..).unwrap_or_default();
            path.iter().take_while(|byte| **byte == b'/').count()
        };
        self.router(trie, rest + slashes)
    }
}
