//! One pattern, two engines: the table against `regex-automata`.
//!
//! Both prefer alternatives in the same order, so ends and groups are equal, not
//! only whether there is a match. Classes are plain ASCII here: what a class has
//! for members is Python's business and is compared from there.

mod support;

use channels_fast_core::{Classes, Engine, Look, Node, Table, WideMembers};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use regex_automata::meta::Regex;
use support::{Route, class, digits, group, literal, once_or_more, pattern, repeat, segment};

const CLASSES: [&str; 4] = ["[a-b]", "[^/]", "[0-9]", "[a0/]"];

fn config() -> ProptestConfig {
    let kept = FileFailurePersistence::Direct("../../tests/rust/machine.regressions");
    ProptestConfig {
        failure_persistence: Some(Box::new(kept)),
        ..ProptestConfig::with_cases(4000)
    }
}

fn classes() -> Classes {
    let letters = class("ab", WideMembers::Never);
    let mixed = class("a0/", WideMembers::Never);
    support::classes([letters, segment(), digits(), mixed])
}

/// A table of one pattern.
fn table(nodes: Vec<Node>, full: bool, slots: usize) -> Table {
    let source = pattern(nodes, full, slots);
    support::table(&[Route::leaf(source)], classes())
}

/// Where the match ends.
fn end(table: &Table, path: &str) -> Option<usize> {
    let search = table.search(path, 0).expect("no class is asked for");
    search.found.map(|found| found.rest)
}

/// A node that never matches the empty string, without groups.
fn solid() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        "[ab0/]{1,3}".prop_map(Node::Literal),
        (0..CLASSES.len()).prop_map(Node::Class),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..3).prop_map(Node::Concat),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Node::Alternatives),
            (inner, 1..3_u32, 0..3_u32, any::<bool>()).prop_map(|(node, min, more, greedy)| {
                Node::Repeat {
                    min,
                    max: if more == 2 { u32::MAX } else { min + more },
                    greedy,
                    node: Box::new(node),
                }
            }),
        ]
    })
}

/// How much more of a part there may be: long runs are matched in another way.
fn counts() -> impl Strategy<Value = u32> {
    prop_oneof![0..3_u32, Just(u32::MAX), 60..70_u32]
}

fn part() -> impl Strategy<Value = Node> {
    let repeat = (
        solid(),
        prop_oneof![0..3_u32, 60..70_u32],
        counts(),
        any::<bool>(),
    );
    prop_oneof![
        4 => solid(),
        3 => repeat.prop_map(|(node, min, more, greedy)| Node::Repeat {
            min,
            max: min.saturating_add(more).max(1),
            greedy,
            node: Box::new(node),
        }),
        1 => prop_oneof![
            Just(Node::Look(Look::Start)),
            Just(Node::Look(Look::End)),
            Just(Node::Look(Look::LineStart)),
            Just(Node::Look(Look::LineEnd)),
        ],
    ]
}

fn path() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[ab0/é\n]{0,9}",
        1 => "[ab]{60,75}[ab0/é]{0,9}",
        1 => "é{0,2}a{0,140}[b0]{0,2}",
        1 => "[é0]{60,75}a{0,3}",
    ]
}

/// Parts, each in a group or not. Groups are numbered from the left.
fn parts() -> impl Strategy<Value = Vec<Node>> {
    prop::collection::vec((part(), any::<bool>()), 1..5).prop_map(|parts| {
        let mut slot = 0;
        let wrap = |(node, grouped): (Node, bool)| {
            if !grouped {
                return node;
            }
            slot += 1;
            group(slot - 1, node)
        };
        parts.into_iter().map(wrap).collect()
    })
}

