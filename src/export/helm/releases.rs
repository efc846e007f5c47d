//! Which groups of nodes become releases of charts, and how these and their Services are called.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::Id;
use crate::export::planner::{PlanNode, PlanRuntime};
use crate::export::wso2::Names;
use crate::export::wso2::notes::Gap;
use crate::export::wso2::releases::Release as Product;
use crate::export::wso2::wiring::Wiring;

use super::charts::{Branch, Chart, MAX_RELEASE};
use super::names::FILE as NAMES;
use super::readme::README;
use super::tokens;

/// Files that stand beside the folders of the regions.
const BESIDE_FOLDERS: [&str; 3] = [README, NAMES, tokens::FILE];

/// A group of nodes as one release of a chart in the cluster of its region.
#[derive(Debug, Clone)]
pub(super) struct Release<'a> {
    /// Its name, alone in its region.
    pub(super) name: String,
    /// The chart.
    pub(super) chart: Chart,
    /// The branch of the chart that goes with the version of the nodes.
    pub(super) branch: Branch,
    /// Id of the group.
    pub(super) group: &'a str,
    /// Id of the region.
    pub(super) region: &'a str,
    /// Its nodes, in order of number; never empty.
    pub(super) nodes: Vec<&'a PlanNode>,
}

impl Release<'_> {
    /// The group as an element of the design.
    pub(super) fn element(&self) -> Option<Id> {
        Id::new(self.group).ok()
    }

    /// A gap of its values, as a sentence.
    pub(super) fn lacks(&self, what: &str) -> Gap {
        Gap { message: format!("{}: {what}", self.group), elements: self.element().into_iter().collect() }
    }

    /// What its version of the product reads and brings along.
    pub(super) fn product(&self) -> &'static Product {
        Product::of(self.branch.product())
    }

    /// The Service over all its nodes.
    pub(super) fn service(&self) -> String {
        self.chart.service(&self.name)
    }

    /// The Services of its instances, as many as the chart runs.
    pub(super) fn instance_services(&self) -> Vec<String> {
        (1..=self.instances()).map(|n| self.chart.instance_service(&self.name, n)).collect()
    }

    /// How many instances with a Service of their own the chart runs.
    pub(super) fn instances(&self) -> usize {
        if self.is_pair() { 2 } else { 1 }
    }

    /// Whether the chart's high availability is what makes its nodes two (D6).
    pub(super) fn is_pair(&self) -> bool {
        self.nodes.len() > 1 && self.chart.most_nodes().is_some()
    }

    /// Name of the file with its values.
    pub(super) fn file(&self) -> String {
        format!("{}-values.yaml", self.name)
    }
}

/// All releases of a plan.
pub(super) struct Releases<'a> {
    /// In order of region, chart and group.
    pub(super) all: Vec<Release<'a>>,
    /// Of a group: its release.
    of_group: BTreeMap<&'a str, usize>,
    /// Of a node: its release and its number in it, from 1.
    of_node: BTreeMap<&'a str, (usize, usize)>,
    /// Folder of each region.
    folders: BTreeMap<&'a str, String>,
    /// Groups that no chart can run, and why, as sentences.
    pub(super) left_out: Vec<(&'a str, String)>,
}

impl<'a> Releases<'a> {
    /// Names a release for every group that a chart can run.
    pub(super) fn of(wiring: &Wiring<'a>) -> Self {
        let mut all = Vec::new();
        let mut left_out = Vec::new();
        for (group, nodes) in wiring.groups() {
            match release(group, nodes.to_vec()) {
                Ok(release) => all.push(release),
                Err(why) => left_out.push((group, why)),
            }
        }
        all.sort_by_key(|r: &Release<'_>| (r.region, r.chart, r.group));
        name(&mut all);
        let (mut of_group, mut of_node) = (BTreeMap::new(), BTreeMap::new());
        for (at, release) in all.iter().enumerate() {
            of_group.insert(release.group, at);
            of_node.extend(release.nodes.iter().zip(1..).map(|(node, n)| (node.id.as_str(), (at, n))));
        }
        let folders = folders(wiring.plan.regions.iter().map(|region| region.id.as_str()));
        Self { all, of_group, of_node, folders, left_out }
    }

    /// The release of a group; `None` for one that no chart can run.
    pub(super) fn of_group(&self, group: &str) -> Option<&Release<'a>> {
        self.of_group.get(group).and_then(|&at| self.all.get(at))
    }

    /// The release that a node belongs to, and its number in it, from 1.
    pub(super) fn of_node(&self, node: &str) -> Option<(&Release<'a>, usize)> {
        let &(at, n) = self.of_node.get(node)?;
        self.all.get(at).map(|release| (release, n))
    }

