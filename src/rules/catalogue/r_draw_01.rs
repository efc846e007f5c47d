//! R-DRAW-01: components of the product stand in a region.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::design::commands::region_at;
use crate::design::{Pos, SceneRect};
use crate::rules::prelude::*;
use crate::rules::rewire::{self, MOST_OFFERS};

pub static RULE: Rule = Rule {
    id: "R-DRAW-01",
    title: "Nodes of the product, their databases and load balancers stand in a region.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "It is left out of the checks and of every figure that depends on the place.",
    why: "Both patterns are about what stands in which region; outside all of them a component belongs to neither.",
    remedy: "Drag it into the region where it will run.",
    sources: &[source("B1", S1), source("B20", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let belongs = |k: Kind| k.is_product_node() || matches!(k, Kind::Database | Kind::LoadBalancer | Kind::Redis);
    for node in cx.which(belongs).filter(|n| n.component.region.is_none()) {
        found.at([node.id], format!("{} stands in no region", node.component.name)).seen("region", "none");
    }
}

/// How far a point is from a rectangle, scene points, squared.
fn squared_gap(rect: SceneRect, point: Pos) -> i64 {
    let (min, max) = (rect.min, rect.max());
    let off = |at: i32, low: i32, high: i32| i64::from((low - at).max(at - high).max(0));
    let (dx, dy) = (off(point.0, min.0, max.0), off(point.1, min.1, max.1));
    dx * dx + dy * dy
}

/// Whether a component standing elsewhere may be offered the region: a control plane belongs into no sub region, and
/// into none that has two nodes already.
fn has_room(region: &RegionView<'_>, node: Node<'_>) -> bool {
    let nodes = region.control_plane_nodes.saturating_add(node.component.instances);
    !node.component.kind().has_control_plane() || (region.part != Part::Sub && nodes <= 2)
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let center = cx.design.rect_scene(node.component).center();
    let over = region_at(cx.design, center);
    let mut linked: BTreeMap<&Id, usize> = BTreeMap::new();
    let ends = cx.out(node.id).iter().map(|w| w.to).chain(cx.into(node.id).iter().map(|w| w.from));
    for region in ends.filter_map(|end| end.component.region.as_ref()) {
        *linked.entry(region).or_default() += 1;
    }
    let fits = |r: &&RegionView<'_>| Some(r.id) == over || has_room(r, node);
    let mut regions: Vec<&RegionView<'_>> = cx.regions().iter().filter(fits).collect();
    // Where it stands; else where most of what it is linked with stands; else the nearest.
    regions.sort_by_key(|r| {
        let links = linked.get(r.id).copied().unwrap_or(0);
        (Some(r.id) != over, Reverse(links), squared_gap(r.region.rect(), center))
    });
    for region in regions.into_iter().take(MOST_OFFERS) {
        list.offer(format!("Move {} into {}", node.component.name, region.name()), |d| {
            d.settle(node.id, region.id);
            rewire::join(d, node.id);
        });
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    single().put("", Kind::Gateway).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single().put("", Kind::Backend).put("", Kind::Users).design()
}

#[test]
fn the_region_it_stands_over_is_offered_first_and_what_it_lacks_there_is_drawn() {
    let stray = pattern_2()
        .with_region("mumbai", |r| r.pos = Pos(1_000, 0))
        .put("", Kind::TrafficManager)
        .with("tm", |c| c.pos = Pos(1_200, 100))
        .design();
    let fixed = crate::rules::testing::fixed(&stray, RULE.id);
    let id = Id::slug("tm");
    assert_eq!(fixed.components.get(&id).and_then(|c| c.region.clone()), Some(Id::slug("mumbai")));
    let rect = fixed.components.get(&id).map(|c| fixed.rect_scene(c));
    let covers = |(other, c): (&Id, &std::sync::Arc<crate::design::Component>)| {
        *other != id && rect.is_some_and(|r| r.intersects(fixed.rect_scene(c)))
    };
    assert!(!fixed.components_in(&Id::slug("mumbai")).any(covers));
    assert_eq!(found(&fixed, "R-CON-01").len() + found(&fixed, "R-CON-02").len(), 0);
}
