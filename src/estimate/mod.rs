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
use crate::design::{Design, Id, Kind, Spec};
use crate::topology::{Node, Topology};

use load::Group;
use lost::Healthy;
use places::Places;
use routing::Router;

/// Estimates everything about the drawing.
#[must_use]
pub fn estimate(topology: &Topology<'_>, books: &Books) -> Estimates {
    let growth = Assumptions::of(&topology.design.meta.estimation, books.company()).get(Assumed::PeakLoadFactor);
    if !growth.is_changed() {
        return as_drawn(topology, books);
    }
    let mut estimates = as_drawn(&Topology::of(&grown(topology.design, growth.value)), books);
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

fn as_drawn(topology: &Topology<'_>, books: &Books) -> Estimates {
    let design = topology.design;
    let mut places = Places::of(design, books);
    let version = design.meta.product_version.to_string();
    let nominal: BTreeMap<&Id, f64> =
        gateways(topology).map(|node| (node.id, load::nominal_rps(node.component, &version, books))).collect();
    let weight = |node: Node<'_>| nominal.get(node.id).copied().unwrap_or_default();
    let router = Router::new(topology, routing::API, &weight);
    let routed: Vec<_> = topology
        .of_kind(Kind::Users)
        .map(|population| {
            let place = places.of_component(population.component).ok();
            (population, router.shared_arrivals(&mut places, population.id, place))
        })
        .collect();
    let groups = load::groups(gateways(topology), &routed, design, books);
    let healthy = Healthy { topology, router: &router, routed: &routed, groups: &groups, books };
    let without = lost::regions(healthy, &mut places);
    let capacity = capacity::capacity(healthy, &mut places, &without);
    let latency = latency::all(healthy, &mut places, &without);
    let link_rtt = design.links.iter().filter_map(|(id, link)| Some((id.clone(), places.rtt_of_link(link)?))).collect();
    Estimates {
        latency,
        load: groups.values().map(Group::load).collect(),
        capacity,
        cost: cost::cost(topology, books, &places, &routed),
        link_rtt,
    }
}

/// Everything that serves API traffic.
fn gateways<'t, 'a>(topology: &'t Topology<'a>) -> impl Iterator<Item = Node<'a>> + use<'t, 'a> {
    topology.of_kind(Kind::Gateway).chain(topology.of_kind(Kind::AllInOne))
}
