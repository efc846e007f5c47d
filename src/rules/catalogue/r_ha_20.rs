//! R-HA-20: definitions of further user stores are shared.

use std::collections::BTreeSet;

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-20",
    title: "With secondary user stores, the control planes share the directory of their definitions.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "People of a further user store can log in at one node or in one region and not at another.",
    why: "A secondary user store is a file below repository/deployment/server/userstores of the node where it was made; \
          neither database nor event hub carries it to the others.",
    remedy: "Link all control planes with one shared directory, in Pattern 1 those of all regions.",
    sources: &[source("B17", S3), source("D10", S5)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if !cx.design.meta.practices.secondary_user_stores {
        return;
    }
    let copies: Vec<&RegionView<'_>> = cx.synchronised().filter(|r| r.control_plane_nodes > 0).collect();
    let mut shared_inside = true;
    for region in cx.regions() {
        let is_copy = copies.len() > 1 && cx.is_synchronised(region);
        if (region.control_plane_nodes > 1 || is_copy) && !shares_inside(cx, region, found) {
            shared_inside = false;
        }
    }
    if copies.len() > 1 && shared_inside && common(cx, copies.iter().flat_map(|r| planes(r))).is_empty() {
        let names: Vec<&str> = copies.iter().map(|r| r.name()).collect();
        found
            .at(copies.iter().map(|r| r.id), format!("{} do not share their user stores", list(&names)))
            .seen("shared files", "one for each region");
    }
}

/// Whether the control planes of a region share a directory; tells what does not.
fn shares_inside(cx: &Context<'_>, region: &RegionView<'_>, found: &mut Breaches) -> bool {
    let alone: Vec<&Id> = planes(region).filter(|n| shares_of(cx, *n).is_empty()).map(|n| n.id).collect();
    let (subjects, what) = match (alone.is_empty(), common(cx, planes(region)).is_empty()) {
        (false, _) => (alone, "none"),
        (true, true) => (planes(region).map(|n| n.id).collect(), "one for each box"),
        (true, false) => return true,
    };
    found
        .at(subjects, format!("The control planes of {} do not share their user stores", region.name()))
        .seen("control plane nodes", region.control_plane_nodes)
        .seen("shared files", what);
    false
}

fn planes<'a>(region: &RegionView<'a>) -> impl Iterator<Item = Node<'a>> {
    region.which(Kind::has_control_plane)
}

/// The shared directories a component mounts.
fn shares_of<'a>(cx: &Context<'a>, node: Node<'_>) -> BTreeSet<&'a Id> {
    let links = cx.out(node.id).iter().filter(|w| w.link.purpose == Purpose::FileShare);
    links.map(|w| w.to.id).collect()
}

/// The shared directories that all of the components mount.
fn common<'a>(cx: &Context<'a>, mut nodes: impl Iterator<Item = Node<'a>>) -> BTreeSet<&'a Id> {
    let first = nodes.next().map(|n| shares_of(cx, n)).unwrap_or_default();
    nodes.fold(first, |shared, n| shared.intersection(&shares_of(cx, n)).copied().collect())
}

fn fixes(cx: &Context<'_>, finding: &Finding, offers: &mut FixList<'_>) {
    let first = finding.subjects.first();
    let region = first.and_then(|id| cx.region(id).or_else(|| cx.node(id).and_then(|n| cx.region_of(n))));
    let Some(region) = region else { return };
    let regions: Vec<&RegionView<'_>> =
        if cx.is_synchronised(region) { cx.synchronised().collect() } else { vec![region] };
    let nodes: Vec<Node<'_>> = regions.iter().flat_map(|r| planes(r)).collect();
    let names: Vec<&str> = regions.iter().map(|r| r.name()).collect();
    let there = nodes.iter().flat_map(|n| shares_of(cx, *n)).next();
    let there = there.or_else(|| region.of(Kind::SharedFiles).next().map(|n| n.id));
    offers.offer(format!("Let the control planes of {} share one directory", list(&names)), |d| {
        let add = || d.add(Some(region.id), Kind::SharedFiles, Kind::SharedFiles.label());
        let share = there.cloned().unwrap_or_else(add);
        for node in nodes {
            d.connect(node.id, &share, &[Purpose::FileShare]);
        }
    });
}

#[cfg(test)]
fn with(shared: &[&str]) -> Design {
    let drawn = pattern_1().meta(|m| m.practices.secondary_user_stores = true).put("frankfurt", Kind::SharedFiles);
    shared.iter().fold(drawn, |s, cp| s.link(cp, "frankfurt-files", &[Purpose::FileShare])).design()
}

#[cfg(test)]
pub fn failing() -> Design {
    with(&["frankfurt-cp"])
}

#[cfg(test)]
pub fn passing() -> Design {
    with(&["frankfurt-cp", "oregon-cp"])
}

#[test]
fn a_directory_for_each_region_is_not_shared_between_them() {
    let drawn = pattern_1().meta(|m| m.practices.secondary_user_stores = true);
    let drawn = drawn.put("frankfurt", Kind::SharedFiles).put("oregon", Kind::SharedFiles);
    let drawn = drawn.link("frankfurt-cp", "frankfurt-files", &[Purpose::FileShare]);
    let design = drawn.link("oregon-cp", "oregon-files", &[Purpose::FileShare]).design();
    let said = found(&design, RULE.id);
    let regions = vec!["frankfurt".to_owned(), "oregon".to_owned()];
    assert_eq!(said, [(regions, "Frankfurt and Oregon do not share their user stores".to_owned())]);
    assert_eq!(found(&fixed(&design, RULE.id), RULE.id), []);
}

#[test]
fn the_only_control_plane_node_shares_with_nobody() {
    let alone = single().meta(|m| m.practices.secondary_user_stores = true).instances("frankfurt-cp", 1);
    assert_eq!(found(&alone.design(), RULE.id), []);
}
