//! Texts with marks in them: XML, HTML, Markdown.

use super::{Carry, Scan, Token};

pub(super) fn xml(scan: &mut Scan<'_>, carry: Carry) -> Carry {
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

pub(super) fn markdown(scan: &mut Scan<'_>, carry: Carry) -> Carry {
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
