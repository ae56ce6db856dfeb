//! What the core alone costs: one search, at every size of the table.
//!
//!     cargo bench -p channels-fast-core --bench matching

#[path = "../tests/rust/support.rs"]
mod support;

use channels_fast_core::{Look, Node, Table};
use divan::{Bencher, black_box};
use support::{Route, classes, digits, group, literal, once_or_more, pattern, repeat, segment};

const SIZES: [usize; 5] = [1, 10, 100, 1_000, 10_000];
const START: Node = Node::Look(Look::Start);
const END: Node = Node::Look(Look::End);

fn main() {
    divan::main();
}

fn run(slot: usize) -> Node {
    group(slot, once_or_more(Node::Class(0)))
}

fn table(size: usize, parts: impl Fn(usize) -> (Vec<Node>, usize)) -> Table {
    let routes: Vec<_> = (0..size)
        .map(|number| {
            let (nodes, slots) = parts(number);
            Route::leaf(pattern(nodes, true, slots))
        })
        .collect();
    support::table(&routes, classes([digits()]))
}

/// A list behind a prefix.
fn within(prefix: &str, list: Vec<Route>) -> Route {
    Route {
        source: pattern(vec![START, literal(prefix)], false, 0),
        nested: Some(list),
    }
}

/// `ws/app-N/<int>/`, answered by the trie.
fn segmented(size: usize) -> Table {
    table(size, |number| {
        let head = literal(&format!("ws/app-{number}/"));
        (vec![head, run(0), literal("/")], 1)
    })
}

/// `ws/app-N-<int>-<int>/`, answered by a program.
fn program(size: usize) -> Table {
    table(size, |number| {
        let head = literal(&format!("ws/app-{number}-"));
        let dash = literal("-");
        (vec![head, run(0), dash, run(1), literal("/")], 2)
    })
}

#[divan::bench(args = SIZES)]
fn segmented_last_route(bencher: Bencher, size: usize) {
    let table = segmented(size);
    let path = format!("ws/app-{}/12345/", size - 1);
    bencher.bench(|| table.search(black_box(&path), 0));
}

#[divan::bench(args = SIZES)]
fn segmented_miss(bencher: Bencher, size: usize) {
    let table = segmented(size);
    bencher.bench(|| table.search(black_box("ws/app-0/word/"), 0));
}

#[divan::bench(args = SIZES)]
fn program_last_route(bencher: Bencher, size: usize) {
    let table = program(size);
    let path = format!("ws/app-{}-12345-7/", size - 1);
    bencher.bench(|| table.search(black_box(&path), 0));
}

#[divan::bench(args = SIZES)]
fn program_miss(bencher: Bencher, size: usize) {
    let table = program(size);
    bencher.bench(|| table.search(black_box("ws/app-0-1-word/"), 0));
}

