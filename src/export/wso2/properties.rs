//! Java properties files, written so that Java reads back exactly what was meant.

use std::fmt::Write as _;

use crate::export::bundle::{ExportFile, LineOrigin, Origin, Syntax};

use crate::export::text::one_line;

/// A properties file that is being written, with the origin of its lines.
#[derive(Debug, Default)]
pub(super) struct Properties {
    text: String,
    origins: Vec<LineOrigin>,
    lines: usize,
}

impl Properties {
    /// A comment of one line, or an empty line for an empty text.
    pub(super) fn comment(&mut self, text: &str) {
        let line = if text.is_empty() { String::new() } else { format!("# {}", ascii(&one_line(text))) };
        self.line(&line);
    }

    /// A property.
    pub(super) fn set(&mut self, key: &str, value: &str, origin: Origin) {
        self.line(&format!("{} = {}", escaped(key, true), escaped(value, false)));
        self.origins.push(LineOrigin { first: self.lines, last: self.lines, origin });
    }

    /// The file.
    pub(super) fn finish(self) -> ExportFile {
        ExportFile { origins: self.origins.into(), ..ExportFile::text(Syntax::Properties, self.text) }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
        self.lines += 1;
    }
}

/// The text as a key or value of `java.util.Properties`, which reads files as Latin-1: everything beyond ASCII is
/// written by its number, and what would end a key or vanish at the start of a value is escaped.
fn escaped(text: &str, key: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for (n, c) in text.chars().enumerate() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{c}' => out.push_str("\\f"),
            ' ' if key || n == 0 => out.push_str("\\ "),
            '=' | ':' | '#' | '!' if key => {
                out.push('\\');
                out.push(c);
            }
            ' '..='~' => out.push(c),
            _ => out.push_str(&numbered(c)),
        }
    }
    out
}

/// The text with everything beyond ASCII written by its number.
fn ascii(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii() { c.to_string() } else { numbered(c) }).collect()
}

/// A character as Java escapes: one for each of its UTF-16 units.
fn numbered(c: char) -> String {
    let mut units = [0; 2];
    c.encode_utf16(&mut units).iter().fold(String::new(), |mut out, unit| {
        // Writing to a text cannot fail.
        let _ = write!(out, "\\u{unit:04x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_java_would_misread_is_escaped() {
        let cases = [
            ("plain", "plain", "plain"),
            ("a b", "a\\ b", "a b"),
            (" a", "\\ a", "\\ a"),
            ("k=v:w", "k\\=v\\:w", "k=v:w"),
            ("#no", "\\#no", "#no"),
            ("c:\\x\n", "c\\:\\\\x\\n", "c:\\\\x\\n"),
            ("é🙂", "\\u00e9\\ud83d\\ude42", "\\u00e9\\ud83d\\ude42"),
        ];
        for (text, key, value) in cases {
            assert_eq!(escaped(text, true), key);
            assert_eq!(escaped(text, false), value);
        }
    }

    #[test]
    fn a_comment_stays_on_its_line() {
        let mut file = Properties::default();
        file.comment("one\ntwo");
        file.set("a", "b", Origin::stated("It is so.", &[]));
        let file = file.finish();
        assert_eq!(file.content.text(), Some("# one two\na = b\n"));
        assert_eq!(file.origins_of(2).len(), 1);
    }
}
