//! Where the lines of an export come from.

use std::fmt::Write as _;

use crate::export::bundle::{Bundle, ExportFile, FilePath, LineOrigin, Origin};

use super::Failure;

/// The lines of the files that are meant, with the reasons below them. `wanted` is `FILE`, `FILE:LINE` or empty for
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
    let lines: Vec<&str> = text.lines().collect();
    let line = |n: usize| lines.get(n.saturating_sub(1)).copied().unwrap_or_default();
    let mut say = |place: &str, n: usize, origins: &[&Origin]| {
        if !origins.is_empty() {
            let _ = writeln!(out, "{path}:{place}: {}", line(n));
        }
        for origin in origins {
            let _ = writeln!(out, "    {}", reason(origin));
        }
    };
    if let Some(n) = only {
        say(&n.to_string(), n, &file.origins_of(n));
        return;
    }
    for LineOrigin { first, last, origin } in &file.origins {
        let place = if first == last { first.to_string() } else { format!("{first}-{last}") };
        say(&place, *first, &[origin]);
    }
}

/// Why, with what it rests on in brackets.
fn reason(origin: &Origin) -> String {
    let mut rests_on: Vec<String> = origin.elements.iter().map(ToString::to_string).collect();
    rests_on.extend(origin.rules.iter().chain(&origin.facts).map(|&id| id.to_owned()));
    rests_on.push(origin.basis.label().to_owned());
    format!("{} [{}]", origin.why, rests_on.join(", "))
}