    /// The releases of a region, in the order in which they are installed.
    pub(super) fn of_region(&self, region: &str) -> impl Iterator<Item = &Release<'a>> {
        self.all.iter().filter(move |release| release.region == region)
    }

    /// Regions with releases, in order of id.
    pub(super) fn regions(&self) -> BTreeSet<&'a str> {
        self.all.iter().map(|release| release.region).collect()
    }

    /// The folder that a region's files stand in.
    pub(super) fn folder(&self, region: &'a str) -> &str {
        self.folders.get(region).map_or(region, String::as_str)
    }
}

/// The release of a group, not yet named, or why there is none.
fn release<'a>(group: &'a str, nodes: Vec<&'a PlanNode>) -> Result<Release<'a>, String> {
    let first = *nodes.first().ok_or("It has no nodes.")?;
    if first.runtime == Some(PlanRuntime::Platform) {
        return Err(format!("No values for {group}: the charts run Universal Gateways, no Platform Gateway (A8)."));
    }
    let Some(branch) = Branch::of(&first.version) else {
        let version = &first.version;
        return Err(format!(
            "No values for {group}: the keys of the charts are known from 4.5.x on, not for {version}."
        ));
    };
    let Some(region) = first.region.as_deref() else {
        return Err(format!("No values for {group}: it stands in no region, so in no cluster."));
    };
    Ok(Release { name: String::new(), chart: Chart::of(first.role), branch, group, region, nodes })
}

/// Gives every release a name that is alone in its region, as are those of its Services: the id of the group as Helm
/// and DNS allow it, with a number where that is needed.
fn name(releases: &mut [Release<'_>]) {
    let mut taken: BTreeSet<(&str, String)> = BTreeSet::new();
    for release in releases {
        let wishes = std::iter::once(dns(release.group, MAX_RELEASE)).chain((2_u32..).map(|n| {
            let number = format!("-{n}");
            format!("{}{number}", dns(release.group, MAX_RELEASE.saturating_sub(number.len())))
        }));
        for wish in wishes {
            let names = names(release.chart, &wish);
            if names.iter().all(|name| !taken.contains(&(release.region, name.clone()))) {
                taken.extend(names.into_iter().map(|name| (release.region, name)));
                release.name = wish;
                break;
            }
        }
    }
}

/// Every name that a release of this name takes: a release may hold the name of its chart, and then its Services could
/// be called as those of another one.
fn names(chart: Chart, release: &str) -> BTreeSet<String> {
    let services = (1..=2).map(|n| chart.instance_service(release, n));
    services.chain([release.to_owned(), chart.service(release), chart.fullname(release)]).collect()
}

/// A text as the first label of a Service name: lower case letters, digits and inner hyphens, beginning with a letter.
fn dns(text: &str, max: usize) -> String {
    let letters: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let letters = letters.trim_matches('-');
    let begun =
        if letters.starts_with(|c: char| c.is_ascii_lowercase()) { letters.to_owned() } else { format!("r-{letters}") };
    let cut: String = begun.chars().take(max).collect();
    cut.trim_end_matches('-').to_owned()
}

/// A folder for each region, as a file system can hold it: alone even where that ignores case, and apart from the files
/// beside the folders.
fn folders<'p>(regions: impl IntoIterator<Item = &'p str>) -> BTreeMap<&'p str, String> {
    let mut names = Names::beside(&BESIDE_FOLDERS);
    regions.into_iter().map(|region| (region, names.free(region))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::bundle::FilePath;

    #[test]
    fn any_id_becomes_the_name_of_a_release() {
        let long = "L".repeat(64);
        for id in ["EU.west_GW", "1-gw", "x-", "9", "gw", long.as_str(), "a...b", "eu-wso2am-acp"] {
            let name = dns(id, MAX_RELEASE);
            assert!((1..=MAX_RELEASE).contains(&name.len()), "{name}");
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{name}");
            assert!(name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.ends_with('-'), "{name}");
        }
        assert_eq!(dns("eu-cp", MAX_RELEASE), "eu-cp");
    }

    #[test]
    fn no_two_releases_of_a_region_share_a_name() {
        let release = |group| Release {
            name: String::new(),
            chart: Chart::ControlPlane,
            branch: Branch::V4_7,
            group,
            region: "eu",
            nodes: Vec::new(),
        };
        let mut all = ["x", "X", "x.", "x-wso2am-acp", "x-wso2am-acp-1", "9"].map(release);
        name(&mut all);
        let names: Vec<String> = all.iter().flat_map(|r| names(r.chart, &r.name)).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
        assert_eq!(all[0].name, "x");
        assert_eq!(all[1].name, "x-2");
    }

    #[test]
    fn no_two_regions_share_a_folder_once_it_is_a_name_of_a_file() {
        let regions = ["EU", "eu", "eu.", "dns.md", "con"];
        let folders = folders(regions);
        assert_eq!(folders.len(), regions.len());
        let lower: BTreeSet<String> = folders.values().map(|folder| folder.to_lowercase()).collect();
        assert_eq!(lower.len(), regions.len(), "{folders:?}");
        for folder in folders.values() {
            assert_eq!(FilePath::of([folder.as_str()]).as_str(), folder);
            assert!(folder != "dns.md");
        }
    }
}