/// `(\d+)*x` written so that a backtracking engine needs exponential time.
#[divan::bench(args = [1_000, 2_000, 4_000, 8_000])]
fn catastrophic_pattern(bencher: Bencher, length: usize) {
    let table = table(1, |_| {
        let nested = once_or_more(once_or_more(Node::Class(0)));
        let two = Node::Alternatives(vec![nested, literal("1")]);
        (vec![once_or_more(two), literal("x")], 0)
    });
    // It is refused only at its very end, so nothing is ruled out before.
    let path = format!("{}!x", "1".repeat(length));
    bencher.bench(|| table.search(black_box(&path), 0));
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn build_segmented(bencher: Bencher, size: usize) {
    bencher.bench(|| segmented(black_box(size)));
}

/// One list behind each of twenty prefixes, fifty routes in each.
#[divan::bench]
fn nested_lists(bencher: Bencher) {
    let lists: Vec<_> = (0..20)
        .map(|list| {
            let leaf = |number| {
                let head = literal(&format!("things-{number}/"));
                Route::leaf(pattern(vec![head, run(0), literal("/")], true, 1))
            };
            within(&format!("app-{list}/"), (0..50).map(leaf).collect())
        })
        .collect();
    let table = support::table(&lists, classes([digits()]));
    bencher.bench(|| table.search(black_box("app-17/things-41/42/"), 0));
}

/// What a router of the REST framework makes: a page and a format, twice for each name.
#[divan::bench(args = [1, 30, 300])]
fn rest_framework(bencher: Bencher, size: usize) {
    let table = table(size * 4, |number| {
        let name = literal(&format!("things-{}", number / 4));
        let optional = repeat(0, 1, literal("/"));
        match number % 4 {
            0 => (vec![START, name, literal("/"), END], 0),
            1 => (vec![START, name, literal("."), run(0), optional, END], 1),
            2 => (
                vec![START, name, literal("/"), run(0), literal("/"), END],
                1,
            ),
            _ => {
                let format = vec![literal("."), run(1), optional, END];
                (
                    [vec![START, name, literal("/"), run(0)], format].concat(),
                    2,
                )
            }
        }
    });
    let path = format!("things-{}/42/", size / 2);
    bencher.bench(|| table.search(black_box(&path), 0));
}

/// Lists behind an empty prefix, one in front of the list that has the answer and the
/// others behind it.
#[divan::bench(args = [2, 20, 200])]
fn empty_prefixes(bencher: Bencher, size: usize) {
    let list = |number: usize| {
        let text = format!("plugin-{number}/");
        let leaf = |end| Route::leaf(pattern(vec![literal(&text), literal(end)], true, 0));
        vec![leaf("list/"), leaf("add/")]
    };
    let mut routes = vec![within("", list(0)), within("control/", list(0))];
    routes.extend((1..size).map(|number| within("", list(number))));
    let table = support::table(&routes, classes([digits()]));
    bencher.bench(|| table.search(black_box("control/plugin-0/add/"), 0));
}

/// A route for any two segments, before or among regexes of which all have to be tried
/// on a path behind `a/`, in front of it as behind it.
fn any_two_segments(size: usize, place: usize) -> Table {
    let class = classes([digits(), segment()]);
    let any = |slot| group(slot, once_or_more(Node::Class(1)));
    let mut routes: Vec<_> = (0..size)
        .map(|number| {
            let two = Node::Alternatives(vec![run(0), literal(&format!("word-{number}"))]);
            let choice = Node::Alternatives(vec![literal("-"), literal("+")]);
            let nodes = vec![START, literal("a/"), two, choice, literal("/"), END];
            Route::leaf(pattern(nodes, false, 1))
        })
        .collect();
    let nodes = vec![any(0), literal("/"), any(1), literal("/")];
    routes.insert(place, Route::leaf(pattern(nodes, true, 2)));
    support::table(&routes, class)
}

#[divan::bench(args = SIZES)]
fn in_front_of_regexes(bencher: Bencher, size: usize) {
    let table = any_two_segments(size, 0);
    bencher.bench(|| table.search(black_box("a/12345/"), 0));
}

#[divan::bench(args = SIZES)]
fn behind_one_of_the_regexes(bencher: Bencher, size: usize) {
    let table = any_two_segments(size, 1);
    bencher.bench(|| table.search(black_box("a/12345/"), 0));
}

#[divan::bench(args = SIZES)]
fn behind_all_regexes(bencher: Bencher, size: usize) {
    let table = any_two_segments(size, size);
    bencher.bench(|| table.search(black_box("a/12345/"), 0));
}

/// Trees of whole segments that all fit: each node is visited once, no more.
#[divan::bench(args = [4, 8, 12])]
fn every_branch_matches(bencher: Bencher, depth: usize) {
    let table = table(1 << depth, |number| {
        let mut nodes = vec![START];
        for level in 0..depth {
            if number >> level & 1 == 0 {
                nodes.push(literal("7/"));
            } else {
                nodes.push(run(level));
                nodes.push(literal("/"));
            }
        }
        nodes.push(literal("no"));
        (nodes, depth)
    });
    let path = "7/".repeat(depth) + "end";
    bencher.bench(|| table.search(black_box(&path), 0));
}
