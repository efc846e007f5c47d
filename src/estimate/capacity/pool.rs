//! Nodes that stand in for each other: what a loss leaves of them, and how many carry a load.

use std::collections::BTreeMap;

use crate::design::{Component, Id, MAX_INSTANCES};

use super::super::figure::{Derivation, Figure, Quality, Unit};
use super::{AfterLoss, Loss, Measure, Needed, UseTarget};

/// How nodes divide what comes to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spread {
    /// Each takes its part by what it carries.
    Shared,
    /// Every node gets all of it.
    Each,
}

/// One group of a pool.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member<'a> {
    /// The group.
    pub component: &'a Component,
    /// What one of its nodes carries, in the unit of the measure.
    pub per_node: f64,
    /// How many nodes count.
    pub nodes: u32,
}

/// Groups that take over from each other.
#[derive(Debug, Clone)]
pub(super) struct Pool<'a> {
    /// What is measured.
    pub measure: Measure,
    /// How they divide it.
    pub spread: Spread,
    /// What comes to all of them together; to each node where every node gets all.
    pub demand: f64,
    /// The groups.
    pub members: Vec<Member<'a>>,
}

impl<'a> Pool<'a> {
    fn nodes(&self) -> u32 {
        self.members.iter().fold(0, |sum, m| sum.saturating_add(m.nodes))
    }

    /// What all nodes carry together.
    fn capacity(&self) -> f64 {
        self.members.iter().map(|m| m.per_node * f64::from(m.nodes)).sum()
    }

    /// Use of the nodes that are left, percent, when those carry `left` together.
    fn used_pct(&self, demand: f64, left: f64, per_node: f64) -> f64 {
        let by = match self.spread {
            Spread::Shared => left,
            Spread::Each => per_node,
        };
        100.0 * demand / by
    }

    fn after(&self, lost: Loss, demand: f64, left: Result<f64, String>, own: &Own<'_>) -> AfterLoss {
        let utilisation = left.and_then(|left| {
            if left <= 0.0 || own.per_node <= 0.0 {
                return Err("no node is left that could take over".to_owned());
            }
            let pct = self.used_pct(demand, left, own.per_node);
            let unit = self.measure.figure_unit();
            let (formula, carried) = match self.spread {
                Spread::Shared => ("what comes to these nodes / what those left of them carry", left),
                Spread::Each => {
                    ("every node gets all of it, so those left get no more / what one carries", own.per_node)
                }
            };
            let leaf = |label: String, value, how| Derivation::computed(label, value, unit, how, Vec::new());
            let inputs = vec![
                leaf(format!("{} for these nodes then", self.measure.label()), demand, "see the use at peak"),
                leaf("What is left carries".to_owned(), carried, "what a node carries × nodes left"),
            ];
            let label = format!("Use after the loss of {}", lost.words());
            Ok(own.figure(pct, Derivation::computed(label, pct, Unit::Percent, formula, inputs)))
        });
        AfterLoss { lost, utilisation }
    }

    /// Without one node of a group.
    pub fn without_node(&self, own: &Own<'a>) -> AfterLoss {
        let left = match self.nodes() {
            0 | 1 => Err("it is the only node".to_owned()),
            _ => Ok(self.capacity() - own.per_node),
        };
        self.after(Loss::Node, self.demand, left, own)
    }

    /// Without the zone that takes most with it. Nodes are taken to be spread evenly over the zones of their group.
    pub fn without_zone(&self, own: &Own<'a>) -> AfterLoss {
        let mut by_zone: BTreeMap<&str, f64> = BTreeMap::new();
        for member in &self.members {
            if member.component.zones.is_empty() {
                return AfterLoss { lost: Loss::Zone(None), utilisation: Err("zones are not drawn".to_owned()) };
            }
            for (zone, nodes) in spread_evenly(member.nodes, &member.component.zones) {
                *by_zone.entry(zone).or_default() += member.per_node * f64::from(nodes);
            }
        }
        let worst = by_zone.iter().reduce(|most, next| if next.1 > most.1 { next } else { most });
        let Some((zone, taken)) = worst else {
            return AfterLoss { lost: Loss::Zone(None), utilisation: Err("zones are not drawn".to_owned()) };
        };
        let left = match self.capacity() - taken {
            left if left > 1e-9 * self.capacity() => Ok(left),
            _ => Err("all nodes stand in this zone".to_owned()),
        };
        self.after(Loss::Zone(Some((*zone).to_owned())), self.demand, left, own)
    }

    /// Without another region, whose users come here.
    pub fn without_region(&self, worst: &WithoutRegion<'_>, own: &Own<'a>) -> AfterLoss {
        self.after(Loss::Region(worst.region.clone()), worst.demand, Ok(worst.left), own)
    }

    /// What the groups carry that do not stand in a region.
    pub fn outside(&self, region: &Id) -> f64 {
        let left = self.members.iter().filter(|m| m.component.region.as_ref() != Some(region));
        left.map(|m| m.per_node * f64::from(m.nodes)).sum()
    }

