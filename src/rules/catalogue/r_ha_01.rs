//! R-HA-01: two nodes of everything in production.

use std::collections::BTreeMap;

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-01",
    title: "In production every component has at least two nodes in its region.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "Losing or updating that one node stops its work for the whole region.",
    why: "Two nodes of each kind are the documented minimum for high availability.",
    remedy: "Raise the number of instances to two, with a load balancer in front where callers choose a node.",
    sources: &[source("D1", S7), source("C2", S8), source("C8", S39), source("C9", S39)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if cx.design.meta.environment != Environment::Production {
        return;
    }
    for region in cx.regions() {
        for kind in Kind::ALL.into_iter().filter(|k| k.is_product_node()) {
            if kind == Kind::AllInOne && super::r_ha_02::is_lone_all_in_one(region).is_some() {
                continue;
            }
            let groups = alike(region, kind);
            let several = groups.len() > 1;
            for (environment, nodes) in groups {
                let [node] = nodes.as_slice() else { continue };
                if node.component.instances == 1 {
                    let whose = if several { format!(" of environment {environment}") } else { String::new() };
                    report(found, region, *node, &whose);
                }
            }
        }
    }
}

/// Boxes of a kind that stand in for each other: all of a region, gateways only those of one environment.
pub fn alike<'a>(region: &RegionView<'a>, kind: Kind) -> BTreeMap<&'a str, Vec<Node<'a>>> {
    let mut groups: BTreeMap<&str, Vec<Node<'_>>> = BTreeMap::new();
    for node in region.of(kind) {
        let environment = gateway_environment(node.component).filter(|_| kind == Kind::Gateway);
        groups.entry(environment.unwrap_or_default()).or_default().push(node);
    }
    groups
}

fn report(found: &mut Breaches, region: &RegionView<'_>, node: Node<'_>, whose: &str) {
    let kind = node.component.kind();
    let lost = match kind {
        Kind::Gateway => "its API traffic stops",
        Kind::TrafficManager => "throttling stops there",
        Kind::ControlPlane => "publishing, portals and new tokens stop there",
        Kind::KeyManager => "no new tokens are issued there",
        _ => "everything it does there stops",
    };
    let label = kind.label().to_lowercase();
    found
        .at([node.id], format!("One {label}{whose} in {}: {lost} when it is lost", region.name()))
        .seen("nodes", 1)
        .seen("environment", Environment::Production.label());
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    list.offer(format!("Give {} a second node", cx.place(node)), |d| {
        d.component(node.id, |c| c.instances = 2);
        wiring::balance_copies(d, node.id);
    });
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().instances("mumbai-tm", 1).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().instances("mumbai-tm", 1).meta(|m| m.environment = Environment::Development).design()
}

#[test]
fn two_single_boxes_are_two_nodes() {
    let design = pattern_2().instances("mumbai-tm", 1).put_as("mumbai", Kind::TrafficManager, "-b");
    assert_eq!(found(&design.instances("mumbai-tm-b", 1).design(), RULE.id), []);
}

#[test]
fn gateways_of_different_environments_do_not_stand_in_for_each_other() {
    let inner = |c: &mut crate::design::Component| {
        let gateway = crate::design::Gateway { environment: "Inner".into(), ..Default::default() };
        (c.spec, c.instances) = (Spec::Gateway(gateway), 1);
    };
    let said = found(&pattern_2().put_as("mumbai", Kind::Gateway, "-b").with("mumbai-gw-b", inner).design(), RULE.id);
    let expected = "One gateway of environment Inner in Mumbai: its API traffic stops when it is lost";
    assert_eq!(said, [(vec!["mumbai-gw-b".to_owned()], expected.to_owned())]);
}

#[test]
fn the_second_control_plane_comes_with_the_balancer_it_needs() {
    let design = pattern_2().instances("frankfurt-cp", 1).without("frankfurt-lb-cp");
    let design = design.link("mumbai-gw", "frankfurt-cp", &[Purpose::ManagementHttps]).design();
    let fixed = fixed(&design, RULE.id);
    assert_eq!(found(&fixed, "R-HA-10"), []);
    assert_eq!(found(&fixed, "R-HA-11"), []);
}
