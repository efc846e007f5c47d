//! What the pieces of a line are, for its colours: small tokenisers of the syntaxes that exports have. They read a line
//! at a time and hand on what spans lines, so that a view can begin anywhere; they judge nothing, and text that is no
//! proper TOML or XML still gets some colours.

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
        Syntax::Toml => toml(&mut scan, carry),
        Syntax::Yaml => yaml(&mut scan, carry),
        Syntax::Xml | Syntax::Html => xml(&mut scan, carry),
        Syntax::Json => values(&mut scan, carry, &["true", "false", "null"], None),
        Syntax::Properties => properties(&mut scan),
        Syntax::Sql => sql(&mut scan, carry),
        Syntax::Markdown => markdown(&mut scan, carry),
        Syntax::Csv => csv(&mut scan, carry),
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

/// Reads what stands behind an equals sign of TOML, or anywhere in JSON: texts, numbers and words.
fn values(scan: &mut Scan<'_>, carry: Carry, words: &[&str], comment: Option<char>) -> Carry {
    if let Carry::Text(end) = carry
        && !scan.text_until(end, 0, end != "'''")
    {
        return carry;
    }
    while let Some(next) = scan.next() {
        match next {
            c if comment == Some(c) => scan.take_rest(Token::Comment),
            '"' | '\'' => {
                for end in ["\"\"\"", "'''"] {
                    if scan.rest().starts_with(end) {
                        if !scan.text_until(end, end.len(), next == '"') {
                            return Carry::Text(end);
                        }
                        break;
                    }
                }
                if scan.next() == Some(next) {
                    quoted(scan, next);
                }
            }
            c if c.is_alphanumeric() || c == '-' || c == '+' => scan.bare(words),
            _ => scan.step(),
        }
    }
    Carry::None
}

/// Reads a quoted text of one line, or the quoted name of what is set.
fn quoted(scan: &mut Scan<'_>, quote: char) {
    let from = scan.at;
    let mut found = None;
    {
        let mut silent = |range: Range<usize>, _: Token| found = Some(range);
        let mut ahead = Scan { line: scan.line, at: from, report: &mut silent };
        let end = if quote == '"' { "\"" } else { "'" };
        ahead.text_until(end, 1, quote == '"');
    }
    let length = found.map_or(1, |range| range.len());
    let behind = scan.line.get(from + length..).unwrap_or_default().trim_start();
    let token = if behind.starts_with(':') { Token::Key } else { Token::Text };
    scan.take(length, token);
}

fn toml(scan: &mut Scan<'_>, carry: Carry) -> Carry {
    const WORDS: [&str; 4] = ["true", "false", "inf", "nan"];
    if carry == Carry::None {
        scan.skip_blanks();
        let rest = scan.rest();
        if rest.starts_with('#') {
            scan.take_rest(Token::Comment);
            return Carry::None;
        }
        if rest.starts_with('[') && !rest.contains('=') && !rest.trim_end().ends_with(',') {
            let length = rest.find('#').unwrap_or(rest.len());
            scan.take(length, Token::Heading);
            scan.take_rest(Token::Comment);
            return Carry::None;
        }
        if let Some(equals) = equals_of_key(rest) {
            scan.take(equals, Token::Key);
        }
    }
    values(scan, carry, &WORDS, Some('#'))
}

/// Where the equals sign behind a key of TOML stands.
fn equals_of_key(line: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (None, '=') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, c) if c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | '\t') => {}
            (Some(_), _) => {}
            (None, _) => return None,
        }
    }
    None
}

