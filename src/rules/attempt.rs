//! What an architect would try to bring an estimate below its target, each as an edit; whether it helps is for the
//! estimates to say.

use std::collections::BTreeSet;

use super::catalogue::r_siz_02::{nodes_for, rps_per_node, set_most_nodes};
use super::fix::Fix;
use super::{Context, wiring};
use crate::books::Books;
use crate::design::draft::Draft;
use crate::design::edit::Op;
use crate::design::{
    Commitment, Component, Design, Id, Kind, MAX_INSTANCES, Purpose, RoutingPolicy, Site, Spec, TokenFormat,
};
use crate::estimate::{self, Estimates, Operation};
use crate::topology::{Node, Topology, locate};

use super::context::most_nodes;

/// Most cloud regions that are tried for one region.
const NEAREST: usize = 3;

/// The estimates after an edit; `None` when it cannot be applied.
#[must_use]
pub fn after(cx: &Context<'_>, fix: &Fix) -> Option<Estimates> {
    let mut design = cx.design.clone();
    fix.edit.apply(&mut design).ok()?;
    Some(estimate::estimate(&Topology::of(&design), cx.books))
}

/// The 95th percentile of a population's API calls, ms.
#[must_use]
pub fn p95_ms(estimates: &Estimates, population: &Id) -> Option<f64> {
    let [_, p95, _] = estimates.percentiles(population, Operation::ApiCall).ok()?;
    Some(p95.value)
}

/// How much slower the calls of others may become by what helps a population, as a share.
const OTHERS_SLOWER: f64 = 0.05;

/// Whether the calls of every other population take about as long as before, or meet their own target.
#[must_use]
pub fn spares_others(cx: &Context<'_>, after: &Estimates, population: &Id) -> bool {
    cx.estimates().latency.iter().map(|p| &p.population).filter(|id| *id != population).all(|id| {
        match (p95_ms(cx.estimates(), id), p95_ms(after, id)) {
            (Some(before), Some(now)) => {
                now <= before * (1.0 + OTHERS_SLOWER) || cx.design.target_p95_ms(id).is_some_and(|target| now <= target)
            }
            (Some(_), None) => false,
            (None, _) => true,
        }
    })
}

/// The attempts of [`for_calls`] that reach a target at no other population's cost: the cheapest first, and those that
/// move a region last.
#[must_use]
pub fn reaching(cx: &Context<'_>, population: &Id, target_ms: f64) -> Vec<Fix> {
    let mut reaching: Vec<(bool, f64, Fix)> = Vec::new();
    for fix in for_calls(cx, population) {
        let Some(after) = after(cx, &fix) else { continue };
        if p95_ms(&after, population).is_some_and(|ms| ms <= target_ms) && spares_others(cx, &after, population) {
            let moves = fix.edit.ops.iter().any(|op| matches!(op, Op::Region(..)));
            reaching.push((moves, after.cost.total.map_or(0.0, |f| f.value), fix));
        }
    }
    reaching.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    reaching.into_iter().map(|(.., fix)| fix).collect()
}

/// Changes that may shorten the API calls of a population, without a further region.
#[must_use]
pub fn for_calls(cx: &Context<'_>, population: &Id) -> Vec<Fix> {
    let mut found = Vec::new();
    routing(cx, population, &mut found);
    let served = cx.estimates().latency.iter().find(|p| p.population == *population).and_then(|p| p.served_by.as_ref());
    if let Some(served) = served {
        nodes(cx, served, &mut found);
        local_backends(cx, served, &mut found);
        nearer(cx, population, served, &mut found);
    }
    if cx.design.meta.tokens == TokenFormat::Opaque {
        let label = "Use self-contained tokens, which no key manager is asked about";
        found.extend(Fix::of(cx.design, label, |d| d.meta(|m| m.tokens = TokenFormat::Jwt)));
    }
    found
}

/// Where API calls enter each region that has gateways.
fn entries<'c>(cx: &'c Context<'_>) -> impl Iterator<Item = (&'c str, &'c Id, Id)> {
    cx.regions().iter().filter_map(|region| Some((region.name(), region.id, wiring::api_entry(cx.design, region.id)?)))
}

