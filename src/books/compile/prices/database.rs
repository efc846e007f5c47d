//! Managed databases, some of them put together from several meters.

use serde::Deserialize;

use super::super::read::{CompileError, Line, failed};
use super::super::write::Draft;
use super::{List, Listed, amount, unmapped};

/// What an article is: known by its name or by its description. Not used if the engine is blank, and the note says
/// why.
#[derive(Deserialize)]
struct Article {
    provider: String,
    /// Blank where the description tells.
    sku: String,
    /// Blank where the name tells.
    description: String,
    engine: String,
    multi_az: String,
    /// The name to ship, if another.
    article: String,
    title: String,
    /// Blank where the name tells.
    class: String,
    /// The unit to ship, if another.
    unit: String,
    note: String,
}

impl Article {
    fn covers(&self, row: &Listed) -> bool {
        let matches = |asked: &str, found: &str| asked.is_empty() || asked == found;
        self.provider == row.provider && matches(&self.sku, &row.sku) && matches(&self.description, &row.description)
    }
}

/// A database whose price is the sum of meters: `A + 2 x B`.
#[derive(Deserialize)]
struct Sum {
    provider: String,
    region: String,
    engine: String,
    sku: String,
    description: String,
    class: String,
    multi_az: String,
    vcpu: String,
    memory_gib: String,
    meters: String,
    source: String,
    note: String,
}

pub(super) fn databases(list: &List<'_>) -> Result<Draft, CompileError> {
    let mut draft = Draft::new(
        "prices_database",
        &[
            "provider",
            "region",
            "engine",
            "sku",
            "description",
            "class",
            "multi_az",
            "vcpu",
            "memory_gib",
            "unit",
            "usd",
            "quality",
            "stale",
            "source",
            "note",
        ],
    );
    articles(list, &mut draft)?;
    sums(list, &mut draft)?;
    Ok(draft)
}

fn articles(list: &List<'_>, draft: &mut Draft) -> Result<(), CompileError> {
    let articles = list.raw.rows::<Article>("map_databases")?;
    for line in list.of(&["database"]) {
        let row = &line.row;
        let covering: Vec<&Article> = articles.iter().filter(|article| article.covers(row)).collect();
        if covering.is_empty() {
            return Err(unmapped(line, "map_databases"));
        }
        for article in covering.into_iter().filter(|article| !article.engine.is_empty() && list.is_known_region(row)) {
            let origin = list.raw.origin("prices", &row.source, line.number)?;
            let quality = list.quality(line)?;
            let or = |text: &'_ str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
            draft.push(
                origin,
                [
                    &row.provider,
                    &row.region,
                    &article.engine,
                    &or(&article.article, &row.sku),
                    &article.title,
                    &or(&article.class, list.class(&row.provider, &row.sku)),
                    &article.multi_az,
                    &row.vcpu,
                    &row.memory_gib,
                    &or(&article.unit, &row.unit),
                    &row.price_usd,
                    &quality.quality,
                    &quality.stale,
                    &origin.source,
                    &or(&article.note, &quality.note),
                ],
            );
        }
    }
    Ok(())
}

fn sums(list: &List<'_>, draft: &mut Draft) -> Result<(), CompileError> {
    for Line { number, row } in list.raw.lines::<Sum>("map_database_sums")? {
        let wrong = |reason: String| failed("map_database_sums", number, reason);
        let mut usd = 0.0;
        let mut first: Option<&Line<Listed>> = None;
        for term in row.meters.split(" + ") {
            let (factor, meter) = match term.split_once(" x ") {
                None => (1.0, term),
                Some((factor, meter)) => {
                    (factor.parse().map_err(|_| wrong(format!("\"{factor}\" is no number")))?, meter)
                }
            };
            let same = |line: &&Line<Listed>| {
                let listed = &line.row;
                (&listed.provider, &listed.region, listed.sku.as_str()) == (&row.provider, &row.region, meter)
            };
            let line = list.of(&["database"]).find(same);
            let line = line.ok_or_else(|| wrong(format!("prices.csv has no \"{meter}\" in {}", row.region)))?;
            usd += factor * amount(&line.row.price_usd, line.number)?;
            first.get_or_insert(line);
        }
        let Some(line) = first else { continue };
        let origin = list.raw.origin("prices", &line.row.source, line.number)?;
        if origin.source != row.source {
            return Err(wrong(format!("the meters are of {}", origin.source)));
        }
        let stale = &list.quality(line)?.stale;
        draft.push(
            origin,
            [
                &row.provider,
                &row.region,
                &row.engine,
                &row.sku,
                &row.description,
                &row.class,
                &row.multi_az,
                &row.vcpu,
                &row.memory_gib,
                "hour",
                &format!("{usd:.6}"),
                "derived",
                stale,
                &row.source,
                &row.note,
            ],
        );
    }
    Ok(())
}
