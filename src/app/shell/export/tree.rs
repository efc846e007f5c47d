//! The files of an export as rows of a tree: a pure function of what was made, what is on disk and what is folded.

use std::collections::{BTreeMap, BTreeSet};

use crate::export::Form;
use crate::files::folder::Standing;
use crate::words::plural;

use super::made::{FileKey, Ground, Made};

/// What a row stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Node {
    /// A form or a folder below it, whose path ends with a slash; that of the form itself is empty.
    Folder(Form, String),
    /// A file.
    File(FileKey),
}

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// What it stands for.
    pub(super) node: Node,
    /// How many folders it is in.
    pub(super) depth: usize,
    /// The words.
    pub(super) name: String,
    /// How many files are in the folder; 1 for a file.
    pub(super) files: usize,
    /// How many of them are blocked.
    pub(super) blocked: usize,
    /// How many placeholders are in the file.
    pub(super) placeholders: usize,
    /// How the file stands to what is on disk, as far as that is known.
    pub(super) standing: Option<Standing>,
    /// Whether the folder is unfolded.
    pub(super) open: bool,
}

impl Row {
    /// The words of a row for those who hear it.
    pub(super) fn words(&self) -> String {
        let mut parts = vec![self.name.clone()];
        if let Node::Folder(..) = self.node {
            parts.push(plural(self.files, "file"));
        }
        parts.extend(self.standing.map(|standing| standing.label().to_owned()));
        match (&self.node, self.blocked) {
            (_, 0) => {}
            (Node::File(_), _) => parts.push("blocked".to_owned()),
            (Node::Folder(..), n) => parts.push(format!("{n} blocked")),
        }
        if self.placeholders > 0 {
            parts.push(format!("{} to supply", self.placeholders));
        }
        parts.join(" · ")
    }
}

/// How a file stands, as a sentence.
pub(super) fn sentence(standing: Standing) -> &'static str {
    match standing {
        Standing::New => "There is no such file yet.",
        Standing::Same => "The file on disk holds just this.",
        Standing::Outdated => "The file on disk was exported before and is as it was then; it is replaced.",
        Standing::Edited => "The file was exported before and changed by hand since; it is kept unless you tick it.",
        Standing::Foreign => "Another file stands in its place; it is kept unless you tick it.",
        Standing::Stale => "The file was exported before and is not made any more; it is removed.",
        Standing::StaleEdited => {
            "The file is not made any more, but was changed by hand; it is kept unless you tick it."
        }
    }
}

/// The place of a row, looked up by the order that [`rows`] has.
pub(super) fn place(rows: &[Row], node: &Node) -> Option<usize> {
    rows.binary_search_by(|row| order(&row.node).cmp(&order(node))).ok()
}

/// What rows are in order of. The path of a folder ends with a slash, so it stands before all that is in the folder.
fn order(node: &Node) -> (Form, &str) {
    match node {
        Node::Folder(form, path) => (*form, path),
        Node::File(key) => (key.form, key.path.as_str()),
    }
}

/// The rows in view when these folders are folded.
pub(super) fn rows(made: &Made, ground: Option<&Ground>, folded: &BTreeSet<Node>) -> Vec<Row> {
    let mut keys: BTreeSet<FileKey> = made.files().map(|(key, _)| key).collect();
    if let Some(Ok(standings)) = ground.map(|g| &g.standings) {
        keys.extend(standings.keys().filter(|key| made.forms.contains_key(&key.form)).cloned());
    }
    let mut inside: BTreeMap<Node, (usize, usize)> = BTreeMap::new();
    for key in &keys {
        for folder in folders_of(key) {
            let (files, blocked) = inside.entry(folder).or_default();
            *files += 1;
            *blocked += usize::from(made.is_blocked(key));
        }
    }
    let mut rows = Vec::new();
    let mut last: Vec<Node> = Vec::new();
    // A form without any file is there as well, and says so.
    let with_files: BTreeSet<Form> = keys.iter().map(|key| key.form).collect();
    let mut forms = made.forms.keys().filter(|form| !with_files.contains(form)).copied().peekable();
    let count = |folder: &Node| inside.get(folder).copied().unwrap_or_default();
    for key in &keys {
        while let Some(form) = forms.next_if(|form| *form < key.form) {
            rows.push(folder_row(&Node::Folder(form, String::new()), None, (0, 0), folded, 0));
        }
        let all: Vec<Node> = folders_of(key).collect();
        // A folder with nothing but one folder in it stands in one row with that.
        let is_alone =
            |at: usize| at > 0 && all.get(at + 1).is_some_and(|next| all.get(at).map(count) == Some(count(next)));
        let folders: Vec<Node> =
            all.iter().enumerate().filter(|(at, _)| !is_alone(*at)).map(|(_, folder)| folder.clone()).collect();
        let is_folded = |depth: usize| folders.iter().take(depth).any(|folder| folded.contains(folder));
        for (depth, folder) in folders.iter().enumerate() {
            if last.get(depth) != Some(folder) && !is_folded(depth) {
                let above = depth.checked_sub(1).and_then(|at| folders.get(at));
                rows.push(folder_row(folder, above, count(folder), folded, depth));
            }
        }
        if !is_folded(folders.len()) {
            rows.push(Row {
                node: Node::File(key.clone()),
                depth: folders.len(),
                name: key.path.name().to_owned(),
                files: 1,
                blocked: usize::from(made.is_blocked(key)),
                placeholders: made.placeholders_in(key),
                standing: ground.and_then(|ground| ground.standing(key)),
                open: false,
            });
        }
        last = folders;
    }
    rows.extend(forms.map(|form| folder_row(&Node::Folder(form, String::new()), None, (0, 0), folded, 0)));
    rows
}

