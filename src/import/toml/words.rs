//! What is told about a design that was made of files, and about how files differ from one.

use std::fmt::Write as _;

use crate::compare::{Change, ElementChange, FieldChange};
use crate::design::Id;
use crate::design::file::FileError;

use super::{Drift, Imported, KeyChange};

/// A sentence, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The sentence.
    pub text: String,
    /// Elements of the design; empty where it is about none.
    pub elements: Vec<Id>,
}

impl From<String> for Note {
    fn from(text: String) -> Self {
        Self { text, elements: Vec::new() }
    }
}

/// Sentences under their headings; headings without sentences are left out.
pub type Told = Vec<(&'static str, Vec<Note>)>;

/// What is told about a tree of configuration: what was not read, not understood and concluded.
#[must_use]
pub fn tree(imported: &Imported, unread: &[FileError]) -> Told {
    let not_understood = imported.not_understood.iter().map(|n| match (n.line, n.key.as_str()) {
        (0, _) => format!("{}: {}", n.file, n.why).into(),
        (line, key) => format!("{}:{line}: {key}: {}", n.file, n.why).into(),
    });
    let doubts =
        imported.doubts.iter().map(|doubt| Note { text: doubt.text.clone(), elements: doubt.elements.clone() });
    without_empty([
        ("Not read", unread.iter().map(|error| error.to_string().into()).collect()),
        ("Not understood", not_understood.collect()),
        ("Concluded, or left open", doubts.collect()),
    ])
}

/// What is told about a planner file: what of a design is not part of a plan.
#[must_use]
pub fn unsaid(sentences: Vec<String>) -> Told {
    without_empty([("Not part of a plan", sentences.into_iter().map(Note::from).collect())])
}

/// How a tree of configuration differs from a design, or that it does not.
#[must_use]
pub fn drift(drift: &Drift) -> Told {
    if drift.is_empty() {
        return vec![("No difference", vec!["The files say what the design says.".to_owned().into()])];
    }
    without_empty([
        ("Differs from the design", drift.settings.iter().map(|change| field(change).into()).collect()),
        ("Elements that differ", drift.elements.iter().map(element).collect()),
        ("Keys that differ", drift.keys.iter().map(|change| key(change).into()).collect()),
    ])
}

/// All of it as plain text.
#[must_use]
pub fn text(told: &Told) -> String {
    let mut out = String::new();
    for (heading, notes) in told {
        let _ = writeln!(out, "{heading}");
        for note in notes {
            let _ = writeln!(out, "  – {}", note.text);
        }
    }
    out
}

fn without_empty<const N: usize>(all: [(&'static str, Vec<Note>); N]) -> Told {
    all.into_iter().filter(|(_, notes)| !notes.is_empty()).collect()
}

fn field(change: &FieldChange) -> String {
    format!("{}: {} in the design, {} in the files", change.field, change.before, change.after)
}

fn element(change: &ElementChange) -> Note {
    let what = format!("{} ({})", change.name, change.what);
    let text = match change.change {
        Change::Added => format!("{what} is in the files only"),
        Change::Removed => format!("{what} is in the design only"),
        Change::Changed => {
            let fields: Vec<String> = change.fields.iter().map(field).collect();
            format!("{what}: {}", fields.join("; "))
        }
    };
    Note { text, elements: vec![change.id.clone()] }
}

fn key(change: &KeyChange) -> String {
    let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
    let what = if change.key.is_empty() { "the node" } else { &change.key };
    let (design, files) = (side(&change.design), side(&change.files));
    format!("{}:{}: {what}: {design} in the design, {files} in the files", change.file, change.line)
}
