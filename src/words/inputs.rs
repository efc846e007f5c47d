//! What figures rest on besides the drawing: inputs with their sources, and assumptions.

use std::collections::BTreeSet;

use crate::estimate::{Assumption, Derivation, Figure, Quality};

use super::{Lines, quality, row, unit};

/// An input of some number, as people read it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Input<'a> {
    /// How far it can be trusted.
    pub quality: Quality,
    /// What it is.
    pub label: &'a str,
    /// Its value with range and unit.
    pub value: String,
    /// Where it was read.
    pub source: &'a str,
}

/// The inputs of figures that have a source other than the drawing, each once, the most solid first.
#[must_use]
pub fn inputs<'a>(figures: impl IntoIterator<Item = &'a Figure>) -> BTreeSet<Input<'a>> {
    let is_source = |node: &&Derivation| !node.source.is_empty() && node.quality != Quality::Given;
    let mut seen = BTreeSet::new();
    for figure in figures {
        for node in figure.derivation.nodes().filter(is_source) {
            let range = node.range.map(|[low, high]| (number(low), number(high))).filter(|(low, high)| low != high);
            let range = range.map(|(low, high)| format!(" ({low}–{high})")).unwrap_or_default();
            let value = format!("{}{range} {}", number(node.value), unit(node.unit)).trim_end().to_owned();
            seen.insert(Input { quality: node.quality, label: &node.label, value, source: &node.source });
        }
    }
    seen
}

/// Assumptions with their ranges and who makes them.
#[must_use]
pub fn assumptions(all: &[Assumption<'_>]) -> Lines {
    let mut rows = vec![row(["Id", "Value", "From", "To", "Unit", "", "What"])];
    for a in all {
        let given = |_| format!("{}, else {}", quality(a.quality), number(a.shipped));
        let by = a.note.map_or_else(|| quality(a.quality).to_owned(), given);
        let [value, low, high] = [a.value, a.low, a.high].map(number);
        rows.push(vec![a.key.id().into(), value, low, high, unit(a.unit).into(), by, a.label.into()]);
    }
    rows
}

/// A number of any size with three or four digits that matter: prices of a gigabyte are fractions of a dollar.
#[must_use]
pub fn number(value: f64) -> String {
    if value.abs() >= 99.95 || value.abs() < 1e-12 {
        return grouped(value);
    }
    let text = if value.abs() < 1.0 { format!("{value:.4}") } else { format!("{value:.2}") };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Whole number with commas between thousands.
fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    if !value.is_finite() {
        return "–".into();
    }
    let mut out = String::from(if value < -0.5 { "-" } else { "" });
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!([1_234_567.4, 999.6, 0.4, -1_200.0].map(grouped), ["1,234,567", "1,000", "0", "-1,200"]);
        assert_eq!([0.01, 12.30, 730.0, 0.0, 5.0].map(number), ["0.01", "12.3", "730", "0", "5"]);
    }
}
