//! Where the strings of a pack's rules stand in its file, so that an error in an expression has a line and a column.

use std::collections::BTreeMap;

use crate::design::file::line_column;

/// A string literal in the file.
struct Literal {
    /// Byte offset of its first character.
    start: usize,
    /// Whether backslashes in it mean themselves.
    raw: bool,
}

/// One rule in the file.
struct Rule {
    start: usize,
    fields: BTreeMap<String, Literal>,
}

/// The places of the rules of one file that has been read without error.
pub(super) struct Places<'t> {
    text: &'t str,
    rules: Vec<Rule>,
}

impl<'t> Places<'t> {
    /// Finds the strings of every rule.
    pub(super) fn of(text: &'t str) -> Self {
        let mut scan = Scan { text, at: 0, depth: 0, in_rules: false, field: None, rules: Vec::new() };
        while scan.step().is_some() {}
        Self { text, rules: scan.rules }
    }

    /// Line and column (in characters, both from 1) of the character `index` of a field of the rule that stands
    /// `rule`-th in the file; of the rule itself when the field is not there.
    pub(super) fn at(&self, rule: usize, field: &str, index: usize) -> (usize, usize) {
        let Some(rule) = self.rules.get(rule) else { return (1, 1) };
        let offset = rule.fields.get(field).map_or(rule.start, |literal| self.offset(literal, index));
        line_column(self.text, offset)
    }

    /// Byte offset in the file of a character of a literal's value.
    fn offset(&self, literal: &Literal, index: usize) -> usize {
        let content = self.text.get(literal.start..).unwrap_or("");
        let mut at = 0;
        for _ in 0..index {
            let rest = content.get(at..).unwrap_or("");
            let written =
                if literal.raw { rest.chars().next().map_or(0, char::len_utf8) } else { written_length(rest) };
            if written == 0 {
                break;
            }
            at += written;
        }
        literal.start + at
    }
}

/// Bytes that the first character of a string's value takes in the file.
fn written_length(rest: &str) -> usize {
    let mut chars = rest.chars();
    match (chars.next(), chars.next()) {
        (None | Some('"'), _) => 0,
        (Some('\\'), Some('x')) => 4,
        (Some('\\'), Some('u')) => rest.find('}').map_or(0, |end| end + 1),
        // A line that goes on: the break and the spaces after it are not part of the value.
        (Some('\\'), Some(c)) if c.is_whitespace() => {
            let after = rest.get(1..).unwrap_or("");
            let skipped = 1 + after.len() - after.trim_start().len();
            skipped + rest.get(skipped..).map_or(0, written_length)
        }
        (Some('\\'), Some(c)) => 1 + c.len_utf8(),
        (Some(c), _) => c.len_utf8(),
    }
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    in_rules: bool,
    field: Option<String>,
    rules: Vec<Rule>,
}

impl<'t> Scan<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Takes in one token; `None` at the end of the text.
    fn step(&mut self) -> Option<()> {
        let rest = self.rest();
        let first = rest.chars().next()?;
        let word: usize = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').map(char::len_utf8).sum();
        if rest.starts_with("//") {
            self.at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            self.skip_comment();
        } else if first == '"' {
            self.string(1, 0, false);
        } else if let Some(hashes) = raw_string(rest) {
            self.string(hashes + 2, hashes, true);
        } else if word > 0 {
            self.word(rest.get(..word).unwrap_or(""));
        } else {
            self.bracket(first);
            self.at += first.len_utf8();
        }
        Some(())
    }

    /// Comments of this kind stand in each other.
    fn skip_comment(&mut self) {
        let mut open = 0_usize;
        loop {
            let rest = self.rest();
            if rest.starts_with("/*") {
                open += 1;
                self.at += 2;
            } else if rest.starts_with("*/") {
                open -= 1;
                self.at += 2;
            } else {
                self.at += rest.chars().next().map_or(0, char::len_utf8);
            }
            if open == 0 || self.rest().is_empty() {
                return;
            }
        }
    }

    fn bracket(&mut self, c: char) {
        match c {
            '(' | '[' | '{' => {
                self.depth += 1;
                if c == '(' && self.depth == 3 && self.in_rules {
                    self.rules.push(Rule { start: self.at, fields: BTreeMap::new() });
                }
            }
            ')' | ']' | '}' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }

    fn word(&mut self, word: &str) {
        self.at += word.len();
        if !self.rest().trim_start().starts_with(':') {
            return;
        }
        match self.depth {
            1 => self.in_rules = word == "rules",
            3 => self.field = Some(word.to_owned()),
            _ => {}
        }
    }

    /// A string whose value begins `open` bytes further and ends with a quotation mark and `hashes` hashes.
    fn string(&mut self, open: usize, hashes: usize, raw: bool) {
        let start = self.at + open;
        let content = self.text.get(start..).unwrap_or("");
        let end = if raw {
            content.find(&format!("\"{}", "#".repeat(hashes))).unwrap_or(content.len())
        } else {
            let mut end = 0;
            while let Some(c) = content.get(end..).and_then(|rest| rest.chars().next()).filter(|c| *c != '"') {
                let escaped = content.get(end + 1..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
                end += if c == '\\' { 1 + escaped } else { c.len_utf8() };
            }
            end
        };
        self.at = (start + end + 1 + hashes).min(self.text.len());
        if let (Some(field), Some(rule)) = (self.field.take(), self.rules.last_mut()) {
            rule.fields.insert(field, Literal { start, raw });
        }
    }
}

/// Number of hashes of a raw string that begins here.
fn raw_string(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after.get(hashes..).filter(|content| content.starts_with('"')).map(|_| hashes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_found_behind_escapes_comments_and_raw_strings() {
        let text = "(format: 1, // rules: [(\n name: \"rules: [( \\\" \", rules: [\n  (id: \"A\", why: Some(\"x\"),\n   \
                    require: \"é\\\"\\u{e9}z\"),\n  /* ( /* ) */ */ (id: \"B\",\n   require: r#\"a\n\"é\"z\"#),\n])";
        let places = Places::of(text);
        assert_eq!(places.rules.len(), 2);
        let column = |line: usize, what: &str| {
            let row = text.lines().nth(line - 1).expect("a line");
            row.chars().count() - row.get(row.rfind(what).expect("is there")..).expect("in it").chars().count() + 1
        };
        assert_eq!(places.at(0, "require", 3), (4, column(4, "z")));
        assert_eq!(places.at(1, "id", 0), (5, column(5, "B")));
        assert_eq!(places.at(1, "require", 5), (7, column(7, "z")));
        assert_eq!(places.at(0, "remedy", 0), (3, column(3, "(id")), "the rule, when the field is not there");
        assert_eq!(places.at(7, "id", 0), (1, 1));
    }
}
