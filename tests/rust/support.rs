//! What tests, benches and fuzzing share: a table from a list of routes.
#![allow(dead_code, unreachable_pub, reason = "not every user needs all of it")]

use channels_fast_core::{Builder, Class, Classes, Level, Node, Source, Table, WideMembers};

/// One route, or a nested router with all its routes.
#[derive(Clone, Debug)]
pub struct Route {
    /// The pattern.
    pub source: Source,
    /// The routes of the router behind the pattern, if there is one.
    pub nested: Option<Vec<Route>>,
}

impl Route {
    /// A route that leads to an application.
    pub fn leaf(source: Source) -> Self {
        Self {
            source,
            nested: None,
        }
    }
}

/// Makes a table. As at the border, a router behind a pattern that Python matches is
/// not part of it.
pub fn table(routes: &[Route], classes: Classes) -> Table {
    table_of(routes, Builder::new(classes))
}

/// Makes a table with what the builder has been told.
pub fn table_of(routes: &[Route], mut builder: Builder) -> Table {
    add_all(&mut builder, routes);
    builder.finish()
}

fn add_all(builder: &mut Builder, routes: &[Route]) -> Level {
    let level = builder.begin(routes.len());
    for route in routes {
        let source = route.source.clone().flatten();
        let compiled = builder.compile_source("", &source);
        match &route.nested {
            Some(routes) if !compiled.is_python() => {
                let inner = add_all(builder, routes);
                builder.add_router(&level, &compiled, &inner);
            }
            _ => builder.add_leaf(&level, &compiled),
        }
    }
    builder.end(&level);
    level
}

/// A pattern of these parts.
pub fn pattern(nodes: Vec<Node>, full: bool, slots: usize) -> Source {
    Source::Pattern {
        node: Node::Concat(nodes),
        full,
        slots,
    }
}

/// A part that is repeated, greedily.
pub fn repeat(min: u32, max: u32, node: Node) -> Node {
    Node::Repeat {
        min,
        max,
        greedy: true,
        node: Box::new(node),
    }
}

/// A part that is repeated once or more.
pub fn once_or_more(node: Node) -> Node {
    repeat(1, u32::MAX, node)
}

/// A group whose text is wanted.
pub fn group(slot: usize, node: Node) -> Node {
    Node::Group {
        slot,
        node: Box::new(node),
    }
}

/// A literal.
pub fn literal(text: &str) -> Node {
    Node::Literal(text.to_owned())
}

/// A class of these ASCII characters, and perhaps of all others.
pub fn class(members: &str, wide: WideMembers) -> Class {
    let ascii = members.bytes().fold(0, |bits, byte| bits | 1 << byte);
    Class::new(ascii, wide)
}

/// The class of all characters but the slash.
pub fn segment() -> Class {
    Class::new(!(1 << b'/'), WideMembers::Always)
}

/// The class of all characters but the newline.
pub fn any() -> Class {
    Class::new(!(1 << b'\n'), WideMembers::Always)
}

/// The class of the ten digits.
pub fn digits() -> Class {
    class("0123456789", WideMembers::Never)
}

/// Classes, numbered as given.
pub fn classes(all: impl IntoIterator<Item = Class>) -> Classes {
    let mut classes = Classes::default();
    for class in all {
        classes.add(class);
    }
    classes
}
