//! Use of key managers by tokens.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::books::{TokenRuns, sizing_facts};
use crate::design::{Id, Kind};
use crate::topology::Node;

use super::super::assume::Assumed;
use super::super::figure::{Derivation, Quality, Unit};
use super::super::places::Places;
use super::pool::{Own, Pool, Spread, WithoutRegion, off_together};
use super::tokens::{Asked, Tokens};
use super::{GroupCapacity, Measure, Row, Scene, documented};

impl<'a> Scene<'_, 'a> {
    /// Key managers of their own, and those inside control planes. Groups of a kind in one region stand in for each
    /// other.
    pub(super) fn tokens(&self, places: &mut Places<'a>) -> Vec<GroupCapacity> {
        let rate = Rate::of(places);
        let tokens = Tokens::of(self.healthy, places);
        let asked = tokens.asked(self.healthy);
        let mut after = Vec::with_capacity(self.lost.len());
        for (region, without) in self.lost {
            after.push((*region, tokens.asked_without(without, places)));
        }
        let topology = self.healthy.topology;
        let mut pools: BTreeMap<(Option<&Id>, Kind), Vec<Node<'a>>> = BTreeMap::new();
        for kind in [Kind::KeyManager, Kind::ControlPlane, Kind::AllInOne] {
            // A control plane beside which key managers of their own do all is not one of them.
            for node in topology.of_kind(kind).filter(|n| kind == Kind::KeyManager || asked.contains_key(n.id)) {
                pools.entry((node.component.region.as_ref(), kind)).or_default().push(node);
            }
        }
        let per_node = sizing_facts::KEY_MANAGER_REQUESTS_PER_SECOND.value;
        let sum = |asked: &BTreeMap<&Id, Asked>, nodes: &[Node<'_>]| {
            nodes.iter().map(|n| rate.tokens(asked.get(n.id).copied().unwrap_or_default())).sum::<f64>()
        };
        let mut found = Vec::new();
        for ((region, _), nodes) in pools {
            let one = |node: Node<'a>| {
                let asked = asked.get(node.id).copied().unwrap_or_default();
                let component = node.component;
                Own { component, per_node, nodes: component.instances, range: rate.use_range(asked) }
            };
            let members = nodes.iter().map(|node| one(*node).member()).collect();
            let demand = sum(&asked, &nodes);
            let pool = Pool { measure: Measure::Tokens, spread: Spread::Shared, demand, members };
            let others = after.iter().filter(|(lost, _)| region != Some(*lost));
            let worst = WithoutRegion::worst(others.map(|(region, asked)| WithoutRegion {
                region,
                demand: sum(asked, &nodes),
                left: pool.outside(region),
            }));
            for &node in &nodes {
                let asked = asked.get(node.id).copied().unwrap_or_default();
                let own = one(node);
                let (demand, capacity) = (rate.tokens(asked), per_node * f64::from(own.nodes));
                let used_pct = 100.0 * demand / capacity;
                let inputs = vec![rate.node(asked), rate.capacity_node(capacity, own.nodes)];
                let formula = "tokens issued and checked / what the nodes handle";
                let derivation = Derivation::computed("Utilisation", used_pct, Unit::Percent, formula, inputs);
                let row = Row { node, own, demand, capacity, used_pct, derivation, pool: &pool, worst };
                found.push(row.report(self.target));
            }
        }
        found
    }
}

/// How many tokens calls take.
struct Rate {
    /// Calls for one token: the value, and its ends.
    calls_per_token: [f64; 3],
    /// Share of opaque tokens that are asked about: the value, and its ends.
    missed: [f64; 3],
    nodes: Rc<[Derivation; 2]>,
}

impl Rate {
    fn of(places: &Places<'_>) -> Self {
        let (calls, missed) = (places.assume.get(Assumed::CallsPerToken), places.assume.get(Assumed::CacheMissPct));
        Self {
            calls_per_token: [calls.value, calls.low, calls.high].map(|calls| calls.max(1.0)),
            missed: [missed.value, missed.low, missed.high].map(|pct| pct / 100.0),
            nodes: Rc::new([calls.node(), missed.node()]),
        }
    }

    /// Tokens a second.
    fn tokens(&self, asked: Asked) -> f64 {
        let ([calls, ..], [missed, ..]) = (self.calls_per_token, self.missed);
        asked.calls_per_s / calls + asked.checked_calls_per_s * missed
    }

    /// How many times less and more nodes may be used: by how often tokens are needed, and by what tests of the
    /// Identity Server say about the documented figure.
    fn use_range(&self, asked: Asked) -> (f64, f64) {
        let tokens = self.tokens(asked);
        let ([_, fewest, most], [_, least, all]) = (self.calls_per_token, self.missed);
        let ends = [
            asked.calls_per_s / most + asked.checked_calls_per_s * least,
            asked.calls_per_s / fewest + asked.checked_calls_per_s * all,
        ];
        let [low, high] = ends.map(|end| if tokens > 0.0 && end > 0.0 { end / tokens } else { 1.0 });
        let figure = sizing_facts::KEY_MANAGER_REQUESTS_PER_SECOND.value;
        let runs = TokenRuns::PUBLISHED;
        (1.0 / off_together(low, figure / runs.alone_rps), off_together(high, figure / runs.of_pair_rps))
    }

    fn node(&self, asked: Asked) -> Derivation {
        let [calls_per_token, missed] = self.nodes.as_ref();
        let calls = |label: &str, value| {
            Derivation::input(label, value, Unit::RequestsPerS, Quality::Given, "peak given in the drawing × its share")
        };
        let mut inputs =
            vec![calls("Calls of clients that get tokens here", asked.calls_per_s), calls_per_token.clone()];
        let mut formula = "calls / calls made with a token".to_owned();
        if asked.checked_calls_per_s > 0.0 {
            formula.push_str(" + calls with opaque tokens × tokens not in the cache");
            inputs.push(calls("Calls with opaque tokens", asked.checked_calls_per_s));
            inputs.push(missed.clone());
        }
        Derivation::computed(Measure::Tokens.label(), self.tokens(asked), Unit::RequestsPerS, formula, inputs)
    }

    fn capacity_node(&self, capacity: f64, nodes: u32) -> Derivation {
        let runs = TokenRuns::PUBLISHED;
        let run = |label, value| {
            let source = format!("bounds the documented figure only; {}", runs.sourced);
            Derivation::input(label, value, Unit::RequestsPerS, runs.sourced.quality.into(), source)
        };
        Derivation::computed(
            "Tokens a second the nodes handle",
            capacity,
            Unit::RequestsPerS,
            "documented figure of a node, whatever its size × nodes; range from tests of the Identity Server",
            vec![
                documented(
                    Measure::Tokens,
                    sizing_facts::KEY_MANAGER_REQUESTS_PER_SECOND.value,
                    &[sizing_facts::KEY_MANAGER_REQUESTS_PER_SECOND],
                ),
                Derivation::input("Nodes", f64::from(nodes), Unit::Count, Quality::Given, "given in the drawing"),
                run("Tested: a node alone", runs.alone_rps),
                run("Tested: one node of a pair", runs.of_pair_rps),
            ],
        )
    }
}
