//! The commands that need no window.

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use crate::books::Books;
use crate::custom::Pack;
use crate::design::Design;
use crate::design::file::{self, FileError};
use crate::export::planner;
use crate::templates::{self, Template};
use crate::{cli::text, files};

use super::output::{deliver, print};
use super::{FINE, FOUND, Failure, check, scan, whatif};

/// Whether the path means standard input or output.
pub(super) fn is_dash(path: &Path) -> bool {
    path == Path::new("-")
}

/// A design with the text it was read from.
pub(super) fn read(path: &Path) -> Result<(Design, String), Failure> {
    Ok(if is_dash(path) { files::read_stdin()? } else { files::read_design(path)? })
}

pub(super) fn templates(json: bool) -> Result<u8, Failure> {
    #[derive(Serialize)]
    struct Entry {
        id: &'static str,
        title: &'static str,
        about: &'static str,
    }
    let entry = |t: &Template| Entry { id: t.id, title: t.title, about: t.about };
    let all = templates::all();
    print(&if json { planner::to_json(&all.iter().map(entry).collect::<Vec<_>>()) } else { text::templates(all) })?;
    Ok(FINE)
}

pub(super) fn new(template: &str, out: Option<&Path>, force: bool) -> Result<u8, Failure> {
    let Some(found) = templates::all().iter().find(|t| t.id == template) else {
        let known: Vec<&str> = templates::all().iter().map(|t| t.id).collect();
        let message = format!("there is no template \"{template}\"");
        return Err(Failure::new(&message, &format!("use one of {}", known.join(", "))));
    };
    if let Some(path) = out.filter(|path| !force && !is_dash(path) && path.symlink_metadata().is_ok()) {
        let name = path.display().to_string();
        return Err(FileError::whole(&name, "there is a file already", "choose another name, or give --force").into());
    }
    deliver(&file::to_ron(&found.design())?, out)?;
    Ok(FINE)
}

/// Whether both paths lead to one file.
pub(super) fn is_same_file(a: &Path, b: &Path) -> bool {
    !is_dash(a) && !is_dash(b) && matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// An export must not replace the design it is made from.
pub(super) fn refuse_own_input(input: &Path, out: Option<&Path>) -> Result<(), Failure> {
    match out {
        Some(out) if is_same_file(input, out) => {
            let name = out.display().to_string();
            Err(FileError::whole(&name, "this is the design itself", "give the export another name").into())
        }
        _ => Ok(()),
    }
}

/// Nor the company rules that were asked.
pub(super) fn refuse_own_rules(packs: &[Arc<Pack>], out: Option<&Path>) -> Result<(), Failure> {
    match out {
        Some(out) if packs.iter().any(|pack| is_same_file(Path::new(&pack.source_name), out)) => {
            let name = out.display().to_string();
            let message = "these are company rules that the export is made with";
            Err(FileError::whole(&name, message, "give the export another name").into())
        }
        _ => Ok(()),
    }
}

/// Nor the company's own books that the numbers come from.
pub(super) fn refuse_own_books(books: &Books, out: Option<&Path>) -> Result<(), Failure> {
    match out {
        Some(out) if books.company().all().any(|book| is_same_file(Path::new(&book.source_name), out)) => {
            let name = out.display().to_string();
            let message = "this is a company's book that the export is made with";
            Err(FileError::whole(&name, message, "give the export another name").into())
        }
        _ => Ok(()),
    }
}

/// Refuses to rewrite a file with comments, which the canonical form has not.
pub(super) fn keep_comments(path: &Path, text: &str, hint: &str) -> Result<(), Failure> {
    let Some((line, column)) = scan::first_comment(text) else { return Ok(()) };
    Err(FileError {
        source_name: path.display().to_string(),
        line,
        column,
        message: "this comment would be lost, since the canonical form has none".into(),
        hint: hint.into(),
    }
    .into())
}

pub(super) fn schema_check(out: Option<&Path>) -> Result<u8, Failure> {
    deliver(&check::schema_json(), out)?;
    Ok(FINE)
}

pub(super) fn schema_whatif(out: Option<&Path>) -> Result<u8, Failure> {
    deliver(&whatif::schema_json(), out)?;
    Ok(FINE)
}

pub(super) fn schema_planner(markdown: bool, out: Option<&Path>) -> Result<u8, Failure> {
    deliver(&if markdown { planner::reference_markdown() } else { planner::schema_json() }, out)?;
    Ok(FINE)
}

pub(super) fn fmt(path: &Path, check: bool, drop_comments: bool) -> Result<u8, Failure> {
    let (design, before) = read(path)?;
    let after = file::to_ron(&design)?;
    let canonical = before == after;
    if check {
        if !canonical {
            let name = if is_dash(path) { files::STDIN_NAME.into() } else { path.display().to_string() };
            super::output::complain(&format!("{name}: this is not in canonical form (hint: meridian fmt {name})"));
        }
        return Ok(if canonical { FINE } else { FOUND });
    }
    if is_dash(path) {
        print(&after)?;
    } else if !canonical {
        if !drop_comments {
            keep_comments(path, &before, "move it to the notes of an element, or give --drop-comments")?;
        }
        files::write_atomically(path, after.as_bytes())?;
    }
    Ok(FINE)
}
