//! The nodes of a tree of configuration, by the folders they stand in.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::design::file::FileError;
use crate::export::bundle::FilePath;

use super::folders::{Place, Places};
use super::keys::{Key, read_keys};

/// Name of the file that makes a folder a node.
const FILE: &str = "deployment.toml";
/// Where it stands below the product's home.
const BELOW_HOME: [&str; 2] = ["repository", "conf"];
/// Most nodes that are read; more are no tree that anybody keeps by hand.
const MAX_NODES: usize = 5_000;

/// One node with everything its files say.
#[derive(Debug)]
pub(super) struct Node<'t> {
    /// Its region, named by its folder.
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

/// All nodes of a tree.
#[derive(Debug)]
pub(super) struct Nodes<'t> {
    /// In order of path.
    pub(super) nodes: Vec<Node<'t>>,
    /// What was concluded from the folders, as sentences.
    pub(super) concluded: Vec<String>,
}

/// Reads every node.
pub(super) fn nodes(tree: &BTreeMap<FilePath, String>) -> Result<Nodes<'_>, FileError> {
    let files = || tree.iter().filter(|(path, _)| path.name() == FILE);
    let count = files().count();
    if count > MAX_NODES {
        let message = format!("{count} nodes are more than are read ({MAX_NODES})");
        return Err(FileError::whole(FILE, message, "give a part of the tree"));
    }
    let homes: Vec<Vec<&str>> = files().map(|(path, _)| home(path)).collect();
    let Places { places, concluded } = Places::of(&homes);
    let mut nodes = Vec::new();
    for (((file, text), home), place) in files().zip(&homes).zip(places) {
        let Place { region, name } = place;
        nodes.push(Node { region, name, file, keys: read_keys(file, text)?, others: others(tree, home) });
    }
    Ok(Nodes { nodes, concluded })
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
fn others<'t>(tree: &'t BTreeMap<FilePath, String>, home: &[&str]) -> BTreeMap<String, (&'t FilePath, &'t str)> {
    let prefix: String = home.iter().map(|part| format!("{part}/")).collect();
    let from_there = tree.range::<str, _>((Bound::Included(prefix.as_str()), Bound::Unbounded));
    let below = from_there.map_while(|(path, text)| Some((path, path.as_str().strip_prefix(&prefix)?, text)));
    below
        .filter(|(path, ..)| path.name() != FILE)
        .map(|(path, rest, text)| (rest.to_owned(), (path, text.as_str())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_counted_before_they_are_read() {
        let file = |n: usize| (FilePath::of(["eu", &format!("n{n}"), FILE]), "no TOML".to_owned());
        let error = nodes(&(0..=MAX_NODES).map(file).collect()).unwrap_err();
        assert!(error.to_string().contains("5001 nodes are more than are read"), "{error}");
    }

    #[test]
    fn a_node_has_the_files_below_its_home() {
        let paths = ["eu/gw/repository/conf/deployment.toml", "eu/gw/a/j.properties", "eu/gw-2/b.xml", "eu/gw.xml"];
        let tree: BTreeMap<FilePath, String> =
            paths.iter().map(|path| (FilePath::parse(path).unwrap(), String::new())).collect();
        let found = nodes(&tree).unwrap().nodes;
        assert_eq!(found[0].others.keys().collect::<Vec<_>>(), ["a/j.properties"]);
    }
}
