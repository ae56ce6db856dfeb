//! One pattern, two matchers: the table, and one that tries everything.
#![no_main]

use arbitrary::{Arbitrary, Result, Unstructured};
use channels_fast_core::{Node, Table};
use channels_fast_fuzz::support::{self, Route, pattern};
use channels_fast_fuzz::{ClassPlan, Path, Pattern, Promise, ask_table, reference};
use libfuzzer_sys::fuzz_target;

#[derive(Debug)]
struct Case {
    plan: ClassPlan,
    pattern: Pattern,
    /// Where a part that only Python matches is put in.
    opaque: usize,
    paths: Vec<Path>,
}

impl<'a> Arbitrary<'a> for Case {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let plan = u.arbitrary()?;
        let pattern = Pattern::new(u, Promise::Sound)?;
        let opaque = u.int_in_range(0..=pattern.nodes.len())?;
        let paths = (0..u.int_in_range(1..=3)?).map(|_| u.arbitrary());
        let paths = paths.collect::<Result<_>>()?;
        Ok(Self {
            plan,
            pattern,
            opaque,
            paths,
        })
    }
}

fn table(nodes: Vec<Node>, case: &Case) -> Table {
    let source = pattern(nodes, case.pattern.full, case.pattern.slots);
    support::table(&[Route::leaf(source)], case.plan.classes())
}

fuzz_target!(|case: Case| {
    let nodes = &case.pattern.nodes;
    let known = table(nodes.clone(), &case);
    let mut with_opaque = nodes.clone();
    with_opaque.insert(case.opaque, Node::Opaque);
    let opaque = table(with_opaque, &case);
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
                ask_table(&opaque, case.plan, path, 0).ask.len(),
                1,
                "on {path:?}"
            );
        }
    }
});
