//! Regular expressions: what a pattern says, and the machine that matches it.

mod after;
pub(crate) mod class;
mod inst;
pub(crate) mod machine;
pub(crate) mod program;
mod runs;
mod scratch;
pub(crate) mod tree;
