//! What each gateway group must carry and what it can, from published throughput.

use std::collections::BTreeMap;

use crate::books::{Books, CapacityFigure, CoreScaling, Scenario, sizing_facts};
use crate::design::{Component, Design, Id, Spec, Workload};
use crate::topology::Node;

use super::assume::{Assumed, Assumption, Assumptions};
use super::figure::{Derivation, Figure, Quality, Unit, grouped};
use super::places::named;
use super::queue::{MAX_SERVERS, Queue, Waiting};
use super::report::GroupLoad;
use super::routing::{Arrival, Arrivals};

/// Message size when nobody calls, bytes; the size most published runs have.
const USUAL_BYTES: f64 = 1_024.0;

/// Runs of one version differ by this much from the figure used: 2,000 to 3,570 requests/s about 3,499 (fact E6).
const RUN_LOW: f64 = 0.57;
/// Upper end of the same.
const RUN_HIGH: f64 = 1.02;

/// A gateway or all-in-one group with its demand and capacity.
#[derive(Debug, Clone)]
pub(super) struct Group<'a> {
    /// The group.
    pub node: Node<'a>,
    /// Calls a second at peak.
    pub demand_rps: f64,
    /// Who sends them, with their share of the population.
    demand_nodes: Vec<Derivation>,
    /// Mean of request and response, bytes.
    pub message_bytes: f64,
    /// What it can carry; `None` when no throughput is published for the version.
    pub capacity: Option<Capacity>,
}

/// What a group can carry.
#[derive(Debug, Clone)]
pub(super) struct Capacity {
    /// Calls a second of the whole group.
    pub rps: f64,
    /// Lower end.
    low_rps: f64,
    /// Upper end.
    high_rps: f64,
    /// Nodes of the group.
    nodes: u32,
    /// Servers (whole cores) of a node.
    servers: u32,
    /// How it was found.
    pub node: Derivation,
}

impl Capacity {
    fn of(component: &Component, workload: Workload, version: &str, bytes: f64, books: &Books) -> Option<Self> {
        let scenario = match workload {
            Workload::Passthrough => Scenario::Passthrough,
            Workload::Mediation => Scenario::Mediation,
        };
        let published = books.performance().gateway_capacity(version, bytes, scenario)?;
        let (vcpu, size_node) = cores(component);
        let nodes = component.instances;
        let rps = published.rps_per_vcpu * vcpu * f64::from(nodes);
        let tested = f64::from(published.tested_vcpu);
        // Contention between cores was published for another gateway only, so it counts in the range.
        let scaling = CoreScaling::PUBLISHED.relative_throughput(vcpu, tested) * tested / vcpu;
        let node = Derivation::computed(
            "Calls a second it can carry",
            rps,
            Unit::RequestsPerS,
            "calls a second and core × cores of a node × nodes; plan to use 60 to 70 % of it",
            vec![
                throughput_node(&published, workload, bytes),
                size_node,
                Derivation::input("Nodes", f64::from(nodes), Unit::Count, Quality::Given, "given in the drawing"),
            ],
        );
        let (low_rps, high_rps) = (rps * RUN_LOW * scaling.clamp(0.1, 1.0), rps * RUN_HIGH);
        let node = node.within(low_rps, high_rps);
        Some(Self {
            rps,
            low_rps,
            high_rps,
            nodes,
            // A fraction of a core makes the whole ones a little faster.
            servers: vcpu.floor().clamp(1.0, f64::from(MAX_SERVERS)) as u32,
            node,
        })
    }

    /// The same if all published throughput were that many times as much.
    fn times(self, factor: &Assumption<'_>) -> Self {
        let times = |rps: f64| rps * factor.value;
        let node = factor.times(self.node);
        Self { rps: times(self.rps), low_rps: times(self.low_rps), high_rps: times(self.high_rps), node, ..self }
    }

    fn queue(&self, demand_rps: f64, capacity_rps: f64) -> Queue {
        let nodes = f64::from(self.nodes.max(1));
        Queue {
            arrivals_per_s: demand_rps / nodes,
            rate_per_server: capacity_rps / nodes / f64::from(self.servers),
            servers: self.servers,
        }
    }

