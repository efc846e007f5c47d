//! A design of the configuration of a deployment that exists: one folder a node, `deployment.toml` in it.
//!
//! What is understood is drawn and pointed to by file and line; what is not is listed, and so is every guess. Accounts,
//! passwords and keys are forgotten as they are read and get neither into the design nor into a message.

mod around;
mod connect;
pub mod drift;
mod endpoint;
mod folders;
mod groups;
mod hosts;
mod hubs;
mod keys;
mod known;
mod roles;
mod secrets;
mod tree;
pub mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::design::file::FileError;
use crate::design::{Design, Id};
use crate::export::bundle::FilePath;

use super::layout;

use tree::Nodes;

pub use drift::{Against, Drift, KeyChange, against, drift, key_drift};

/// A design made of a tree of configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The design.
    pub design: Design,
    /// Keys and files that the drawing rests on, in order of file and line.
    pub understood: Vec<Understood>,
    /// Keys and files that were not understood, in order of file and line.
    pub not_understood: Vec<NotUnderstood>,
    /// What was concluded or left open, as sentences.
    pub doubts: Vec<Doubt>,
}

/// A key that the drawing rests on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Understood {
    /// The file.
    pub file: String,
    /// Line, from 1; 0 for the file as a whole.
    pub line: usize,
    /// The key with its tables; empty for the file as a whole.
    pub key: String,
    /// The component whose nodes have it.
    pub element: Id,
}

/// A key that nothing was made of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct NotUnderstood {
    /// The file.
    pub file: String,
    /// Line, from 1; 0 for the file as a whole.
    pub line: usize,
    /// The key with its tables; empty for the file as a whole.
    pub key: String,
    /// Why not, as a sentence.
    pub why: String,
}

/// Something that was concluded, or that no file says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Doubt {
    /// Elements of the design concerned; empty for the design as a whole.
    pub elements: Vec<Id>,
    /// What, as a sentence.
    pub text: String,
}

/// Makes a design of the texts of a tree, by their paths below its folder.
///
/// # Errors
/// [`FileError`] when a `deployment.toml` is no TOML (with line and column), or when there is none or too many.
pub fn read(tree: &BTreeMap<FilePath, String>) -> Result<Imported, FileError> {
    let Nodes { nodes, concluded } = tree::nodes(tree)?;
    if nodes.is_empty() {
        let hint = "give each node a folder with its deployment.toml";
        return Err(FileError::whole("deployment.toml", "there is no such file in the folder", hint));
    }
    let mut found = Found::default();
    concluded.into_iter().for_each(|sentence| found.doubt(sentence, []));
    let mut drawing = groups::draw(&nodes, &mut found);
    connect::connect(&mut drawing, &mut found);
    around::draw(&mut drawing, &mut found);
    known::sort(&drawing, &mut found);
    let mut design = drawing.design;
    layout::arrange(&mut design);
    design.validate().map_err(|invalid| FileError::whole("deployment.toml", invalid.message, invalid.hint))?;
    found.understood.sort();
    found.not_understood.sort();
    found.not_understood.dedup();
    let Found { understood, not_understood, doubts, .. } = found;
    Ok(Imported { design, understood, not_understood, doubts })
}

/// Gives the design the name of the folder it was read from, if that can be one.
pub fn rename(design: &mut Design, folder: &str) {
    let name = groups::short(folder);
    if !name.trim().is_empty() {
        Arc::make_mut(&mut design.meta).name = name;
    }
}

/// What is told beside the design.
#[derive(Debug, Default)]
struct Found {
    understood: Vec<Understood>,
    not_understood: Vec<NotUnderstood>,
    /// In the order in which they came up.
    doubts: Vec<Doubt>,
    /// The same, to say each once.
    told: BTreeSet<Doubt>,
}

impl Found {
    fn doubt(&mut self, text: impl Into<String>, elements: impl IntoIterator<Item = Id>) {
        let doubt = Doubt { elements: elements.into_iter().collect(), text: text.into() };
        if self.told.insert(doubt.clone()) {
            self.doubts.push(doubt);
        }
    }

    fn not_understood(&mut self, file: &FilePath, line: usize, key: &str, why: impl Into<String>) {
        let (file, key) = (file.to_string(), key.to_owned());
        self.not_understood.push(NotUnderstood { file, line, key, why: why.into() });
    }
}
