//! Traffic between zones, between regions and to the internet.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::super::read::{CompileError, Line, Origin};
use super::super::write::Draft;
use super::{List, Listed, PriceQuality, unmapped};

/// Target of a tariff that holds for all others.
const ANY: &str = "any";

/// What a tariff of the price list is; not used if its kind is blank, and the note says why.
#[derive(Deserialize)]
struct Tariff {
    provider: String,
    /// Blank for every region.
    region: String,
    category: String,
    sku: String,
    kind: String,
    /// Places that it holds for, joined by `; `; blank for the region itself.
    from: String,
    to: String,
    /// GB a month that are free.
    free_gb: String,
    note: String,
}

impl Tariff {
    fn covers(&self, row: &Listed) -> bool {
        (&self.provider, &self.category, &self.sku) == (&row.provider, &row.category, &row.sku)
            && (self.region.is_empty() || self.region == row.region)
    }

    /// Whether it is what a region charges for targets that the list of pairs lacks.
    fn is_default_of_region(&self) -> bool {
        self.from.is_empty() && self.to == ANY
    }
}

/// A price between two regions.
#[derive(Deserialize)]
struct Pair {
    src: String,
    dst: String,
    usd_per_gb: String,
}

pub(super) fn transfer(list: &List<'_>) -> Result<Draft, CompileError> {
    let mut draft = Draft::new(
        "prices_transfer",
        &[
            "provider",
            "from",
            "kind",
            "to",
            "usd_per_gb",
            "tier_from_gb",
            "tier_to_gb",
            "quality",
            "stale",
            "source",
            "note",
        ],
    );
    let tariffs = list.raw.rows::<Tariff>("map_transfer")?;
    let mut defaults = Vec::new();
    let mut with_internet: BTreeSet<&str> = BTreeSet::new();
    for line in list.of(&["inter-zone", "inter-region", "internet-egress"]) {
        let tariff = tariffs.iter().find(|tariff| tariff.covers(&line.row));
        let tariff = tariff.ok_or_else(|| unmapped(line, "map_transfer"))?;
        if tariff.kind.is_empty() || (tariff.from.is_empty() && !list.is_known_region(&line.row)) {
            continue;
        }
        if tariff.kind == "internet" {
            with_internet.insert(&line.row.region);
        }
        if tariff.is_default_of_region() {
            defaults.push((line, tariff));
        } else {
            push(list, &mut draft, line, tariff)?;
        }
    }
    for Line { number, row } in list.raw.lines::<Pair>("prices_aws_interregion")? {
        let origin = list.raw.origin("prices_aws_interregion", "", number)?;
        let (quality, stale, source) = (&origin.quality, &origin.stale, &origin.source);
        if row.dst != "internet" {
            let cells =
                ["aws", &row.src, "inter-region", &row.dst, &row.usd_per_gb, "", "", quality, stale, source, ""];
            draft.push(origin, cells);
        } else if !with_internet.contains(row.src.as_str()) {
            let (usd, note) = (&row.usd_per_gb, "first tier only");
            draft.push(origin, ["aws", &row.src, "internet", "", usd, "0", "10240", quality, stale, source, note]);
        }
    }
    for (line, tariff) in defaults {
        push(list, &mut draft, line, tariff)?;
    }
    Ok(draft)
}

/// Adds the tariff for each place that it holds for. The note stands with the first tier.
fn push(list: &List<'_>, draft: &mut Draft, line: &Line<Listed>, tariff: &Tariff) -> Result<(), CompileError> {
    let row = &line.row;
    let origin = list.raw.origin("prices", &row.source, line.number)?;
    let quality = list.quality(line)?;
    let places = if tariff.from.is_empty() { row.region.as_str() } else { tariff.from.as_str() };
    for from in places.split("; ") {
        let cells =
            |usd, tier_from, tier_to, note| tier(tariff, from, [usd, tier_from, tier_to, note], quality, origin);
        if !tariff.free_gb.is_empty() {
            draft.push(origin, cells("0", "0", &tariff.free_gb, &tariff.note));
        }
        let is_first = matches!(row.tier_from.as_str(), "" | "0");
        let note = if is_first { tariff.note.as_str() } else { "" };
        draft.push(origin, cells(&row.price_usd, &row.tier_from, &row.tier_to, note));
    }
    Ok(())
}

fn tier<'c>(
    tariff: &'c Tariff,
    from: &'c str,
    [usd, tier_from, tier_to, note]: [&'c str; 4],
    quality: &'c PriceQuality,
    origin: &'c Origin,
) -> [&'c str; 11] {
    let (provider, kind, to) = (&tariff.provider, &tariff.kind, &tariff.to);
    let (word, stale, source) = (&quality.quality, &quality.stale, &origin.source);
    [provider, from, kind, to, usd, tier_from, tier_to, word, stale, source, note]
}
