//! Price lists: one table of prices for each thing that a design can ask for.

mod database;
mod transfer;

use std::collections::BTreeSet;

use serde::Deserialize;

use super::read::{CompileError, Line, Raw, failed};
use super::write::Draft;

/// Region of prices that hold everywhere.
const GLOBAL: &str = "global";

/// A row of the collected price list.
#[derive(Deserialize)]
struct Listed {
    provider: String,
    region: String,
    category: String,
    sku: String,
    description: String,
    vcpu: String,
    memory_gib: String,
    unit: String,
    price_usd: String,
    tier_from: String,
    tier_to: String,
    quality: String,
    source: String,
}

/// What the words of the price list about a price mean.
#[derive(Deserialize)]
struct PriceQuality {
    text: String,
    quality: String,
    stale: String,
    note: String,
}

/// The first letters of a machine's name and what kind of machine that is.
#[derive(Deserialize)]
struct Class {
    provider: String,
    sku: String,
    class: String,
}

/// The collected price list with what is needed to understand it.
struct List<'a> {
    raw: &'a Raw<'a>,
    lines: Vec<Line<Listed>>,
    qualities: Vec<PriceQuality>,
    classes: Vec<Class>,
    /// Provider and id of every region that Meridian knows.
    regions: BTreeSet<(String, String)>,
}

impl<'a> List<'a> {
    fn read(raw: &'a Raw<'a>) -> Result<Self, CompileError> {
        #[derive(Deserialize)]
        struct Region {
            provider: String,
            region_id: String,
        }
        let regions = raw.rows::<Region>("regions")?.into_iter().map(|row| (row.provider, row.region_id)).collect();
        Ok(Self {
            raw,
            lines: raw.lines("prices")?,
            qualities: raw.rows("map_price_qualities")?,
            classes: raw.rows("map_classes")?,
            regions,
        })
    }

    /// The rows of these categories.
    fn of<'l>(&'l self, categories: &'l [&str]) -> impl Iterator<Item = &'l Line<Listed>> {
        self.lines.iter().filter(|line| categories.contains(&line.row.category.as_str()))
    }

    fn quality(&self, line: &Line<Listed>) -> Result<&PriceQuality, CompileError> {
        let found = self.qualities.iter().find(|quality| quality.text == line.row.quality);
        found.ok_or_else(|| {
            let reason = format!("map_price_qualities.csv does not name \"{}\"", line.row.quality);
            failed("prices", line.number, reason)
        })
    }

    /// Whether the price is for a region that Meridian knows, or for all of them.
    fn is_known_region(&self, row: &Listed) -> bool {
        row.region == GLOBAL || self.regions.contains(&(row.provider.clone(), row.region.clone()))
    }

    fn class(&self, provider: &str, sku: &str) -> &str {
        let found = self.classes.iter().find(|class| class.provider == provider && sku.starts_with(&class.sku));
        found.map_or("general", |class| class.class.as_str())
    }
}

/// No entry of a map says what a row of the price list is for.
fn unmapped(line: &Line<Listed>, map: &str) -> CompileError {
    let row = &line.row;
    let reason = format!("{map}.csv does not name {} {} \"{}\"", row.provider, row.category, row.sku);
    failed("prices", line.number, reason)
}

pub(super) fn tables(raw: &Raw<'_>) -> Result<Vec<Draft>, CompileError> {
    let list = List::read(raw)?;
    Ok(vec![
        machines(&list)?,
        database::databases(&list)?,
        storage(&list)?,
        services(&list)?,
        transfer::transfer(&list)?,
    ])
}

fn machines(list: &List<'_>) -> Result<Draft, CompileError> {
    let mut draft = Draft::new(
        "prices_compute",
        &[
            "provider",
            "region",
            "sku",
            "class",
            "vcpu",
            "memory_gib",
            "usd_per_hour",
            "quality",
            "stale",
            "source",
            "note",
        ],
    );
    for line in list.of(&["compute"]).filter(|line| list.is_known_region(&line.row)) {
        let row = &line.row;
        let origin = list.raw.origin("prices", &row.source, line.number)?;
        let quality = list.quality(line)?;
        draft.push(
            origin,
            [
                &row.provider,
                &row.region,
                &row.sku,
                list.class(&row.provider, &row.sku),
                &row.vcpu,
                &row.memory_gib,
                &row.price_usd,
                &quality.quality,
                &quality.stale,
                &origin.source,
                &quality.note,
            ],
        );
    }
    Ok(draft)
}

