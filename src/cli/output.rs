//! Standard output and standard error, without a panic when their reader has gone away.

use std::io::{self, ErrorKind, Write};
use std::path::Path;

use crate::files;

use super::Failure;

/// Writes to the file, or without one to standard output.
pub(super) fn deliver(text: &str, out: Option<&Path>) -> Result<(), Failure> {
    match out {
        Some(path) if path != Path::new("-") => Ok(files::write_atomically(path, text.as_bytes())?),
        _ => print(text),
    }
}

/// Writes to standard output. A reader that stops reading, such as `head`, is no failure.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => Err(Failure(format!("standard output: cannot be written: {e}"))),
        _ => Ok(()),
    }
}

/// A text without characters that a terminal would obey.
pub(super) fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// JSON of ours without such characters: those that it may hold stand in texts, where they can be written as numbers.
pub(super) fn harmless_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            c if c.is_control() && c != '\n' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// One line on standard error.
pub(super) fn complain(message: &str) {
    let line = one_line(message);
    // There is no better place to report that standard error cannot be written.
    let _ = writeln!(io::stderr().lock(), "meridian: {line}");
}