/// Another policy of the balancer the population goes to, regions it does not know, another region for those who go
/// to one straight.
fn routing(cx: &Context<'_>, population: &Id, found: &mut Vec<Fix>) {
    let ways: Vec<_> = cx.out(population).iter().filter(|w| w.link.purpose == Purpose::ApiTraffic).collect();
    for way in &ways {
        let to = way.to;
        if let Spec::GlobalLoadBalancer(balancer) = &to.component.spec {
            if balancer.policy != RoutingPolicy::Nearest {
                let label = format!("Let {} send callers to the region with the lowest latency", to.component.name);
                found.extend(Fix::of(cx.design, label, |d| {
                    d.component(to.id, |c| {
                        if let Spec::GlobalLoadBalancer(balancer) = &mut c.spec {
                            balancer.policy = RoutingPolicy::Nearest;
                        }
                    });
                }));
            }
            let known: BTreeSet<&Id> = cx.out(to.id).iter().map(|w| w.to.id).collect();
            for (name, _, entry) in entries(cx).filter(|(_, _, entry)| !known.contains(entry)) {
                let label = format!("Let {} lead to {name}, too", to.component.name);
                found.extend(Fix::of(cx.design, label, |d| drop(d.connect(to.id, &entry, &[Purpose::ApiTraffic]))));
            }
        }
    }
    let straight: Vec<&Id> = ways.iter().filter(|w| w.to.component.region.is_some()).map(|w| w.id).collect();
    if straight.is_empty() || ways.len() > straight.len() {
        return;
    }
    let here: BTreeSet<Option<&Id>> = ways.iter().map(|w| w.to.component.region.as_ref()).collect();
    for (name, _, entry) in entries(cx).filter(|(_, region, _)| !here.contains(&Some(*region))) {
        let label = format!("Send {} to {name} instead", cx.design.name_of(population));
        found.extend(Fix::of(cx.design, label, |d| {
            for link in &straight {
                d.disconnect(link);
            }
            d.connect(population, &entry, &[Purpose::ApiTraffic]);
        }));
    }
}

/// Share of their published throughput that gateways are planned to use: the design's own target, else what is advised.
fn planned_use(cx: &Context<'_>) -> f64 {
    estimate::UseTarget::of(cx.design).pct() / 100.0
}

/// More nodes where the peak takes more than is planned.
fn nodes(cx: &Context<'_>, region: &Id, found: &mut Vec<Fix>) {
    let mut raised = Vec::new();
    for load in &cx.estimates().load {
        let Some(node) = cx.node(&load.component).filter(|n| n.component.region.as_ref() == Some(region)) else {
            continue;
        };
        let Some(per_node) = rps_per_node(load, node.component) else { continue };
        let needed = nodes_for(load.demand_rps, per_node * planned_use(cx));
        if needed > most_nodes(node.component) && needed <= MAX_INSTANCES {
            raised.push((node, needed));
        }
    }
    if raised.is_empty() {
        return;
    }
    let words: Vec<String> = raised.iter().map(|(node, n)| format!("{} {n} nodes", cx.place(*node))).collect();
    found.extend(Fix::of(cx.design, format!("Give {}", words.join(" and ")), |d| {
        for (node, needed) in &raised {
            d.component(node.id, |c| set_most_nodes(c, *needed));
        }
    }));
}

/// A copy of the backends that stand elsewhere, beside the gateways of a region.
fn local_backends(cx: &Context<'_>, region: &Id, found: &mut Vec<Fix>) {
    let Some(view) = cx.region(region) else { return };
    let gateways: Vec<Node<'_>> = view.which(Kind::has_gateway).collect();
    let far: BTreeSet<&Id> = gateways
        .iter()
        .flat_map(|gateway| cx.out(gateway.id))
        .filter(|w| w.link.purpose == Purpose::BackendCall && w.to.component.kind() == Kind::Backend)
        .filter(|w| w.to.component.region.as_ref() != Some(region))
        .map(|w| w.to.id)
        .collect();
    if far.is_empty() {
        return;
    }
    let what = if far.len() == 1 { "a copy of its backend" } else { "copies of its backends" };
    found.extend(Fix::of(cx.design, format!("Place {what} in {}", view.name()), |d| {
        for backend in far {
            copy_backend(d, backend, region);
        }
    }));
}

