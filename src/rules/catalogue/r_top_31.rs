//! R-TOP-31: several gateway regions need a global load balancer.

use std::collections::BTreeSet;

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-31",
    title: "Users of several regions need a global load balancer that sends them to a working one nearby.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "When a region is lost, its users reach nothing until somebody sends them elsewhere.",
    why: "Regions do not forward traffic to each other; only something in front, such as DNS that routes by location, \
          moves users to another one.",
    remedy: "Add a global load balancer that routes by location or latency, and connect users and regions with it.",
    sources: &[source("B2", S1), source("F4", S31C)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let names: Vec<&str> = cx.regions().iter().filter(|r| r.has(Kind::has_gateway)).map(RegionView::name).collect();
    let mut idle: Vec<&Id> = Vec::new();
    for balancer in cx.which(|k| k == Kind::GlobalLoadBalancer) {
        let ends = cx.topology.reached(balancer.id, Purpose::ApiTraffic, &[]);
        let served = ends.iter().map(|(_, n)| n.component).filter(|c| c.kind().has_gateway());
        if served.filter_map(|c| c.region.as_ref()).collect::<BTreeSet<&Id>>().len() >= 2 {
            return;
        }
        idle.push(balancer.id);
    }
    if names.len() >= 2 {
        let balancers = idle.len();
        found
            .at(idle, format!("Nothing moves users between {} when one of them is lost", list(&names)))
            .seen("regions with gateways", names.len())
            .seen("global balancers", balancers);
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let regions: Vec<&Id> = cx.regions().iter().filter(|r| r.has(Kind::has_gateway)).map(|r| r.id).collect();
    let there = finding.subjects.first().and_then(|id| cx.node(id));
    let label = match there {
        Some(balancer) => format!("Connect {} with the gateways of all regions", balancer.component.name),
        None => "Add a global load balancer in front of all regions".to_owned(),
    };
    list.offer(label, |d| {
        let global = there.map_or_else(
            || d.add(None, Kind::GlobalLoadBalancer, Kind::GlobalLoadBalancer.label()),
            |balancer| balancer.id.clone(),
        );
        regions.iter().for_each(|region| wiring::balance_gateways(d, region));
        for users in cx.which(|k| k == Kind::Users) {
            for wire in cx.out(users.id).iter().filter(|w| w.link.purpose == Purpose::ApiTraffic) {
                if wire.to.component.kind() != Kind::GlobalLoadBalancer {
                    d.disconnect(wire.id);
                }
            }
            let moved = |l: &crate::design::Link| l.from == *users.id && l.purpose == Purpose::ApiTraffic;
            if !d.design().links.values().any(|l| moved(l)) {
                d.connect(users.id, &global, &[Purpose::ApiTraffic]);
            }
        }
    });
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().without("gslb").design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().design()
}

#[test]
fn a_balancer_that_leads_to_one_region_moves_nobody() {
    let design = pattern_2().without_link("gslb", "mumbai-lb", Purpose::ApiTraffic).design();
    assert_eq!(found(&design, RULE.id).into_iter().map(|(s, _)| s).collect::<Vec<_>>(), [["gslb"]]);
}
