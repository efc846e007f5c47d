//! R-SIZ-02: gateways carry the peak by published figures.

use crate::design::draft::Draft;
use crate::design::{Component, MAX_INSTANCES};
use crate::estimate::{GroupLoad, grouped};
use crate::rules::Inputs;
use crate::rules::prelude::*;
use crate::topology::Topology;

pub static RULE: Rule = Rule {
    id: "R-SIZ-02",
    title: "The gateways of a group carry its peak load by the published throughput.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "At the peak calls wait longer and longer and fail in the end.",
    why: "The published tests reach fewer calls a second on as many cores with messages of this size, and they call a \
          backend that answers at once.",
    remedy: "Add gateways or cores, and measure with your own APIs.",
    sources: &[source("E4", S17), source("E8", S17)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

/// The loads of all gateway groups, if calls are drawn that reach any of them; else says that it lacks them.
pub fn loads<'c>(cx: &'c Context<'_>, found: &mut Breaches) -> Option<&'c [GroupLoad]> {
    cx.which(Kind::has_gateway).next()?;
    let loads = cx.estimates().load.as_slice();
    if loads.iter().any(|l| l.demand_rps > 0.0) {
        return Some(loads);
    }
    found.unchecked("No calls are drawn that reach a gateway, so the load is not known.");
    None
}

/// Nodes a group can have at the peak: those it grows to, if it scales by itself.
pub fn most_nodes(component: &Component) -> u32 {
    match &component.spec {
        Spec::Gateway(gateway) => gateway.autoscale_max.unwrap_or(0).max(component.instances),
        _ => component.instances,
    }
}

/// Lets a group have this many nodes at the peak.
pub fn set_most_nodes(component: &mut Component, nodes: u32) {
    match &mut component.spec {
        Spec::Gateway(gateway) if gateway.autoscale_max.is_some() => gateway.autoscale_max = Some(nodes),
        _ => component.instances = nodes,
    }
}

/// Offers to let a group have this many nodes at the peak.
pub fn offer_nodes(cx: &Context<'_>, node: Node<'_>, nodes: u32, list: &mut FixList<'_>) {
    let scales = matches!(&node.component.spec, Spec::Gateway(g) if g.autoscale_max.is_some());
    let place = cx.place(node);
    let label =
        if scales { format!("Let {place} grow to {nodes} nodes") } else { format!("Give {place} {nodes} nodes") };
    list.offer(label, |d| d.component(node.id, |c| set_most_nodes(c, nodes)));
}

/// Calls a second that one node of the group carries; `None` when no throughput is published for the version.
pub fn rps_per_node(load: &GroupLoad, component: &Component) -> Option<f64> {
    let per_node = load.capacity_rps / f64::from(component.instances);
    (per_node > 0.0).then_some(per_node)
}

/// Whether a load is over a limit by more than the error of adding it up.
pub fn is_over(load: f64, limit: f64) -> bool {
    load > limit * (1.0 + 1e-9)
}

/// How many nodes carry a load, each so much; one more than all numbers if none do.
pub fn nodes_for(load: f64, per_node: f64) -> u32 {
    // A quotient beyond the range of the type becomes its largest value.
    (load / per_node * (1.0 - 1e-9)).ceil() as u32
}

/// Most turns after which more nodes should have drawn in all the calls they can.
const TURNS: usize = 16;

/// The number of nodes from which on a group `needs` no more than it has; `None` when that is beyond all groups.
/// A balancer that weighs by capacity sends more calls to a larger group, so the need is worked out again each time.
pub fn enough_nodes(cx: &Context<'_>, id: &Id, needs: fn(&Context<'_>, &Id) -> Option<u32>) -> Option<u32> {
    let mut draft = Draft::of(cx.design);
    for _ in 0..TURNS {
        let topology = Topology::of(draft.design());
        let context = Context::new(&topology, &Inputs::of(cx.books));
        let needed = needs(&context, id)?;
        let nodes = most_nodes(context.node(id)?.component);
        if needed <= nodes {
            return Some(nodes);
        }
        if needed > MAX_INSTANCES {
            return None;
        }
        draft.component(id, |c| set_most_nodes(c, needed));
    }
    None
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let Some(loads) = loads(cx, found) else { return };
    let mut unpublished = 0;
    for load in loads.iter().filter(|l| l.demand_rps > 0.0) {
        let Some(node) = cx.node(&load.component) else { continue };
        let Some(per_node) = rps_per_node(load, node.component) else {
            unpublished += 1;
            continue;
        };
        let nodes = most_nodes(node.component);
        let capacity = per_node * f64::from(nodes);
        if is_over(load.demand_rps, capacity) {
            let (demand, carried) = (grouped(load.demand_rps), grouped(capacity));
            found
                .at(
                    [node.id],
                    format!(
                        "{} gets {demand} calls a second at peak, and {nodes} such {} carried {carried} in tests",
                        cx.place(node),
                        plural(nodes as usize, "node")
                    ),
                )
                .seen("calls a second", demand)
                .seen("capacity", carried);
        }
    }
    if unpublished > 0 {
        let groups = plural(unpublished, "group");
        found
            .unchecked(format!("No throughput is published for {unpublished} {groups} of gateways in {}.", cx.version));
    }
}

fn needed(cx: &Context<'_>, id: &Id) -> Option<u32> {
    let load = cx.estimates().load.iter().find(|l| l.component == *id)?;
    Some(nodes_for(load.demand_rps, rps_per_node(load, cx.node(id)?.component)?))
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let place = cx.place(node);
    if let Some(nodes) = enough_nodes(cx, node.id, needed) {
        offer_nodes(cx, node, nodes, list);
    }
    if let Some((vcpu, memory_gib)) = larger_size(cx, node) {
        list.offer(format!("Give each node of {place} {vcpu} vCPU"), |d| {
            d.component(node.id, |c| {
                if let Some(size) = &mut c.size {
                    size.vcpu = vcpu;
                    size.memory_gib = memory_gib;
                }
            });
        });
    }
}

/// Cores of the largest node that is offered instead of more nodes.
const MOST_VCPU: f64 = 16.0;

/// Cores and memory with which the nodes there are carry the load, doubled as often as it takes.
fn larger_size(cx: &Context<'_>, node: Node<'_>) -> Option<(f64, f64)> {
    let size = node.component.size.filter(|s| s.vcpu > 0.0)?;
    let mut draft = Draft::of(cx.design);
    let (mut vcpu, mut memory_gib) = (size.vcpu * 2.0, size.memory_gib * 2.0);
    while vcpu <= MOST_VCPU {
        draft.component(node.id, |c| {
            if let Some(size) = &mut c.size {
                (size.vcpu, size.memory_gib) = (vcpu, memory_gib);
            }
        });
        let topology = Topology::of(draft.design());
        let context = Context::new(&topology, &Inputs::of(cx.books));
        if needed(&context, node.id)? <= most_nodes(node.component) {
            return Some((vcpu, memory_gib));
        }
        (vcpu, memory_gib) = (vcpu * 2.0, memory_gib * 2.0);
    }
    None
}

#[cfg(test)]
pub fn failing() -> Design {
    single().entrance(&["frankfurt-lb-gw"]).calls(10_000.0).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single().entrance(&["frankfurt-lb-gw"]).calls(6_000.0).design()
}

#[test]
fn a_group_counts_with_the_nodes_it_grows_to() {
    let growing = |most| {
        let set = |c: &mut Component| {
            if let Spec::Gateway(g) = &mut c.spec {
                g.autoscale_max = Some(most);
            }
        };
        single().entrance(&["frankfurt-lb-gw"]).calls(10_000.0).with("frankfurt-gw", set).design()
    };
    assert_eq!(found(&growing(5), RULE.id), []);
    assert_eq!(found(&growing(3), RULE.id).len(), 1);
}

#[test]
fn more_nodes_behind_a_weighted_balancer_are_counted_until_they_suffice() {
    use crate::design::{GlobalLoadBalancer, RoutingPolicy};
    let weighted = |c: &mut Component| {
        c.spec = Spec::GlobalLoadBalancer(GlobalLoadBalancer { policy: RoutingPolicy::Weighted, ..Default::default() });
    };
    let mut design = pattern_1().with("gslb", weighted).calls(20_000.0).design();
    assert_eq!(found(&design, RULE.id).len(), 2);
    let edit = crate::rules::fix_all(&design, RULE.id, &Inputs::of(crate::books::Books::shipped())).unwrap();
    edit.apply(&mut design).unwrap();
    assert_eq!(found(&design, RULE.id), []);
}

#[test]
fn without_calls_the_load_is_said_to_be_unknown() {
    let report = crate::rules::testing::checked_on(&single().design(), None);
    assert!(report.unchecked.iter().any(|u| u.rule == RULE.id), "{:?}", report.unchecked);
}
