//! Comments in a design file, which rewriting it would lose.

/// Line and column of the first comment, both from 1.
pub(super) fn first(text: &str) -> Option<(usize, usize)> {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if rest.starts_with("//") || rest.starts_with("/*") {
            let before = text.get(..text.len() - rest.len())?;
            let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
            return Some((before.matches('\n').count() + 1, column));
        }
        let skip = match c {
            '"' => quoted(rest),
            'r' => raw(rest).unwrap_or(1),
            _ => c.len_utf8(),
        };
        rest = rest.get(skip..)?;
    }
    None
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
    use super::first;

    #[test]
    fn comments_are_found_where_they_stand() {
        assert_eq!(first("(\n  é: 1, // why\n)"), Some((2, 9)));
        assert_eq!(first("( /* a */ )"), Some((1, 3)));
    }

    #[test]
    fn text_that_looks_like_a_comment_is_none() {
        for text in [r#"(a: "http://x")"#, r#"(a: "\"//")"#, "(a: r#\"\"//\"#, b: r\"//\")", "(region: 1)", "\"", "r#"]
        {
            assert_eq!(first(text), None, "{text}");
        }
    }
}
