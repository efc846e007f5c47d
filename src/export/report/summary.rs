//! Headline figures, the pattern and what was decided.

use crate::advisor::Criterion;
use crate::design::{Capability, Id};
use crate::export::Source;
use crate::export::document::{Cell, Section, Table, Tone};
use crate::failure::Place;
use crate::failure::reliability::percent_words;
use crate::rules::Severity;
use crate::words::site::site_words;
use crate::words::{format, placed, plural};

use super::content::Known;

/// The headline figures.
pub(super) fn summary(source: &Source<'_>, known: &Known) -> Section {
    let (design, analysis) = (source.design, source.analysis);
    let mut table = Table::new(["Figure", "What", "More"]).as_cards();
    let mut card = |figure: Cell, what: &str, more: String| table.row([figure, what.into(), more.into()]);
    let recognition = &analysis.recognition;
    card(recognition.pattern.label().into(), "Deployment pattern", recognition.reasons.join(" "));
    let count = |severity| analysis.check.findings.iter().filter(|f| f.severity == severity).count();
    let [errors, warnings, notes] = Severity::ALL.map(count);
    let tone = match (errors, warnings) {
        (0, 0) => Tone::Good,
        (0, _) => Tone::Warning,
        _ => Tone::Bad,
    };
    let counts = [(errors, "error"), (warnings, "warning"), (notes, "note")];
    let found: Vec<String> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| plural(*n, word)).collect();
    let found = if found.is_empty() { "None".to_owned() } else { found.join(", ") };
    card(Cell::toned(&found, tone), "Findings", format!("{} more accepted", analysis.check.waived.len()));
    if let Some((population, figure)) = analysis.estimates.worst_api_call() {
        let name = design.name_of(population);
        card(format::headline(figure).into(), "95 % of API calls, at most", with_range(&format::range(figure), &name));
    }
    let used = analysis.estimates.capacity.iter().filter(|group| !group.measure.is_ratio());
    let used = used.filter_map(|group| Some((group, group.utilisation.as_ref().ok()?)));
    if let Some((group, figure)) = used.max_by(|a, b| a.1.value.total_cmp(&b.1.value)) {
        let name = placed(design, &group.component);
        card(format::headline(figure).into(), "Highest use at peak", with_range(&format::range(figure), &name));
    }
    let cost = &analysis.estimates.cost;
    if let Some(total) = &cost.total {
        let prices = match cost.oldest_price.get(..7) {
            Some(month) => format!("prices from {month} on"),
            None => "before tax".to_owned(),
        };
        let figure = format::headline_in(total, &cost.currency);
        card(figure.into(), "A month, before tax", with_range(&format::deviation_in(total, &cost.currency), &prices));
    }
    let serves = |at: &&crate::failure::reliability::CellAvailability| {
        at.capability == Capability::Serve && matches!(at.place, Place::Population(_))
    };
    let worst = known.available.iter().filter(serves).max_by(|a, b| a.goes_on.down.total_cmp(&b.goes_on.down));
    if let Some(worst) = worst {
        let [minutes, ..] = worst.goes_on.minutes_per_year();
        let more = format!("{} a year without, {}", format::minutes(minutes), design.name_of(worst.place.id()));
        card(format!("{} %", percent_words(worst.goes_on.down)).into(), "API calls are answered", more);
    }
    let counts = &source.plan.counts;
    let nodes = plural(counts.nodes, "node");
    let more = [plural(counts.regions, "region"), plural(counts.databases, "database")].join(", ");
    card(nodes.into(), "Of the product", more);
    let mut section = Section::new("Summary");
    section.table(table);
    section
}

fn with_range(range: &str, more: &str) -> String {
    if range.is_empty() { more.to_owned() } else { format!("{range}; {more}") }
}

/// What the drawing is recognised as, and why.
pub(super) fn pattern(source: &Source<'_>) -> Section {
    let (design, recognition) = (source.design, &source.analysis.recognition);
    let mut section = Section::new("Pattern");
    section.say(&format!("{}, meant as: {}.", recognition.pattern.label(), design.meta.pattern.label().to_lowercase()));
    section.list(&recognition.reasons);
    let mut table = Table::new(["Region", "Where", "Drawn as", "What it lacks"]);
    for of in &recognition.regions {
        let lacks = if of.missing.is_empty() { "nothing".to_owned() } else { of.missing.join(" ") };
        let site =
            design.regions.get(&of.region).map(|region| site_words(&region.site, source.books)).unwrap_or_default();
        table.row([design.name_of(&of.region), site, of.shape.label().to_owned(), lacks]);
    }
    section.table(table);
    if !recognition.missing.is_empty() {
        let mut below = Section::new("What stands between the drawing and the pattern");
        below.list(&recognition.missing);
        section.add(below);
    }
    section
}

/// What was decided between the patterns, oldest first.
pub(super) fn decisions(source: &Source<'_>) -> Section {
    let design = source.design;
    let mut section = Section::new("Decisions");
    for decision in &design.meta.decisions {
        let mut below = Section::new(&decision.title);
        let mut table = Table::new(["About", "Decision"]);
        let place =
            decision.region.as_ref().map_or_else(|| "the whole design".to_owned(), |id: &Id| design.name_of(id));
        let criteria: Vec<&str> = decision
            .criteria
            .iter()
            .map(|id| id.parse().map_or(id.as_str(), |criterion: Criterion| criterion.question()))
            .collect();
        let date = decision.date.map(|day| day.to_string()).unwrap_or_default();
        for (about, text) in [
            ("For", place),
            ("Product version", decision.product_version.to_string()),
            ("Said to apply", criteria.join(" ")),
            ("Recommended", spoken(&decision.recommended).to_owned()),
            ("Chosen", spoken(&decision.chosen).to_owned()),
            ("By", decision.owner.clone()),
            ("On", date),
        ] {
            if !text.is_empty() {
                table.row([about.to_owned(), text]);
            }
        }
        below.table(table);
        below.list(&decision.reasons);
        below.say(&decision.notes);
        section.add(below);
    }
    if section.is_empty() {
        section.say("No decision between the patterns is kept with the design.");
    }
    section
}

/// The words for the ids the advisor uses; anything else is shown as it was written.
fn spoken(id: &str) -> &str {
    match id {
        "pattern-1" => "Pattern 1",
        "pattern-2" => "Pattern 2",
        "either" => "either pattern",
        "conflict" => "no pattern fits",
        other => other,
    }
}
