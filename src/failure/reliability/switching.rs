//! Users who move to another region when theirs stops: how often, and what each of them misses meanwhile.

use std::collections::BTreeMap;

use crate::books::Books;
use crate::design::{Design, GlobalLoadBalancer, Id, Spec};
use crate::estimate::{Derivation, Unit};
use crate::failure::availability::{Availability, HOURS_PER_YEAR};
use crate::failure::chances::End;
use crate::failure::formula::PartId;
use crate::failure::model::{Cell, Model, Place};
use crate::failure::timeline::Timers;

use super::Questions;

/// Regions that usually serve a population, and what moving away from one costs.
pub(super) struct Switching {
    /// Usable, and served by one of the regions that usually do: its place in the list of roots, and the share of the users.
    homes: Vec<(usize, f64)>,
    /// What a user misses on average, hours: as expected, and with timers at their shorter and longer ends.
    missed_h: [f64; 3],
    /// Where that comes from.
    pub node: Derivation,
}

impl Switching {
    /// What is known about a cell; `None` where no global balancer would move anybody.
    pub fn of(
        questions: &mut Questions,
        design: &Design,
        books: &Books,
        model: &Model,
        place: &Place,
        cell: &Cell,
    ) -> Option<Self> {
        let Place::Population(population) = place else { return None };
        if cell.served_in.is_empty() {
            return None;
        }
        let (missed_h, node) = missed(design, books, population)?;
        let nodes = |region: &Id| -> f64 {
            let gateways = design.components_in(region).filter(|(_, c)| c.kind().has_gateway());
            gateways.map(|(_, c)| f64::from(c.instances)).sum()
        };
        let all: f64 = cell.served_in.iter().map(|(region, _)| nodes(region)).sum();
        let usable = model.formula(cell.usable);
        let homes = cell.served_in.iter().map(|(region, need)| {
            let share = if all > 0.0 { nodes(region) / all } else { 1.0 / cell.served_in.len() as f64 };
            (questions.ask_all([usable, model.formula(*need)]), share)
        });
        Some(Self { homes: homes.collect(), missed_h, node })
    }

    fn missed_h(&self, end: End) -> f64 {
        let [value, short, long] = self.missed_h;
        match end {
            End::Value => value,
            End::High => short,
            End::Low => long,
        }
    }

    /// How often in a year a user has to move: the region stops, and something else is there. `None` when it is not known how
    /// often anything fails.
    pub fn per_year(&self, found: &[Availability], usable: &Availability) -> Option<f64> {
        let stops = usable.outages_per_year?;
        let moves = |(home, share): &(usize, f64)| {
            let leaves = found.get(*home)?.outages_per_year? - stops;
            Some(share * leaves.max(0.0))
        };
        self.homes.iter().map(moves).sum()
    }

    /// Share of the time that a user misses by moving.
    pub fn down(&self, found: &[Availability], usable: &Availability, end: End) -> f64 {
        self.per_year(found, usable).unwrap_or(0.0) * self.missed_h(end) / HOURS_PER_YEAR
    }

    /// What each part adds: share of the time, and how often in a year.
    pub fn by_part(&self, found: &[Availability], usable: &Availability) -> BTreeMap<PartId, (f64, f64)> {
        let stops = |of: &Availability| -> BTreeMap<PartId, f64> {
            of.parts.iter().filter_map(|part| Some((part.part, part.outages_per_year?))).collect()
        };
        let known = stops(usable);
        let mut added: BTreeMap<PartId, (f64, f64)> = BTreeMap::new();
        for (home, share) in &self.homes {
            let Some(home) = found.get(*home) else { continue };
            for (part, per_year) in stops(home) {
                let moves = share * (per_year - known.get(&part).copied().unwrap_or(0.0)).max(0.0);
                let (down, often) = added.entry(part).or_default();
                *down += moves * self.missed_h(End::Value) / HOURS_PER_YEAR;
                *often += moves;
            }
        }
        added
    }
}

/// What a user misses on average when a region stops, hours, by the slowest global balancer that the population asks.
fn missed(design: &Design, books: &Books, population: &Id) -> Option<([f64; 3], Derivation)> {
    let timers = Timers::of(design, books);
    let balancers = design.links.values().filter(|link| link.from == *population);
    let balancers = balancers.filter_map(|link| match &design.components.get(&link.to)?.spec {
        Spec::GlobalLoadBalancer(balancer) => Some(average(design, &timers, &link.to, balancer)),
        _ => None,
    });
    let (seconds, node) = balancers.max_by(|(a, _), (b, _)| a[0].total_cmp(&b[0]))?;
    Some((seconds.map(|s| s / 3_600.0), node))
}

fn average(design: &Design, timers: &Timers<'_>, id: &Id, balancer: &GlobalLoadBalancer) -> ([f64; 3], Derivation) {
    let ends = design.links.values().filter(|link| link.from == *id).filter_map(|link| design.components.get(&link.to));
    let mut regions: Vec<&Id> = ends.filter_map(|end| end.region.as_ref()).collect();
    regions.sort();
    regions.dedup();
    let detection = timers.global_detection(balancer, &regions);
    let (leave, ttl_s) = timers.dns(Some(balancer));
    let span = detection.span;
    let seconds = [span.likely_s, span.low_s, span.high_s].map(|noticed_s| noticed_s + ttl_s / 2.0);
    let node = Derivation::computed(
        "Seconds that a user misses on the way to another region",
        seconds[0],
        Unit::Count,
        "until the balancer notices + half of the time to live, over which users leave evenly",
        vec![detection.source, leave.source],
    )
    .within(seconds[1], seconds[2]);
    (seconds, node)
}