fn yaml(scan: &mut Scan<'_>, carry: Carry) -> Carry {
    const WORDS: [&str; 7] = ["true", "false", "null", "yes", "no", "on", "off"];
    let indent = scan.line.len() - scan.line.trim_start_matches(' ').len();
    if let Carry::Block(deeper_than) = carry
        && (scan.line.trim().is_empty() || indent > deeper_than)
    {
        templates(scan, Token::Text);
        return carry;
    }
    scan.take(indent, Token::Plain);
    while scan.rest().starts_with("- ") {
        scan.take(2, Token::Plain);
        scan.skip_blanks();
    }
    let rest = scan.rest();
    if rest.starts_with("---") || rest.starts_with("...") || rest.starts_with("{{") {
        scan.take_rest(Token::Word);
        return Carry::None;
    }
    if !rest.starts_with('#')
        && let Some(colon) = colon_of_key(rest)
    {
        scan.take(colon, Token::Key);
    }
    let ends = scan.rest().split(" #").next().unwrap_or_default().trim_end();
    let begins_block = [": |", ": >", "- |", "- >", ":|", ":>"].iter().any(|b| ends.starts_with(b))
        && ends.trim_start_matches([':', '-', ' ']).chars().all(|c| matches!(c, '|' | '>' | '-' | '+' | '0'..='9'));
    let mut blank_before = true;
    while let Some(next) = scan.next() {
        match next {
            '#' if blank_before => scan.take_rest(Token::Comment),
            '{' if scan.rest().starts_with("{{") => {
                let end = scan.rest().find("}}").map_or(scan.rest().len(), |at| at + 2);
                scan.take(end, Token::Word);
            }
            '"' | '\'' if blank_before => quoted(scan, next),
            c if blank_before && (c.is_alphanumeric() || c == '-') => scan.bare(&WORDS),
            _ => scan.step(),
        }
        blank_before = next.is_whitespace() || matches!(next, '[' | '{' | ',' | ':' | '(');
    }
    if begins_block { Carry::Block(indent) } else { Carry::None }
}

/// Reads the rest of the line as one thing, but for templates of Helm in it.
fn templates(scan: &mut Scan<'_>, token: Token) {
    while !scan.rest().is_empty() {
        let before = scan.rest().find("{{").unwrap_or(scan.rest().len());
        scan.take(before, token);
        let end = scan.rest().find("}}").map_or(scan.rest().len(), |at| at + 2);
        scan.take(end, Token::Word);
    }
}

/// Where the colon behind a key of YAML stands.
fn colon_of_key(line: &str) -> Option<usize> {
    let start = match line.chars().next()? {
        quote @ ('"' | '\'') => line.get(1..)?.find(quote)? + 2,
        _ => 0,
    };
    let colon = line.get(start..)?.find(':')? + start;
    let is_key = line.get(colon + 1..)?.chars().next().is_none_or(char::is_whitespace);
    let plain = !line.get(start..colon)?.contains(['"', '{', '#', '[']);
    (is_key && plain).then_some(colon)
}

fn xml(scan: &mut Scan<'_>, carry: Carry) -> Carry {
    let mut inside = match carry {
        Carry::Comment if !scan.comment_until("-->") => return carry,
        Carry::Text(end) if !scan.text_until(end, 0, false) => return carry,
        // Only values of attributes and sections of characters go on as a text.
        Carry::Text(end) => end != "]]>",
        Carry::Tag => true,
        _ => false,
    };
    while let Some(next) = scan.next() {
        let rest = scan.rest();
        match next {
            '<' if rest.starts_with("<!--") => {
                if !scan.comment_until("-->") {
                    return Carry::Comment;
                }
            }
            '<' if rest.starts_with("<![CDATA[") => {
                if !scan.text_until("]]>", 9, false) {
                    return Carry::Text("]]>");
                }
            }
            '<' => {
                let name = rest.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(rest.len());
                let closed = rest.get(..name).unwrap_or_default().trim_end_matches('/').len();
                scan.take(closed, Token::Word);
                inside = true;
            }
            '>' if inside => {
                scan.take(1, Token::Word);
                inside = false;
            }
            '/' | '?' if inside => scan.take(1, Token::Word),
            '"' | '\'' if inside => {
                let end = if next == '"' { "\"" } else { "'" };
                if !scan.text_until(end, 1, false) {
                    return Carry::Text(end);
                }
            }
            c if inside && (c.is_alphanumeric() || c == '_') => {
                let length = scan.run(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ':' | '.'));
                scan.take(length, Token::Key);
            }
            '&' if rest.find(';').is_some_and(|at| at < 10) => {
                let length = rest.find(';').map_or(1, |at| at + 1);
                scan.take(length, Token::Number);
            }
            _ => scan.step(),
        }
    }
    if inside { Carry::Tag } else { Carry::None }
}

