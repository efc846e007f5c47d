//! The folders that files of a node or region stand in.

use std::collections::{BTreeMap, BTreeSet};

use crate::export::bundle::FilePath;
use crate::export::planner::Plan;

use super::{DATABASES, PLACEHOLDERS, README};

/// The folder of each node and region. No two are alike, nor like a file beside them, even where a file system ignores
/// case.
pub(super) struct Folders<'a> {
    of_node: BTreeMap<&'a str, [String; 2]>,
    of_region: BTreeMap<Option<&'a str>, String>,
}

impl<'a> Folders<'a> {
    /// Names them in the order of the plan.
    pub(super) fn of(plan: &'a Plan) -> Self {
        let mut folders = Self { of_node: BTreeMap::new(), of_region: BTreeMap::new() };
        let mut names = Names::beside(&[PLACEHOLDERS]);
        for region in plan.regions.iter().map(|r| Some(r.id.as_str())).chain([None]) {
            folders.of_region.insert(region, names.free(region.unwrap_or("no-region")));
        }
        let mut of_region: BTreeMap<&str, Names> = BTreeMap::new();
        for node in &plan.nodes {
            let Some(region) = folders.of_region.get(&node.region.as_deref()) else { continue };
            let names = of_region.entry(node.region.as_deref().unwrap_or_default());
            let name = names.or_insert_with(|| Names::beside(&[README, DATABASES])).free(&node.id);
            folders.of_node.insert(&node.id, [region.clone(), name]);
        }
        folders
    }

    /// The folder of each region; `None` stands for what is in none.
    pub(super) fn of_regions(&self) -> impl Iterator<Item = (Option<&'a str>, &str)> {
        self.of_region.iter().map(|(region, folder)| (*region, folder.as_str()))
    }

    /// The folder of a region and, in it, that of a node.
    pub(super) fn node(&self, node: &str) -> impl Iterator<Item = &str> {
        self.of_node.get(node).into_iter().flatten().map(String::as_str)
    }
}

/// Names that are taken in one folder, in lower case.
pub(in crate::export) struct Names(BTreeSet<String>);

impl Names {
    /// Names beside these files.
    pub(in crate::export) fn beside(files: &[&str]) -> Self {
        Self(files.iter().map(|file| file.to_lowercase()).collect())
    }

    /// The name as a path can hold it, with a number where it is taken.
    pub(in crate::export) fn free(&mut self, wish: &str) -> String {
        let numbered = |n: u32| if n == 1 { wish.to_owned() } else { format!("{wish}-{n}") };
        let mut names = (1..).map(|n| FilePath::of([numbered(n).as_str()]).to_string());
        names.find(|name| self.0.insert(name.to_lowercase())).unwrap_or_else(|| wish.to_owned())
    }
}
