//! The machine of this crate against `regex-automata`, one engine for each of
//! 10,000 patterns: time to build, memory, time to match, and equal answers.
//!
//!     cargo bench -p channels-fast-core --bench engines
//!
//! Prints the table that stands in `docs/performance.md`.

#[path = "../tests/rust/support.rs"]
mod support;

use std::hint::black_box;
use std::time::Instant;

use channels_fast_core::{Node, Table};
use regex_automata::nfa::thompson::{self, backtrack::BoundedBacktracker};
use regex_automata::{dfa::onepass, meta};
use support::{Route, classes, digits, group, literal, once_or_more, pattern};

const PATTERNS: usize = 10_000;
const ROUNDS: usize = 20;

/// `room-N-<digits>/(edit|view)` with two groups, in both languages.
fn text(number: usize) -> String {
    format!(r"\Aroom-{number}-([0-9]+)/(edit|view)/\z")
}

fn nodes(number: usize) -> Vec<Node> {
    let words = ["edit", "view"].map(literal);
    vec![
        literal(&format!("room-{number}-")),
        group(0, once_or_more(Node::Class(0))),
        literal("/"),
        group(1, Node::Alternatives(words.into())),
        literal("/"),
    ]
}

fn own(numbers: std::ops::Range<usize>) -> Table {
    let routes: Vec<_> = numbers
        .map(|number| Route::leaf(pattern(nodes(number), true, 2)))
        .collect();
    support::table(&routes, classes([digits()]))
}

fn path(number: usize) -> String {
    let tail = if number.is_multiple_of(3) {
        "edit/"
    } else {
        "nope/"
    };
    format!("room-{number}-{}/{tail}", number * 7)
}

/// Resident memory of the process in bytes, where the system tells.
fn resident() -> usize {
    let Ok(status) = std::fs::read_to_string("/proc/self/statm") else {
        return 0;
    };
    let pages = status
        .split(' ')
        .nth(1)
        .and_then(|pages| pages.parse().ok());
    pages.unwrap_or(0_usize) * 4096
}

/// Builds one engine a pattern and matches one path with each. Returns how many
/// paths matched, to compare.
fn measure<E>(
    name: &str,
    build: impl Fn() -> Vec<E>,
    is_match: impl Fn(&E, &str) -> bool,
) -> usize {
    let before = resident();
    let start = Instant::now();
    let engines = build();
    let building = start.elapsed();
    let paths: Vec<String> = (0..PATTERNS).map(path).collect();
    let mut matched = 0;
    let mut best = f64::MAX;
    for _ in 0..ROUNDS {
        matched = 0;
        let start = Instant::now();
        for (engine, path) in engines.iter().zip(&paths) {
            matched += usize::from(is_match(engine, black_box(path)));
        }
        best = best.min(start.elapsed().as_secs_f64());
    }
    let memory = resident().saturating_sub(before);
    #[expect(clippy::cast_precision_loss, reason = "a figure to read")]
    let per = |total: f64| total / PATTERNS as f64;
    #[expect(clippy::cast_precision_loss, reason = "a figure to read")]
    let bytes = memory as f64;
    #[expect(clippy::print_stdout, reason = "the table is what this program is for")]
    {
        println!(
            "| {name} | {:.2} µs | {:.1} KB | {:.0} ns |",
            per(building.as_secs_f64()) * 1e6,
            per(bytes) / 1e3,
            per(best) * 1e9,
        );
    }
    // So that the next engine cannot live in memory that this one gave back.
    std::mem::forget(engines);
    matched
}

fn is_found(table: &Table, path: &str) -> bool {
    table
        .search(path, 0)
        .is_ok_and(|search| search.found.is_some())
}

fn each<E>(build: impl Fn(usize) -> E) -> Vec<E> {
    (0..PATTERNS).map(build).collect()
}

#[expect(clippy::expect_used, reason = "a benchmark may fall over")]
fn main() {
    #[expect(clippy::print_stdout, reason = "the table is what this program is for")]
    {
        println!("| engine | build a pattern | memory a pattern | match |");
        println!("| --- | --: | --: | --: |");
    }
    let nfa = |number| {
        let config = thompson::Config::new().shrink(false);
        let mut compiler = thompson::Compiler::new();
        compiler.configure(config);
        compiler.build(&text(number)).expect("a pattern")
    };
    let found = [
        measure(
            "own machine, all patterns in one table",
            || {
                let table = std::rc::Rc::new(own(0..PATTERNS));
                each(|_| table.clone())
            },
            |table, path| is_found(table, path),
        ),
        measure(
            "own machine, a table for each pattern",
            || each(|number| own(number..number + 1)),
            is_found,
        ),
        measure(
            "regex-automata, bounded backtracker",
            || {
                each(|number| {
                    let engine = BoundedBacktracker::new_from_nfa(nfa(number)).expect("a pattern");
                    let cache = engine.create_cache();
                    (engine, std::cell::RefCell::new(cache))
                })
            },
            |(engine, cache), path| {
                let mut captures = engine.create_captures();
                let mut cache = cache.borrow_mut();
                engine.try_captures(&mut cache, path, &mut captures).is_ok() && captures.is_match()
            },
        ),
        measure(
            "regex-automata, one-pass DFA",
            || {
                each(|number| {
                    let engine = onepass::DFA::new_from_nfa(nfa(number)).expect("one pass");
                    let cache = engine.create_cache();
                    (engine, std::cell::RefCell::new(cache))
                })
            },
            |(engine, cache), path| {
                let mut captures = engine.create_captures();
                let mut cache = cache.borrow_mut();
                engine.captures(&mut cache, path, &mut captures);
                captures.is_match()
            },
        ),
        measure(
            "regex-automata, meta",
            || each(|number| meta::Regex::new(&text(number)).expect("a pattern")),
            |engine, path| {
                let mut captures = engine.create_captures();
                engine.captures(path, &mut captures);
                captures.is_match()
            },
        ),
    ];
    assert!(found.windows(2).all(|two| two[0] == two[1]), "{found:?}");
}
