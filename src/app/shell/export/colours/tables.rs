//! Scripts and lists for databases and spreadsheets: SQL, comma-separated values.

use super::{Carry, Scan, Token};

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

pub(super) fn sql(scan: &mut Scan<'_>, carry: Carry) -> Carry {
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

pub(super) fn csv(scan: &mut Scan<'_>, carry: Carry) -> Carry {
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
