//! The index against the law: the first declared route that accepts the path wins.
#![expect(clippy::expect_used, reason = "a test may fall over")]

mod support;

use channels_fast_core::{Builder, Class, Classes, Found, Look, Node, Source, WideMembers};
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

    #[test]
    fn a_nested_list_gets_the_slashes_before_its_path_if_the_table_keeps_them(
        prefix in source(false, false),
        inner in routes(false),
        after in routes(false),
        path in "/{0,2}(a|b|0|a-0)(/+(a|b|a-0|00)){0,4}/?",
    ) {
        let outer = Route { source: prefix.clone(), nested: Some(inner.clone()) };
        let mut all = vec![outer];
        all.extend(after.iter().cloned());
        let table = support::table_of(&all, Builder::new(classes()).keep_slashes());
        let found = table.search(&path, 0).expect("no class is asked for").found;
        let entered = table.entered(&[], &path, u32::MAX).expect("no class is asked for");

        let offset = u32::try_from(inner.len()).expect("few routes");
        let outer = search(&[Route::leaf(prefix)], &path, 0).0;
        let groups = entered.iter().map(|(level, spans)| (*level, spans.len()));
        let expected = outer.iter().map(|outer| (1, outer.spans.len()));
        prop_assert_eq!(groups.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        let within = outer.and_then(|outer| {
            let (found, _) = search(&inner, &path[outer.rest..], 0);
            found.map(|found| (found.route, outer.rest + found.rest))
        });
        let expected = within.or_else(|| {
            let (found, _) = search(&after, &path, 0);
            found.map(|found| (found.route + offset, found.rest))
        });
        prop_assert_eq!(found.map(|found| (found.route, found.rest)), expected);
    }

    #[test]
    fn lists_are_entered_up_to_the_answer_and_none_behind_it(
        routes in prop::collection::vec(prop_oneof![
            source(false, false).prop_map(Route::leaf),
            (source(false, false), routes(false))
                .prop_map(|(source, inner)| Route { source, nested: Some(inner) }),
        ], 1..10),
        path in "(a|b|0|a-0)(/+(a|b|a-0|00)){0,4}/?",
    ) {
        let (mut expected, mut entered) = (None, Vec::new());
        let (mut number, mut level) = (0, 0);
        for route in &routes {
            level += usize::from(route.nested.is_some());
            if expected.is_none() {
                let alone = support::table(std::slice::from_ref(route), classes());
                let alone = alone.search(&path, 0).expect("no class is asked for");
                entered.extend(alone.entered.iter().map(|_| level));
                let found = alone.found.as_ref();
                expected = found.map(|found| (number + found.route, found.rest, captured(found)));
            }
            let count = route.nested.as_ref().map_or(1, Vec::len);
            number += u32::try_from(count).expect("few routes");
        }
        let table = support::table(&routes, classes());
        let search = table.search(&path, 0).expect("no class is asked for");
        let found = search.found.map(|found| (found.route, found.rest, captured(&found)));
        prop_assert_eq!(found, expected, "{:#?} on {:?}", routes, path);
        prop_assert_eq!(search.entered.as_slice(), entered);
    }

    #[test]
    fn a_prefix_is_the_text_that_the_search_is_told(
        inner in routes(false),
        after in routes(false),
        prefix in "(|a|b/|a/b/)",
        path in "(a|b|0|a-0)(/+(a|b|a-0|00)){0,4}/?",
    ) {
        let mut all = vec![Route { source: Source::Prefix(0), nested: Some(inner.clone()) }];
        all.extend(after.iter().cloned());
        let table = support::table_of(&all, Builder::new(classes()).keep_slashes());
        let told = [Box::from(prefix.as_str())];
        let found = table.search_behind(&told, &path, 0).expect("no class is asked for").found;
        let entered = table.entered(&told, &path, u32::MAX).expect("no class is asked for");
        prop_assert_eq!(entered.len(), usize::from(path.starts_with(&prefix)));
        // Any prefix might lead to an earlier route than those behind.
        let untold = table.search(&path, 0).expect("no class is asked for");
        prop_assert_eq!(untold.needs_prefixes, !inner.is_empty());
        let mut all = after.clone();
        all.push(Route { source: Source::Prefix(0), nested: Some(inner.clone()) });
        let behind = support::table_of(&all, Builder::new(classes()).keep_slashes());
        let behind = behind.search(&path, 0).expect("no class is asked for");
        let needs = behind.found.is_none() && !inner.is_empty();
        prop_assert_eq!(behind.needs_prefixes, needs);

        let offset = u32::try_from(inner.len()).expect("few routes");
        let within = path.strip_prefix(&prefix).and_then(|rest| {
            let (found, _) = search(&inner, rest, 0);
            found.map(|found| (found.route, prefix.len() + found.rest))
        });
        let expected = within.or_else(|| {
            let (found, _) = search(&after, &path, 0);
            found.map(|found| (found.route + offset, found.rest))
        });
        prop_assert_eq!(found.map(|found| (found.route, found.rest)), expected);
    }
}

// A list that is looked at in vain is the work that is counted here.
#[test]
fn what_is_declared_behind_the_answer_is_not_looked_at() {
    let list = |prefix: Vec<Node>| Route {
        source: pattern([vec![Node::Look(Look::Start)], prefix].concat(), false, 0),
        nested: Some(vec![Route::leaf(pattern(vec![literal("no")], true, 0))]),
    };
    let parts = || vec![run(0, 0), literal("/"), run(1, 0)];
    let answer = || Route::leaf(pattern(parts(), true, 2));
    let lists = [
        vec![literal("")],
        vec![literal("a/")],
        vec![literal("a/b")],
        vec![literal("a"), literal("/b")],
    ];
    for place in 0..=lists.len() {
        let mut routes: Vec<_> = lists.iter().cloned().map(list).collect();
        routes.insert(place, answer());
        let search = support::table(&routes, classes()).search("a/b", 0);
        let search = search.expect("no class is asked for");
        let found = search.found.map(|found| found.route as usize);
        assert_eq!(found, Some(place));
        assert_eq!(search.entered.len(), place, "in front of it");
    }
}

#[test]
fn routers_are_entered_up_to_a_route_whichever_answers() {
    let literal = |text: &str| pattern(vec![Node::Look(Look::Start), literal(text)], false, 0);
    let nested = |text: &str, inner| Route {
        source: literal(text),
        nested: Some(inner),
    };
    let routes = [
        nested("a/", vec![Route::leaf(literal("b"))]),
        nested("a", vec![Route::leaf(literal("x"))]),
        nested("b/", vec![Route::leaf(literal("b"))]),
        nested("a/b", vec![Route::leaf(literal(""))]),
    ];
    let table = support::table(&routes, classes());
    let levels = |end| {
        let entered = table
            .entered(&[], "a/b", end)
            .expect("no class is asked for");
        let mut levels: Vec<_> = entered.into_iter().map(|(level, _)| level).collect();
        levels.sort_unstable();
        levels
    };
    assert_eq!(levels(u32::MAX), [1, 2, 4]);
    assert_eq!(levels(2), [1, 2]);
    assert_eq!(levels(1), [1]);
}
