//! What the pieces of a line are, for its colours: small tokenisers of the syntaxes that exports have. They read a line
//! at a time and hand on what spans lines, so that a view can begin anywhere; they judge nothing, and text that is no
//! proper TOML or XML still gets some colours.

mod markup;
mod settings;
mod tables;

use std::ops::Range;

use crate::export::bundle::Syntax;

/// What a piece of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Token {
    /// Nothing particular.
    Plain,
    /// The name of what is set: a key, an attribute, the name of an element.
    Key,
    /// A quoted text.
    Text,
    /// A number or a date.
    Number,
    /// A word of the language: `true`, `SELECT`, a template.
    Word,
    /// A comment.
    Comment,
    /// A heading: a table of TOML, a title of Markdown.
    Heading,
}

/// What goes on from one line to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Carry {
    /// Nothing.
    #[default]
    None,
    /// A comment.
    Comment,
    /// A text that ends with these signs.
    Text(&'static str),
    /// An element of XML whose bracket is still open.
    Tag,
    /// A block of text of YAML, whose lines are indented deeper than this many spaces.
    Block(usize),
}

/// Finds the pieces of a line, from left to right, and says what goes on in the next one. What is not reported is
/// plain.
pub(super) fn pieces(syntax: Syntax, carry: Carry, line: &str, report: &mut dyn FnMut(Range<usize>, Token)) -> Carry {
    let mut scan = Scan { line, at: 0, report };
    match syntax {
        Syntax::Toml => settings::toml(&mut scan, carry),
        Syntax::Yaml => settings::yaml(&mut scan, carry),
        Syntax::Xml | Syntax::Html => markup::xml(&mut scan, carry),
        Syntax::Json => settings::values(&mut scan, carry, &["true", "false", "null"], None),
        Syntax::Properties => settings::properties(&mut scan),
        Syntax::Sql => tables::sql(&mut scan, carry),
        Syntax::Markdown => markup::markdown(&mut scan, carry),
        Syntax::Csv => tables::csv(&mut scan, carry),
        Syntax::Text | Syntax::Binary => Carry::None,
    }
}

/// A line with the place up to which it is read.
struct Scan<'a> {
    line: &'a str,
    at: usize,
    report: &'a mut dyn FnMut(Range<usize>, Token),
}

