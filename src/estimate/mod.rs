//! Estimates of latency, load and cost: each figure with its range and its derivation.
//!
//! The order: where everything stands (`places`), which gateways each population reaches (`routing`), what those
//! must carry (`load`), how far each group is used at peak and after a loss (`capacity`), how long each operation takes
//! (`latency`; in one state of the drawing `state`; its parts in `api_call`, `lookup`, `management` and `publish`;
//! percentiles in `parts` and `dist`), and what it costs (`cost`). What is left when something is lost is in `lost`,
//! what no source speaks of in `assume`.

mod api_call;
mod assume;
mod capacity;
mod cost;
mod dist;
mod figure;
mod latency;
mod load;
mod lookup;
mod lost;
mod management;
mod parts;
mod places;
mod publish;
mod queue;
mod report;
mod rounding;
mod routing;
mod sensitivity;
mod state;
#[cfg(test)]
mod tests;

pub use assume::{Assumed, Assumption, Assumptions, unknown_assumptions};
pub use capacity::{AfterLoss, GroupCapacity, Loss, Measure, Needed, UseTarget, throttling};
pub use figure::{Derivation, Figure, Inputs, Quality, Unit, grouped};
pub use report::{
    CostCategory, CostItem, CostReport, Estimates, Failover, GroupLoad, Operation, OperationLatency, PopulationLatency,
    PriceBasis, PublishVisible, TrafficClass, Unpriced, UsedPrice,
};
pub use rounding::{last_place, number, rounded_to, with_range};
pub use sensitivity::{Sensitivity, Swing, Target, sensitivity};

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::books::Books;
use crate::design::{Between, Design, Id, Kind, Spec};
use crate::topology::{Node, Topology};

use load::Group;
use lost::Healthy;
use places::Places;
use routing::{Arrivals, Router};

/// Estimates everything about the drawing.
#[must_use]
pub fn estimate(topology: &Topology<'_>, books: &Books) -> Estimates {
    at_peak(topology, books, |topology| {
        as_drawn(topology, topology, Places::of(topology.design, books), books, |places, routed| {
            cost::cost(topology, books, places, routed)
        })
    })
}

/// Estimates what is left of a drawing while round trips between some regions take so many ms more: the same routes,
/// loads and percentiles as [`estimate`] finds, and a sentence in place of a number where something that is `drawn` is
/// not `left`. The bill is empty: what has failed is paid for all the same.
#[must_use]
pub fn estimate_under_loss(
    left: &Topology<'_>,
    drawn: &Topology<'_>,
    slower: &BTreeMap<Between, f64>,
    books: &Books,
) -> Estimates {
    at_peak(left, books, |left| {
        let places = Places::of(left.design, books).slowed(slower);
        as_drawn(left, drawn, places, books, |_, _| CostReport::default())
    })
}

/// The estimates with the calls that the design assumes at peak.
fn at_peak(topology: &Topology<'_>, books: &Books, estimate: impl Fn(&Topology<'_>) -> Estimates) -> Estimates {
    let growth = Assumptions::of(&topology.design.meta.estimation, books.company()).get(Assumed::PeakLoadFactor);
    if !growth.is_changed() {
        return estimate(topology);
    }
    let mut estimates = estimate(&Topology::of(&grown(topology.design, growth.value)));
    let mut node = growth.node();
    node.source.push_str("; what every population sends was multiplied by it first");
    estimates.figures_mut().for_each(|figure| figure.derivation.inputs.push(node.clone()));
    estimates
}

/// The drawing with that many times the calls of every population.
fn grown(design: &Design, factor: f64) -> Design {
    let mut grown = design.clone();
    for component in grown.components.values_mut() {
        if matches!(component.spec, Spec::Users(_))
            && let Spec::Users(users) = &mut Arc::make_mut(component).spec
        {
            users.requests_per_s *= factor;
        }
    }
    grown
}

