//! Long paths, large counts, deep patterns and deep routers: none of them may take the
//! time, the memory or the stack that its size suggests.
#![expect(clippy::expect_used, reason = "a test may fall over")]

mod support;

use channels_fast_core::{Classes, Engine, Look, Node, Table, WideMembers};
use support::{Route, any, class, group, literal, once_or_more, pattern, repeat, segment};

/// Two letters, and all characters but the slash.
fn classes() -> Classes {
    support::classes([class("ab", WideMembers::Never), segment()])
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

// Time that is the product of the two lengths would be minutes here.
#[test]
fn a_long_run_may_begin_anywhere_in_a_long_path() {
    for (class, text) in [(0, "a"), (1, "a"), (1, "é")] {
        let one = Node::Class(class);
        for part in [
            repeat(10_000, 10_000, one.clone()),
            repeat(1, 10_000, one.clone()),
            repeat(10_000, u32::MAX, one.clone()),
            Node::Alternatives(vec![repeat(12_000, 12_000, one.clone()), literal("0")]),
        ] {
            for table in searched_for(&part) {
                let path = text.repeat(30_000);
                assert_eq!(end(&table, &format!("{path}/z")), None);
                let path = format!("{path}0{path}z");
                assert_eq!(end(&table, &path), Some(path.len()));
            }
        }
    }
}

// As above: each end of the first run would try each end of the second one.
#[test]
fn runs_that_give_back_follow_each_other_in_a_long_path() {
    for greedy in [true, false] {
        let run = |slot| {
            let node = Box::new(Node::Class(2));
            let (min, max) = (1, u32::MAX);
            group(
                slot,
                Node::Repeat {
                    min,
                    max,
                    greedy,
                    node,
                },
            )
        };
        let nodes = vec![
            Node::Look(Look::Start),
            run(0),
            literal("/a/"),
            run(1),
            literal("/b/"),
        ];
        let classes = support::classes([segment(), segment(), any()]);
        let source = pattern(nodes, false, 2);
        let table = support::table(&[Route::leaf(source)], classes);
        assert_eq!(table.engines(), [Engine::Program]);
        let path = "/a/é".repeat(30_000);
        assert_eq!(end(&table, &path), None);
        let path = format!("{path}/b/");
        assert_eq!(end(&table, &path), Some(path.len()));
    }
}

// As above: what is known of one run must not be lost when another one is looked at.
#[test]
fn two_long_runs_are_looked_at_in_turn() {
    let skipped = Node::Concat(vec![repeat(0, u32::MAX, Node::Class(1)), literal("/")]);
    for part in [
        repeat(0, 1, skipped.clone()),
        Node::Alternatives(vec![Node::Concat(vec![]), skipped]),
    ] {
        let run = once_or_more(Node::Class(0));
        let part = Node::Concat(vec![part, run]);
        for table in searched_for(&part) {
            let run = "ab".repeat(100_000);
            assert_eq!(end(&table, &format!("{run}/{run}0z")), None);
            let path = format!("{run}/{run}z");
            assert_eq!(end(&table, &path), Some(path.len()));
        }
    }
}

// As above: from nearly every beginning, nearly every end has been tried.
#[test]
fn ends_that_a_long_counted_run_has_tried_are_not_passed_one_by_one() {
    for greedy in [true, false] {
        let part = Node::Repeat {
            min: 1,
            max: 1_000_000,
            greedy,
            node: Box::new(Node::Class(1)),
        };
        for table in searched_for(&part) {
            let run = "ab".repeat(500_000);
            assert_eq!(end(&table, &format!("{run}/z")), None);
            let path = format!("{run}z");
            assert_eq!(end(&table, &path), Some(path.len()));
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
    let search = table.search("x", 0).expect("no class is asked for");
    assert_eq!(search.ask.len(), 1);
}

/// Runs `test` on a stack that is as small as that of a small thread.
fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(512 << 10);
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
