//! R-HA-03: two control plane nodes, not three.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-03",
    title: "A region has at most two control plane nodes.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "APIs, applications and subscriptions made at one node may be missing at another.",
    why: "The nodes tell each other of changes in pairs. The documentation advises against three or more because clustering \
          and synchronisation may fail, and recommends two.",
    remedy: "Reduce the control plane to two nodes.",
    sources: &[source("C7", S8), source("D3", S12), source("D3", S13)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for region in cx.regions() {
        let count = region.count(Kind::ControlPlane);
        if count >= 3 {
            let nodes = region.of(Kind::ControlPlane).map(|n| n.id);
            found
                .at(nodes, format!("{count} control plane nodes in {}: more than two get out of step", region.name()))
                .seen("nodes", count);
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let boxes: Vec<Node<'_>> = finding.subjects.iter().filter_map(|id| cx.node(id)).collect();
    let Some((first, region)) = boxes.first().and_then(|n| Some((*n, cx.region_of(*n)?))) else { return };
    list.offer(format!("Keep two control plane nodes in {}", region.name()), |d| {
        let mut left = 2;
        for node in boxes {
            let kept = node.component.instances.min(left);
            left -= kept;
            if kept == 0 {
                wiring::merge(d, node.id, first.id);
            } else {
                d.component(node.id, |c| c.instances = kept);
            }
        }
    });
}

#[cfg(test)]
pub fn failing() -> Design {
    single().instances("frankfurt-cp", 3).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single().instances("frankfurt-cp", 2).design()
}

#[test]
fn what_was_linked_with_a_box_too_many_is_linked_with_the_one_that_stays() {
    let design = single().put_as("frankfurt", Kind::ControlPlane, "-b").put("frankfurt", Kind::IdentityProvider);
    let design = design.link("frankfurt-cp-b", "frankfurt-idp", &[Purpose::Identity]).design();
    let fixed = fixed(&design, RULE.id);
    assert!(!fixed.components.contains_key("frankfurt-cp-b"));
    assert!(fixed.links.values().any(|l| l.from.as_str() == "frankfurt-cp" && l.purpose == Purpose::Identity));
}