fn as_drawn<'a>(
    topology: &Topology<'a>,
    drawn: &Topology<'a>,
    mut places: Places<'a>,
    books: &Books,
    bill: impl FnOnce(&Places<'a>, &load::Routed<'a>) -> CostReport,
) -> Estimates {
    let nominal = nominal_rps(topology, books);
    let weight = |node: Node<'_>| nominal.get(node.id).copied().unwrap_or_default();
    let router = Router::new(topology, routing::API, &weight);
    let routed = routed(topology, &router, &mut places);
    let groups = load::groups(gateways(topology), &routed, topology.design, books);
    let healthy = Healthy { topology, drawn, router: &router, routed: &routed, groups: &groups, books };
    let without = lost::regions(healthy, &mut places);
    let capacity = capacity::capacity(healthy, &mut places, &without);
    let latency = latency::all(healthy, &mut places, &without);
    let links = topology.design.links.iter();
    let link_rtt = links.filter_map(|(id, link)| Some((id.clone(), places.rtt_of_link(link)?))).collect();
    Estimates {
        latency,
        load: groups.values().map(Group::load).collect(),
        capacity,
        cost: bill(&places, &routed),
        link_rtt,
    }
}

/// Where each population's calls arrive.
fn routed<'a>(
    topology: &Topology<'a>,
    router: &Router<'_, 'a>,
    places: &mut Places<'a>,
) -> Vec<(Node<'a>, Arrivals<'a>)> {
    let route = |population: Node<'a>| {
        let place = places.of_component(population.component).ok();
        (population, router.shared_arrivals(places, population.id, place))
    };
    topology.of_kind(Kind::Users).map(route).collect()
}

/// What balancers weigh each group by, calls a second.
fn nominal_rps<'a>(topology: &Topology<'a>, books: &Books) -> BTreeMap<&'a Id, f64> {
    let version = topology.design.meta.product_version.to_string();
    gateways(topology).map(|node| (node.id, load::nominal_rps(node.component, &version, books))).collect()
}

/// A share of a population's calls, and the group that gets it.
#[derive(Debug, Clone, PartialEq)]
pub struct Arriving {
    /// The gateway group.
    pub group: Id,
    /// Share of the population's calls, 0 to 1.
    pub share: f64,
}

/// The groups that get each population's calls, in order of group, as [`estimate`] routes them; the shares of a
/// population sum to 1, or it is empty. Populations that go the same ways share their list.
#[must_use]
pub fn arriving(topology: &Topology<'_>, books: &Books) -> BTreeMap<Id, Arc<[Arriving]>> {
    let nominal = nominal_rps(topology, books);
    let weight = |node: Node<'_>| nominal.get(node.id).copied().unwrap_or_default();
    let router = Router::new(topology, routing::API, &weight);
    let mut places = Places::of(topology.design, books);
    let mut lists: BTreeMap<&Id, Arc<[Arriving]>> = BTreeMap::new();
    let mut found = BTreeMap::new();
    for (population, arrivals) in routed(topology, &router, &mut places) {
        let list = lists.entry(arrivals.key(population.id)).or_insert_with(|| {
            let mut shares: BTreeMap<&Id, f64> = BTreeMap::new();
            for arrival in arrivals.iter() {
                for route in arrival.fan.iter() {
                    *shares.entry(route.end.id).or_default() += arrival.route.share * route.share;
                }
            }
            shares.into_iter().map(|(group, share)| Arriving { group: group.clone(), share }).collect()
        });
        found.insert(population.id.clone(), Arc::clone(list));
    }
    found
}

/// Share of a group's calls to backends that it reaches over what is `drawn` but not over what is `left`, 0 to 1.
#[must_use]
pub fn share_unanswered(left: &Topology<'_>, drawn: &Topology<'_>, group: &Id) -> f64 {
    api_call::share_unanswered(left, drawn, group)
}

/// Everything that serves API traffic.
fn gateways<'t, 'a>(topology: &'t Topology<'a>) -> impl Iterator<Item = Node<'a>> + use<'t, 'a> {
    topology.of_kind(Kind::Gateway).chain(topology.of_kind(Kind::AllInOne))
}
