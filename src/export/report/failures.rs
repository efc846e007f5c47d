//! What the loss of each region means, and whether the story is true.

use crate::design::{Capability, Design, Failure};
use crate::export::Source;
use crate::export::document::{Cell, Section, Table, Tone};
use crate::export::loss::{failover, reason_cells, tone, users};
use crate::failure::claims::SceneCheck;
use crate::failure::{Basis, CellOutcome, Place, WhatIf};
use crate::words::whatif as words;

use super::content::Known;

/// Most places in one table, so that it fits on a page.
const PLACES: usize = 6;

/// The matrix, the users and the times of each single region lost.
pub(super) fn losses(source: &Source<'_>, known: &Known) -> Section {
    let design = source.design;
    let mut section = Section::new("When a region is lost");
    for whatif in &known.losses {
        let names: Vec<String> = whatif.outcome.failures.iter().map(|failure| failure.words(design)).collect();
        let mut below = Section::new(&format!("{} is lost", names.join(", ")));
        matrix(&mut below, design, whatif);
        let mut why = Section::new("Why");
        why.table(reasons(source, whatif));
        let said = words::reasons(design, &source.analysis.failure, whatif);
        said.iter().flat_map(|reason| &reason.means).for_each(|text| why.cite_in(text));
        below.add(why);
        below.add(users(design, whatif));
        below.add(failover(design, whatif));
        section.add(below);
    }
    if known.losses_left_out > 0 {
        section.note(&format!(
            "The loss of {} more regions is left out; \"meridian whatif FILE --fail region:ID\" tells it.",
            known.losses_left_out
        ));
    }
    section
}

fn matrix(section: &mut Section, design: &Design, whatif: &WhatIf) {
    let places = whatif.places();
    let tables = places.len().div_ceil(PLACES).max(1);
    for places in places.chunks(places.len().div_ceil(tables).max(1)) {
        let head = ["Capability".to_owned()].into_iter().chain(places.iter().map(|place| design.name_of(place.id())));
        let mut table = Table::of(vec![head.collect()]);
        for capability in Capability::ALL {
            let cells: Vec<Option<&CellOutcome>> =
                places.iter().map(|place: &&Place| whatif.outcome.cell(*capability, place)).collect();
            if cells.iter().all(Option::is_none) {
                continue;
            }
            let stated = cells.iter().flatten().filter(|cell| cell.basis == Basis::Stated);
            stated.for_each(|cell| section.cite(&cell.facts));
            let stand = |cell: &CellOutcome| Cell::toned(&words::stands(cell), tone(cell.state));
            let stands = cells.into_iter().map(|cell| cell.map_or_else(Cell::default, stand));
            table.row([Cell::from(capability.label())].into_iter().chain(stands));
        }
        section.table(table);
    }
    section.note(words::STAR);
}

fn reasons(source: &Source<'_>, whatif: &WhatIf) -> Table {
    let mut table = Table::new(["State", "What", "Where", "It means", "Because"]);
    for reason in words::reasons(source.design, &source.analysis.failure, whatif) {
        table.row(reason_cells(&reason));
    }
    table
}

/// The scenes with what they claim and whether that is so.
pub(super) fn story(source: &Source<'_>, known: &Known) -> Section {
    let design = source.design;
    let mut section = Section::new("Storyboard");
    for (n, (scene, check)) in (1..).zip(design.meta.story.iter().zip(&known.story.scenes)) {
        let mut below = Section::new(&format!("{n}. {}", scene.title));
        below.say(&scene.talking_point);
        let failed: Vec<String> = scene.failures.iter().map(|failure: &Failure| failure.words(design)).collect();
        below.say(&format!("Fails: {}.", if failed.is_empty() { "nothing".to_owned() } else { failed.join("; ") }));
        below.list(check.missing.iter().map(|missing| format!("The scene fails what is not there: {missing}")));
        below.table(claims(check));
        section.add(below);
    }
    section
}

fn claims(check: &SceneCheck) -> Table {
    let mut table = Table::new(["Holds", "Claim", "Found", "Because"]);
    for claim in &check.claims {
        let (holds, tone) = if claim.holds { ("✓ yes", Tone::Good) } else { ("✕ no", Tone::Bad) };
        let because = if claim.holds { "" } else { claim.because.as_str() };
        table.row([Cell::toned(holds, tone), claim.claim.as_str().into(), claim.found.as_str().into(), because.into()]);
    }
    table
}