    /// Waiting at one node, the nodes seen as separate queues (the pessimistic view); `None` over capacity.
    pub fn waiting(&self, demand_rps: f64) -> Option<Waiting> {
        self.queue(demand_rps, self.rps).waiting()
    }

    /// Mean wait and service if the nodes shared one queue, ms: the optimistic bound.
    pub fn shared_response_ms(&self, demand_rps: f64) -> Option<f64> {
        let one = self.queue(demand_rps, self.rps);
        let servers = self.servers.saturating_mul(self.nodes).min(MAX_SERVERS);
        let rate_per_server = self.rps / f64::from(servers.max(1));
        // Past the limit on servers the service time is that of a real core, not of the joined one.
        let shared = Queue { arrivals_per_s: demand_rps, rate_per_server, servers }.waiting()?;
        Some(shared.mean_wait_ms() + 1e3 / one.rate_per_server)
    }

    /// Mean time at the node at the lower and upper end of the published runs, ms. Where the lower end could not
    /// carry the demand, that of 95 % load stands in.
    pub fn response_range_ms(&self, demand_rps: f64) -> (f64, f64) {
        let at = |capacity_rps: f64| {
            let demand_rps = demand_rps.min(0.95 * capacity_rps);
            self.queue(demand_rps, capacity_rps).waiting().map_or(0.0, Waiting::mean_response_ms)
        };
        (at(self.high_rps), at(self.low_rps))
    }

    /// How many times less and more of it may plausibly be used, by the spread of published runs.
    pub fn use_range(&self) -> (f64, f64) {
        (self.rps / self.high_rps, self.rps / self.low_rps)
    }

    /// Number of queues and servers of each, in words.
    pub fn queues(&self) -> String {
        let plural = |n: u32, what: &str| if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") };
        format!("{} of {}", plural(self.nodes, "separate queue"), plural(self.servers, "server"))
    }
}

/// Cores of a node with their leaf; the documented minimum where the drawing gives none.
fn cores(component: &Component) -> (f64, Derivation) {
    match component.size {
        Some(size) if size.vcpu > 0.0 => (
            size.vcpu,
            Derivation::input("Cores of a node", size.vcpu, Unit::Count, Quality::Given, "given in the drawing"),
        ),
        _ => {
            let fact = sizing_facts::NODE_MIN_VCPU;
            let source = format!("no size is drawn; documented minimum ({}); {}", fact.fact_id, fact.sourced);
            (
                fact.value,
                Derivation::input("Cores of a node", fact.value, Unit::Count, Quality::Assumed, source)
                    .dated(&fact.sourced),
            )
        }
    }
}

fn throughput_node(published: &CapacityFigure, workload: Workload, bytes: f64) -> Derivation {
    let mut source =
        format!("most in a closed-loop test of {} on {} cores", published.version_used, published.tested_vcpu);
    for (holds, words) in [
        (published.other_version, ", which stands in for this version"),
        (published.interpolated, ", between two tested sizes"),
        (published.clamped, ", the nearest tested size"),
        (!published.version_from_docs, "; version inferred from the date of the run"),
    ] {
        if holds {
            source.push_str(words);
        }
    }
    source.push_str("; ");
    source.push_str(&published.sourced.to_string());
    let label = format!("Calls a second and core, {}, {bytes:.0} bytes", workload.label().to_lowercase());
    let rps = published.rps_per_vcpu;
    Derivation::input(label, rps, Unit::RequestsPerS, published.sourced.quality.into(), source)
        .dated(&published.sourced)
        .within(rps * RUN_LOW, rps * RUN_HIGH)
}

/// The workload of a component that serves API traffic.
fn workload(component: &Component) -> Option<Workload> {
    match &component.spec {
        Spec::Gateway(gateway) => Some(gateway.workload),
        Spec::AllInOne(all) => Some(all.workload),
        _ => None,
    }
}

