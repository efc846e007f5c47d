//! How the text to be written differs from that on disk, line by line.

use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use crate::export::bundle::Syntax;

use super::lines::Lines;

/// After this time the rest counts as replaced, which is true if not short.
const PATIENCE: Duration = Duration::from_secs(2);
/// Lines shown around a change.
const AROUND: usize = 3;

/// A row of the view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DiffRow {
    /// A line in both, by its place in each.
    Same(usize, usize),
    /// A line on disk only.
    Removed(usize),
    /// A line to be written that is not on disk.
    Added(usize),
    /// So many lines in both, from this place on in the text to be written, are not shown.
    Skipped(usize, usize),
}

/// The comparison of two texts.
#[derive(Debug)]
pub(super) struct Diff {
    /// The text on disk.
    pub(super) old: String,
    /// Its lines.
    pub(super) old_lines: Lines,
    /// The rows, from top to bottom.
    pub(super) rows: Vec<DiffRow>,
    /// The row with which each change begins.
    pub(super) changes: Vec<usize>,
    /// How many lines come.
    pub(super) added: usize,
    /// How many lines go.
    pub(super) removed: usize,
}

impl Diff {
    /// Compares the text on disk with the one to be written.
    pub(super) fn of(syntax: Syntax, old: String, new: &str, new_lines: &Lines) -> Self {
        let old_lines = Lines::of(syntax, &old);
        let of_old: Vec<&str> = (0..old_lines.count()).map(|at| old_lines.line(&old, at)).collect();
        let of_new: Vec<&str> = (0..new_lines.count()).map(|at| new_lines.line(new, at)).collect();
        let deadline = Instant::now().checked_add(PATIENCE);
        let ops = capture_diff_slices_deadline(Algorithm::Myers, &of_old, &of_new, deadline);
        let mut diff =
            Self { old: String::new(), old_lines, rows: Vec::new(), changes: Vec::new(), added: 0, removed: 0 };
        for (index, op) in ops.iter().enumerate() {
            let ends = (index == 0, index + 1 == ops.len());
            diff.push(op, ends);
        }
        diff.old = old;
        diff
    }

    /// Adds the rows of one operation; `ends` says whether it is the first and whether it is the last one.
    fn push(&mut self, op: &DiffOp, ends: (bool, bool)) {
        let (old, new) = (op.old_range(), op.new_range());
        if let DiffOp::Equal { len, .. } = op {
            let (before, behind) = (if ends.0 { 0 } else { AROUND }, if ends.1 { 0 } else { AROUND });
            let all: Vec<(usize, usize)> = old.zip(new.clone()).collect();
            if *len <= before + behind + 1 {
                self.rows.extend(all.iter().map(|(old, new)| DiffRow::Same(*old, *new)));
                return;
            }
            let same = |(old, new): &(usize, usize)| DiffRow::Same(*old, *new);
            self.rows.extend(all.iter().take(before).map(same));
            self.rows.push(DiffRow::Skipped(len - before - behind, new.start + before));
            self.rows.extend(all.iter().skip(len - behind).map(same));
            return;
        }
        self.changes.push(self.rows.len());
        self.removed += old.len();
        self.added += new.len();
        self.rows.extend(old.map(DiffRow::Removed));
        self.rows.extend(new.map(DiffRow::Added));
    }

    /// The change before or behind a row, around the ends.
    pub(super) fn change_from(&self, row: usize, forward: bool) -> Option<usize> {
        let mut changes = self.changes.iter().copied();
        if forward {
            changes.find(|at| *at > row).or_else(|| self.changes.first().copied())
        } else {
            changes.rfind(|at| *at < row).or_else(|| self.changes.last().copied())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(old: &str, new: &str) -> Diff {
        Diff::of(Syntax::Text, old.to_owned(), new, &Lines::of(Syntax::Text, new))
    }

    #[test]
    fn a_changed_line_stands_with_its_surroundings() {
        let old: String = (0..100).map(|n| format!("{n}\n")).collect();
        let new = old.replace("\n50\n", "\nfifty\nand more\n");
        let diff = diff(&old, &new);
        assert_eq!((diff.added, diff.removed, diff.changes.as_slice()), (2, 1, &[4][..]));
        assert_eq!(diff.rows.first(), Some(&DiffRow::Skipped(47, 0)));
        assert_eq!(diff.rows.get(4..7), Some(&[DiffRow::Removed(50), DiffRow::Added(50), DiffRow::Added(51)][..]));
        assert_eq!(diff.rows.last(), Some(&DiffRow::Skipped(46, 55)));
        assert_eq!(diff.rows.len(), 1 + 3 + 3 + 3 + 1);
    }

    #[test]
    fn the_rows_hold_every_line_of_both_texts() {
        let (old, new) = ("a\nb\nc\nd\n", "x\nb\nd\ne\n");
        let diff = diff(old, new);
        let side = |of_old: bool| -> Vec<usize> {
            let line = |row: &DiffRow| match row {
                DiffRow::Same(old, new) => Some(if of_old { *old } else { *new }),
                DiffRow::Removed(old) => of_old.then_some(*old),
                DiffRow::Added(new) => (!of_old).then_some(*new),
                DiffRow::Skipped(..) => None,
            };
            diff.rows.iter().filter_map(line).collect()
        };
        assert_eq!((side(true), side(false)), (vec![0, 1, 2, 3], vec![0, 1, 2, 3]));
        assert_eq!(diff.change_from(0, true), diff.changes.get(1).copied());
        assert_eq!(diff.change_from(usize::MAX, true), diff.changes.first().copied());
    }

    #[test]
    fn equal_texts_have_no_change() {
        let diff = diff("a\nb\n", "a\nb\n");
        assert!(diff.changes.is_empty() && diff.change_from(0, true).is_none());
    }
}
