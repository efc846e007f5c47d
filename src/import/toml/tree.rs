//! The nodes of a tree of configuration, by the folders they stand in.

use std::collections::BTreeMap;

use crate::design::file::FileError;
use crate::export::bundle::FilePath;

use super::keys::{Key, read_keys};

/// Name of the file that makes a folder a node.
const FILE: &str = "deployment.toml";
/// Where it stands below the product's home.
const BELOW_HOME: [&str; 2] = ["repository", "conf"];
/// What the region is called when the tree has no folders for regions.
pub(super) const ONLY_REGION: &str = "region";

/// One node with everything its files say.
#[derive(Debug)]
pub(super) struct Node<'t> {
    /// Folder of its region.
    pub(super) region: String,
    /// Its own folder.
    pub(super) name: String,
    /// Its `deployment.toml`.
    pub(super) file: &'t FilePath,
    /// The keys of that file.
    pub(super) keys: Vec<Key>,
    /// Its other files, by their path below its folder.
    pub(super) others: BTreeMap<String, (&'t FilePath, &'t str)>,
}

/// Reads every node, in order of path.
pub(super) fn nodes(tree: &BTreeMap<FilePath, String>) -> Result<Vec<Node<'_>>, FileError> {
    let mut nodes = Vec::new();
    for (path, text) in tree.iter().filter(|(path, _)| path.name() == FILE) {
        let home = home(path);
        let (name, region) = match home.split_last() {
            Some((name, [.., region])) => (*name, *region),
            Some((name, [])) => (*name, ONLY_REGION),
            None => ("node", ONLY_REGION),
        };
        nodes.push(Node {
            region: region.to_owned(),
            name: name.to_owned(),
            file: path,
            keys: read_keys(path, text)?,
            others: others(tree, path, &home),
        });
    }
    Ok(nodes)
}

/// The folders that lead to the home of the node a `deployment.toml` belongs to.
fn home(path: &FilePath) -> Vec<&str> {
    let mut parts: Vec<&str> = path.parts().collect();
    parts.pop();
    if parts.ends_with(&BELOW_HOME) {
        parts.truncate(parts.len() - BELOW_HOME.len());
    }
    parts
}

/// The other files below a node's home.
fn others<'t>(
    tree: &'t BTreeMap<FilePath, String>,
    own: &FilePath,
    home: &[&str],
) -> BTreeMap<String, (&'t FilePath, &'t str)> {
    let prefix: String = home.iter().map(|part| format!("{part}/")).collect();
    let below = tree.iter().filter(|(path, _)| *path != own && path.name() != FILE);
    below
        .filter_map(|(path, text)| {
            let rest = path.as_str().strip_prefix(&prefix)?;
            Some((rest.to_owned(), (path, text.as_str())))
        })
        .collect()
}
