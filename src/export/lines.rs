//! A text that grows line by line and remembers where its lines come from.

use crate::design::Id;
use crate::spreadsheet;

use super::bundle::{ExportFile, LineOrigin, Origin, Syntax};

/// A text with the origins of its lines.
#[derive(Debug, Default)]
pub(super) struct Lines {
    text: String,
    count: usize,
    depth: usize,
    origins: Vec<LineOrigin>,
}

impl Lines {
    /// How many lines there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Adds a line at the present depth. One that holds breaks, such as one of cells with a break in quotes, counts as
    /// so many lines.
    pub(super) fn add(&mut self, line: &str) {
        if !line.is_empty() {
            self.text.extend(std::iter::repeat_n("  ", self.depth));
            self.text.push_str(line);
        }
        self.text.push('\n');
        self.count += 1 + line.matches('\n').count();
    }

    /// Adds a line with its reason.
    pub(super) fn because(&mut self, line: &str, origin: Origin) {
        let first = self.count + 1;
        self.add(line);
        self.cover(first, origin);
    }

    /// Adds a line that is there because somebody has drawn these elements.
    pub(super) fn drawn<'i>(&mut self, line: &str, why: &str, elements: impl IntoIterator<Item = &'i Id>) {
        self.because(line, Origin::drawn(why, elements.into_iter().cloned()));
    }

    /// Adds the names of columns.
    pub(super) fn head<'t>(&mut self, cells: impl IntoIterator<Item = &'t str>) {
        self.add(&comma_separated(cells));
    }

    /// Adds a line of cells with its reason.
    pub(super) fn row<'t>(&mut self, cells: impl IntoIterator<Item = &'t str>, origin: Origin) {
        self.because(&comma_separated(cells), origin);
    }

    /// Gives every line from `first` on (from 1) this reason.
    pub(super) fn cover(&mut self, first: usize, origin: Origin) {
        self.origins.push(LineOrigin { first, last: self.count, origin });
    }

    /// What follows stands one level deeper.
    pub(super) fn indent(&mut self) {
        self.depth += 1;
    }

    /// Adds a line that opens a level.
    pub(super) fn open(&mut self, line: &str) {
        self.add(line);
        self.indent();
    }

    /// Ends a level with the line that closes it.
    pub(super) fn close(&mut self, line: &str) {
        self.depth = self.depth.saturating_sub(1);
        self.add(line);
    }

    /// The file.
    pub(super) fn into_file(self, syntax: Syntax) -> ExportFile {
        ExportFile { origins: self.origins.into(), ..ExportFile::text(syntax, self.text) }
    }
}

/// Cells as a line for spreadsheets, without its end.
fn comma_separated<'t>(cells: impl IntoIterator<Item = &'t str>) -> String {
    let mut line = spreadsheet::line(cells);
    line.truncate(line.trim_end_matches('\n').len());
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_covers_every_line_of_what_it_is_given_for() {
        let mut lines = Lines::default();
        lines.head(["name", "note"]);
        lines.row(["a\nb", ""], Origin::stated("It has two lines.", &[]));
        lines.row(["c", "d "], Origin::stated("It has one.", &[]));
        let file = lines.into_file(Syntax::Csv);
        assert_eq!(file.content.text(), Some("name,note\n\"a\nb\",\nc,d \n"));
        let covered: Vec<_> = file.origins.iter().map(|origin| (origin.first, origin.last)).collect();
        assert_eq!(covered, [(2, 3), (4, 4)]);
    }

    #[test]
    fn a_level_indents_what_is_in_it_and_no_empty_line() {
        let mut lines = Lines::default();
        lines.open("a {");
        lines.add("b");
        lines.add("");
        lines.close("}");
        assert_eq!(lines.into_file(Syntax::Text).content.text(), Some("a {\n  b\n\n}\n"));
    }
}