fn text_of(node: &Node) -> String {
    let all = |nodes: &[Node], separator| {
        nodes
            .iter()
            .map(text_of)
            .collect::<Vec<_>>()
            .join(separator)
    };
    match node {
        Node::Literal(text) => text.clone(),
        Node::Class(class) => CLASSES[*class].to_owned(),
        Node::Concat(nodes) => format!("(?:{})", all(nodes, "")),
        Node::Alternatives(nodes) => format!("(?:{})", all(nodes, "|")),
        Node::Repeat {
            min,
            max,
            greedy,
            node,
        } => {
            let most = if *max == u32::MAX {
                String::new()
            } else {
                max.to_string()
            };
            let lazy = if *greedy { "" } else { "?" };
            format!("(?:{}){{{min},{most}}}{lazy}", text_of(node))
        }
        Node::Group { node, .. } => format!("({})", text_of(node)),
        Node::Look(Look::Start) => r"\A".to_owned(),
        Node::Look(Look::End) => r"\z".to_owned(),
        Node::Look(Look::LineStart) => "(?m:^)".to_owned(),
        Node::Look(Look::LineEnd) => "(?m:$)".to_owned(),
        other => unreachable!("{other:?} is not generated"),
    }
}

fn groups(nodes: &[Node]) -> usize {
    nodes
        .iter()
        .filter(|node| matches!(node, Node::Group { .. }))
        .count()
}

// `regex-automata` has no `$` that stands before a last newline. The fuzzer found this.
#[test]
fn a_run_gives_the_newline_back_that_is_asked_for_behind_a_dollar() {
    let run = once_or_more(Node::Class(1));
    let dollar = Node::Look(Look::EndOrNewline);
    let line = Node::Concat(vec![run, dollar]);
    let within = Node::Alternatives(vec![line.clone(), literal("0")]);
    for line in [line, within] {
        let nodes = vec![Node::Look(Look::Start), line, literal("\n")];
        assert_eq!(end(&table(nodes, false, 0), "ab\n"), Some(3));
    }
}

/// A part that is searched for, behind anything or nothing, with a `z` behind it.
fn searched_for(part: &Node) -> [Table; 2] {
    let anything = repeat(0, u32::MAX, Node::Class(1));
    [
        vec![part.clone(), literal("z")],
        vec![
            Node::Look(Look::Start),
            anything,
            part.clone(),
            literal("z"),
        ],
    ]
    .map(|nodes| {
        let table = table(nodes, false, 0);
        assert_eq!(table.engines(), [Engine::Program]);
        table
    })
}

// Time that is the product of the two lengths would be hours here.
#[test]
fn a_long_run_may_begin_anywhere_in_a_long_path() {
    let classes = [Node::Class(0), Node::Class(1), literal("a"), literal("é")];
    for (one, text) in classes.into_iter().zip(["a", "é", "a", "é"]) {
        for part in [
            repeat(30_000, 30_000, one.clone()),
            repeat(1, 30_000, one.clone()),
            repeat(30_000, u32::MAX, one.clone()),
            Node::Alternatives(vec![repeat(50_000, 50_000, one.clone()), literal("0")]),
        ] {
            for table in searched_for(&part) {
                let path = text.repeat(100_000);
                assert_eq!(end(&table, &format!("{path}/z")), None);
                let path = format!("{path}0{path}z");
                assert_eq!(end(&table, &path), Some(path.len()));
            }
        }
    }
}

#[test]
fn a_counted_repeat_in_a_counted_repeat_is_a_program() {
    let word = Node::Concat(vec![repeat(1, 30_000, Node::Class(0)), literal("-")]);
    let table = table(vec![Node::Look(Look::Start), repeat(1, 100, word)], true, 0);
    assert_eq!(table.engines(), [Engine::Program]);
    let path = format!("{}-", "ab".repeat(100)).repeat(100);
    assert_eq!(end(&table, &path), Some(path.len()));
    assert_eq!(end(&table, &format!("{path}a-")), None);
}

#[test]
fn what_would_need_too_many_instructions_is_left_to_python() {
    let part = repeat(1, 100, repeat(1, 100, literal("ab")));
    let table = table(vec![literal("x"), part], false, 0);
    assert_eq!(table.engines(), [Engine::Python]);
    assert_eq!(
        table
            .search("x", 0)
            .expect("no class is asked for")
            .ask
            .len(),
        1
    );
}

