//! What the fuzz targets share: random patterns, classes and paths, and a matcher
//! that is slow and obvious.

mod classes;
mod pattern;
mod reference;
#[path = "../../../../tests/rust/support.rs"]
pub mod support;

pub use classes::{ClassPlan, ask_table};
pub use pattern::{Path, Pattern, Promise};
pub use reference::{Match, reference};