impl<'a> Scan<'a> {
    fn rest(&self) -> &'a str {
        self.line.get(self.at..).unwrap_or_default()
    }

    fn next(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Reads on by so many bytes.
    fn take(&mut self, bytes: usize, token: Token) {
        let end = (self.at + bytes).min(self.line.len());
        if token != Token::Plain && end > self.at {
            (self.report)(self.at..end, token);
        }
        self.at = end;
    }

    fn take_rest(&mut self, token: Token) {
        self.take(self.rest().len(), token);
    }

    /// Reads one sign, whatever it is.
    fn step(&mut self) {
        let bytes = self.next().map_or(0, char::len_utf8);
        self.take(bytes, Token::Plain);
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.take(rest.len() - rest.trim_start().len(), Token::Plain);
    }

    /// Length of what is in front as far as the signs are such, bytes.
    fn run(&self, is_part: impl Fn(char) -> bool) -> usize {
        let rest = self.rest();
        rest.find(|c| !is_part(c)).unwrap_or(rest.len())
    }

    /// Reads a text up to its end, from `skip` bytes on; returns whether it ends in this line.
    fn text_until(&mut self, end: &str, skip: usize, escapes: bool) -> bool {
        let rest = self.rest();
        let mut at = skip;
        while let Some(tail) = rest.get(at..).filter(|tail| !tail.is_empty()) {
            if escapes && tail.starts_with('\\') {
                at += 1 + tail.chars().nth(1).map_or(0, char::len_utf8);
            } else if tail.starts_with(end) {
                self.take(at + end.len(), Token::Text);
                return true;
            } else {
                at += tail.chars().next().map_or(1, char::len_utf8);
            }
        }
        self.take_rest(Token::Text);
        false
    }

    /// Reads a comment up to `end`; returns whether it ends in this line.
    fn comment_until(&mut self, end: &str) -> bool {
        match self.rest().find(end) {
            Some(at) => self.take(at + end.len(), Token::Comment),
            None => {
                self.take_rest(Token::Comment);
                return false;
            }
        }
        true
    }

    /// Reads a bare word or number.
    fn bare(&mut self, words: &[&str]) {
        let length = self.run(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '+'));
        let word = self.rest().get(..length).unwrap_or_default();
        let token = match word.trim_start_matches(['-', '+']).chars().next() {
            Some(first) if first.is_ascii_digit() => Token::Number,
            _ if words.iter().any(|w| w.eq_ignore_ascii_case(word)) => Token::Word,
            _ => Token::Plain,
        };
        self.take(length.max(1), token);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces of a text that are not plain, as their words.
    fn coloured(syntax: Syntax, text: &str) -> Vec<(Token, String)> {
        let mut found = Vec::new();
        let mut carry = Carry::None;
        for line in text.lines() {
            carry = pieces(syntax, carry, line, &mut |range, token| found.push((token, line[range].to_owned())));
        }
        found
    }

    fn of(syntax: Syntax, text: &str, token: Token) -> Vec<String> {
        coloured(syntax, text).into_iter().filter(|(t, _)| *t == token).map(|(_, words)| words).collect()
    }

    #[test]
    fn toml_has_tables_keys_values_and_comments() {
        let text = "# top\n[[apim.gateway.environment]]\nname = \"a # b\" # why\nport = 8_243\non = true\n\
                    long = \"\"\"\nx = 1\n\"\"\"\nlast = 'C:\\'\n";
        assert_eq!(of(Syntax::Toml, text, Token::Heading), ["[[apim.gateway.environment]]"]);
        assert_eq!(of(Syntax::Toml, text, Token::Key), ["name ", "port ", "on ", "long ", "last "]);
        assert_eq!(of(Syntax::Toml, text, Token::Comment), ["# top", "# why"]);
        assert_eq!(of(Syntax::Toml, text, Token::Text), ["\"a # b\"", "\"\"\"", "x = 1", "\"\"\"", "'C:\\'"]);
        assert_eq!(of(Syntax::Toml, text, Token::Number), ["8_243"]);
        assert_eq!(of(Syntax::Toml, text, Token::Word), ["true"]);
    }

    #[test]
    fn yaml_has_keys_blocks_and_templates() {
        let text =
            "a:\n  - name: x # c\n    url: \"http://h:80\"\n    n: 3\nrun: |\n  key: no\n  {{ .Values }}\nend: yes\n";
        assert_eq!(of(Syntax::Yaml, text, Token::Key), ["a", "name", "url", "n", "run", "end"]);
        assert_eq!(of(Syntax::Yaml, text, Token::Comment), ["# c"]);
        assert_eq!(of(Syntax::Yaml, text, Token::Number), ["3"]);
        assert_eq!(of(Syntax::Yaml, text, Token::Word), ["{{ .Values }}", "yes"]);
        assert!(of(Syntax::Yaml, text, Token::Text).contains(&"  key: no".to_owned()));
    }

    #[test]
    fn xml_goes_on_over_lines() {
        let text = "<!-- one\ntwo --> <a b=\"x > y\"\n   c='1'/>t &amp; u<![CDATA[\n<no>]]></a>";
        assert_eq!(of(Syntax::Xml, text, Token::Comment), ["<!-- one", "two -->"]);
        assert_eq!(of(Syntax::Xml, text, Token::Key), ["b", "c"]);
        assert_eq!(of(Syntax::Xml, text, Token::Text), ["\"x > y\"", "'1'", "<![CDATA[", "<no>]]>"]);
        assert_eq!(of(Syntax::Xml, text, Token::Word), ["<a", "/", ">", "</a", ">"]);
    }

    #[test]
    fn json_tells_keys_from_texts() {
        let text = "{\"a\\\"b\": \"c\", \"n\": -1.5e3, \"t\": true}";
        assert_eq!(of(Syntax::Json, text, Token::Key), ["\"a\\\"b\"", "\"n\"", "\"t\""]);
        assert_eq!(of(Syntax::Json, text, Token::Text), ["\"c\""]);
        assert_eq!(of(Syntax::Json, text, Token::Number), ["-1.5e3"]);
        assert_eq!(of(Syntax::Json, text, Token::Word), ["true"]);
    }

    #[test]
    fn the_other_syntaxes_have_their_comments_and_headings() {
        assert_eq!(of(Syntax::Sql, "CREATE /* a\nb */ USER 'x' -- c", Token::Comment), ["/* a", "b */", "-- c"]);
        assert_eq!(of(Syntax::Sql, "CREATE USER x", Token::Word), ["CREATE", "USER"]);
        assert_eq!(of(Syntax::Properties, "! c\na.b=c # d", Token::Key), ["a.b"]);
        assert_eq!(of(Syntax::Markdown, "# T\n```\n# no\n```\n- `x`", Token::Heading), ["# T"]);
        assert_eq!(of(Syntax::Csv, "a,\"b,\nc\",-2", Token::Text), ["\"b,", "c\""]);
    }

    #[test]
    fn nothing_that_people_write_breaks_a_tokeniser() {
        let nasty = [
            "",
            "\"",
            "'''",
            "\"\"\"",
            "\\",
            "\"\\",
            "<",
            "<!",
            "<a",
            "&",
            "[",
            "= =",
            "ä\"ö\\ü",
            "`",
            "**",
            "{{",
            "- - -",
            ":",
            "'",
            "-",
        ];
        for syntax in [
            Syntax::Toml,
            Syntax::Xml,
            Syntax::Yaml,
            Syntax::Properties,
            Syntax::Json,
            Syntax::Sql,
            Syntax::Markdown,
            Syntax::Html,
            Syntax::Csv,
            Syntax::Text,
        ] {
            for carry in [Carry::None, Carry::Comment, Carry::Text("\""), Carry::Tag, Carry::Block(2)] {
                for line in nasty {
                    let mut end = 0;
                    pieces(syntax, carry, line, &mut |range, _| {
                        assert!(range.start >= end && line.get(range.clone()).is_some(), "{syntax:?} {line}");
                        end = range.end;
                    });
                }
            }
        }
    }
}