/// Capacity by which balancers weigh a group, calls a second: for the usual message size.
pub(super) fn nominal_rps(component: &Component, version: &str, books: &Books) -> f64 {
    workload(component)
        .and_then(|w| Capacity::of(component, w, version, USUAL_BYTES, books))
        .map_or(0.0, |capacity| capacity.rps)
}

/// Where what users send arrives, per population.
pub(super) type Routed<'a> = [(Node<'a>, Arrivals<'a>)];

/// Most populations named in a derivation; the others are summed.
const MAX_NAMED: usize = 8;

/// What arrives at one place, from all populations.
#[derive(Default)]
struct Inflow<'a> {
    rps: f64,
    bytes_per_s: f64,
    from: Senders<'a>,
    fan: Option<&'a Arrival<'a>>,
}

/// Who sends how many calls a second: the largest by name, the others summed.
#[derive(Default)]
struct Senders<'a> {
    named: Vec<(&'a str, f64)>,
    others: usize,
    others_rps: f64,
}

impl<'a> Senders<'a> {
    /// Adds a share of what others send.
    fn add(&mut self, of: &Self, share: f64) {
        self.named.extend(of.named.iter().map(|(name, rps)| (*name, rps * share)));
        self.others += of.others;
        self.others_rps += of.others_rps * share;
    }

    /// Keeps the names of the largest only.
    fn shorten(&mut self) {
        self.named.sort_by(|a, b| b.1.total_cmp(&a.1));
        if self.named.len() + self.others.min(1) > MAX_NAMED {
            let rest = self.named.split_off(MAX_NAMED - 1);
            self.others += rest.len();
            self.others_rps += rest.iter().map(|(_, rps)| rps).sum::<f64>();
        }
    }
}

/// Populations whose calls arrive at the same places by the same shares.
struct Together<'r, 'a> {
    arrivals: &'r Arrivals<'a>,
    rps: f64,
    bytes_per_s: f64,
    from: Senders<'a>,
}

/// Demand and capacity of every group that serves API traffic, by id.
pub(super) fn groups<'a>(
    nodes: impl Iterator<Item = Node<'a>>,
    routed: &Routed<'a>,
    design: &Design,
    books: &Books,
) -> BTreeMap<&'a Id, Group<'a>> {
    let mut groups: BTreeMap<&'a Id, Group<'a>> = nodes
        .map(|node| {
            let group =
                Group { node, demand_rps: 0.0, demand_nodes: Vec::new(), message_bytes: USUAL_BYTES, capacity: None };
            (node.id, group)
        })
        .collect();
    let mut together: BTreeMap<&Id, Together<'_, '_>> = BTreeMap::new();
    for (population, arrivals) in routed {
        let Spec::Users(users) = &population.component.spec else { continue };
        let rps = users.requests_per_s;
        let all = together.entry(arrivals.key(population.id)).or_insert_with(|| Together {
            arrivals,
            rps: 0.0,
            bytes_per_s: 0.0,
            from: Senders::default(),
        });
        all.rps += rps;
        all.bytes_per_s += rps * f64::midpoint(users.request_bytes, users.response_bytes);
        all.from.named.push((&population.component.name, rps));
    }
    let mut inflows: BTreeMap<&Id, Inflow<'_>> = BTreeMap::new();
    for all in together.values_mut() {
        all.from.shorten();
        for arrival in all.arrivals.iter() {
            let share = arrival.route.share;
            let inflow = inflows.entry(arrival.route.end.id).or_default();
            inflow.rps += all.rps * share;
            inflow.bytes_per_s += all.bytes_per_s * share;
            inflow.from.add(&all.from, share);
            inflow.fan.get_or_insert(arrival);
        }
    }
    let mut bytes: BTreeMap<&Id, f64> = BTreeMap::new();
    for inflow in inflows.into_values() {
        let Some(arrival) = inflow.fan else { continue };
        let senders = senders(inflow.from);
        for route in arrival.fan.iter() {
            let Some(group) = groups.get_mut(route.end.id) else { continue };
            let rps = inflow.rps * route.share;
            group.demand_rps += rps;
            *bytes.entry(route.end.id).or_default() += inflow.bytes_per_s * route.share;
            let label = format!("Calls over “{}”", arrival.route.end.component.name);
            let formula = format!("{:.1} % of what arrives there", 100.0 * route.share);
            group.demand_nodes.push(Derivation::computed(label, rps, Unit::RequestsPerS, formula, senders.clone()));
        }
    }
    let version = design.meta.product_version.to_string();
    let throughput = Assumptions::of(&design.meta.estimation, books.company()).get(Assumed::ThroughputFactor);
    for (id, group) in &mut groups {
        if group.demand_rps > 0.0 {
            group.message_bytes = bytes.get(id).copied().unwrap_or_default() / group.demand_rps;
        }
        group.capacity = workload(group.node.component)
            .and_then(|w| Capacity::of(group.node.component, w, &version, group.message_bytes, books))
            .map(|capacity| capacity.times(&throughput));
    }
    groups
}

