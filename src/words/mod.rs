//! Words that the command line and what is exported have in common: names with their places, numbers, and the lines of
//! tables about estimates, availability and what-ifs. Who shows them decides how they look.

pub mod availability;
pub mod bill;
pub mod capacity;
pub mod format;
pub mod inputs;
pub mod latency;
pub mod site;
pub mod whatif;

use crate::design::{Design, Id};
use crate::estimate::{Quality, Unit};

/// Lines of a table, the first of them its head.
pub type Lines = Vec<Vec<String>>;

/// The name of an element with its region, since groups of different regions often share a name.
#[must_use]
pub fn placed(design: &Design, id: &Id) -> String {
    let region = design.components.get(id).and_then(|c| c.region.as_ref());
    let place = region.map(|r| format!(" in {}", design.name_of(r))).unwrap_or_default();
    format!("{}{place}", design.name_of(id))
}

/// A count with its noun: `1 node`, `3 nodes`.
#[must_use]
pub fn plural(n: usize, word: &str) -> String {
    format!("{n} {word}{}", if n == 1 { "" } else { "s" })
}

/// A number whose range is not known, to three digits.
#[must_use]
pub fn shown(value: f64) -> String {
    crate::estimate::number(value, 3, 1)
}

/// A line of a table.
#[must_use]
pub fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}

/// The word for how far a number can be trusted.
#[must_use]
pub fn quality(quality: Quality) -> &'static str {
    match quality {
        Quality::Measured => "measured",
        Quality::Published => "published",
        Quality::Given => "given",
        Quality::Company => "company",
        Quality::Derived => "derived",
        Quality::Estimated => "estimated",
        Quality::Assumed => "assumed",
    }
}

/// The word for a unit; empty for a count.
#[must_use]
pub fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Ms => "ms",
        Unit::UsdPerMonth => "USD a month",
        Unit::Usd => "USD",
        Unit::RequestsPerS => "a second",
        Unit::Percent => "%",
        Unit::GbPerMonth => "GB a month",
        Unit::Hours => "hours",
        Unit::Km => "km",
        Unit::Bytes => "bytes",
        Unit::Count => "",
    }
}
