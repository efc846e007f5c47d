//! The list of what has to be bought, rented and installed as a table for spreadsheets, with what it costs.

use crate::estimate::PriceBasis;
use crate::export::Source;
use crate::export::bundle::{ExportFile, Origin, Syntax};
use crate::export::lines::Lines;
use crate::export::materials::{Item, items};
use crate::export::text::one_line;

const HEADER: [&str; 15] = [
    "region",
    "kind",
    "id",
    "name",
    "count",
    "product",
    "version",
    "vcpu",
    "memory_gib",
    "disk_gib",
    "details",
    "usd_per_month",
    "oldest_price",
    "estimated_prices",
    "without_price",
];

/// The table of a design.
pub(super) fn table(source: &Source<'_>) -> ExportFile {
    let mut lines = Lines::default();
    lines.head(HEADER);
    for item in items(source) {
        let cells = cells(&item);
        lines.row(cells.iter().map(String::as_str), Origin::drawn(item.why, [item.id.clone()]));
    }
    lines.into_file(Syntax::Csv)
}

/// A cell for every column; empty where there is nothing to say.
fn cells(item: &Item<'_>) -> [String; 15] {
    // Of one node.
    let size = item.component.and_then(|component| component.size);
    let size = size.map(|size| [size.vcpu, size.memory_gib, size.disk_gib].map(|number| number.to_string()));
    let [vcpu, memory_gib, disk_gib] = size.unwrap_or_default();
    let [usd_per_month, oldest_price, estimated_prices] = prices(item);
    [
        item.region.clone().unwrap_or_default(),
        item.kind.to_owned(),
        item.id.to_string(),
        item.name.clone(),
        item.component.map(|component| component.instances.to_string()).unwrap_or_default(),
        item.product.name.clone(),
        item.product.version.clone(),
        vcpu,
        memory_gib,
        disk_gib,
        item.details(|number| number.to_string()).join("; "),
        usd_per_month,
        oldest_price,
        estimated_prices,
        one_line(&item.cost.unpriced.join(" ")),
    ]
}

/// The sum of a month, the day of the oldest price in it, and how many of its prices are estimates.
fn prices(item: &Item<'_>) -> [String; 3] {
    let items = &item.cost.items;
    if items.is_empty() {
        return Default::default();
    }
    let basis: PriceBasis = items.iter().copied().collect();
    [
        format!("{:.2}", items.iter().map(|item| item.cost.value).sum::<f64>()),
        basis.oldest.map(|date| date.to_string()).unwrap_or_default(),
        basis.estimated().to_string(),
    ]
}