/// Places a copy of a backend in a region, and lets the gateways there call it instead.
pub fn copy_backend(draft: &mut Draft, backend: &Id, region: &Id) {
    let Some(model) = draft.design().components.get(backend).cloned() else { return };
    let copy = draft.add(Some(region), Kind::Backend, &model.name);
    draft.component(&copy, |c| {
        *c = Component { name: c.name.clone(), region: c.region.clone(), pos: c.pos, ..(*model).clone() };
        if let Spec::Backend(spec) = &mut c.spec {
            spec.site = None;
        }
    });
    let design = draft.design();
    let here = |id: &Id| design.components.get(id).is_some_and(|c| c.region.as_ref() == Some(region));
    let calls: Vec<(Id, Id)> = design
        .links
        .iter()
        .filter(|(_, l)| l.to == *backend && l.purpose == Purpose::BackendCall && here(&l.from))
        .map(|(id, l)| (id.clone(), l.from.clone()))
        .collect();
    for (link, gateway) in calls {
        draft.disconnect(&link);
        draft.connect(&gateway, &copy, &[Purpose::BackendCall]);
    }
}

/// The region that serves the population, at a cloud region nearer to it.
fn nearer(cx: &Context<'_>, population: &Id, served: &Id, found: &mut Vec<Fix>) {
    let Some(region) = cx.design.regions.get(served) else { return };
    let Site::Cloud { provider, .. } = &region.site else { return };
    for site in cloud_regions_near(cx.design, cx.books, population, Some(provider)) {
        let label = format!("Move {} to {}", region.name, site.short());
        found.extend(Fix::of(cx.design, label, |d| d.region(served, |r| r.site = site)));
    }
}

/// The cloud regions nearest to a population in which nothing stands yet, of one provider or of all.
#[must_use]
pub fn cloud_regions_near(design: &Design, books: &Books, population: &Id, provider: Option<&str>) -> Vec<Site> {
    let Some(Spec::Users(users)) = design.components.get(population).map(|c| &c.spec) else { return Vec::new() };
    let Ok(place) = locate(&users.site, books) else { return Vec::new() };
    let all = books.regions().all().len();
    let near = books.regions().nearest(place.latitude_deg, place.longitude_deg, all);
    let sites = near.into_iter().map(|(region, _)| Site::cloud(region.provider.key(), region.id.as_str()));
    let wanted = |site: &Site| match site {
        Site::Cloud { provider: of, .. } => provider.is_none_or(|p| p.eq_ignore_ascii_case(of)),
        Site::Place { .. } => false,
    };
    let used = |site: &Site| design.regions.values().any(|r| r.site == *site);
    sites.filter(|site| wanted(site) && !used(site)).take(NEAREST).collect()
}

/// Changes that lower the cost: fewer nodes where the peak leaves room after one is lost, machines committed to.
#[must_use]
pub fn for_cost(cx: &Context<'_>) -> Vec<Fix> {
    let mut found: Vec<Fix> = Vec::new();
    let spare = spare_nodes(cx);
    let fewer: u32 = spare.iter().map(|(_, now, needed)| now - needed).sum();
    let nodes = if fewer == 1 { "node" } else { "nodes" };
    let words = format!("Take away {fewer} gateway {nodes} that the peak does not need, even after one is lost");
    let take = |d: &mut Draft| {
        for (id, _, needed) in &spare {
            d.component(id, |c| c.instances = *needed);
        }
    };
    if fewer > 0 {
        found.extend(Fix::of(cx.design, words.clone(), take));
    }
    let terms = &cx.design.meta.estimation.terms;
    for (commitment, words) in [(Commitment::OneYear, "one year"), (Commitment::ThreeYears, "three years")] {
        if commitment <= terms.compute_commitment.min(terms.database_commitment) {
            continue;
        }
        let commit = |d: &mut Draft| {
            d.meta(|m| {
                let terms = &mut m.estimation.terms;
                terms.compute_commitment = terms.compute_commitment.max(commitment);
                terms.database_commitment = terms.database_commitment.max(commitment);
            });
        };
        found.extend(Fix::of(cx.design, format!("Commit machines and databases for {words}"), commit));
        if fewer > 0 {
            let label = format!("Commit for {words}, and take away {fewer} gateway {nodes}");
            found.extend(Fix::of(cx.design, label, |d| {
                take(d);
                commit(d);
            }));
        }
    }
    found
}

/// Gateway groups with more nodes than two, or than the planned use asks for with one node lost: id, nodes, needed.
fn spare_nodes(cx: &Context<'_>) -> Vec<(Id, u32, u32)> {
    let mut spare = Vec::new();
    for load in &cx.estimates().load {
        let Some(node) = cx.node(&load.component) else { continue };
        let Some(per_node) = rps_per_node(load, node.component) else { continue };
        let needed = nodes_for(load.demand_rps, per_node * planned_use(cx)).saturating_add(1).max(2);
        if needed < node.component.instances {
            spare.push((node.id.clone(), node.component.instances, needed));
        }
    }
    spare
}