    /// How many nodes the group needs so that the use of the pool is no more than the target, if the others stay.
    pub fn needed(&self, own: &Own<'a>, target: UseTarget) -> Result<Needed, String> {
        let pct = target.pct();
        if pct <= 0.0 {
            return Err(format!("a target of {pct} % is reached by no number of nodes"));
        }
        let share = pct / 100.0;
        let others = (self.capacity() - own.per_node * f64::from(own.nodes)).max(0.0);
        let alone = others <= 0.0;
        let healthy = match self.spread {
            Spread::Each if self.demand > own.per_node * share * (1.0 + 1e-9) => {
                return Err("every node gets all of it, so that more nodes do not help".to_owned());
            }
            Spread::Each => 1,
            Spread::Shared => nodes_for(self.demand / share - others, own.per_node).max(1),
        };
        // A spare that carries what one of the group's own nodes no longer does.
        let spare = match self.spread {
            Spread::Each if alone => 2,
            Spread::Each => 1,
            Spread::Shared => {
                nodes_for(self.demand / share - others, own.per_node).saturating_add(1).max(if alone { 2 } else { 1 })
            }
        };
        if healthy > MAX_INSTANCES {
            return Err(format!("it would take more than {MAX_INSTANCES} nodes, the most a group may have"));
        }
        let unit = self.measure.figure_unit();
        let mut inputs = vec![
            Derivation::computed(self.measure.label(), self.demand, unit, "see the use at peak", Vec::new()),
            Derivation::computed("What a node carries", own.per_node, unit, "see the use at peak", Vec::new()),
            target.node(),
        ];
        if !alone {
            let what = "What the groups beside it carry";
            inputs.push(Derivation::computed(what, others, unit, "nodes × what each carries", Vec::new()));
        }
        let formula = match self.spread {
            Spread::Shared => "(demand / target − what others carry) / what a node carries, rounded up",
            Spread::Each => "one, since every node gets all of it",
        };
        let derivation = Derivation::computed("Nodes needed", f64::from(healthy), Unit::Count, formula, inputs);
        Ok(Needed { instances: healthy, with_node_lost: spare.min(MAX_INSTANCES), target, derivation })
    }
}

/// What comes to a pool, and what it carries, when a region is lost.
#[derive(Debug, Clone, Copy)]
pub(super) struct WithoutRegion<'a> {
    /// The region.
    pub region: &'a Id,
    /// What comes to the pool then.
    pub demand: f64,
    /// What is left of it carries this.
    pub left: f64,
}

impl WithoutRegion<'_> {
    /// The one that leaves least room, the first of equals.
    pub fn worst(all: impl Iterator<Item = Self>) -> Option<Self> {
        let used = |of: &Self| if of.left > 0.0 { of.demand / of.left } else { f64::INFINITY };
        all.reduce(|most, next| if used(&next) > used(&most) { next } else { most })
    }
}

/// A group as part of its pool.
#[derive(Debug, Clone, Copy)]
pub(super) struct Own<'a> {
    /// The group.
    pub component: &'a Component,
    /// What one of its nodes carries.
    pub per_node: f64,
    /// How many it has.
    pub nodes: u32,
    /// How many times less and more the use may plausibly be.
    pub range: (f64, f64),
}

impl Own<'_> {
    /// Percent with the range of the group.
    pub fn figure(&self, pct: f64, derivation: Derivation) -> Figure {
        let (low, high) = self.range;
        Figure { value: pct, low: pct * low, high: pct * high, unit: Unit::Percent, derivation }
    }
}

impl<'a> Own<'a> {
    /// The same as one of several.
    pub fn member(&self) -> Member<'a> {
        Member { component: self.component, per_node: self.per_node, nodes: self.nodes }
    }
}

/// The nodes of each zone, the first zones having one more where they cannot have equally many.
fn spread_evenly(nodes: u32, zones: &[String]) -> impl Iterator<Item = (&str, u32)> {
    let count = u32::try_from(zones.len()).unwrap_or(u32::MAX).max(1);
    let more = (nodes % count) as usize;
    zones.iter().enumerate().map(move |(n, zone)| (zone.as_str(), nodes / count + u32::from(n < more)))
}

/// How many nodes carry a load, each so much. A number beyond the type becomes its largest value, one below zero zero.
fn nodes_for(load: f64, per_node: f64) -> u32 {
    (load / per_node * (1.0 - 1e-9)).ceil() as u32
}

/// Factors of independent factors together: how far their product may plausibly be off.
pub(super) fn off_together(a: f64, b: f64) -> f64 {
    a.ln().hypot(b.ln()).exp()
}

impl UseTarget {
    fn node(self) -> Derivation {
        let (quality, source) = match self {
            Self::Given(_) => (Quality::Given, "target of the design"),
            Self::Advised => (
                Quality::Estimated,
                "the design sets no target; published throughput is a maximum, of which 60 to 70 % is planned with",
            ),
            Self::Ratio => (Quality::Published, "a documented ratio may be used in full"),
        };
        Derivation::input("Most that may be used", self.pct(), Unit::Percent, quality, source)
    }
}
