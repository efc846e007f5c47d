//! R-DRAW-03: users reach a gateway.

use crate::design::draft::Draft;
use crate::rules::distance::nearest_first;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-DRAW-03",
    title: "Users reach a gateway, directly or through load balancers.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "These users get no answer, and they have no latency, no load and no say in what a failure means.",
    why: "API calls arrive at the traffic ports of a gateway, whatever stands before it.",
    remedy: "Link the users with a load balancer or a gateway for API traffic, and the load balancers with gateways.",
    sources: &[source("A33", S5), source("A33", S14)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let gateways: Vec<&Id> = cx.which(Kind::has_gateway).map(|n| n.id).collect();
    let callers = cx.topology.sources_of(gateways, Purpose::ApiTraffic, &[]);
    for users in cx.which(|k| k == Kind::Users) {
        let calls = matches!(&users.component.spec, Spec::Users(u) if u.requests_per_s > 0.0);
        if calls && !callers.contains(users.id) {
            found.at([users.id], format!("{} reach no gateway", users.component.name)).seen("gateways reached", 0);
        }
    }
}

/// Where calls enter a region: the balancer before its gateways, which several nodes get, or the only gateway.
fn entrance(draft: &mut Draft, region: &RegionView<'_>) -> Option<Id> {
    let own: Vec<Node<'_>> = region.of(Kind::Gateway).collect();
    let serving = if own.is_empty() { region.which(Kind::has_gateway).collect() } else { own };
    let ids: Vec<Id> = serving.iter().map(|n| n.id.clone()).collect();
    let before = |draft: &Draft| wiring::balancer_before(draft.design(), region.id, &ids, &[Purpose::ApiTraffic]);
    if before(draft).is_none() && serving.iter().map(|n| n.component.instances).max() > Some(1) {
        wiring::balance_gateways(draft, region.id);
    }
    before(draft).or_else(|| ids.first().cloned())
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(users) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let site = match &users.component.spec {
        Spec::Users(settings) => Some(&settings.site),
        _ => None,
    };
    let serving = cx.regions().iter().filter(|r| r.has(Kind::has_gateway));
    let regions = nearest_first(site, serving, cx.books);
    let name = &users.component.name;
    let behind = |d: &mut Draft, global: &Id| {
        for region in &regions {
            if let Some(entrance) = entrance(d, region) {
                d.connect(global, &entrance, &[Purpose::ApiTraffic]);
            }
        }
    };
    let gateways: Vec<&Id> = cx.which(Kind::has_gateway).map(|n| n.id).collect();
    let drawn: Vec<Node<'_>> = cx.which(|k| k == Kind::GlobalLoadBalancer).collect();
    let leads = |n: &&Node<'_>| {
        cx.topology.reached(n.id, Purpose::ApiTraffic, &[]).iter().any(|(_, end)| gateways.contains(&end.id))
    };
    let working = drawn.iter().find(leads);
    if let Some(global) = working.or(drawn.first()).filter(|_| !regions.is_empty()) {
        list.offer(format!("Send {name} through {}", global.component.name), |d| {
            d.connect(users.id, global.id, &[Purpose::ApiTraffic]);
            if working.is_none() {
                behind(d, global.id);
            }
        });
    }
    if let Some(nearest) = regions.first() {
        list.offer(format!("Send {name} to the gateways in {}", nearest.name()), |d| {
            if let Some(entrance) = entrance(d, nearest) {
                d.connect(users.id, &entrance, &[Purpose::ApiTraffic]);
            }
        });
    }
    if drawn.is_empty() && regions.len() > 1 {
        list.offer(format!("Add a global load balancer before all regions and send {name} through it"), |d| {
            let global = d.add(None, Kind::GlobalLoadBalancer, Kind::GlobalLoadBalancer.label());
            d.connect(users.id, &global, &[Purpose::ApiTraffic]);
            behind(d, &global);
        });
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    single().put("", Kind::Users).link("users", "frankfurt-lb-cp", &[Purpose::PortalAccess]).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single().entrance(&["frankfurt-lb-gw"]).design()
}

#[test]
fn a_global_balancer_that_leads_nowhere_is_led_to_all_regions() {
    let stranded = pattern_2()
        .without_link("gslb", "frankfurt-lb-gw", Purpose::ApiTraffic)
        .without_link("gslb", "mumbai-lb", Purpose::ApiTraffic)
        .design();
    let fixed = crate::rules::testing::fixed(&stranded, RULE.id);
    let led: Vec<&str> = fixed.links.values().filter(|l| l.from.as_str() == "gslb").map(|l| l.to.as_str()).collect();
    assert_eq!(led, ["frankfurt-lb-gw", "mumbai-lb"]);
}
