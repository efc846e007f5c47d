//! Texts that set something: TOML, JSON, YAML, properties.

use std::ops::Range;

use super::{Carry, Scan, Token};

/// Reads what stands behind an equals sign of TOML, or anywhere in JSON: texts, numbers and words.
pub(super) fn values(scan: &mut Scan<'_>, carry: Carry, words: &[&str], comment: Option<char>) -> Carry {
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

pub(super) fn toml(scan: &mut Scan<'_>, carry: Carry) -> Carry {
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

pub(super) fn yaml(scan: &mut Scan<'_>, carry: Carry) -> Carry {
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

pub(super) fn properties(scan: &mut Scan<'_>) -> Carry {
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
