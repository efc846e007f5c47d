//! R-HA-02: one all-in-one node is not for production.

use crate::design::draft::Draft;
use crate::design::{Gateway, Link};
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-02",
    title: "A single all-in-one node is not used in production.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "Any fault or update of that node takes API traffic, portals, tokens and throttling away at once.",
    why: "One process is a single point of failure; the documentation offers it for development and small tests only.",
    remedy: "Run two all-in-one nodes behind a load balancer, or separate the components.",
    sources: &[source("C0", S8), source("C1", S8)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

/// The region's only product node, if that is one all-in-one.
pub fn is_lone_all_in_one<'a>(region: &RegionView<'a>) -> Option<Node<'a>> {
    let mut nodes = region.which(Kind::is_product_node);
    let only = nodes.next().filter(|n| n.component.kind() == Kind::AllInOne && n.component.instances == 1)?;
    nodes.next().is_none().then_some(only)
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if cx.design.meta.environment != Environment::Production {
        return;
    }
    for region in cx.regions() {
        if let Some(node) = is_lone_all_in_one(region) {
            found
                .at([node.id], format!("All of {} hangs on one all-in-one node", region.name()))
                .seen("nodes", 1)
                .seen("environment", Environment::Production.label());
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let Some(region) = cx.region_of(node) else { return };
    list.offer(format!("Run two all-in-one nodes behind a load balancer in {}", region.name()), |d| {
        d.component(node.id, |c| c.instances = 2);
        wiring::balance_copies(d, node.id);
    });
    list.offer(format!("Separate control plane, traffic managers and gateways in {}", region.name()), |d| {
        separate(d, node, region.id);
    });
}

/// Makes the node a control plane, adds what is missing beside it and gives the gateways' work to gateways.
fn separate(draft: &mut Draft, node: Node<'_>, region: &Id) {
    let Spec::AllInOne(all) = &node.component.spec else { return };
    let gateway = Gateway { environment: all.environment.clone(), workload: all.workload, ..Gateway::default() };
    draft.component(node.id, |c| {
        (c.spec, c.instances) = (Kind::ControlPlane.default_spec(), 2);
        if c.name == Kind::AllInOne.label() {
            c.name = Kind::ControlPlane.label().to_owned();
        }
    });
    wiring::complete(draft, region);
    let gateways = wiring::of_kind(draft.design(), region, |k| k == Kind::Gateway);
    let balancer = wiring::balancer_before(draft.design(), region, &gateways, &[Purpose::ApiTraffic]);
    for id in &gateways {
        draft.component(id, |c| c.spec = Spec::Gateway(gateway.clone()));
    }
    let of_gateway = |p: Purpose| matches!(p, Purpose::ApiTraffic | Purpose::BackendCall | Purpose::AnalyticsEvents);
    let links: Vec<(Id, Link)> = draft
        .design()
        .links_of(node.id)
        .filter(|(_, l)| of_gateway(l.purpose))
        .map(|(id, l)| (id.clone(), (**l).clone()))
        .collect();
    for (id, link) in links {
        draft.disconnect(&id);
        if link.from == *node.id {
            for gateway in &gateways {
                draft.connect(gateway, &link.to, &[link.purpose]);
            }
        } else if let Some(balancer) = balancer.as_ref().filter(|b| **b != link.from) {
            draft.connect(&link.from, balancer, &[link.purpose]);
        }
    }
}

#[cfg(test)]
fn all_in_one(instances: u32) -> Design {
    let place = Sketch::new().region("Oslo", RegionRole::Peer).put("oslo", Kind::AllInOne);
    let used = place.put("", Kind::Users).link("users", "oslo-aio", &[Purpose::ApiTraffic, Purpose::PortalAccess]);
    let used = used.put("oslo", Kind::Backend).link("oslo-aio", "oslo-backend", &[Purpose::BackendCall]);
    used.instances("oslo-aio", instances).design()
}

#[cfg(test)]
pub fn failing() -> Design {
    all_in_one(1)
}

#[cfg(test)]
pub fn passing() -> Design {
    all_in_one(2)
}

#[test]
fn the_lone_node_is_told_once() {
    assert_eq!(found(&all_in_one(1), "R-HA-01"), []);
}

#[test]
fn separating_gives_the_calls_to_gateways_and_leaves_the_portals() {
    let fixes = offered(&all_in_one(1), RULE.id);
    let fix = fixes.get(1).unwrap();
    let mut design = all_in_one(1);
    fix.edit.apply(&mut design).unwrap();
    let calls =
        |from: &str, purpose: Purpose| design.links.values().any(|l| l.from.as_str() == from && l.purpose == purpose);
    assert!(calls("oslo-gw", Purpose::BackendCall) && !calls("oslo-aio", Purpose::BackendCall));
    let users: Vec<Kind> =
        design.links.values().filter(|l| l.from.as_str() == "users").map(|l| design.components[&l.to].kind()).collect();
    assert_eq!(users, [Kind::LoadBalancer, Kind::LoadBalancer]);
}
