//! How far the places of a drawing are from each other, by the region book and by what was measured.

use std::collections::BTreeMap;

use super::context::{Context, RegionView};
use crate::books::Books;
use crate::design::{Id, Site};
use crate::topology::locate;

/// Regions in order of their distance from a site; those at unknown places come last.
#[must_use]
pub fn nearest_first<'v, 'a>(
    site: Option<&Site>,
    regions: impl Iterator<Item = &'v RegionView<'a>>,
    books: &Books,
) -> Vec<&'v RegionView<'a>> {
    let here = site.and_then(|site| locate(site, books).ok());
    let km = |region: &RegionView<'_>| {
        let there = locate(&region.region.site, books).ok()?;
        Some(books.rtt().between(here.as_ref()?, &there).distance_km)
    };
    let mut ranked: Vec<_> = regions.map(|region| (km(region).unwrap_or(f64::INFINITY), region)).collect();
    // The sort is stable, so equal distances keep the order of id.
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    ranked.into_iter().map(|(_, region)| region).collect()
}

/// Round trips between regions: the longest that was measured at a link between the two, else what the region book
/// says.
pub struct RoundTrips<'c, 'a> {
    cx: &'c Context<'a>,
    measured: BTreeMap<(&'a Id, &'a Id), f64>,
    known: BTreeMap<(Id, Id), Option<f64>>,
}

impl<'c, 'a> RoundTrips<'c, 'a> {
    /// Collects what was measured.
    #[must_use]
    pub fn of(cx: &'c Context<'a>) -> Self {
        let mut measured: BTreeMap<(&Id, &Id), f64> = BTreeMap::new();
        for wire in cx.wires().iter().filter(|w| w.crosses_regions()) {
            let (from, to) = (wire.from.component, wire.to.component);
            if let (Some(a), Some(b), Some(ms)) = (&from.region, &to.region, wire.link.measured_rtt_ms) {
                let longest = measured.entry((a.min(b), a.max(b))).or_insert(ms);
                *longest = longest.max(ms);
            }
        }
        Self { cx, measured, known: BTreeMap::new() }
    }

    /// Milliseconds between two regions; `None` when one of them is at no known place.
    pub fn ms(&mut self, a: &Id, b: &Id) -> Option<f64> {
        let (a, b) = (a.min(b), a.max(b));
        if let Some(ms) = self.measured.get(&(a, b)) {
            return Some(*ms);
        }
        let cx = self.cx;
        *self.known.entry((a.clone(), b.clone())).or_insert_with(|| {
            let place = |id: &Id| locate(&cx.region(id)?.region.site, cx.books).ok();
            Some(cx.books.rtt().between(&place(a)?, &place(b)?).rtt_ms)
        })
    }
}
