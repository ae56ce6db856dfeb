//! The index against the law: the first declared route that accepts the path wins.
#![expect(clippy::expect_used, reason = "a test may fall over")]

mod support;

use channels_fast_core::{Class, Classes, Found, Look, Node, Source, WideMembers};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use support::{Route, digits, group, literal, once_or_more, pattern, segment};

fn config() -> ProptestConfig {
    let kept = FileFailurePersistence::Direct("../../tests/rust/order.regressions");
    ProptestConfig {
        failure_persistence: Some(Box::new(kept)),
        ..ProptestConfig::with_cases(4000)
    }
}

fn classes() -> Classes {
    let any = Class::new(u128::MAX, WideMembers::Always);
    support::classes([segment(), digits(), any])
}

fn run(slot: usize, class: usize) -> Node {
    group(slot, once_or_more(Node::Class(class)))
}

/// A pattern of segments that overlap a lot, ending in all the ways there are.
fn source(endpoint: bool, opaque: bool) -> impl Strategy<Value = Source> {
    let segment = prop_oneof![
        Just(0), // "a"
        Just(1), // "b"
        Just(2), // a whole-segment text
        Just(3), // a whole-segment number
        Just(4), // "a-" and a number
    ];
    let segments = prop::collection::vec(segment, 0..4);
    (segments, any::<bool>(), any::<bool>(), 0..6).prop_map(
        move |(segments, slash, anchored, tail)| {
            let mut nodes = Vec::new();
            if anchored || endpoint {
                nodes.push(Node::Look(Look::Start));
            }
            let mut slots = 0;
            for (index, segment) in segments.iter().enumerate() {
                if index > 0 {
                    nodes.push(literal("/"));
                }
                match segment {
                    0 => nodes.push(literal("a")),
                    1 => nodes.push(literal("b")),
                    kind => {
                        if *kind == 4 {
                            nodes.push(literal("a-"));
                        }
                        nodes.push(run(slots, usize::from(*kind > 2)));
                        slots += 1;
                    }
                }
            }
            if slash {
                nodes.push(literal("/"));
            }
            if tail == 0 {
                nodes.push(run(slots, 2));
                slots += 1;
            }
            if endpoint {
                nodes.push(Node::Look(Look::End));
            }
            if opaque && tail == 1 {
                nodes.push(Node::Opaque);
            }
            pattern(nodes, false, slots)
        },
    )
}

fn routes(opaque: bool) -> impl Strategy<Value = Vec<Route>> {
    let source = any::<bool>().prop_flat_map(move |endpoint| source(endpoint, opaque));
    prop::collection::vec(source.prop_map(Route::leaf), 1..12)
}

fn is_opaque(route: &Route) -> bool {
    let Source::Pattern {
        node: Node::Concat(nodes),
        ..
    } = &route.source
    else {
        return false;
    };
    nodes.last() == Some(&Node::Opaque)
}

fn search(routes: &[Route], path: &str, start: u32) -> (Option<Found>, Vec<u32>) {
    let table = support::table(routes, classes());
    let search = table.search(path, start).expect("no class is asked for");
    (
        search.found,
        search.ask.iter().map(|found| found.route).collect(),
    )
}

fn captured(found: &Found) -> Vec<Option<std::ops::Range<usize>>> {
    (0..found.spans.len())
        .map(|slot| found.spans.get(slot).range())
        .collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_index_finds_what_asking_one_route_after_the_other_finds(
        routes in routes(true),
        path in "(|[ab0é/-]{1,4})(/(a|b|a-0|00|é)){0,3}/?",
        start in 0..6_u32,
    ) {
        let (found, ask) = search(&routes, &path, start);
        let mut expected = None;
        let mut opaque = Vec::new();
        for (number, route) in (0_u32..).zip(&routes).skip(start as usize) {
            let (alone, alone_ask) = search(std::slice::from_ref(route), &path, 0);
            if is_opaque(route) {
                prop_assert!(alone.is_none());
                opaque.extend(alone_ask.iter().map(|_| number));
            } else if let Some(alone) = alone {
                expected = Some((number, alone.rest, captured(&alone)));
                break;
            }
        }
        let found = found.map(|found| (found.route, found.rest, captured(&found)));
        prop_assert_eq!(&found, &expected, "{:#?} on {:?}", routes, path);
        prop_assert_eq!(ask, opaque);
    }

    #[test]
    fn a_nested_router_is_its_prefix_and_then_its_own_table(
        prefix in source(false, false),
        inner in routes(false),
        after in routes(false),
        path in "(a|b|0|a-0)(/+(a|b|a-0|00)){0,4}/?",
    ) {
        let outer = Route { source: prefix.clone(), nested: Some(inner.clone()) };
        let mut all = vec![outer];
        all.extend(after.iter().cloned());
        let (found, _) = search(&all, &path, 0);

        let offset = u32::try_from(inner.len()).expect("few routes");
        let within = search(&[Route::leaf(prefix)], &path, 0).0.and_then(|outer| {
            let rest = path[outer.rest..].trim_start_matches('/');
            let (found, _) = search(&inner, rest, 0);
            found.map(|found| (found.route, path.len() - rest.len() + found.rest))
        });
        let expected = within.or_else(|| {
            let (found, _) = search(&after, &path, 0);
            found.map(|found| (found.route + offset, found.rest))
        });
        prop_assert_eq!(found.map(|found| (found.route, found.rest)), expected);
    }
}
