//! Decides which route of a table matches a path.
//!
//! The crate knows nothing of Python. A table is made once from the routes of a
//! router, by a [`build::Builder`], and is never changed afterwards. A search
//! returns numbers and spans: which route, where its parameters stand, and where
//! the rest of the path begins.
//!
//! One law rules everything here: the first declared route that accepts the path
//! wins. Every index is only a way to skip routes that cannot match.

pub mod build;
pub mod class;
mod hash;
mod item;
pub mod node;
pub mod pattern;
pub mod plain;
pub mod program;
mod search;
pub mod shape;
pub mod span;
pub mod spec;
pub mod table;
mod tails;
pub mod template;
mod trie;
mod vm;

pub use build::{Builder, Level};
pub use class::{Class, ClassId, Classes, NeedPage, Page, WideMembers};
pub use node::{Look, Node};
pub use search::{Found, Search};
pub use span::{Span, Spans};
pub use spec::{Engine, RouteSpec, Source};
pub use table::Table;
