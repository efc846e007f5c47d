//! A comparison as a table: what, before, now, difference.

use crate::design::{Design, Id};
use crate::estimate::Unit;
use crate::rules::Severity;
use crate::spreadsheet::cell;

use super::elements::{Change, ElementChange, Sort};
use super::numbers::{Quantity, Verdict};
use super::{Comparison, FindingChange, Said};

/// What stands where there is nothing.
const NOTHING: &str = "–";

/// A part of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// The settings of the design as a whole.
    Design,
    /// Regions, components and links.
    Elements,
    /// Findings of the rules.
    Findings,
    /// Latency per population and operation.
    Latency,
    /// Load and capacity of gateways.
    Capacity,
    /// Monthly cost.
    Cost,
}

impl Section {
    /// All sections, in order.
    pub const ALL: [Self; 6] =
        [Self::Design, Self::Elements, Self::Findings, Self::Latency, Self::Capacity, Self::Cost];

    /// The word shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Design => "Design",
            Self::Elements => "Elements",
            Self::Findings => "Findings",
            Self::Latency => "Latency",
            Self::Capacity => "Capacity",
            Self::Cost => "Cost",
        }
    }
}

/// How a row differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sign {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is another one.
    Changed,
    /// It only stands elsewhere in the drawing.
    Moved,
    /// It differs by less than is known about it.
    Close,
    /// It is the same.
    Same,
}

impl Sign {
    /// The sign itself.
    #[must_use]
    pub fn glyph(self) -> &'static str {
        match self {
            Self::Added => "+",
            Self::Removed => "−",
            Self::Changed => "~",
            Self::Moved => "→",
            Self::Close => "≈",
            Self::Same => "=",
        }
    }

    /// The word shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Added => "new",
            Self::Removed => "gone",
            Self::Changed => "changed",
            Self::Moved => "moved",
            Self::Close => "within the uncertainty",
            Self::Same => "same",
        }
    }
}

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Where it belongs.
    pub section: Section,
    /// How it differs.
    pub sign: Sign,
    /// What it is about.
    pub what: String,
    /// How it was.
    pub before: String,
    /// How it is.
    pub after: String,
    /// How much or in which way it differs.
    pub difference: String,
    /// Before, after and difference as numbers, with their unit, where they are some.
    pub numbers: Option<([Option<f64>; 3], Unit)>,
    /// Severity of the finding that it tells, the later one.
    pub severity: Option<Severity>,
    /// The elements it is about.
    pub subjects: Vec<Id>,
}

impl Row {
    fn plain(section: Section, sign: Sign, what: impl Into<String>) -> Self {
        Self {
            section,
            sign,
            what: what.into(),
            before: NOTHING.into(),
            after: NOTHING.into(),
            difference: sign.label().into(),
            numbers: None,
            severity: None,
            subjects: Vec::new(),
        }
    }

    fn changed(section: Section, what: impl Into<String>, before: &str, after: &str) -> Self {
        let sign = if before == after { Sign::Same } else { Sign::Changed };
        Self { before: before.to_owned(), after: after.to_owned(), ..Self::plain(section, sign, what) }
    }

    fn quantity(section: Section, what: impl Into<String>, quantity: &Quantity) -> Self {
        use super::Reading::Absent;
        let sign = match (quantity.verdict, &quantity.before, &quantity.after) {
            (Verdict::Same, ..) => Sign::Same,
            (Verdict::WithinUncertainty, ..) => Sign::Close,
            (Verdict::Differs, Absent, _) => Sign::Added,
            (Verdict::Differs, _, Absent) => Sign::Removed,
            (Verdict::Differs, ..) => Sign::Changed,
        };
        let [before, after, difference] = quantity.words();
        let difference = match sign {
            Sign::Close => format!("{difference}, {}", sign.label()),
            _ if difference.is_empty() => sign.label().to_owned(),
            _ => difference,
        };
        let numbers = Some((quantity.numbers(), quantity.unit));
        Self { before, after, difference, numbers, ..Self::plain(section, sign, what) }
    }
}

