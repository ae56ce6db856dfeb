//! Regular expressions: what a pattern says, and the machine that matches it.

pub(crate) mod class;
pub(crate) mod machine;
pub(crate) mod program;
mod scratch;
pub(crate) mod tree;