/// Runs `test` on a stack that is as small as that of a small thread.
fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    let kib = std::env::var("KIB").map_or(256, |kib| kib.parse().unwrap_or(256));
    let thread = std::thread::Builder::new().stack_size(kib << 10);
    let thread = thread.spawn(test).expect("a thread");
    thread.join().expect("no panic");
}

#[test]
fn a_tree_is_a_program_up_to_a_depth_and_left_to_python_beyond() {
    on_a_small_stack(|| {
        for (depth, engine) in [(45, Engine::Program), (60, Engine::Python)] {
            let nest = |node, level| match level % 3 {
                0 => Node::Concat(vec![
                    Node::Alternatives(vec![node, literal("b")]),
                    literal("a"),
                ]),
                1 => repeat(1, 1, node),
                _ => repeat(0, 1, node),
            };
            let node = (0..depth * 3 / 4).fold(literal("ab"), nest);
            let table = table(vec![Node::Look(Look::Start), node], true, 0);
            assert_eq!(table.engines(), [engine], "at depth {depth}");
        }
        let sequence = |node, _| Node::Concat(vec![node]);
        let table = table(vec![(0..400).fold(literal("ab"), sequence)], true, 0);
        assert_eq!(table.engines(), [Engine::Python]);
    });
}

#[test]
fn a_route_may_have_any_number_of_segments() {
    on_a_small_stack(|| {
        let count = 20_000;
        let segment = |slot| group(slot, once_or_more(Node::Class(1)));
        let nodes = (0..count).flat_map(|slot| [segment(slot), literal("/")]);
        let mut literals = vec![literal("a/"); count];
        literals[count / 2] = segment(0);
        literals[count / 2 + 1] = literal("/");
        let routes = [(nodes.collect(), count), (literals, 1)];
        let routes = routes.map(|(nodes, slots)| Route::leaf(pattern(nodes, true, slots)));
        let table = support::table(&routes, classes());
        assert_eq!(table.engines(), [Engine::Segmented; 2]);
        for route in 0..2_u32 {
            let path = "a/".repeat(count - route as usize);
            let search = table.search(&path, route).expect("no class is asked for");
            assert_eq!(search.found.map(|found| found.route), Some(route));
        }
        assert_eq!(end(&table, &"a/".repeat(count - 2)), None);
    });
}

#[test]
fn a_hundred_routers_lie_in_each_other() {
    on_a_small_stack(|| {
        let source = |full| pattern(vec![Node::Look(Look::Start), literal("a/")], full, 0);
        let nest = |route, _| Route {
            source: source(false),
            nested: Some(vec![route]),
        };
        let route = (0..100).fold(Route::leaf(source(true)), nest);
        let table = support::table(&[route], classes());
        assert_eq!(end(&table, &"a/".repeat(101)), Some(202));
        assert_eq!(end(&table, &"a/".repeat(100)), None);
    });
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_table_and_regex_automata_find_the_same(
        nodes in parts(),
        full in any::<bool>(),
        paths in prop::collection::vec(path(), 1..6),
    ) {
        let slots = groups(&nodes);
        let text: String = nodes.iter().map(text_of).collect();
        let text = if full { format!(r"\A(?:{text})\z") } else { text };
        let regex = Regex::new(&text).expect("the text is a regex");
        let table = table(nodes, full, slots);
        for path in &paths {
            let mut captures = regex.create_captures();
            regex.captures(path, &mut captures);
            let found = table.search(path, 0).expect("no class is asked for").found;
            prop_assert_eq!(
                found.as_ref().map(|found| found.rest),
                captures.get_match().map(|matched| matched.end()),
                "{} on {:?}", text, path
            );
            let Some(found) = found else { continue };
            for slot in 0..slots {
                prop_assert_eq!(
                    found.spans.get(slot).range(),
                    captures.get_group(slot + 1).map(|span| span.range()),
                    "group {} of {} on {:?}", slot + 1, text, path
                );
            }
        }
    }
}