/// The table of a comparison of two designs. What is the same stands in it too, with [`Sign::Same`].
#[must_use]
pub fn rows(before: &Design, after: &Design, comparison: &Comparison) -> Vec<Row> {
    let mut rows = settings(before, after, comparison);
    rows.extend(comparison.elements.iter().flat_map(element));
    rows.extend(comparison.findings.iter().map(finding));
    latency(comparison, &mut rows);
    capacity(comparison, &mut rows);
    cost(comparison, &mut rows);
    rows
}

fn settings(before: &Design, after: &Design, comparison: &Comparison) -> Vec<Row> {
    let row = |what: &str, before: &str, after: &str| Row::changed(Section::Design, what, before, after);
    let mut rows: Vec<Row> = comparison.settings.iter().map(|f| row(&f.field, &f.before, &f.after)).collect();
    let [was, is] = comparison.recognised;
    rows.push(row("Drawn as", was, is));
    let count = |design: &Design, sort| match sort {
        Sort::Region => design.regions.len(),
        Sort::Component => design.components.len(),
        Sort::Link => design.links.len(),
    };
    for (what, sort) in [("Regions", Sort::Region), ("Components", Sort::Component), ("Links", Sort::Link)] {
        let [was, is] = [before, after].map(|design| Quantity::whole(count(design, sort)));
        rows.push(Row::quantity(Section::Design, what, &Quantity::of(was, is, Unit::Count)));
    }
    rows
}

fn element(change: &ElementChange) -> Vec<Row> {
    let row =
        |sign, what: String| Row { subjects: vec![change.id.clone()], ..Row::plain(Section::Elements, sign, what) };
    match change.change {
        Change::Added => vec![Row { after: change.what.clone(), ..row(Sign::Added, change.name.clone()) }],
        Change::Removed => vec![Row { before: change.what.clone(), ..row(Sign::Removed, change.name.clone()) }],
        Change::Changed => {
            let mut rows = Vec::new();
            if let Some(was) = &change.was {
                let what = format!("{}: Id", change.name);
                let (before, after) = (was.to_string(), change.id.to_string());
                rows.push(Row { before, after, ..row(Sign::Changed, what) });
            }
            rows.extend(change.fields.iter().map(|field| Row {
                before: field.before.clone(),
                after: field.after.clone(),
                ..row(Sign::Changed, format!("{}: {}", change.name, field.field))
            }));
            if change.is_only_moved() {
                let what = change.what.clone();
                rows.push(Row { before: what.clone(), after: what, ..row(Sign::Moved, change.name.clone()) });
            }
            rows
        }
    }
}

/// A finding: its sentence, and how bad it is on both sides; where only the sentence differs, that stands there.
fn finding(change: &FindingChange) -> Row {
    let sign = match change.change {
        Change::Added => Sign::Added,
        Change::Removed => Sign::Removed,
        Change::Changed => Sign::Changed,
    };
    let reworded = matches!((&change.before, &change.after), (Some(a), Some(b)) if a.severity == b.severity);
    let side = |side: &Option<Said>| match side {
        None => NOTHING.to_owned(),
        Some(said) if reworded => said.message.clone(),
        Some(said) => said.severity.label().to_owned(),
    };
    let said = change.after.as_ref().or(change.before.as_ref());
    Row {
        before: side(&change.before),
        after: side(&change.after),
        difference: finding_words(change, sign),
        severity: said.map(|s| s.severity),
        subjects: change.subjects.clone(),
        ..Row::plain(Section::Findings, sign, format!("{} {}", change.rule, said.map_or("", |s| s.message.as_str())))
    }
}

fn finding_words(change: &FindingChange, sign: Sign) -> String {
    match (&change.before, &change.after) {
        (Some(_), None) if change.waived => "waived".to_owned(),
        (None, Some(_)) if change.waived => "no longer waived".to_owned(),
        (Some(a), Some(b)) if a.severity == b.severity && a.message == b.message => "for another reason".to_owned(),
        _ => sign.label().to_owned(),
    }
}

