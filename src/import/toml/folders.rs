//! Which folders stand for regions and which for nodes. People keep such trees in many ways: with a folder for each
//! stage above or below the regions, with the whole pack of the product below a node.

use std::collections::{BTreeMap, BTreeSet};

/// What the region is called when the tree has no folders for regions.
pub(super) const ONLY_REGION: &str = "region";
/// What a node is called that stands in no folder.
const ONLY_NODE: &str = "node";
/// Nodes whose folders are called the same are that many before the folder above is taken for the node's; two may as
/// well stand in two regions.
const SURELY_NODES: usize = 3;

/// Where a node stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The folders above it, without those that say nothing.
    pub(super) region: String,
    /// Its own folder.
    pub(super) name: String,
}

/// The places of all nodes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Places {
    /// In the order of the nodes.
    pub(super) places: Vec<Place>,
    /// What was concluded, as sentences.
    pub(super) concluded: Vec<String>,
}

impl Places {
    /// The places of nodes whose homes these folders lead to.
    pub(super) fn of(homes: &[Vec<&str>]) -> Self {
        let mut concluded = Vec::new();
        let mut homes = without_packs(homes, &mut concluded);
        drop_common_home(&mut homes, &mut concluded);
        let above: BTreeSet<Vec<&str>> =
            homes.iter().filter_map(|home| home.split_last()).map(|(_, above)| above.to_vec()).collect();
        let regions = regions(&above, &mut concluded);
        let place = |home: &Vec<&str>| {
            let (name, above) = home.split_last().map_or((ONLY_NODE, &[][..]), |(name, above)| (*name, above));
            let region = regions.get(above).cloned().unwrap_or_else(|| ONLY_REGION.to_owned());
            Place { region, name: name.to_owned() }
        };
        Self { places: homes.iter().map(place).collect(), concluded }
    }
}

/// The homes without the folder of the product's pack, where one node alone stands in the folder above it.
fn without_packs<'t>(homes: &[Vec<&'t str>], concluded: &mut Vec<String>) -> Vec<Vec<&'t str>> {
    // Nodes in a folder or right below it.
    let mut alone: BTreeMap<&[&str], usize> = BTreeMap::new();
    for (_, above) in homes.iter().filter_map(|home| home.split_last()) {
        *alone.entry(above).or_default() += 1;
    }
    homes.iter().for_each(|home| *alone.entry(home).or_default() += 1);
    let mut packs = BTreeSet::new();
    let without = homes.iter().map(|home| match home.split_last() {
        Some((pack, above)) if !above.is_empty() && is_pack(pack) && alone.get(above) == Some(&1) => {
            packs.insert(*pack);
            above.to_vec()
        }
        _ => home.clone(),
    });
    let without = without.collect();
    if !packs.is_empty() {
        let packs = packs.into_iter().collect::<Vec<_>>().join(", ");
        concluded.push(format!("The product stands in {packs}: the folder above each is taken for the node."));
    }
    without
}

/// Whether a folder is called like a pack of the product: `wso2am`, `wso2am-acp-4.5.0`.
fn is_pack(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let numbered = || {
        let version = name.rsplit('-').next().unwrap_or_default();
        version.contains('.') && version.split('.').all(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit()))
    };
    name == "wso2am" || name.starts_with("wso2am-") || (name.starts_with("wso2") && numbered())
}

/// Drops the last folder when it is called the same below every node.
fn drop_common_home(homes: &mut [Vec<&str>], concluded: &mut Vec<String>) {
    let lasts: BTreeSet<&str> = homes.iter().filter_map(|home| home.last().copied()).collect();
    let [last] = lasts.into_iter().collect::<Vec<_>>()[..] else { return };
    let fewest = homes.iter().map(Vec::len).min().unwrap_or_default();
    if homes.len() < 2 || fewest < 2 || (fewest < 3 && homes.len() < SURELY_NODES) {
        return;
    }
    homes.iter_mut().for_each(|home| {
        home.pop();
    });
    concluded.push(format!("Every node has a folder {last}: the folder above it is taken for the node."));
}

