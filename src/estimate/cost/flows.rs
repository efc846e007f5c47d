//! What flows through components in the mean over a month.

use std::collections::BTreeMap;

use crate::design::{Id, Spec, Users};

use super::super::load::Routed;
use super::super::routing::{Arrival, Arrivals};

/// What goes through a component in the mean.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Through {
    /// Calls a second.
    pub calls_per_s: f64,
    /// New connections a second.
    pub connections_per_s: f64,
    /// Bytes of requests a second.
    pub request_bytes_per_s: f64,
    /// Bytes of responses a second.
    pub response_bytes_per_s: f64,
}

impl Through {
    /// The mean flow of a population.
    fn of(users: &Users) -> Self {
        let calls_per_s = users.requests_per_s * users.mean_load_pct / 100.0;
        Self {
            calls_per_s,
            connections_per_s: calls_per_s * (users.new_connections_pct / 100.0).min(1.0),
            request_bytes_per_s: calls_per_s * users.request_bytes,
            response_bytes_per_s: calls_per_s * users.response_bytes,
        }
    }

    fn add(&mut self, other: Self) {
        self.calls_per_s += other.calls_per_s;
        self.connections_per_s += other.connections_per_s;
        self.request_bytes_per_s += other.request_bytes_per_s;
        self.response_bytes_per_s += other.response_bytes_per_s;
    }

    fn times(self, factor: f64) -> Self {
        Self {
            calls_per_s: self.calls_per_s * factor,
            connections_per_s: self.connections_per_s * factor,
            request_bytes_per_s: self.request_bytes_per_s * factor,
            response_bytes_per_s: self.response_bytes_per_s * factor,
        }
    }
}

/// What flows through components in the mean over a month.
pub(super) struct Flows<'t, 'a> {
    through: BTreeMap<&'a Id, Through>,
    /// What balancers send over their links.
    over: BTreeMap<&'a Id, Through>,
    /// Calls a second that the gateways of a region serve.
    served: BTreeMap<&'a Id, f64>,
    /// Where each population's calls arrive.
    pub routed: &'t Routed<'a>,
}

impl<'t, 'a> Flows<'t, 'a> {
    pub fn of(routed: &'t Routed<'a>) -> Self {
        let mut through: BTreeMap<&'a Id, Through> = BTreeMap::new();
        let mut arriving: BTreeMap<&'a Id, (Through, &'t Arrival<'a>)> = BTreeMap::new();
        let mut together: BTreeMap<&'a Id, (Through, &'t Arrivals<'a>)> = BTreeMap::new();
        for (population, arrivals) in routed {
            let Spec::Users(users) = &population.component.spec else { continue };
            let flow = Through::of(users);
            together.entry(arrivals.key(population.id)).or_insert((Through::default(), arrivals)).0.add(flow);
        }
        for (all, arrivals) in together.into_values() {
            if let Some((_, balancer)) = arrivals.shared {
                through.entry(balancer.id).or_default().add(all);
            }
            for arrival in arrivals.iter() {
                let flow = all.times(arrival.route.share);
                for (_, node) in &arrival.route.path {
                    through.entry(node.id).or_default().add(flow);
                }
                arriving.entry(arrival.route.end.id).or_insert((Through::default(), arrival)).0.add(flow);
            }
        }
        let mut over: BTreeMap<&'a Id, Through> = BTreeMap::new();
        let mut served: BTreeMap<&'a Id, f64> = BTreeMap::new();
        for (flow, arrival) in arriving.values() {
            for route in arrival.fan.iter() {
                if let Some(region) = &route.end.component.region {
                    *served.entry(region).or_default() += flow.calls_per_s * route.share;
                }
                for (edge, node) in &route.path {
                    let part = flow.times(route.share);
                    through.entry(node.id).or_default().add(part);
                    over.entry(edge.id).or_default().add(part);
                }
            }
        }
        Self { through, over, served, routed }
    }

    /// What flows through a balancer or a gateway group in the mean.
    pub fn through(&self, component: &Id) -> Through {
        self.through.get(component).copied().unwrap_or_default()
    }

    /// Calls a second in the mean that the gateways of a region serve.
    pub fn served_in(&self, region: Option<&Id>) -> f64 {
        region.and_then(|region| self.served.get(region)).copied().unwrap_or_default()
    }

    /// What a balancer sends over one of its links.
    pub fn over(&self, link: &Id) -> Through {
        self.over.get(link).copied().unwrap_or_default()
    }
}
