//! What is told about a design that was made of files, and about how files differ from one.

use crate::compare::{Change, ElementChange, FieldChange};
use crate::design::file::FileError;

use super::{Drift, Imported, KeyChange};

/// Sentences under their headings; headings without sentences are left out.
pub type Told = Vec<(&'static str, Vec<String>)>;

/// What is told about a tree of configuration: what was not read, not understood and concluded.
#[must_use]
pub fn tree(imported: &Imported, unread: &[FileError]) -> Told {
    let not_understood = imported.not_understood.iter().map(|n| match (n.line, n.key.as_str()) {
        (0, _) => format!("{}: {}", n.file, n.why),
        (line, key) => format!("{}:{line}: {key}: {}", n.file, n.why),
    });
    without_empty([
        ("Not read", unread.iter().map(ToString::to_string).collect()),
        ("Not understood", not_understood.collect()),
        ("Concluded, or left open", imported.doubts.iter().map(|doubt| doubt.text.clone()).collect()),
    ])
}

/// What is told about a planner file: what of a design is not part of a plan.
#[must_use]
pub fn unsaid(sentences: Vec<String>) -> Told {
    without_empty([("Not part of a plan", sentences)])
}

/// How a tree of configuration differs from a design.
#[must_use]
pub fn drift(drift: &Drift) -> Told {
    without_empty([
        ("Differs from the design", drift.settings.iter().map(field).collect()),
        ("Elements that differ", drift.elements.iter().map(element).collect()),
        ("Keys that differ", drift.keys.iter().map(key).collect()),
    ])
}

fn without_empty<const N: usize>(all: [(&'static str, Vec<String>); N]) -> Told {
    all.into_iter().filter(|(_, sentences)| !sentences.is_empty()).collect()
}

fn field(change: &FieldChange) -> String {
    format!("{}: {} in the design, {} in the files", change.field, change.before, change.after)
}

fn element(change: &ElementChange) -> String {
    let what = format!("{} ({})", change.name, change.what);
    match change.change {
        Change::Added => format!("{what} is in the files only"),
        Change::Removed => format!("{what} is in the design only"),
        Change::Changed => {
            let fields: Vec<String> = change.fields.iter().map(field).collect();
            format!("{what}: {}", fields.join("; "))
        }
    }
}

fn key(change: &KeyChange) -> String {
    let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
    let what = if change.key.is_empty() { "the node" } else { &change.key };
    let (design, files) = (side(&change.design), side(&change.files));
    format!("{}:{}: {what}: {design} in the design, {files} in the files", change.file, change.line)
}
