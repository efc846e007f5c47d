//! Rules that a company writes itself, as data in a file beside the design.
//!
//! A [`Pack`] is such a file, read and compiled: each rule asks about every region, component or link, or once about
//! the design, whether an expression in CEL holds. [`evaluate`] asks them all. What an expression can see is the table
//! [`VIEW`]; [`view_reference`] prints it.
//!
//! A pack is written by strangers, so a rule is bounded before it runs: its length, its brackets, its depth, and the
//! steps it can take in a design of this size. What would cost too much is refused with a sentence, never begun.

mod bound;
mod evaluate;
mod expression;
mod fields;
mod message;
mod pack;
mod place;
mod record;
mod shape;
mod table;
#[cfg(test)]
mod tests;
mod view;
mod words;

use std::fmt;

use serde::Deserialize;

pub use evaluate::{CustomBreach, Evaluation, RuntimeError, evaluate};
pub use fields::{FieldType, Part, VIEW, ViewField, view_reference};
pub use pack::{CompiledRule, MAX_PACK_BYTES, Pack, RuleError};

/// Stack on which expressions are parsed and computed, bytes. The deepest that pass the limits need a quarter of it in a
/// build without optimisation, where the stack of a window's thread would overflow.
const STACK_BYTES: usize = 48 * 1024 * 1024;

/// Computes something on a stack of its own; `None` when the system gives no thread, or the computation panics.
fn with_room<T: Send>(compute: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("rules".into()).stack_size(STACK_BYTES);
        thread.spawn_scoped(scope, compute).ok()?.join().ok()
    })
}

/// How bad a breach is, in the words of a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum Severity {
    /// Must not be.
    Error,
    /// Should not be.
    Warning,
    /// Worth knowing.
    Info,
}

/// What a rule is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum Each {
    /// Once, about the design as a whole.
    Design,
    /// Every region.
    Region,
    /// Every component.
    Component,
    /// Every link.
    Link,
}

impl Each {
    /// The variables an expression may use, each with what it stands for.
    #[must_use]
    pub fn variables(self) -> &'static [(&'static str, Part)] {
        match self {
            Self::Design => &[("design", Part::Design)],
            Self::Region => &[("design", Part::Design), ("region", Part::Region)],
            Self::Component => &[("design", Part::Design), ("region", Part::Region), ("component", Part::Component)],
            Self::Link => &[("design", Part::Design), ("link", Part::Link)],
        }
    }
}

impl fmt::Display for Each {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Design => "the design",
            Self::Region => "each region",
            Self::Component => "each component",
            Self::Link => "each link",
        })
    }
}