/// The largest senders by name, the others as one.
fn senders(mut from: Senders<'_>) -> Vec<Derivation> {
    from.shorten();
    let leaf = |label: String, rps: f64| {
        Derivation::input(
            label,
            rps,
            Unit::RequestsPerS,
            Quality::Given,
            "peak given in the drawing × its share sent here",
        )
    };
    let mut nodes: Vec<_> = from.named.into_iter().map(|(name, rps)| leaf(name.to_owned(), rps)).collect();
    if from.others > 0 {
        nodes.push(leaf(format!("{} other populations", from.others), from.others_rps));
    }
    nodes
}

impl Group<'_> {
    /// The demand as a node of a derivation.
    pub fn demand_node(&self) -> Derivation {
        Derivation::computed(
            "Calls a second at peak",
            self.demand_rps,
            Unit::RequestsPerS,
            "sum over the places where calls arrive",
            self.demand_nodes.clone(),
        )
    }

    /// The demand without its senders, for places that need it often.
    pub fn demand_leaf(&self) -> Derivation {
        Derivation::computed("Calls a second at peak", self.demand_rps, Unit::RequestsPerS, "see the load", Vec::new())
    }

    /// The load as reported.
    pub fn load(&self) -> GroupLoad {
        let (rps, low_rps, high_rps, inputs) = match &self.capacity {
            Some(c) => (c.rps, c.low_rps, c.high_rps, vec![self.demand_node(), c.node.clone()]),
            None => (0.0, 0.0, 0.0, vec![self.demand_node()]),
        };
        let percent = |capacity: f64| if capacity > 0.0 { 100.0 * self.demand_rps / capacity } else { 0.0 };
        let formula = if self.capacity.is_some() {
            "demand / capacity; range from the spread of published runs (E6)"
        } else {
            "no throughput is published for this version"
        };
        GroupLoad {
            component: self.node.id.clone(),
            demand_rps: self.demand_rps,
            capacity_rps: rps,
            utilisation: Figure {
                value: percent(rps),
                low: percent(high_rps),
                high: percent(low_rps),
                unit: Unit::Percent,
                derivation: Derivation::computed("Utilisation", percent(rps), Unit::Percent, formula, inputs)
                    .within(percent(high_rps), percent(low_rps)),
            },
        }
    }

    /// Why it has no times: how far it is over capacity, in a sentence.
    pub fn over_capacity(&self, design: &Design, capacity: &Capacity) -> String {
        let name = named(design, self.node.component);
        let over = self.demand_rps - capacity.rps;
        let mut text = if over >= 0.5 {
            format!("{name} is over capacity by {} requests a second", grouped(over))
        } else {
            format!("{name} is at its capacity of {} requests a second", grouped(capacity.rps))
        };
        if let Spec::Gateway(gateway) = &self.node.component.spec
            && let Some(most) = gateway.autoscale_max
            && most > capacity.nodes
        {
            let scaled = capacity.rps * f64::from(most) / f64::from(capacity.nodes.max(1));
            let carries = if scaled > self.demand_rps { "would carry it" } else { "would not carry it either" };
            text.push_str(&format!("; scaled to {most} nodes it {carries}"));
        }
        text
    }
}
