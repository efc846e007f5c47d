//! What a what-if means in words: what changes and why, who serves whom, when what is back.

use crate::design::{Capability, Design};
use crate::failure::timeline::{Rpo, Rto, Track};
use crate::failure::{Basis, CellOutcome, Model, Served, State, WhatIf};

use super::{Lines, placed, row, shown};

/// How a capability stands: shape, word, and a star where that is inferred, else the facts that state it.
#[must_use]
pub fn stands(cell: &CellOutcome) -> String {
    let basis = match cell.basis {
        Basis::Inferred => "*".to_owned(),
        Basis::Stated => format!(" {}", cell.facts.join(" ")),
    };
    format!("{} {}{basis}", cell.state.mark(), cell.state.label())
}

/// What the star of [`stands`] means.
pub const STAR: &str = "* inferred from documented facts; otherwise the fact that states it";

/// What is told once for all places of which it is so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason<'a> {
    /// The capability.
    pub capability: Capability,
    /// How it stands.
    pub state: State,
    /// What that rests on.
    pub basis: Basis,
    /// The facts that state it, or from which it follows.
    pub facts: Vec<&'static str>,
    /// What it means, sentences.
    pub means: Vec<&'a str>,
    /// How it comes to that at the first of the places, down to what has failed.
    pub chains: Vec<Vec<String>>,
    /// Names of the places.
    pub places: Vec<String>,
    /// What has failed, at the ends of the chains.
    roots: Vec<String>,
}

/// What does not work, or what has changed where something has failed; each reason once.
#[must_use]
pub fn reasons<'a>(design: &Design, model: &Model, whatif: &'a WhatIf) -> Vec<Reason<'a>> {
    let mut told: Vec<Reason<'a>> = Vec::new();
    let healthy = whatif.outcome.failures.is_empty();
    for ((capability, place), cell) in &whatif.outcome.cells {
        if cell.state == State::Works || !(healthy || whatif.changed(*capability, place)) {
            continue;
        }
        let means = whatif.means(*capability, place);
        let why = |unmet| model.why(design, unmet, &whatif.outcome);
        let chains = cell.unmet.first().map(why).unwrap_or_default();
        let mut roots: Vec<String> = chains.iter().filter_map(|chain| chain.last().cloned()).collect();
        roots.sort();
        let name = design.name_of(place.id());
        let same = |known: &&mut Reason<'_>| {
            (known.capability, known.state, known.basis) == (*capability, cell.state, cell.basis)
                && (&known.means, &known.roots) == (&means, &roots)
        };
        match told.iter_mut().find(same) {
            Some(known) => known.places.push(name),
            None => told.push(Reason {
                capability: *capability,
                state: cell.state,
                basis: cell.basis,
                facts: cell.facts.clone(),
                means,
                chains,
                places: vec![name],
                roots,
            }),
        }
    }
    told
}

/// Regions with their shares of a population.
#[must_use]
pub fn served(design: &Design, by: &[Served]) -> String {
    let one = |served: &Served| {
        let region = served.region.as_ref().map_or_else(|| "no region".to_owned(), |id| design.name_of(id));
        if by.len() > 1 { format!("{region} {} %", shown(100.0 * served.share)) } else { region }
    };
    if by.is_empty() { "nobody".to_owned() } else { by.iter().map(one).collect::<Vec<_>>().join(", ") }
}

fn before_after(before: Option<f64>, after: Option<f64>) -> [String; 2] {
    [before, after].map(|value| value.map_or_else(|| "–".to_owned(), shown))
}

/// How users fare once everybody has moved: lines with numbers from the fourth column on, and why some are not answered.
#[must_use]
pub fn populations(design: &Design, whatif: &WhatIf) -> (Lines, Vec<String>) {
    let mut rows = vec![row(["Users", "Served by", "Now by", "Before", "Now", "Unanswered"])];
    let mut why = Vec::new();
    for population in &whatif.impact.populations {
        let who = design.name_of(&population.population);
        let [before, after] = before_after(population.p95_ms_before, population.p95_ms_after);
        why.extend(population.errors.iter().map(|error| format!("{who}: {error}")));
        let [was, now] = [&population.before, &population.after].map(|by| served(design, by));
        rows.push(vec![who, was, now, before, after, format!("{} %", shown(population.error_pct))]);
    }
    (rows, why)
}

/// Groups that are asked more than they can, sentences.
#[must_use]
pub fn overloaded(design: &Design, whatif: &WhatIf) -> Vec<String> {
    let over = whatif.impact.groups.iter().filter_map(|group| Some((group, group.over.as_ref()?)));
    let told = over.map(|(group, why)| {
        let [before, after] = before_after(group.use_pct_before, group.use_pct_after);
        let who = placed(design, &group.component);
        format!("{who}, {}: {before} % before, {after} % now: {why}", group.measure.label())
    });
    told.collect()
}

/// When something is back.
#[must_use]
pub fn rto(design: &Design, track: &Track) -> String {
    match &track.rto {
        Rto::GoesOn(_) => "goes on".to_owned(),
        other => other.words(design),
    }
}

/// What changes may be lost.
#[must_use]
pub fn rpo(track: &Track) -> String {
    match &track.rpo {
        Rpo::Nothing(_) => "nothing".to_owned(),
        Rpo::UpTo { span, .. } => format!("up to {span}"),
    }
}

/// When each capability is back and what changes may be lost; places of which the same is so stand in one line.
#[must_use]
pub fn recovery(design: &Design, whatif: &WhatIf) -> Lines {
    let mut lines: Vec<([String; 3], Vec<String>)> = Vec::new();
    for track in &whatif.timeline.tracks {
        let line = [track.capability.label().to_owned(), rto(design, track), rpo(track)];
        let place = design.name_of(track.place.id());
        match lines.iter_mut().find(|(known, _)| *known == line) {
            Some((_, places)) => places.push(place),
            None => lines.push((line, vec![place])),
        }
    }
    let mut rows = vec![row(["Capability", "RTO", "RPO", "Where"])];
    rows.extend(lines.into_iter().map(|(line, places)| line.into_iter().chain([places.join(", ")]).collect()));
    rows
}

/// What happens after the failure, in order of time.
#[must_use]
pub fn events(whatif: &WhatIf) -> Lines {
    let mut rows = vec![row(["After", "What"])];
    rows.extend(whatif.timeline.events.iter().map(|event| vec![event.at.to_string(), event.what.clone()]));
    rows
}
