//! What the core alone costs: one search, at every size of the table.
//!
//!     cargo bench -p channels-fast-core --bench matching

#[path = "../tests/rust/support.rs"]
mod support;

use channels_fast_core::{Look, Node, Table};
use divan::{Bencher, black_box};
use support::{Route, classes, digits, group, literal, once_or_more, pattern};

const SIZES: [usize; 5] = [1, 10, 100, 1_000, 10_000];

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

const START: Node = Node::Look(Look::Start);

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
