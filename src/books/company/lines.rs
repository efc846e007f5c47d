//! Where the entries of a book stand in its file, so that whatever is wrong with one has a line and a column.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::design::file::{field_in, line_column, masked};

/// The places of the entries of one file that has been read without error.
pub(super) struct Lines<'t> {
    text: &'t str,
    masked: String,
    /// Byte ranges of everything in brackets, by a path such as `sites[0].machines[2]`.
    spans: BTreeMap<String, Range<usize>>,
}

/// A bracket that is open.
struct Open {
    path: String,
    start: usize,
    /// How many entries of a list are behind us; `None` outside of lists.
    index: Option<usize>,
    field: String,
}

impl<'t> Lines<'t> {
    /// Finds every entry.
    pub fn of(text: &'t str) -> Self {
        let masked = masked(text);
        let spans = spans(text, &masked);
        Self { text, masked, spans }
    }

    /// Line and column (in characters, both from 1) of a field of an entry; of the entry when the field is not there.
    pub fn at(&self, path: &str, field: &str) -> (usize, usize) {
        let span = self.spans.get(path).cloned().unwrap_or(0..self.text.len());
        let inside = self.masked.get(span.clone()).unwrap_or("");
        let at = if field.is_empty() { None } else { field_in(inside, field) };
        line_column(self.text, span.start + at.unwrap_or(0))
    }
}

fn spans(text: &str, masked: &str) -> BTreeMap<String, Range<usize>> {
    let mut spans = BTreeMap::new();
    let mut open: Vec<Open> = Vec::new();
    let mut at = 0;
    while let Some(c) = masked.get(at..).and_then(|rest| rest.chars().next()) {
        let word = word_at(text, masked, at);
        if let Some((word, after)) = word {
            if masked.get(after..).is_some_and(|rest| rest.trim_start().starts_with(':'))
                && let Some(open) = open.last_mut()
            {
                word.clone_into(&mut open.field);
            }
            at = after;
            continue;
        }
        match c {
            '(' | '[' | '{' => {
                let path = open.last().map_or_else(String::new, |parent| match parent.index {
                    Some(index) => format!("{}[{index}]", parent.path),
                    None if parent.path.is_empty() || parent.field.is_empty() => {
                        format!("{}{}", parent.path, parent.field)
                    }
                    None => format!("{}.{}", parent.path, parent.field),
                });
                open.push(Open { path, start: at, index: (c == '[').then_some(0), field: String::new() });
            }
            ')' | ']' | '}' => {
                if let Some(Open { path, start, .. }) = open.pop() {
                    spans.insert(path, start..at);
                }
            }
            ',' => {
                if let Some(index) = open.last_mut().and_then(|open| open.index.as_mut()) {
                    *index += 1;
                }
            }
            _ => {}
        }
        at += c.len_utf8();
    }
    spans
}

/// The name or the quoted text that begins here, and where it ends.
fn word_at<'t>(text: &'t str, masked: &str, at: usize) -> Option<(&'t str, usize)> {
    let rest = text.get(at..)?;
    if rest.starts_with('"') {
        let bytes = rest.as_bytes();
        let mut end = 1;
        while bytes.get(end).is_some_and(|b| *b != b'"') {
            end += if bytes.get(end) == Some(&b'\\') { 2 } else { 1 };
        }
        return Some((rest.get(1..end).unwrap_or(""), (at + end + 1).min(text.len())));
    }
    let length: usize =
        masked.get(at..)?.chars().take_while(|c| c.is_alphanumeric() || *c == '_').map(char::len_utf8).sum();
    (length > 0).then(|| (rest.get(..length).unwrap_or(""), at + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_entries_are_found_in_lists_sites_and_maps() {
        let text = "(format: 1, // machines: [(\n name: \"a ( [\", machines: [\n  (vcpu: 1),\n  (\n   vcpu: 2),\n ],\n \
                    sites: [(name: \"x\", machines: [(vcpu: 3,\n usd: 4)])],\n assumptions: {\n \"a-b\": (value: 1),\n })";
        let lines = Lines::of(text);
        assert_eq!(lines.at("machines[0]", "vcpu"), (3, 4));
        assert_eq!(lines.at("machines[1]", "vcpu"), (5, 4));
        assert_eq!(lines.at("sites[0].machines[0]", "usd").0, 8);
        assert_eq!(lines.at("assumptions.a-b", "value").0, 10);
        assert_eq!(lines.at("machines[0]", "nothing"), (3, 3), "the entry, when the field is not there");
        assert_eq!(lines.at("nowhere", ""), (1, 1));
    }
}
