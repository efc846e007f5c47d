//! Markdown that is being written: blocks, each with its reason; no name breaks out of its place.

use crate::export::bundle::{ExportFile, LineOrigin, Origin, Syntax};
use crate::export::document::escaped;

use crate::export::text::one_line;

/// A text in Markdown.
#[derive(Debug, Default)]
pub(in crate::export) struct Markdown {
    text: String,
    lines: usize,
    /// First line of the block that was written last.
    block: usize,
    origins: Vec<LineOrigin>,
}

impl Markdown {
    /// A heading of this level.
    pub(in crate::export) fn heading(&mut self, level: usize, text: &str) -> &mut Self {
        self.begin();
        self.line(&format!("{} {text}", "#".repeat(level)));
        self
    }

    /// A paragraph.
    pub(in crate::export) fn paragraph(&mut self, text: &str) -> &mut Self {
        self.begin();
        self.line(text);
        self
    }

    /// A list.
    pub(in crate::export) fn list<T: AsRef<str>>(&mut self, items: impl IntoIterator<Item = T>) -> &mut Self {
        self.begin();
        for item in items {
            self.line(&format!("- {}", item.as_ref()));
        }
        self
    }

    /// A table. Cells hold Markdown already, see [`plain`].
    pub(in crate::export) fn table<const N: usize>(
        &mut self,
        header: [&str; N],
        rows: impl IntoIterator<Item = [String; N]>,
    ) -> &mut Self {
        self.begin();
        self.line(&format!("| {} |", header.join(" | ")));
        self.line(&format!("|{}", " --- |".repeat(N)));
        for row in rows {
            self.line(&format!("| {} |", row.join(" | ")));
        }
        self
    }

    /// Lines of another language. They come from names that hold no line breaks and no fences.
    pub(in crate::export) fn code(&mut self, language: &str, lines: &[String]) -> &mut Self {
        self.begin();
        self.line(&format!("```{language}"));
        for line in lines {
            self.line(&one_line(line).replace('`', " "));
        }
        self.line("```");
        self
    }

    /// Gives the block that was written last its reason.
    pub(in crate::export) fn because(&mut self, origin: Origin) {
        self.origins.push(LineOrigin { first: self.block, last: self.lines, origin });
    }

    /// The file.
    pub(in crate::export) fn finish(self) -> ExportFile {
        ExportFile { origins: self.origins.into(), ..ExportFile::text(Syntax::Markdown, self.text) }
    }

    fn begin(&mut self) {
        if self.lines > 0 {
            self.line("");
        }
        self.block = self.lines + 1;
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
        self.lines += 1;
    }
}

/// A name as text that Markdown shows as it is, in one line.
pub(in crate::export) fn plain(text: &str) -> String {
    escaped(&one_line(text))
}

/// An id, host, path or key as code. These hold no backtick; one that does loses it.
pub(in crate::export) fn code(text: &str) -> String {
    format!("`{}`", one_line(text).replace('`', " ").replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_their_place() {
        assert_eq!(plain("a|b\n<script>`x`"), "a\\|b \\<script\\>\\`x\\`");
        assert_eq!(code("a`b|c"), "`a b\\|c`");
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
}
