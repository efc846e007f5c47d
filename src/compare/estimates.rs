//! Latency, load and cost before and after.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::analysis::Analysis;
use crate::design::{Design, Id};
use crate::estimate::{
    CostCategory, CostItem, Estimates, Figure, GroupLoad, Operation, OperationLatency, PopulationLatency, Unit,
};

use super::elements::{Renames, placed};
use super::numbers::{Amount, Quantity, Reading};

/// Percentiles of an operation, in order.
const PERCENTILES: [&str; 3] = ["p50", "p95", "p99"];

/// One percentile of an operation of a population before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LatencyChange {
    /// The population.
    pub population: Id,
    /// Its name.
    pub name: String,
    /// What its users do.
    pub operation: Operation,
    /// `p50`, `p95` or `p99`; empty where neither side has numbers.
    pub percentile: &'static str,
    /// Milliseconds.
    #[serde(flatten)]
    pub quantity: Quantity,
}

/// Which region serves a population before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServedChange {
    /// The population.
    pub population: Id,
    /// Its name.
    pub name: String,
    /// The region before.
    pub before: Option<String>,
    /// The region after.
    pub after: Option<String>,
}

/// Load of a group of gateways before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LoadChange {
    /// The group.
    pub component: Id,
    /// Its name, with its region.
    pub name: String,
    /// Demand over capacity, percent.
    pub utilisation: Quantity,
    /// Calls a second it can carry.
    pub capacity_rps: Quantity,
    /// Calls a second at peak.
    pub demand_rps: Quantity,
}

/// Cost of a region before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RegionCost {
    /// The region; `None` for what stands in none.
    pub region: Option<Id>,
    /// Its name.
    pub name: String,
    /// US dollars a month.
    #[serde(flatten)]
    pub quantity: Quantity,
}

/// Cost of a category before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CategoryCost {
    /// What is paid for.
    pub category: CostCategory,
    /// US dollars a month.
    #[serde(flatten)]
    pub quantity: Quantity,
}

/// Something that has no price on one side at least, where the sides differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnpricedChange {
    /// The element.
    pub element: Id,
    /// Its name, with its region.
    pub name: String,
    /// Why it had no price before.
    pub before: Option<String>,
    /// Why it has none after.
    pub after: Option<String>,
}

/// Cost before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CostChange {
    /// US dollars a month, before tax.
    pub total: Quantity,
    /// By region, in order of id; what stands in no region first.
    pub by_region: Vec<RegionCost>,
    /// By what is paid for.
    pub by_category: Vec<CategoryCost>,
    /// What has no price, where that differs.
    pub unpriced: Vec<UnpricedChange>,
    /// Date of the oldest price used, `YYYY-MM-DD`; empty when none was.
    pub oldest_price: [String; 2],
    /// How many prices are estimates rather than list prices.
    pub estimated_prices: [usize; 2],
}

impl CostChange {
    /// Whether both sides read the same.
    #[must_use]
    pub fn is_same(&self) -> bool {
        let pair = |quantity: &Quantity| quantity.is_same();
        pair(&self.total)
            && self.by_region.iter().all(|r| pair(&r.quantity))
            && self.by_category.iter().all(|c| pair(&c.quantity))
            && self.unpriced.is_empty()
            && self.oldest_price[0] == self.oldest_price[1]
            && self.estimated_prices[0] == self.estimated_prices[1]
    }
}

