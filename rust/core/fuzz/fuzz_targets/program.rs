//! One pattern, two matchers: the table, and one that tries everything.
#![no_main]

use arbitrary::{Arbitrary, Result, Unstructured};
use channels_fast_core::{Node, RouteSpec, Source, Table};
use channels_fast_fuzz::{ClassPlan, Path, Pattern, Promise, ask_table, reference};
use libfuzzer_sys::fuzz_target;

#[derive(Debug)]
struct Case {
    plan: ClassPlan,
    pattern: Pattern,
    /// Where a part that only Python matches is put in.
    foreign: usize,
    paths: Vec<Path>,
}

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let plan = u.arbitrary()?;
        let pattern = Pattern::new(u, Promise::Sound)?;
        let foreign = u.int_in_range(0..=pattern.nodes.len())?;
        let paths = (0..u.int_in_range(1..=3)?).map(|_| u.arbitrary());
        let paths = paths.collect::<Result<_>>()?;
        Ok(Self {
            plan,
            pattern,
            foreign,
            paths,
        })
    }
}

fn table(nodes: Vec<Node>, case: &Case) -> Table {
    let (full, slots) = (case.pattern.full, case.pattern.slots);
    let source = Source::Pattern {
        node: Node::Concat(nodes),
        full,
        slots,
    };
    Table::new(
        vec![RouteSpec {
            source,
            nested: None,
        }],
        case.plan.classes(),
    )
}

fuzz_target!(|case: Case| {
    let nodes = &case.pattern.nodes;
    let known = table(nodes.clone(), &case);
    let mut with_foreign = nodes.clone();
    with_foreign.insert(case.foreign, Node::Foreign);
    let foreign = table(with_foreign, &case);
    for Path(path) in &case.paths {
        let Some(expected) = reference(&case.pattern, case.plan, path) else {
            continue;
        };
        let search = ask_table(&known, case.plan, path, 0);
        if search.ask.is_empty() {
            let found = search.found.map(|found| {
                let groups = (0..case.pattern.slots).map(|slot| found.spans.get(slot).range());
                (found.rest, groups.collect())
            });
            assert_eq!(found, expected, "on {path:?}");
        } else {
            // The program is too large.
            assert!(search.found.is_none());
        }
        // What only Python matches may be empty, so a match is not ruled out.
        if expected.is_some() {
            assert_eq!(
                ask_table(&foreign, case.plan, path, 0).ask.len(),
                1,
                "on {path:?}"
            );
        }
    }
});
