//! Markdown with tables (GitHub's flavour, which most readers take), written block by block, each with its reason.
//!
//! The writer takes Markdown. A text that users wrote becomes such by [`plain`] inside of a line, by [`plain_line`]
//! where it begins one, or by [`code`]; none of them lets it break out of its place.

use super::bundle::{ExportFile, Origin, Syntax};
use super::lines::Lines;
use super::text::one_line;

/// The deepest level of a heading.
const DEEPEST: usize = 6;

/// A text in Markdown that is being written.
#[derive(Debug, Default)]
pub(super) struct Markdown {
    lines: Lines,
    /// First line of the block that was written last.
    block: usize,
}

/// How a column of a table is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// As readers set text.
    Text,
    /// Flush right, as numbers are.
    Number,
}

impl Markdown {
    /// A heading of this level.
    pub(super) fn heading(&mut self, level: usize, text: &str) -> &mut Self {
        self.block([format!("{} {text}", "#".repeat(level.min(DEEPEST)))])
    }

    /// A paragraph.
    pub(super) fn paragraph(&mut self, text: &str) -> &mut Self {
        self.block([text])
    }

    /// A list.
    pub(super) fn list<T: AsRef<str>>(&mut self, items: impl IntoIterator<Item = T>) -> &mut Self {
        self.block(items.into_iter().map(|item| format!("- {}", item.as_ref())))
    }

    /// A table.
    pub(super) fn table<const N: usize>(
        &mut self,
        head: [&str; N],
        rows: impl IntoIterator<Item = [String; N]>,
    ) -> &mut Self {
        self.table_of(head.map(|name| (name, Column::Text)), rows)
    }

    /// A table whose columns are set as they say.
    pub(super) fn table_of<T: AsRef<str>, R: AsRef<[String]>>(
        &mut self,
        columns: impl IntoIterator<Item = (T, Column)>,
        rows: impl IntoIterator<Item = R>,
    ) -> &mut Self {
        let (names, columns): (Vec<T>, Vec<Column>) = columns.into_iter().unzip();
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        let rules = columns.iter().map(|column| match column {
            Column::Text => "---",
            Column::Number => "---:",
        });
        let rules: Vec<&str> = rules.collect();
        let head = [names.join(" | "), rules.join(" | ")].into_iter();
        let lines = head.chain(rows.into_iter().map(|row| row.as_ref().join(" | ")));
        self.block(lines.map(|line| format!("| {line} |")))
    }

    /// Lines of another language. They come from names that hold no line breaks and no fences.
    pub(super) fn code(&mut self, language: &str, lines: &[String]) -> &mut Self {
        let fence = "```";
        let inside = lines.iter().map(|line| one_line(line).replace('`', " "));
        self.block([format!("{fence}{language}")].into_iter().chain(inside).chain([fence.to_owned()]))
    }

    /// Gives the block that was written last its reason.
    pub(super) fn because(&mut self, origin: Origin) {
        self.lines.cover(self.block, origin);
    }

    /// The file.
    pub(super) fn finish(self) -> ExportFile {
        self.lines.into_file(Syntax::Markdown)
    }

    /// Writes a block; an empty line parts it from the one before.
    fn block<T: AsRef<str>>(&mut self, lines: impl IntoIterator<Item = T>) -> &mut Self {
        if self.lines.count() > 0 {
            self.lines.add("");
        }
        self.block = self.lines.count() + 1;
        lines.into_iter().for_each(|line| self.lines.add(line.as_ref()));
        self
    }
}

/// A text as Markdown that shows it as it is, in one line, and means nothing: neither to Markdown nor to readers that
/// know formulas, addresses without brackets, mentions and pictures by name.
pub(super) fn plain(text: &str) -> String {
    let text = one_line(text);
    let mut out = String::with_capacity(text.len());
    let (mut before, mut word) = (' ', "");
    for (at, c) in text.char_indices() {
        let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
        if !before.is_alphanumeric() {
            word = text.get(at..).unwrap_or_default();
        }
        // An underscore between letters emphasises nothing.
        let inside = before.is_alphanumeric() && rest.starts_with(char::is_alphanumeric);
        let means = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$' | '#' | '@' => true,
            '_' => !inside,
            ':' => rest.starts_with("//") || is_named_picture(rest),
            '.' => word.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("www.")),
            _ => false,
        };
        if means {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
    out
}