/// Two designs with what is estimated about them.
pub(super) struct Sides<'a> {
    pub(super) designs: [&'a Design; 2],
    pub(super) analyses: [&'a Analysis; 2],
    pub(super) renames: &'a Renames,
}

/// The entries of both sides by a common key, in its order.
fn joined<'a, K: Ord, T>(
    before: impl IntoIterator<Item = &'a T>,
    after: impl IntoIterator<Item = &'a T>,
    key: impl Fn(&'a T, usize) -> K,
) -> BTreeMap<K, [Option<&'a T>; 2]> {
    let mut entries: BTreeMap<K, [Option<&T>; 2]> = BTreeMap::new();
    for entry in before {
        entries.entry(key(entry, 0)).or_default()[0] = Some(entry);
    }
    for entry in after {
        entries.entry(key(entry, 1)).or_default()[1] = Some(entry);
    }
    entries
}

impl<'a> Sides<'a> {
    fn estimates(&self) -> [&'a Estimates; 2] {
        self.analyses.map(|analysis| &analysis.estimates)
    }

    /// The id by which an element of one side is known on both.
    fn common<'i>(&'i self, id: &'i Id, side: usize) -> &'i Id {
        if side == 1 { self.renames.before(id) } else { id }
    }

    /// Name of an element: as it is called after, or else before.
    fn name(&self, ids: [Option<&Id>; 2]) -> (Id, String) {
        let [before, after] = ids;
        let known = after.map(|id| (id, self.designs[1])).or_else(|| before.map(|id| (id, self.designs[0])));
        known.map_or_else(|| (Id::slug(""), String::new()), |(id, design)| (id.clone(), placed(design, id)))
    }

    fn populations(&self) -> Vec<[Option<&'a PopulationLatency>; 2]> {
        let [before, after] = self.estimates();
        let key = |p: &PopulationLatency, side| self.common(&p.population, side).clone();
        joined(&before.latency, &after.latency, key).into_values().collect()
    }

    /// Every percentile of every operation of every population.
    pub(super) fn latency(&self) -> Vec<LatencyChange> {
        let mut changes = Vec::new();
        for sides in self.populations() {
            let (population, name) = self.name(sides.map(|side| side.map(|p| &p.population)));
            let [before, after] = sides.map(|side| side.map_or(&[] as &[_], |p| p.operations.as_slice()));
            for (operation, sides) in joined(before, after, |o: &OperationLatency, _| o.operation) {
                changes.extend(percentiles(sides).into_iter().map(|(percentile, quantity)| LatencyChange {
                    population: population.clone(),
                    name: name.clone(),
                    operation,
                    percentile,
                    quantity,
                }));
            }
        }
        changes
    }

    /// Populations that another region serves.
    pub(super) fn served(&self) -> Vec<ServedChange> {
        let changes = self.populations().into_iter().filter_map(|sides| {
            let [Some(before), Some(after)] = sides else { return None };
            let served = |p: &'a PopulationLatency, side| p.served_by.as_ref().map(|id| self.common(id, side));
            if served(before, 0) == served(after, 1) {
                return None;
            }
            let (population, name) = self.name(sides.map(|side| side.map(|p| &p.population)));
            let region = |p: &PopulationLatency, design: &Design| p.served_by.as_ref().map(|id| design.name_of(id));
            let (before, after) = (region(before, self.designs[0]), region(after, self.designs[1]));
            Some(ServedChange { population, name, before, after })
        });
        changes.collect()
    }

    /// Load of every group.
    pub(super) fn load(&self) -> Vec<LoadChange> {
        let [before, after] = self.estimates();
        let key = |load: &GroupLoad, side| self.common(&load.component, side).clone();
        let groups = joined(&before.load, &after.load, key).into_values().map(|sides| {
            let (component, name) = self.name(sides.map(|side| side.map(|load| &load.component)));
            let of = |get: fn(&GroupLoad) -> Amount, unit| {
                let [before, after] = sides.map(|side| Reading::from(side.map(get)));
                Quantity::of(before, after, unit)
            };
            LoadChange {
                component,
                name,
                utilisation: of(|load| Amount::from(&load.utilisation), Unit::Percent),
                capacity_rps: of(|load| Amount::exact(load.capacity_rps), Unit::RequestsPerS),
                demand_rps: of(|load| Amount::exact(load.demand_rps), Unit::RequestsPerS),
            }
        });
        groups.collect()
    }

    /// The bill.
    pub(super) fn cost(&self) -> CostChange {
        let costs = self.estimates().map(|estimates| &estimates.cost);
        let [before, after] = costs.map(|cost| Reading::from(cost.total.as_ref().map(Amount::from)));
        let by_region = self.sums(|item, side| item.region.as_ref().map(|id| self.common(id, side).clone()));
        let by_category = self.sums(|item, _| item.category);
        CostChange {
            total: Quantity::of(before, after, Unit::UsdPerMonth),
            by_region: by_region
                .into_iter()
                .map(|(region, quantity)| RegionCost { name: self.region_name(region.as_ref()), region, quantity })
                .collect(),
            by_category: by_category
                .into_iter()
                .map(|(category, quantity)| CategoryCost { category, quantity })
                .collect(),
            unpriced: self.unpriced(),
            oldest_price: costs.map(|cost| cost.oldest_price.clone()),
            estimated_prices: costs.map(|cost| cost.estimated_prices),
        }
    }

    fn region_name(&self, region: Option<&Id>) -> String {
        let Some(id) = region else { return "Outside regions".to_owned() };
        let [before, after] = self.designs;
        if after.contains(id) { after.name_of(id) } else { before.name_of(id) }
    }

    /// Cost by some key of its lines.
    fn sums<K: Ord>(&self, key: impl Fn(&CostItem, usize) -> K) -> Vec<(K, Quantity)> {
        let mut sums: BTreeMap<K, [Option<Amount>; 2]> = BTreeMap::new();
        for (side, estimates) in self.estimates().into_iter().enumerate() {
            for item in &estimates.cost.items {
                if let Some(sum) = sums.entry(key(item, side)).or_default().get_mut(side) {
                    let cost = Amount::from(&item.cost);
                    *sum = Some(sum.map_or(cost, |sum| sum.plus(cost)));
                }
            }
        }
        let quantity =
            |[before, after]: [Option<Amount>; 2]| Quantity::of(before.into(), after.into(), Unit::UsdPerMonth);
        sums.into_iter().map(|(key, sides)| (key, quantity(sides))).collect()
    }

    fn unpriced(&self) -> Vec<UnpricedChange> {
        let [before, after] = self.estimates().map(|estimates| &estimates.cost.unpriced);
        let mut reasons: BTreeMap<Id, [BTreeSet<&str>; 2]> = BTreeMap::new();
        for (side, list) in [before, after].into_iter().enumerate() {
            for unpriced in list {
                let id = self.common(&unpriced.element, side).clone();
                if let Some(reasons) = reasons.entry(id).or_default().get_mut(side) {
                    reasons.insert(&unpriced.reason);
                }
            }
        }
        let told = |reasons: BTreeSet<&str>| {
            let text = reasons.into_iter().collect::<Vec<_>>().join("; ");
            (!text.is_empty()).then_some(text)
        };
        let changes = reasons.into_iter().filter(|(_, [before, after])| before != after);
        changes
            .map(|(element, [before, after])| {
                let [old, new] = self.designs;
                let name = placed(if new.contains(&element) { new } else { old }, &element);
                UnpricedChange { element, name, before: told(before), after: told(after) }
            })
            .collect()
    }
}

/// The percentiles of an operation, or one line where neither side has any.
fn percentiles(sides: [Option<&OperationLatency>; 2]) -> Vec<(&'static str, Quantity)> {
    let figures = |side: Option<&OperationLatency>, rank: usize| match side.map(|o| &o.percentiles) {
        Some(Ok(figures)) => figures.get(rank).map_or(Reading::Absent, |f: &Figure| Reading::Known(f.into())),
        Some(Err(why)) => Reading::Unknown(why.clone()),
        None => Reading::Absent,
    };
    let of = |rank| {
        let [before, after] = sides.map(|side| figures(side, rank));
        Quantity::of(before, after, Unit::Ms)
    };
    if sides.iter().flatten().any(|o| o.percentiles.is_ok()) {
        PERCENTILES.into_iter().enumerate().map(|(rank, name)| (name, of(rank))).collect()
    } else {
        vec![("", of(0))]
    }
}
