//! Colouring a drawing by one figure: which elements have a value, what it reads as, where it stands on the scale.

use std::collections::BTreeMap;

use crate::design::{Design, Id};
use crate::estimate::{Estimates, Operation, grouped};

use super::palette::{Palette, Rgb};

/// The figure that colours a drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Heat {
    /// 95th percentile of an API call: of populations, and of regions the longest of those they serve.
    Latency,
    /// Round trip of links between places.
    RoundTrip,
    /// Utilisation at peak of groups.
    Use,
    /// Monthly cost of components and regions.
    Cost,
    /// Capabilities × places that the loss of an element takes down; no estimate, see [`HeatMap::with`].
    Harm,
}

impl Heat {
    /// All of them, in the order of menus.
    pub const ALL: [Self; 5] = [Self::Latency, Self::RoundTrip, Self::Use, Self::Cost, Self::Harm];

    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Latency => "API call, p95",
            Self::RoundTrip => "Round trip",
            Self::Use => "Use at peak",
            Self::Cost => "Cost a month",
            Self::Harm => "What its loss takes down",
        }
    }

    fn words(self, value: f64) -> String {
        match self {
            Self::Latency | Self::RoundTrip if value < 10.0 => format!("{value:.1} ms"),
            Self::Latency | Self::RoundTrip => format!("{} ms", grouped(value)),
            Self::Use => format!("{} %", grouped(value)),
            Self::Cost => format!("${}", grouped(value)),
            Self::Harm => grouped(value),
        }
    }
}

/// The value of one element.
#[derive(Debug, Clone, PartialEq)]
pub struct Warmth {
    /// Place on the scale, 0 to 1.
    pub share: f32,
    /// The value in words.
    pub words: String,
}

/// Every element with a value, and the ends of the scale.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HeatMap {
    /// By element.
    pub of: BTreeMap<Id, Warmth>,
    /// What the cold end of the scale reads; empty without values.
    pub cold: String,
    /// What the hot end reads.
    pub hot: String,
}

impl HeatMap {
    /// Colours a design by a figure of its estimates.
    #[must_use]
    pub fn of(by: Heat, design: &Design, estimates: &Estimates) -> Self {
        let values = match by {
            Heat::Latency => latency(estimates),
            Heat::RoundTrip => estimates.link_rtt.iter().map(|(id, rtt)| (id.clone(), rtt.value)).collect(),
            Heat::Use => used(estimates),
            Heat::Cost => cost(design, estimates),
            Heat::Harm => BTreeMap::new(),
        };
        Self::with(by, values)
    }

    /// Colours by values that were found elsewhere.
    #[must_use]
    pub fn with(by: Heat, values: BTreeMap<Id, f64>) -> Self {
        let most = values.values().copied().fold(0.0, f64::max);
        // Use has ends of its own, so that colours mean the same in every design.
        let top = if by == Heat::Use { 100.0 } else { most };
        if values.is_empty() || top <= 0.0 {
            return Self::default();
        }
        #[expect(clippy::cast_possible_truncation, reason = "a share of a colour")]
        let warmth = |value: f64| Warmth { share: (value / top).clamp(0.0, 1.0) as f32, words: by.words(value) };
        Self {
            of: values.into_iter().map(|(id, value)| (id, warmth(value))).collect(),
            cold: by.words(0.0).replace("0.0", "0"),
            hot: by.words(top),
        }
    }

    /// The colour at a place of the scale, 0 to 1: cold is the accent, the middle a warning, hot an error.
    #[must_use]
    pub fn color(palette: &Palette, share: f32) -> Rgb {
        let (from, to, part) = if share < 0.5 {
            (palette.accent, palette.warning, share * 2.0)
        } else {
            (palette.warning, palette.error, share * 2.0 - 1.0)
        };
        from.mix(to, part)
    }
}

fn latency(estimates: &Estimates) -> BTreeMap<Id, f64> {
    let mut values: BTreeMap<Id, f64> = BTreeMap::new();
    for population in &estimates.latency {
        let Ok([_, p95, _]) = estimates.percentiles(&population.population, Operation::ApiCall) else { continue };
        for id in population.served_by.iter().chain([&population.population]) {
            let longest = values.entry(id.clone()).or_default();
            *longest = longest.max(p95.value);
        }
    }
    values
}

fn used(estimates: &Estimates) -> BTreeMap<Id, f64> {
    estimates.load.iter().map(|group| (group.component.clone(), group.utilisation.value)).collect()
}

fn cost(design: &Design, estimates: &Estimates) -> BTreeMap<Id, f64> {
    let mut values: BTreeMap<Id, f64> = BTreeMap::new();
    for item in &estimates.cost.items {
        // What a link costs is told where it is paid, else boxes and lines would compete for colours.
        if design.components.contains_key(&item.element) {
            *values.entry(item.element.clone()).or_default() += item.cost.value;
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::Books;
    use crate::estimate::estimate;
    use crate::topology::Topology;

    #[test]
    fn each_figure_colours_what_has_it_and_the_hottest_is_at_the_end() {
        let design = crate::templates::get("pattern-2").unwrap().design();
        let estimates = estimate(&Topology::of(&design), Books::shipped());
        for by in Heat::ALL.into_iter().filter(|by| *by != Heat::Harm) {
            let map = HeatMap::of(by, &design, &estimates);
            assert!(!map.of.is_empty() && map.of.keys().all(|id| design.contains(id)), "{by:?}");
            let hottest = map.of.values().map(|w| w.share).fold(0.0, f32::max);
            assert!(by == Heat::Use || hottest > 0.99, "{by:?}: {hottest}");
        }
        assert_eq!(HeatMap::of(Heat::Use, &Design::default(), &Estimates::default()), HeatMap::default());
    }
}
