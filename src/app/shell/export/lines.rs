//! A text by its lines, so that a view of it draws the few that can be seen of a hundred thousand.

use std::ops::Range;

use crate::export::bundle::{Basis, ExportFile, Syntax};

use super::colours::{Carry, Token, pieces};

/// Longest part of a line that is shown, characters: a picture may be one line.
pub(super) const MAX_SHOWN: usize = 2_000;

/// Where the lines of a text are, and what goes on at the beginning of each.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    syntax: Syntax,
    /// Where each line begins, bytes, and what goes on there.
    starts: Vec<(usize, Carry)>,
    /// Length of the text, bytes.
    end: usize,
    /// Length of the longest line as far as it is shown, characters.
    pub(super) longest: usize,
}

impl Lines {
    /// Looks through a text once.
    pub(super) fn of(syntax: Syntax, text: &str) -> Self {
        let mut lines = Self { syntax, starts: Vec::new(), end: text.len(), longest: 0 };
        let (mut at, mut carry) = (0, Carry::None);
        for line in text.split_inclusive('\n') {
            lines.starts.push((at, carry));
            at += line.len();
            let line = line.trim_end_matches(['\n', '\r']);
            carry = pieces(syntax, carry, line, &mut |_, _| {});
            lines.longest = lines.longest.max(line.chars().take(MAX_SHOWN).count());
        }
        lines
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.starts.len()
    }

    /// A line of the text, from 0, without its end.
    pub(super) fn line<'t>(&self, text: &'t str, at: usize) -> &'t str {
        let Some((start, _)) = self.starts.get(at) else { return "" };
        let end = self.starts.get(at + 1).map_or(self.end, |(next, _)| *next);
        text.get(*start..end).unwrap_or_default().trim_end_matches(['\n', '\r'])
    }

    /// The part of a line that is shown, with its pieces; what lies between them is plain.
    pub(super) fn shown<'t>(&self, text: &'t str, at: usize) -> (&'t str, Vec<(Range<usize>, Token)>) {
        let whole = self.line(text, at);
        let cut = whole.char_indices().nth(MAX_SHOWN).map_or(whole.len(), |(end, _)| end);
        let line = whole.get(..cut).unwrap_or_default();
        let carry = self.starts.get(at).map(|(_, carry)| *carry).unwrap_or_default();
        let mut found = Vec::new();
        pieces(self.syntax, carry, line, &mut |range, token| found.push((range, token)));
        (line, found)
    }
}

/// How sure it is that each line belongs there: the narrowest origin decides.
pub(super) fn bases(file: &ExportFile, count: usize) -> Vec<Option<Basis>> {
    let mut bases = vec![None; count];
    let mut origins: Vec<_> = file.origins.iter().collect();
    origins.sort_by_key(|origin| std::cmp::Reverse(origin.last.saturating_sub(origin.first)));
    for origin in origins {
        let lines = bases.get_mut(origin.first.saturating_sub(1)..origin.last.min(count));
        lines.unwrap_or_default().fill(Some(origin.origin.basis));
    }
    bases
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::bundle::{LineOrigin, Origin, Origins};

    #[test]
    fn lines_are_found_with_what_goes_on_in_them() {
        let text = "a = 1\r\nb = \"\"\"\n# no comment\n\"\"\"\n\nc";
        let lines = Lines::of(Syntax::Toml, text);
        let all: Vec<&str> = (0..lines.count()).map(|at| lines.line(text, at)).collect();
        assert_eq!(all, ["a = 1", "b = \"\"\"", "# no comment", "\"\"\"", "", "c"]);
        assert_eq!(lines.shown(text, 2).1, [(0..12, Token::Text)]);
        assert_eq!((lines.longest, lines.line(text, 99)), (12, ""));
        assert_eq!(Lines::of(Syntax::Text, "").count(), 0);
    }

    #[test]
    fn the_end_of_a_long_line_is_not_shown() {
        let text = "ä".repeat(MAX_SHOWN * 3);
        let lines = Lines::of(Syntax::Xml, &text);
        assert_eq!((lines.longest, lines.shown(&text, 0).0.chars().count()), (MAX_SHOWN, MAX_SHOWN));
    }

    #[test]
    fn the_narrowest_origin_decides_about_a_line() {
        let mut file = ExportFile::text(Syntax::Toml, "[a]\nb = 1\nc = 2\n");
        let origin = |first, last, origin| LineOrigin { first, last, origin };
        file.origins = Origins::from(vec![
            origin(2, 2, Origin::inferred("one", &[])),
            origin(1, 3, Origin::stated("all", &[])),
            origin(9, 4, Origin::stated("nonsense", &[])),
        ]);
        assert_eq!(bases(&file, 3), [Some(Basis::Stated), Some(Basis::Inferred), Some(Basis::Stated)]);
    }
}