/// The same of a text that begins a line, where more characters mean something.
pub(super) fn plain_line(text: &str) -> String {
    let line = plain(text);
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = line.split_at(digits);
    if digits > 0 && rest.starts_with(['.', ')']) {
        return format!("{number}\\{rest}");
    }
    if line.starts_with(['+', '-', '=', ':']) { format!("\\{line}") } else { line }
}

/// An id, host, path or key as code. These hold no backtick; one that does loses it.
pub(super) fn code(text: &str) -> String {
    format!("`{}`", one_line(text).replace('`', " ").replace('|', "\\|"))
}

/// Whether a colon before this text begins the name of a picture, as in `:tada:`.
fn is_named_picture(rest: &str) -> bool {
    let name = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-'));
    name.len() < rest.len() && name.starts_with(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_means_anything() {
        for (name, expected) in [
            ("a|b\n<script>`x`", "a\\|b \\<script\\>\\`x\\`"),
            ("[z](http://x) *b*", "\\[z\\](http\\://x) \\*b\\*"),
            ("two\r\nlines\u{202e}", "two  lines"),
            ("& &amp; $a$ \\ ~b~", "\\& \\&amp; \\$a\\$ \\\\ \\~b\\~"),
            ("_x_ a_b", "\\_x\\_ a_b"),
            ("https://evil.example", "https\\://evil.example"),
            ("www.x.com and Www.y.org", "www\\.x.com and Www\\.y.org"),
            ("@team, a@b", "\\@team, a\\@b"),
            ("#12", "\\#12"),
            (":tada: :+1:", "\\:tada: \\:+1:"),
            ("Zone #", "Zone \\#"),
            ("region:eu, 9443: open", "region:eu, 9443: open"),
        ] {
            assert_eq!(plain(name), expected);
        }
    }

    #[test]
    fn no_name_begins_a_list_a_heading_or_a_rule() {
        for (name, expected) in [
            ("1. one", "1\\. one"),
            ("12) x", "12\\) x"),
            ("4.6.0", "4\\.6.0"),
            ("- x", "\\- x"),
            ("+ x", "\\+ x"),
            ("---", "\\---"),
            ("===", "\\==="),
            (": x", "\\: x"),
            ("# x", "\\# x"),
            (":tada:", "\\:tada:"),
            ("1 x", "1 x"),
            ("x - y", "x - y"),
        ] {
            assert_eq!(plain_line(name), expected);
        }
    }

    #[test]
    fn code_stays_in_its_marks() {
        assert_eq!(code("a`b|c\nd"), "`a b\\|c d`");
    }

    #[test]
    fn a_reason_covers_the_block_before_it() {
        let mut text = Markdown::default();
        text.heading(1, "Title");
        text.list(["one", "two"]).because(Origin::stated("It is so.", &["A1"]));
        let file = text.finish();
        assert_eq!(file.content.text(), Some("# Title\n\n- one\n- two\n"));
        assert_eq!((file.origins[0].first, file.origins[0].last), (3, 4));
    }

    #[test]
    fn blocks_are_parted_by_one_empty_line() {
        let mut text = Markdown::default();
        text.heading(9, "Deep").paragraph("Text").table(["A", "B"], [["a".to_owned(), "b".to_owned()]]);
        text.table_of([("n", Column::Number), ("t", Column::Text)], [["1".to_owned(), "x".to_owned()]]);
        text.code("sh", &["a `b`\nc".to_owned()]);
        assert_eq!(
            text.finish().content.text(),
            Some(
                "###### Deep\n\nText\n\n| A | B |\n| --- | --- |\n| a | b |\n\n| n | t |\n| ---: | --- |\n| 1 | x |\n\n\
                 ```sh\na  b  c\n```\n"
            )
        );
    }
}