fn latency(comparison: &Comparison, rows: &mut Vec<Row>) {
    for served in &comparison.served {
        let region = |side: &Option<String>| side.clone().unwrap_or_else(|| "nobody".to_owned());
        let (before, after) = (region(&served.before), region(&served.after));
        let row = Row::changed(Section::Latency, format!("{}: Served by", served.name), &before, &after);
        rows.push(Row { sign: Sign::Changed, subjects: vec![served.population.clone()], ..row });
    }
    for latency in &comparison.latency {
        let what = format!("{}: {} {}", latency.name, latency.operation.label(), latency.percentile);
        let row = Row::quantity(Section::Latency, what.trim_end(), &latency.quantity);
        rows.push(Row { subjects: vec![latency.population.clone()], ..row });
    }
}

fn capacity(comparison: &Comparison, rows: &mut Vec<Row>) {
    for load in &comparison.load {
        let parts =
            [("Used", &load.utilisation), ("Capacity", &load.capacity_rps), ("Calls at peak", &load.demand_rps)];
        rows.extend(parts.into_iter().map(|(part, quantity)| Row {
            subjects: vec![load.component.clone()],
            ..Row::quantity(Section::Capacity, format!("{}: {part}", load.name), quantity)
        }));
    }
}

fn cost(comparison: &Comparison, rows: &mut Vec<Row>) {
    let cost = &comparison.cost;
    rows.push(Row::quantity(Section::Cost, "Total a month", &cost.total));
    rows.extend(cost.by_region.iter().map(|part| Row {
        subjects: part.region.iter().cloned().collect(),
        ..Row::quantity(Section::Cost, &part.name, &part.quantity)
    }));
    rows.extend(cost.by_category.iter().map(|c| Row::quantity(Section::Cost, c.category.label(), &c.quantity)));
    rows.extend(cost.unpriced.iter().map(|u| {
        let why = |side: &Option<String>| side.clone().unwrap_or_else(|| NOTHING.to_owned());
        let sign = match (&u.before, &u.after) {
            (None, _) => Sign::Added,
            (_, None) => Sign::Removed,
            _ => Sign::Changed,
        };
        let row = Row::plain(Section::Cost, sign, format!("{}: Without price", u.name));
        Row { before: why(&u.before), after: why(&u.after), subjects: vec![u.element.clone()], ..row }
    }));
    let day = |day: &String| if day.is_empty() { NOTHING.to_owned() } else { day.clone() };
    let [was, is] = cost.oldest_price.each_ref().map(day);
    rows.push(Row::changed(Section::Cost, "Oldest price", &was, &is));
    let [was, is] = cost.estimated_prices.map(Quantity::whole);
    rows.push(Row::quantity(Section::Cost, "Estimated prices", &Quantity::of(was, is, Unit::Count)));
}

/// The rows as comma-separated values; numbers stand in them without their unit, which has a column of its own.
#[must_use]
pub fn csv<'a>(rows: impl IntoIterator<Item = &'a Row>) -> String {
    let mut out = String::from("Section,Sign,What,Before,Now,Difference,Unit\n");
    for row in rows {
        let (cells, unit) = match &row.numbers {
            Some((numbers, unit)) => {
                let words = [&row.before, &row.after, &row.difference];
                let number = |(n, words): (&Option<f64>, &String)| n.map_or_else(|| cell(words), |n| n.to_string());
                let mut cells = numbers.iter().zip(words).map(number);
                ([(); 3].map(|()| cells.next().unwrap_or_default()), unit_words(*unit))
            }
            None => ([&row.before, &row.after, &row.difference].map(|text| cell(text)), ""),
        };
        let head = [row.section.label(), row.sign.label(), &row.what].map(cell);
        out.push_str(&[&head[..], &cells, &[unit.to_owned()]].concat().join(","));
        out.push('\n');
    }
    out
}

fn unit_words(unit: Unit) -> &'static str {
    match unit {
        Unit::Ms => "ms",
        Unit::UsdPerMonth => "USD a month",
        Unit::Usd => "USD",
        Unit::RequestsPerS => "calls a second",
        Unit::Percent => "%",
        Unit::GbPerMonth => "GB a month",
        Unit::Hours => "h",
        Unit::Km => "km",
        Unit::Bytes => "bytes",
        Unit::Count => "",
    }
}
