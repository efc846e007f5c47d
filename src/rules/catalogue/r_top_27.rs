//! R-TOP-27: all nodes run the version of the design.

use crate::design::Packaging;
use crate::design::draft::Draft;
use crate::rules::convert::packaging_exists;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-27",
    title: "All nodes of a design run the same product version.",
    severity: Severity::Error,
    basis: Basis::Inferred,
    impact: "Nodes misread each other's events and data, or do not work together at all.",
    why: "Database scripts, events and configuration are made for one version, and apictl moves APIs only between \
          equal ones.",
    remedy: "Bring all nodes to one version, and draw each step of an upgrade as a design of its own.",
    sources: &[source("H23", S44)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

/// Nodes with a version of their own that is not the design's.
fn deviating<'c>(cx: &'c Context<'_>) -> impl Iterator<Item = (Node<'c>, ProductVersion)> {
    let own = |n: Node<'c>| n.component.settings.product_version.filter(|v| *v != cx.version);
    cx.which(Kind::is_product_node).filter_map(move |n| Some((n, own(n)?)))
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for (node, version) in deviating(cx) {
        let message = format!("{} runs {version}, but the design is drawn for {}", cx.place(node), cx.version);
        found.at([node.id], message).seen("version", version).seen("version of the design", cx.version);
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let version = cx.version;
    list.offer(format!("Bring {} to {version}", cx.place(node)), |d| align(d, node.id));
    let all: Vec<&Id> = deviating(cx).map(|(n, _)| n.id).collect();
    if all.len() > 1 {
        list.offer(format!("Bring all nodes to {version}"), |d| all.iter().for_each(|id| align(d, id)));
    }
}

/// Lets a node follow the version of the design, installed as that one asks where it was so before.
fn align(draft: &mut Draft, id: &Id) {
    let version = draft.design().meta.product_version;
    draft.component(id, |c| {
        c.settings.product_version = None;
        if !packaging_exists(c.kind(), c.settings.packaging, version) {
            c.settings.packaging = Packaging::ByVersion;
        }
    });
}

#[cfg(test)]
pub fn failing() -> Design {
    let old = |c: &mut crate::design::Component| c.settings.product_version = Some(ProductVersion::V4_5);
    single().with("frankfurt-gw", old).with("frankfurt-tm", old).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single().with("frankfurt-gw", |c| c.settings.product_version = Some(ProductVersion::V4_6)).design()
}
