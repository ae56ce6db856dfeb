//! Decides which route of a table matches a path.
//!
//! The crate knows nothing of Python. A table is made once from the routes of a
//! router, by a [`Builder`], and is never changed afterwards. A search returns numbers
//! and spans: which route, where its parameters stand, and where the rest of the path
//! begins.
//!
//! One law rules everything here: the first declared route that accepts the path
//! wins. Every index is only a way to skip routes that cannot match.
//!
//! # Example
//!
//! The routes `chat/<int:room>/` and `chat/<path:rest>`. A pattern is a tree of
//! [`Node`]s; what a class holds is the caller's knowledge.
//!
//! ```
//! use channels_fast_core::{
//!     Builder, Class, Classes, Engine, Look, Node, Source, WideMembers,
//! };
//!
//! let mut classes = Classes::default();
//! let digits = classes.add(Class::new(0x3ff << b'0', WideMembers::Never));
//! let any = classes.add(Class::new(!(1 << b'\n'), WideMembers::Always));
//!
//! let source = |class, behind: &[&str]| {
//!     let run = Node::Repeat {
//!         min: 1,
//!         max: u32::MAX,
//!         greedy: true,
//!         node: Box::new(Node::Class(class)),
//!     };
//!     let mut nodes = vec![
//!         Node::Look(Look::Start),
//!         Node::Literal("chat/".into()),
//!         Node::Group { slot: 0, node: Box::new(run) },
//!     ];
//!     nodes.extend(behind.iter().map(|text| Node::Literal((*text).into())));
//!     nodes.push(Node::Look(Look::End));
//!     Source::Pattern { node: Node::Concat(nodes), full: false, slots: 1 }.flatten()
//! };
//!
//! let mut builder = Builder::new(classes);
//! let level = builder.begin(2);
//! for source in [source(digits, &["/"]), source(any, &[])] {
//!     let compiled = builder.compile_source("", &source);
//!     builder.add_leaf(&level, &compiled);
//! }
//! builder.end(&level);
//! let table = builder.finish();
//! assert_eq!(table.engines(), [Engine::Segmented; 2]);
//!
//! let path = "chat/42/";
//! let found = table.search(path, 0)?.found.expect("a route");
//! assert_eq!((found.route, found.rest), (0, path.len()));
//! assert_eq!(&path[found.spans.get(0).range().expect("a group")], "42");
//!
//! // The caller goes on behind a route whose converter has declined.
//! let found = table.search(path, found.route + 1)?.found.expect("a route");
//! assert_eq!(found.route, 1);
//! assert_eq!(&path[found.spans.get(0).range().expect("a group")], "42/");
//! # Ok::<(), channels_fast_core::NeedPage>(())
//! ```

mod build;
mod index;
mod read;
mod regex;
mod search;
mod span;
mod spec;
mod table;

pub use build::{Builder, Compiled, Level};
pub use regex::class::{Class, ClassId, Classes, NeedPage, Page, WideMembers};
pub use regex::tree::{Look, Node};
pub use search::{Found, Search};
pub use span::{Span, Spans};
pub use spec::{Engine, Source};
pub use table::Table;
