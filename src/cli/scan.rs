//! What can be told about a design file from its text alone: where comments stand, and where elements do.

use std::collections::BTreeMap;

/// Line and column in characters, both from 1.
pub(super) type Place = (usize, usize);

/// Where the first comment stands, which rewriting the file would lose.
pub(super) fn first_comment(text: &str) -> Option<Place> {
    tokens(text).find(|t| is_comment(t.text)).map(|t| t.place)
}

/// Where each element begins, by its id. Cheap even for the largest file: the text is read once.
pub(super) fn places(text: &str) -> BTreeMap<&str, Place> {
    let mut places = BTreeMap::new();
    for token in tokens(text) {
        let key = token.text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
        // Elements are written as `"id": (`; other maps of a design hold no brackets.
        let opens = |rest: &str| rest.trim_start().strip_prefix(':').is_some_and(|r| r.trim_start().starts_with('('));
        if let Some(id) = key.filter(|_| opens(token.rest)) {
            places.insert(id, token.place);
        }
    }
    places
}

/// A comment, a string, or a single character of anything else.
struct Token<'a> {
    text: &'a str,
    /// What follows it.
    rest: &'a str,
    place: Place,
}

fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut line, mut column) = (1, 1);
    std::iter::from_fn(move || {
        let (text, after) = rest.split_at_checked(length(rest)?)?;
        let place = (line, column);
        for c in text.chars() {
            (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        rest = after;
        Some(Token { text, rest, place })
    })
}

fn is_comment(text: &str) -> bool {
    text.starts_with("//") || text.starts_with("/*")
}

/// Length of the token that begins here, in bytes; `None` at the end.
fn length(rest: &str) -> Option<usize> {
    let end = |found: Option<usize>| found.unwrap_or(rest.len());
    Some(match rest.chars().next()? {
        '/' if rest.starts_with("//") => end(rest.find('\n')),
        '/' if rest.starts_with("/*") => end(rest.find("*/").map(|at| at + 2)),
        '"' => quoted(rest),
        'r' => raw(rest).unwrap_or(1),
        c => c.len_utf8(),
    })
}

/// Length of the string that begins here, in bytes.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Length of the raw string that begins here, in bytes; `None` when it is only the letter.
fn raw(text: &str) -> Option<usize> {
    let hashes = text.get(1..)?.bytes().take_while(|b| *b == b'#').count();
    let content = text.get(1 + hashes..)?.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(content.find(&end).map_or(text.len(), |at| 2 + hashes + at + end.len()))
}

#[cfg(test)]
mod tests {
    use super::{first_comment, places};

    #[test]
    fn comments_are_found_where_they_stand() {
        assert_eq!(first_comment("(\n  é: 1, // why\n)"), Some((2, 9)));
        assert_eq!(first_comment("( /* a */ )"), Some((1, 3)));
    }

    #[test]
    fn text_that_looks_like_a_comment_is_none() {
        for text in [r#"(a: "http://x")"#, r#"(a: "\"//")"#, "(a: r#\"\"//\"#, b: r\"//\")", "(region: 1)", "\"", "r#"]
        {
            assert_eq!(first_comment(text), None, "{text}");
        }
    }

    #[test]
    fn elements_are_found_where_they_begin_and_nowhere_else() {
        let text = "(\n  notes: \"see \\\"gw\\\": (here)\", // \"gw\": (\n  facts: {\"gw\": \"1\"},\n  é: {\"gw\" : (from: \"tm\")},\n)";
        assert_eq!(places(text).into_iter().collect::<Vec<_>>(), [("gw", (4, 7))]);
    }
}
