//! A table of routes against the law: the first declared route that accepts the
//! path wins. The law is told by tables of one route each.
#![no_main]

use std::ops::Range;

use arbitrary::{Arbitrary, Result, Unstructured};
use channels_fast_core::{Engine, Found, Source, Spans, Table};
use channels_fast_fuzz::support::{self, Route, pattern};
use channels_fast_fuzz::{ClassPlan, Path, Pattern, Promise, ask_table};
use libfuzzer_sys::fuzz_target;

/// How deep routers lie in each other.
const DEPTH: u32 = 3;

#[derive(Debug)]
struct Routes(Vec<Route>);

impl Routes {
    fn new(u: &mut Unstructured<'_>, depth: u32) -> Result<Self> {
        let count = u.int_in_range(0..=8)?;
        let routes = (0..count).map(|_| Self::route(u, depth));
        routes.collect::<Result<_>>().map(Self)
    }

    fn route(u: &mut Unstructured<'_>, depth: u32) -> Result<Route> {
        let source = if u.ratio(1, 16)? {
            Source::Opaque
        } else {
            let Pattern { nodes, slots, full } = Pattern::new(u, Promise::Nothing)?;
            pattern(nodes, full, slots)
        };
        let nested = if depth > 0 && u.ratio(1, 4)? {
            Some(Self::new(u, depth - 1)?.0)
        } else {
            None
        };
        Ok(Route { source, nested })
    }
}

impl<'a> Arbitrary<'a> for Routes {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Self::new(u, DEPTH)
    }
}

#[derive(Arbitrary, Debug)]
struct Case {
    plan: ClassPlan,
    start: u8,
    routes: Routes,
    paths: [Path; 2],
}

/// A route, the rest of the path, and the groups.
type Answer = (u32, usize, Vec<Option<Range<usize>>>);

fn ranges(spans: &Spans) -> Vec<Option<Range<usize>>> {
    (0..spans.len())
        .map(|slot| spans.get(slot).range())
        .collect()
}

fn answer(found: &Found) -> Answer {
    (found.route, found.rest, ranges(&found.spans))
}

/// A route on its own.
struct Alone {
    table: Table,
    inner: Option<Vec<Alone>>,
    engine: Option<Engine>,
}

impl Alone {
    fn all(routes: &[Route], plan: ClassPlan) -> Vec<Self> {
        routes.iter().map(|route| Self::new(route, plan)).collect()
    }

    fn new(route: &Route, plan: ClassPlan) -> Self {
        let leaf = Route::leaf(route.source.clone());
        let table = support::table(&[leaf], plan.classes());
        let engine = table.engines()[0];
        // Python calls a router behind a pattern that only Python matches.
        let nested = route.nested.as_ref().filter(|_| engine != Engine::Python);
        let inner = nested.map(|routes| Self::all(routes, plan));
        let engine = inner.is_none().then_some(engine);
        Self {
            table,
            inner,
            engine,
        }
    }

    fn engines(&self) -> Vec<Engine> {
        let inner = self.inner.iter().flatten().flat_map(Self::engines);
        self.engine.iter().copied().chain(inner).collect()
    }
}

/// Asks one route after the other.
struct Law<'a> {
    plan: ClassPlan,
    path: &'a str,
    start: u32,
    number: u32,
    ask: Vec<Answer>,
}

impl Law<'_> {
    fn router(
        &mut self,
        routes: &[Alone],
        base: usize,
        outer: &[Option<Range<usize>>],
    ) -> Option<Answer> {
        routes
            .iter()
            .find_map(|route| self.route(route, base, outer))
    }

    fn route(
        &mut self,
        route: &Alone,
        base: usize,
        outer: &[Option<Range<usize>>],
    ) -> Option<Answer> {
        let number = self.number;
        let search = ask_table(&route.table, self.plan, &self.path[base..], 0);
        let Some(inner) = &route.inner else {
            self.number += 1;
            if number < self.start {
                return None;
            }
            if !search.ask.is_empty() {
                self.ask.push((number, base, outer.to_vec()));
            }
            let found = search.found?;
            return Some((number, base + found.rest, Self::groups(outer, &found, base)));
        };
        let last = number + u32::try_from(route.engines().len()).expect("few routes");
        let found = search.found.and_then(|found| {
            let rest = self.path[base + found.rest..].trim_start_matches('/');
            let groups = Self::groups(outer, &found, base);
            self.router(inner, self.path.len() - rest.len(), &groups)
        });
        self.number = last;
        found
    }

    fn groups(
        outer: &[Option<Range<usize>>],
        found: &Found,
        base: usize,
    ) -> Vec<Option<Range<usize>>> {
        let shifted = ranges(&found.spans).into_iter();
        let shifted = shifted.map(|range| range.map(|range| range.start + base..range.end + base));
        outer.iter().cloned().chain(shifted).collect()
    }
}

fuzz_target!(|case: Case| {
    let Case {
        plan,
        routes: Routes(routes),
        ..
    } = &case;
    let table = support::table(routes, plan.classes());
    let all = Alone::all(routes, *plan);
    let engines: Vec<Engine> = all.iter().flat_map(Alone::engines).collect();
    assert_eq!(table.engines(), engines);
    for Path(path) in &case.paths {
        let mut start = u32::from(case.start) % 8;
        loop {
            let search = ask_table(&table, *plan, path, start);
            let mut law = Law {
                plan: *plan,
                path,
                start,
                number: 0,
                ask: Vec::new(),
            };
            let expected = law.router(&all, 0, &[]);
            assert_eq!(
                search.found.as_ref().map(answer),
                expected,
                "from {start} on {path:?}"
            );
            let ask: Vec<Answer> = search.ask.iter().map(answer).collect();
            assert_eq!(ask, law.ask, "from {start} on {path:?}");
            // The caller goes on behind a route that has declined.
            let Some((route, ..)) = expected else { break };
            assert!(route >= start);
            start = route + 1;
        }
    }
});