/// The names of regions by all folders above their nodes: what tells them apart, else the last folder.
fn regions<'t>(above: &BTreeSet<Vec<&'t str>>, concluded: &mut Vec<String>) -> BTreeMap<Vec<&'t str>, String> {
    let shortest = above.iter().map(Vec::len).min().unwrap_or_default();
    let same = |part: &dyn Fn(&[&'t str]) -> Option<&'t str>| {
        above.iter().map(|path| part(path)).collect::<BTreeSet<_>>().len() == 1
    };
    let leading = (0..shortest).take_while(|n| same(&|path| path.get(*n).copied())).count();
    let first = leading.min(shortest.saturating_sub(1));
    let trailing = (0..shortest - first).take_while(|n| same(&|path| path.iter().rev().nth(*n).copied())).count();
    let last = if above.len() > 1 { trailing.min((shortest - first).saturating_sub(1)) } else { 0 };
    let mut names = BTreeMap::new();
    for path in above {
        let own: Vec<&str> = path.iter().take(path.len() - last).skip(first).copied().collect();
        let name = if own.is_empty() { ONLY_REGION.to_owned() } else { own.join("/") };
        if path.len() > 1 {
            concluded.push(format!("The nodes below {} are taken for those of the region {name}.", path.join("/")));
        }
        names.insert(path.clone(), name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Region and node of each home.
    fn places(homes: &[&str]) -> (Vec<(String, String)>, Vec<String>) {
        let homes: Vec<Vec<&str>> =
            homes.iter().map(|home| home.split('/').filter(|p| !p.is_empty()).collect()).collect();
        let Places { places, concluded } = Places::of(&homes);
        (places.into_iter().map(|place| (place.region, place.name)).collect(), concluded)
    }

    fn told(homes: &[&str]) -> Vec<String> {
        places(homes).0.into_iter().map(|(region, node)| format!("{region}: {node}")).collect()
    }

    #[test]
    fn a_pack_is_no_node() {
        let (found, concluded) = places(&["eu/cp1/wso2am-4.5.0", "eu/gw1/wso2am-universal-gw-4.5.0"]);
        assert_eq!(found, [("eu".into(), "cp1".into()), ("eu".into(), "gw1".into())]);
        assert!(concluded[0].contains("wso2am-4.5.0, wso2am-universal-gw-4.5.0"), "{concluded:?}");
        // Packs beside each other are nodes.
        assert_eq!(
            told(&["eu/wso2am-acp-4.5.0", "eu/wso2am-tm-4.5.0"]),
            ["eu: wso2am-acp-4.5.0", "eu: wso2am-tm-4.5.0"]
        );
    }

    #[test]
    fn a_folder_that_every_node_has_is_no_node() {
        assert_eq!(told(&["eu/cp1/home", "us/cp1/home"]), ["eu: cp1", "us: cp1"]);
        assert_eq!(told(&["cp1/home", "gw1/home", "tm1/home"]), ["region: cp1", "region: gw1", "region: tm1"]);
        // One gateway in each of two regions.
        assert_eq!(told(&["eu/gw1", "us/gw1"]), ["eu: gw1", "us: gw1"]);
    }

    #[test]
    fn regions_are_named_by_what_tells_them_apart() {
        let (found, concluded) = places(&["eu/prod/cp1", "us/prod/cp2"]);
        assert_eq!(found, [("eu".into(), "cp1".into()), ("us".into(), "cp2".into())]);
        assert!(concluded.iter().any(|sentence| sentence.contains("eu/prod")), "{concluded:?}");
        assert_eq!(told(&["prod/eu/cp1", "prod/us/cp2"]), ["eu: cp1", "us: cp2"]);
        assert_eq!(told(&["eu/a/cp1", "eu/b/cp2", "us/a/cp3"]), ["eu/a: cp1", "eu/b: cp2", "us/a: cp3"]);
        assert_eq!(told(&["eu/cp1", "eu/dmz/gw1"]), ["eu: cp1", "eu/dmz: gw1"]);
        assert_eq!(told(&["prod/eu/cp1", "prod/eu/gw1"]), ["eu: cp1", "eu: gw1"]);
        assert_eq!(told(&["cp1", "gw1"]), ["region: cp1", "region: gw1"]);
        assert_eq!(told(&[""]), ["region: node"]);
    }
}
