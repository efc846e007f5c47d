//! How available everything is, and the smallest sets of failures that take it down.

use std::collections::BTreeMap;

use crate::design::Capability;
use crate::estimate::number;
use crate::export::Source;
use crate::export::document::{Section, Table};
use crate::words::availability as words;

use super::content::Known;

/// Most sets of one capability that are listed.
const MOST_SETS: usize = 15;
const HOURS_PER_YEAR: f64 = 8_760.0;

/// Sets that take a capability down, with the places where they do.
type Sets = BTreeMap<(u32, String), (f64, Vec<String>)>;

/// The smallest sets of one or two failures that take something down, by capability.
pub(super) fn weak_points(source: &Source<'_>, known: &Known) -> Section {
    let (design, model) = (source.design, &source.analysis.failure);
    let mut of: BTreeMap<Capability, Sets> = BTreeMap::new();
    let mut cut_short = false;
    for ((capability, place), weak) in model.cells.keys().zip(&known.weak_points) {
        cut_short |= weak.is_cut_short || weak.found > weak.listed.len();
        let sets = of.entry(*capability).or_default();
        for point in weak.listed.iter().filter(|point| point.cut.order() > 0) {
            let key = (point.cut.order(), point.words(design, model));
            let (_, places) = sets.entry(key).or_insert_with(|| (point.probability, Vec::new()));
            places.push(design.name_of(place.id()));
        }
    }
    let mut section = Section::new("What takes things down");
    section.say(
        "The smallest sets of one or two failures that take a capability down. Hours are how long a year it is so, by the \
         figures of the books; a drawn link has none and is left out.",
    );
    // Capabilities that rest on the same things stand together.
    let mut told: Vec<(Vec<&str>, Section)> = Vec::new();
    for (capability, sets) in of {
        let below = listed(sets);
        match told.iter_mut().find(|(_, known)| *known == below) {
            Some((labels, _)) => labels.push(capability.label()),
            None => told.push((vec![capability.label()], below)),
        }
    }
    for (labels, below) in told {
        section.add(Section { title: labels.join(", "), ..below });
    }
    if section.sections.is_empty() {
        return Section::new("What takes things down");
    }
    if cut_short {
        section.note("So much is drawn that not all sets were looked for.");
    }
    section
}

/// The sets of one capability by order, the likeliest first, without a title.
fn listed(sets: Sets) -> Section {
    let mut sets: Vec<_> = sets.into_iter().collect();
    sets.sort_by(|((order_a, _), (a, _)), ((order_b, _), (b, _))| order_a.cmp(order_b).then(b.total_cmp(a)));
    let mut table = Table::new(["Failures", "What is down", "Hours a year", "Takes it down at"]);
    for ((order, words), (probability, places)) in sets.iter().take(MOST_SETS) {
        let hours = number(probability * HOURS_PER_YEAR, 2, 4);
        table.row([order.to_string(), words.clone(), hours, places.join(", ")]);
    }
    let mut section = Section::default();
    section.table(table);
    let more = sets.len().saturating_sub(MOST_SETS);
    if more > 0 {
        section.note(&format!("{more} further ones are left out; \"meridian sweep FILE --json\" lists them."));
    }
    section
}

/// Shares of the time, and what to improve first.
pub(super) fn availability(source: &Source<'_>, known: &Known) -> Section {
    let (design, cells) = (source.design, &known.available);
    let mut section = Section::new("Availability");
    if cells.is_empty() {
        return section;
    }
    section.say(
        "Share of the time in percent in which each capability goes on in some way, and in which it is not degraded.",
    );
    section.table(Table::of(words::shares(design, cells)).numbers_from(2));
    section.note(words::MEANING);
    let added = words::added(design, cells);
    added.iter().for_each(|sentence| section.cite_in(sentence));
    section.list(words::sampled(design, cells).into_iter().chain(added));
    let mut improve = Section::new("What to improve first");
    for cell in cells.iter().filter(|cell| cell.capability == Capability::Serve) {
        let title = format!("To {} at {}", Capability::Serve.verb(), design.name_of(cell.place.id()));
        let mut below = Section::new(&title);
        below.table(Table::of(words::improve(cell)).numbers_from(1));
        improve.add(below);
    }
    if !improve.is_empty() {
        improve.note(words::GAINED);
    }
    section.add(improve);
    section
}