/// What an article of storage is for; nothing if its kind is blank, and the note says why.
#[derive(Deserialize)]
struct StorageArticle {
    provider: String,
    category: String,
    sku: String,
    kind: String,
    engine: String,
    multi_az: String,
    article: String,
    description: String,
    /// GB that the price is for, if not one.
    divide_by: Option<f64>,
    note: String,
}

fn storage(list: &List<'_>) -> Result<Draft, CompileError> {
    let articles = list.raw.rows::<StorageArticle>("map_storage")?;
    let mut draft = Draft::new(
        "prices_storage",
        &[
            "provider",
            "region",
            "kind",
            "engine",
            "multi_az",
            "sku",
            "description",
            "usd_per_gb_month",
            "quality",
            "stale",
            "source",
            "note",
        ],
    );
    for line in list.of(&["block-storage", "database-storage"]) {
        let row = &line.row;
        let same = |a: &&StorageArticle| (&a.provider, &a.category, &a.sku) == (&row.provider, &row.category, &row.sku);
        let article = articles.iter().find(same).ok_or_else(|| unmapped(line, "map_storage"))?;
        if article.kind.is_empty() || !list.is_known_region(row) {
            continue;
        }
        let origin = list.raw.origin("prices", &row.source, line.number)?;
        let quality = list.quality(line)?;
        let (usd, quality_word) = match article.divide_by {
            None => (row.price_usd.clone(), quality.quality.as_str()),
            Some(gb) => (format!("{:.6}", amount(&row.price_usd, line.number)? / gb), "derived"),
        };
        draft.push(
            origin,
            [
                &row.provider,
                &row.region,
                &article.kind,
                &article.engine,
                &article.multi_az,
                &article.article,
                &article.description,
                &usd,
                quality_word,
                &quality.stale,
                &origin.source,
                &article.note,
            ],
        );
    }
    Ok(draft)
}

/// What an article of a service is for; nothing if the item is blank, and the note says why.
#[derive(Deserialize)]
struct ServiceArticle {
    provider: String,
    category: String,
    sku: String,
    item: String,
    unit: String,
    note: String,
}

fn services(list: &List<'_>) -> Result<Draft, CompileError> {
    const CATEGORIES: [&str; 9] =
        ["dns", "gslb", "kubernetes", "load-balancer", "nat", "peering", "private-line", "transit", "vpn"];
    let articles = list.raw.rows::<ServiceArticle>("map_services")?;
    let header = &["provider", "region", "item", "sku", "unit", "usd", "quality", "stale", "source", "note"];
    let mut draft = Draft::new("prices_service", header);
    for line in list.of(&CATEGORIES) {
        let row = &line.row;
        let same = |a: &&ServiceArticle| (&a.provider, &a.category, &a.sku) == (&row.provider, &row.category, &row.sku);
        let items: Vec<&ServiceArticle> = articles.iter().filter(same).collect();
        if items.is_empty() {
            return Err(unmapped(line, "map_services"));
        }
        for article in items.into_iter().filter(|article| !article.item.is_empty() && list.is_known_region(row)) {
            let origin = list.raw.origin("prices", &row.source, line.number)?;
            let quality = list.quality(line)?;
            draft.push(
                origin,
                [
                    &row.provider,
                    &row.region,
                    &article.item,
                    &row.sku,
                    &article.unit,
                    &row.price_usd,
                    &quality.quality,
                    &quality.stale,
                    &origin.source,
                    &article.note,
                ],
            );
        }
    }
    Ok(draft)
}

fn amount(text: &str, line: u64) -> Result<f64, CompileError> {
    let amount = text.parse().ok().filter(|usd: &f64| usd.is_finite());
    amount.ok_or_else(|| failed("prices", line, format!("\"{text}\" is no amount")))
}
