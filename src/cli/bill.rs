//! The cost of a design as text.

use std::fmt::Write as _;

use crate::design::Design;
use crate::estimate::CostReport;
use crate::words::bill;

use super::text::{Align, paragraph, table};

/// The bill: by region and category, traffic by how far it goes, what costs most, what has no price.
pub(super) fn cost(out: &mut String, design: &Design, cost: &CostReport) {
    let _ = writeln!(out, "\nCost, {} a month before tax", bill::currency(cost));
    let cost = &cost.in_currency();
    if cost.total.is_some() {
        out.push_str(&table(&bill::by_region(design, cost), Align::RightFrom(1)));
    }
    for total in bill::totals(cost) {
        paragraph(out, "  ", &total);
    }
    if cost.total.is_some() {
        for rows in [bill::traffic(cost), bill::dearest(design, cost)].into_iter().filter(|rows| rows.len() > 1) {
            let _ = write!(out, "\n{}", table(&rows, Align::RightFrom(1)));
        }
    }
    for line in bill::unpriced(design, cost) {
        paragraph(out, "  – ", &line);
    }
}
