//! One pattern, two engines: the table against `regex-automata`.
//!
//! Both prefer alternatives in the same order, so ends and groups are equal, not
//! only whether there is a match. Classes are plain ASCII here: what a class has
//! for members is Python's business and is compared from there.
#![expect(clippy::expect_used, reason = "a test may fall over")]

mod support;

use channels_fast_core::{Classes, Look, Node, Table, WideMembers};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use regex_automata::meta::Regex;
use support::{Route, class, digits, group, literal, once_or_more, pattern, segment};

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
    prop_oneof![8 => 0..3_u32, 4 => Just(u32::MAX), 1 => 60..70_u32]
}

fn part() -> impl Strategy<Value = Node> {
    let repeat = (
        solid(),
        prop_oneof![12 => 0..3_u32, 1 => 60..70_u32],
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
