//! Where the lines of an export come from.

use std::fmt::Write as _;

use crate::export::bundle::{Bundle, ExportFile, FilePath, Origin};

use super::Failure;

/// The lines of the files that are meant, each with its reasons below it. `wanted` is `FILE`, `FILE:LINE` or empty for
/// all files.
pub(super) fn text(bundle: &Bundle, wanted: &str) -> Result<String, Failure> {
    let (path, line) = parse(bundle, wanted)?;
    let mut out = String::new();
    for (at, file) in bundle.files.iter().filter(|(at, _)| path.as_ref().is_none_or(|path| path == *at)) {
        explain(&mut out, at, file, line);
    }
    if out.is_empty() {
        let what = if wanted.is_empty() { "this export" } else { wanted };
        out = format!("{what}: nothing is known of where these lines come from\n");
    }
    Ok(out)
}

fn parse(bundle: &Bundle, wanted: &str) -> Result<(Option<FilePath>, Option<usize>), Failure> {
    if wanted.is_empty() {
        return Ok((None, None));
    }
    let known = |text: &str| FilePath::parse(text).filter(|path| bundle.files.contains_key(path));
    if let Some(path) = known(wanted) {
        return Ok((Some(path), None));
    }
    let numbered = wanted.rsplit_once(':').and_then(|(path, line)| Some((known(path)?, line.parse().ok()?)));
    match numbered {
        Some((path, line)) => Ok((Some(path), Some(line))),
        None => {
            let message = format!("\"{wanted}\" is no file of this export");
            Err(Failure::new(&message, "run the export without --out to list its files"))
        }
    }
}

fn explain(out: &mut String, path: &FilePath, file: &ExportFile, only: Option<usize>) {
    let Some(text) = file.content.text() else { return };
    for (n, line) in (1..).zip(text.lines()).filter(|(n, _)| only.is_none_or(|only| only == *n)) {
        let origins = file.origins_of(n);
        // Of all lines, those inside a table show their own reason; the table's stands at its head.
        let shown = if only.is_some() { origins.len() } else { 1 };
        let first = |origin: &Origin| file.origins.at(n).any(|o| o.first == n && o.origin == *origin);
        for (index, origin) in origins.into_iter().take(shown).enumerate() {
            if index == 0 && (only.is_some() || first(origin)) {
                let _ = writeln!(out, "{path}:{n}: {line}");
            }
            if only.is_some() || first(origin) {
                let _ = writeln!(out, "    {}", reason(origin));
            }
        }
    }
}

/// Why, with what it rests on in brackets.
fn reason(origin: &Origin) -> String {
    let mut rests_on: Vec<String> = origin.elements.iter().map(ToString::to_string).collect();
    rests_on.extend(origin.rules.iter().chain(&origin.facts).map(|&id| id.to_owned()));
    rests_on.push(origin.basis.label().to_owned());
    format!("{} [{}]", origin.why, rests_on.join(", "))
}
