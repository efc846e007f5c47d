//! What is paid for: so many of something, with a range.

use super::super::assume::Assumption;
use super::super::figure::{Derivation, Quality, Unit};
use super::{GIB, SECONDS};

/// A quantity that is paid for, with its range.
#[derive(Debug, Clone)]
pub(super) struct Quantity {
    /// The value; low and high end.
    pub range: [f64; 3],
    /// How it was found.
    pub node: Derivation,
}

impl Quantity {
    /// A quantity without doubt.
    pub fn exact(node: Derivation) -> Self {
        Self { range: [node.value; 3], node }
    }

    /// Gigabytes a month from bytes a second.
    pub fn gb(label: &str, bytes_per_s: f64, source: &str) -> Self {
        let gb = bytes_per_s * SECONDS / GIB;
        Self::exact(Derivation::input(label, gb, Unit::GbPerMonth, Quality::Derived, source))
    }

    /// Nothing, for a reason.
    pub fn nothing(why: &str) -> Self {
        Self::exact(Derivation::input("Nothing worth counting", 0.0, Unit::GbPerMonth, Quality::Assumed, why))
    }

    /// An assumed amount as it stands.
    pub fn assumed(of: Assumption<'_>) -> Self {
        Self { range: [of.value, of.low, of.high], node: of.node() }
    }

    /// A number of equal things the architect drew.
    pub fn given(label: &str, value: f64) -> Self {
        Self::exact(Derivation::input(label, value, Unit::Count, Quality::Given, "given in the drawing"))
    }
}
