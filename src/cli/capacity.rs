//! How far groups are used, as text.

use crate::design::Design;
use crate::estimate::GroupCapacity;
use crate::words;

use super::text::{Align, paragraph, table};

/// How far every group is used, healthy and after a loss, and the nodes it needs.
pub(super) fn capacity(out: &mut String, design: &Design, groups: &[GroupCapacity]) {
    if groups.is_empty() {
        return;
    }
    out.push_str("\nUse at peak, and after the loss of a node, a zone or another region\n");
    let (rows, notes) = words::capacity::capacity(design, groups);
    out.push_str(&table(&rows, Align::RightFrom(2)));
    for note in notes {
        paragraph(out, "  – ", &note);
    }
}