/// The row of a folder; its words are its path below the folder above it.
fn folder_row(
    node: &Node,
    above: Option<&Node>,
    (files, blocked): (usize, usize),
    folded: &BTreeSet<Node>,
    depth: usize,
) -> Row {
    let name = match (node, above) {
        (Node::Folder(form, path), _) if path.is_empty() => form.label().to_owned(),
        (Node::Folder(_, path), Some(Node::Folder(_, above))) => {
            path.strip_prefix(above.as_str()).unwrap_or(path).trim_end_matches('/').to_owned()
        }
        _ => path_of(node),
    };
    let open = !folded.contains(node);
    Row { node: node.clone(), depth, name, files, blocked, placeholders: 0, standing: None, open }
}

/// The folders that a file is in, from its form inwards.
fn folders_of(key: &FileKey) -> impl Iterator<Item = Node> {
    let path = key.path.as_str();
    let ends = path.match_indices('/').map(|(at, _)| at + 1);
    let form = key.form;
    std::iter::once(0).chain(ends).map(move |end| Node::Folder(form, path.get(..end).unwrap_or_default().to_owned()))
}

/// The row that holds this one.
pub(super) fn parent(node: &Node) -> Option<Node> {
    let (form, path) = match node {
        Node::Folder(_, path) if path.is_empty() => return None,
        Node::Folder(form, path) => (*form, path.trim_end_matches('/')),
        Node::File(key) => (key.form, key.path.as_str()),
    };
    let end = path.rfind('/').map_or(0, |at| at + 1);
    Some(Node::Folder(form, path.get(..end).unwrap_or_default().to_owned()))
}

/// The first file of what was made.
pub(super) fn first_file(made: &Made) -> Option<FileKey> {
    made.files().next().map(|(key, _)| key)
}

/// The path of a file or folder below the folder of the export.
pub(super) fn path_of(node: &Node) -> String {
    match node {
        Node::Folder(form, path) => format!("{}/{path}", form.id()),
        Node::File(key) => key.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::bundle::FilePath;

    fn key(path: &str) -> FileKey {
        FileKey { form: Form::Planner, path: FilePath::of(path.split('/')) }
    }

    fn names(rows: &[Row]) -> Vec<String> {
        rows.iter().map(|row| format!("{}{}", " ".repeat(row.depth), row.name)).collect()
    }

    #[test]
    fn folders_hold_their_files_and_count_them() {
        let made =
            Made::of_letters(&["eu/gw/a.toml", "eu/gw/b.toml", "eu.txt", "eu/cp.toml", "us/a/x"], &["eu/gw/b.toml"]);
        let all = rows(&made, None, &BTreeSet::new());
        let label = Form::Planner.label();
        assert_eq!(
            names(&all),
            [label, " eu.txt", " eu", "  cp.toml", "  gw", "   a.toml", "   b.toml", " us/a", "  x"]
        );
        let counts: Vec<(usize, usize)> =
            all.iter().filter(|r| matches!(r.node, Node::Folder(..))).map(|r| (r.files, r.blocked)).collect();
        assert_eq!(counts, [(5, 1), (3, 1), (2, 1), (1, 0)]);
        let folded = [Node::Folder(Form::Planner, "eu/".into())].into();
        assert_eq!(names(&rows(&made, None, &folded)), [label, " eu.txt", " eu", " us/a", "  x"]);
        let folded = [Node::Folder(Form::Planner, String::new())].into();
        assert_eq!(names(&rows(&made, None, &folded)), [label]);
    }

    #[test]
    fn every_row_has_the_folder_above_it_as_its_parent() {
        let made = Made::of_letters(&["a/b/c", "a/e", "d", "f/g/h"], &[]);
        let all = rows(&made, None, &BTreeSet::new());
        for row in &all {
            let above = std::iter::successors(parent(&row.node), parent);
            let depth = above.filter(|node| all.iter().any(|row| row.node == *node)).count();
            assert_eq!(depth, row.depth, "{row:?}");
        }
    }

    #[test]
    fn every_row_is_found_by_what_it_stands_for() {
        let made = Made::of_letters(&["a/b/c", "a-b", "a.txt", "a/e", "a/E/x", "d", "f/g/h", "f/g.h/i", "f/ä"], &[]);
        let all = rows(&made, None, &BTreeSet::new());
        let places: Vec<Option<usize>> = all.iter().map(|row| place(&all, &row.node)).collect();
        assert_eq!(places, (0..all.len()).map(Some).collect::<Vec<_>>());
        assert_eq!(place(&all, &Node::File(key("a/none"))), None);
    }

    #[test]
    fn a_form_without_files_is_there_all_the_same() {
        let rows = rows(&Made::of_letters(&[], &[]), None, &BTreeSet::new());
        assert_eq!(rows.iter().map(Row::words).collect::<Vec<_>>(), [format!("{} · 0 files", Form::Planner.label())]);
    }
}
