//! Documents as Markdown with tables (GitHub's flavour, which most readers take).

use std::fmt::Write as _;

use super::{Block, Document, Section, Table};

/// The document as Markdown. Its pictures are files beside it.
#[must_use]
pub fn markdown(document: &Document) -> String {
    let mut out = String::new();
    heading(&mut out, 1, &document.title);
    document.lead.iter().for_each(|of| block(&mut out, of));
    document.sections.iter().for_each(|of| section(&mut out, 2, of));
    out
}

fn section(out: &mut String, level: usize, of: &Section) {
    out.push('\n');
    heading(out, level, &of.title);
    of.blocks.iter().for_each(|of| block(out, of));
    of.sections.iter().for_each(|of| section(out, level + 1, of));
}

/// Writing to a string cannot fail.
fn heading(out: &mut String, level: usize, title: &str) {
    let _ = writeln!(out, "{} {}", "#".repeat(level.min(6)), escaped(title));
}

fn block(out: &mut String, block: &Block) {
    out.push('\n');
    match block {
        Block::Paragraph(text) => {
            let _ = writeln!(out, "{}", paragraph(text));
        }
        Block::Note(text) => {
            let _ = writeln!(out, "*{}*", escaped(text));
        }
        Block::List(points) => {
            for point in points {
                let _ = writeln!(out, "- {}", paragraph(point));
            }
        }
        Block::Table(of) => table(out, of),
        Block::Picture(picture) => {
            let _ = writeln!(out, "![{}]({})", escaped(&picture.caption), picture.file);
        }
    }
}

fn table(out: &mut String, table: &Table) {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    out.push_str(&line(table.head.iter().map(|text| escaped(text)).collect()));
    let rule = |n| if table.is_right(n) { "---:" } else { "---" }.to_owned();
    out.push_str(&line((0..table.head.len()).map(rule).collect()));
    for row in &table.rows {
        out.push_str(&line(row.iter().map(|cell| escaped(&cell.text)).collect()));
    }
}

/// A text that begins a line, where more characters mean something.
fn paragraph(text: &str) -> String {
    let escaped = escaped(text);
    let digits = escaped.chars().take_while(char::is_ascii_digit).count();
    let rest = escaped.get(digits..).unwrap_or_default();
    if digits > 0 && rest.starts_with(['.', ')']) {
        return format!("{}\\{rest}", escaped.get(..digits).unwrap_or_default());
    }
    if escaped.starts_with(['+', '-', '=', ':']) { format!("\\{escaped}") } else { escaped }
}

/// A text in which nothing means anything to Markdown, nor to readers that know formulas, addresses without brackets,
/// mentions and pictures by name.
#[must_use]
pub fn escaped(text: &str) -> String {
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

/// Whether a colon before this text begins the name of a picture, as in `:tada:`.
fn is_named_picture(rest: &str) -> bool {
    let name = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-'));
    name.len() < rest.len() && name.starts_with(':')
}
