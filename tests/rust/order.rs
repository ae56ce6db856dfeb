//! The index against the law: the first declared route that accepts the path wins.
#![expect(clippy::expect_used, reason = "a test may fall over")]

use channels_fast_core::{
    Class, Classes, Found, Look, Node, RouteSpec, Source, Table, class::WideMembers,
};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

fn config() -> ProptestConfig {
    let kept = FileFailurePersistence::Direct("../../tests/rust/order.regressions");
    ProptestConfig {
        failure_persistence: Some(Box::new(kept)),
        ..ProptestConfig::with_cases(4000)
    }
}

fn classes() -> Classes {
    let mut classes = Classes::default();
    classes.add(Class::new(!(1 << b'/'), WideMembers::Always));
    classes.add(Class::new(0b11_1111_1111 << b'0', WideMembers::Never));
    classes.add(Class::new(u128::MAX, WideMembers::Always));
    classes
}

fn run(slot: usize, class: usize) -> Node {
    let node = Box::new(Node::Class(class));
    let node = Box::new(Node::Repeat {
        min: 1,
        max: u32::MAX,
        greedy: true,
        node,
    });
    Node::Group { slot, node }
}

/// A pattern of segments that overlap a lot, ending in all the ways there are.
fn source(endpoint: bool, foreign: bool) -> impl Strategy<Value = Source> {
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
                    nodes.push(Node::Literal("/".into()));
                }
                match segment {
                    0 => nodes.push(Node::Literal("a".into())),
                    1 => nodes.push(Node::Literal("b".into())),
                    kind => {
                        if *kind == 4 {
                            nodes.push(Node::Literal("a-".into()));
                        }
                        nodes.push(run(slots, usize::from(*kind > 2)));
                        slots += 1;
                    }
                }
            }
            if slash {
                nodes.push(Node::Literal("/".into()));
            }
            if tail == 0 {
                nodes.push(run(slots, 2));
                slots += 1;
            }
            if endpoint {
                nodes.push(Node::Look(Look::End));
            }
            if foreign && tail == 1 {
                nodes.push(Node::Foreign);
            }
            Source::Pattern {
                node: Node::Concat(nodes),
                full: false,
                slots,
            }
        },
    )
}

fn leaf(source: Source) -> RouteSpec {
    RouteSpec {
        source,
        nested: None,
    }
}

fn routes(foreign: bool) -> impl Strategy<Value = Vec<RouteSpec>> {
    let source = any::<bool>().prop_flat_map(move |endpoint| source(endpoint, foreign));
    prop::collection::vec(source.prop_map(leaf), 1..12)
}

fn is_foreign(route: &RouteSpec) -> bool {
    matches!(&route.source, Source::Pattern { node, .. } if node.is_foreign())
}

fn search(routes: &[RouteSpec], path: &str, start: u32) -> (Option<Found>, Vec<u32>) {
    let table = Table::new(routes.to_vec(), classes());
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
        let mut foreign = Vec::new();
        for (number, route) in (0_u32..).zip(&routes).skip(start as usize) {
            let (alone, alone_ask) = search(std::slice::from_ref(route), &path, 0);
            if is_foreign(route) {
                prop_assert!(alone.is_none());
                foreign.extend(alone_ask.iter().map(|_| number));
            } else if let Some(alone) = alone {
                expected = Some((number, alone.rest, captured(&alone)));
                break;
            }
        }
        let found = found.map(|found| (found.route, found.rest, captured(&found)));
        prop_assert_eq!(&found, &expected, "{:#?} on {:?}", routes, path);
        prop_assert_eq!(ask, foreign);
    }

    #[test]
    fn a_nested_router_is_its_prefix_and_then_its_own_table(
        prefix in source(false, false),
        inner in routes(false),
        after in routes(false),
        path in "(a|b|0|a-0)(/+(a|b|a-0|00)){0,4}/?",
    ) {
        let outer = RouteSpec { source: prefix.clone(), nested: Some(inner.clone()) };
        let mut all = vec![outer];
        all.extend(after.iter().cloned());
        let (found, _) = search(&all, &path, 0);

        let offset = u32::try_from(inner.len()).expect("few routes");
        let within = search(&[leaf(prefix)], &path, 0).0.and_then(|outer| {
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
