//! R-SIZ-06: not more than a thousand calls under way at a gateway node.

use std::collections::BTreeMap;

use super::r_siz_02::{enough_nodes, is_over, most_nodes, nodes_for, offer_nodes};
use crate::design::RoutingPolicy;
use crate::estimate::{Estimates, grouped};
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-SIZ-06",
    title: "A gateway node serves at most 1,000 concurrent users.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "Answers take longer for everybody, and the gateway serves fewer calls than it could.",
    why: "In the published tests throughput is best at about a hundred users and falls from there; for more than a \
          thousand, further gateways are advised.",
    remedy: "Add gateways behind the balancer and test again with as many users.",
    sources: &[source("E8", S17)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

/// Concurrent users of a node beyond which more nodes are advised (E8).
const MOST_PER_NODE: f64 = 1_000.0;

/// Concurrent calls at each gateway group, and how many populations do not say how many they have.
///
/// A population goes where the estimates send it: to its region, or to all regions where a balancer weighs them; and
/// there to the groups in proportion to what they carry.
fn concurrent<'a>(cx: &Context<'a>) -> (BTreeMap<&'a Id, f64>, usize) {
    let mut unsaid = 0;
    let mut counted = Vec::new();
    for node in cx.which(|k| k == Kind::Users) {
        let Spec::Users(users) = &node.component.spec else { continue };
        match users.concurrent_calls {
            Some(calls) => counted.push((node, calls)),
            None => unsaid += 1,
        }
    }
    let mut sums: BTreeMap<&'a Id, f64> = BTreeMap::new();
    if counted.is_empty() {
        return (sums, unsaid);
    }
    let estimates = cx.estimates();
    let carried: BTreeMap<&Id, f64> = estimates.load.iter().map(|l| (&l.component, l.capacity_rps)).collect();
    for ((_, region), (population, calls)) in together(cx, estimates, &counted) {
        let reached = cx.topology.reached(population.id, Purpose::ApiTraffic, &[]).into_iter().map(|(_, node)| node);
        let here = |n: &Node<'_>| region.is_none() || n.component.region.as_ref() == region;
        let ends: Vec<_> = reached.filter(|n| n.component.kind().has_gateway() && here(n)).collect();
        let weight = |n: &Node<'_>| carried.get(n.id).copied().unwrap_or_default();
        let whole: f64 = ends.iter().map(weight).sum();
        for end in &ends {
            let share = if whole > 0.0 { weight(end) / whole } else { 1.0 / ends.len() as f64 };
            *sums.entry(end.id).or_default() += calls * share;
        }
    }
    (sums, unsaid)
}

/// Where populations enter and the region that serves them; `None` when a balancer weighs the regions.
type Way<'c> = (Vec<&'c Id>, Option<&'c Id>);

/// Populations that go the same way: one of them, and the calls of all.
fn together<'c, 'a>(
    cx: &'c Context<'a>,
    estimates: &'c Estimates,
    counted: &[(Node<'a>, f64)],
) -> BTreeMap<Way<'c>, (Node<'a>, f64)> {
    let weighs =
        |n: Node<'_>| matches!(&n.component.spec, Spec::GlobalLoadBalancer(g) if g.policy == RoutingPolicy::Weighted);
    let mut ways: BTreeMap<Way<'c>, (Node<'a>, f64)> = BTreeMap::new();
    for &(population, calls) in counted {
        let links = || cx.out(population.id).iter().filter(|w| w.link.purpose == Purpose::ApiTraffic);
        let latency = estimates.latency.binary_search_by(|l| l.population.cmp(population.id)).ok();
        let region = latency.and_then(|i| estimates.latency.get(i)).and_then(|l| l.served_by.as_ref());
        let region = if links().any(|w| weighs(w.to)) { None } else { region };
        ways.entry((links().map(|w| w.to.id).collect(), region)).or_insert((population, 0.0)).1 += calls;
    }
    ways
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if cx.which(Kind::has_gateway).next().is_none() {
        return;
    }
    let (sums, unsaid) = concurrent(cx);
    for (id, calls) in sums {
        let Some(node) = cx.node(id) else { continue };
        let nodes = most_nodes(node.component);
        let each = calls / f64::from(nodes);
        if is_over(each, MOST_PER_NODE) {
            let (each, most) = (grouped(each), grouped(MOST_PER_NODE));
            found
                .at(
                    [id],
                    format!("Each node of {} has {each} calls at a time, beyond the {most} advised", cx.place(node)),
                )
                .seen("calls at a time", grouped(calls))
                .seen("nodes", nodes);
        }
    }
    if unsaid > 0 {
        let populations = plural(unsaid, "population");
        found.unchecked(format!("For {unsaid} user {populations} nobody has counted the calls at a time."));
    }
}

fn needed(cx: &Context<'_>, id: &Id) -> Option<u32> {
    let (sums, _) = concurrent(cx);
    sums.get(id).map(|calls| nodes_for(*calls, MOST_PER_NODE))
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    if let Some(nodes) = enough_nodes(cx, node.id, needed) {
        offer_nodes(cx, node, nodes, list);
    }
}

#[cfg(test)]
fn crowd(calls: f64) -> Sketch {
    pattern_1().with("users", |c| {
        if let Spec::Users(users) = &mut c.spec {
            users.concurrent_calls = Some(calls);
        }
    })
}

#[cfg(test)]
pub fn failing() -> Design {
    crowd(2_500.0).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    crowd(2_000.0).design()
}

#[test]
fn a_weighted_balancer_spreads_users_over_the_regions() {
    use crate::design::GlobalLoadBalancer;
    let weighted = |sketch: Sketch| {
        sketch.with("gslb", |c| {
            let policy = RoutingPolicy::Weighted;
            c.spec = Spec::GlobalLoadBalancer(GlobalLoadBalancer { policy, ..Default::default() });
        })
    };
    assert_eq!(found(&weighted(crowd(4_000.0)).design(), RULE.id), []);
    assert_eq!(found(&weighted(crowd(4_100.0)).design(), RULE.id).len(), 2);
}

#[test]
fn users_that_nobody_counted_are_said_to_be_unchecked() {
    let report = crate::rules::testing::checked_on(&pattern_1().design(), None);
    assert!(report.unchecked.iter().any(|u| u.rule == RULE.id));
}