fn properties(scan: &mut Scan<'_>) -> Carry {
    scan.skip_blanks();
    let rest = scan.rest();
    if rest.starts_with(['#', '!']) {
        scan.take_rest(Token::Comment);
    } else if let Some(at) = rest.find(['=', ':']) {
        scan.take(at, Token::Key);
        scan.take(1, Token::Plain);
        scan.take_rest(Token::Text);
    }
    Carry::None
}

/// Words of SQL that scripts for databases consist of.
const SQL: &[&str] = &[
    "select",
    "from",
    "where",
    "and",
    "or",
    "not",
    "null",
    "insert",
    "into",
    "values",
    "update",
    "set",
    "delete",
    "create",
    "table",
    "database",
    "schema",
    "index",
    "unique",
    "primary",
    "key",
    "foreign",
    "references",
    "constraint",
    "default",
    "drop",
    "alter",
    "add",
    "column",
    "if",
    "exists",
    "user",
    "role",
    "login",
    "password",
    "with",
    "grant",
    "revoke",
    "all",
    "privileges",
    "on",
    "to",
    "identified",
    "by",
    "character",
    "collate",
    "encoding",
    "owner",
    "template",
    "use",
    "go",
    "begin",
    "end",
    "commit",
    "as",
    "order",
    "group",
    "publication",
    "subscription",
    "connection",
    "for",
    "is",
];

fn sql(scan: &mut Scan<'_>, carry: Carry) -> Carry {
    match carry {
        Carry::Comment if !scan.comment_until("*/") => return carry,
        Carry::Text(end) if !scan.text_until(end, 0, false) => return carry,
        _ => {}
    }
    while let Some(next) = scan.next() {
        let rest = scan.rest();
        match next {
            '-' if rest.starts_with("--") => scan.take_rest(Token::Comment),
            '/' if rest.starts_with("/*") => {
                if !scan.comment_until("*/") {
                    return Carry::Comment;
                }
            }
            '\'' => {
                if !scan.text_until("'", 1, false) {
                    return Carry::Text("'");
                }
            }
            c if c.is_alphanumeric() || c == '_' => scan.bare(SQL),
            _ => scan.step(),
        }
    }
    Carry::None
}

fn markdown(scan: &mut Scan<'_>, carry: Carry) -> Carry {
    let trimmed = scan.line.trim_start();
    let is_fence = trimmed.starts_with("```");
    match (carry, is_fence) {
        (Carry::Text(_), false) => {
            scan.take_rest(Token::Text);
            return carry;
        }
        (_, true) => {
            scan.take_rest(Token::Comment);
            return if carry == Carry::None { Carry::Text("```") } else { Carry::None };
        }
        _ => {}
    }
    if trimmed.starts_with('#') {
        scan.take_rest(Token::Heading);
        return Carry::None;
    }
    scan.skip_blanks();
    let rest = scan.rest();
    let digits = scan.run(|c| c.is_ascii_digit());
    if rest.starts_with("- ") || rest.starts_with("* ") || rest.starts_with('>') {
        scan.take(1, Token::Word);
    } else if digits > 0 && rest.get(digits..).is_some_and(|tail| tail.starts_with(". ")) {
        scan.take(digits + 1, Token::Word);
    }
    while let Some(next) = scan.next() {
        match next {
            '`' => _ = scan.text_until("`", 1, false),
            '|' => scan.take(1, Token::Word),
            '*' if scan.rest().starts_with("**") => {
                let end = scan.rest().get(2..).and_then(|tail| tail.find("**")).map_or(2, |at| at + 4);
                scan.take(end, Token::Key);
            }
            _ => scan.step(),
        }
    }
    Carry::None
}

fn csv(scan: &mut Scan<'_>, carry: Carry) -> Carry {
    if let Carry::Text(end) = carry
        && !scan.text_until(end, 0, false)
    {
        return carry;
    }
    let mut begins = true;
    while let Some(next) = scan.next() {
        match next {
            '"' => {
                if !scan.text_until("\"", 1, false) {
                    return Carry::Text("\"");
                }
            }
            c if begins && (c.is_ascii_digit() || c == '-') => scan.bare(&[]),
            ',' | ';' => scan.take(1, Token::Word),
            _ => scan.step(),
        }
        begins = next == ',' || next == ';';
    }
    Carry::None
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
