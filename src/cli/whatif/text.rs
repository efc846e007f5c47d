//! What a failure means, as people read it.

use std::fmt::Write as _;

use crate::cli::text::{Align, heading, paragraph, placed, row, shown, table};
use crate::design::{Capability, Design};
use crate::failure::timeline::{Rpo, Rto};
use crate::failure::{Basis, CellOutcome, Place, Served, State, rules};

use super::Found;

pub(super) fn text(found: &Found<'_>) -> String {
    let mut out = heading(found.design);
    if found.failures.is_empty() {
        out.push_str("\nNothing fails.\n");
    } else {
        out.push_str("\nWhat fails\n");
        for failure in found.failures {
            paragraph(&mut out, "  - ", &format!("{} ({failure})", failure.words(found.design)));
        }
    }
    matrix(&mut out, found);
    reasons(&mut out, found);
    populations(&mut out, found);
    groups(&mut out, found);
    recovery(&mut out, found);
    aftermath(&mut out, found);
    out
}

fn name(design: &Design, place: &Place) -> String {
    design.name_of(place.id())
}

/// How a capability stands: shape, word, and a star where that is inferred, else the facts that state it.
fn stands(cell: &CellOutcome) -> String {
    let basis = match cell.basis {
        Basis::Inferred => "*".to_owned(),
        Basis::Stated => format!(" {}", cell.facts.join(" ")),
    };
    format!("{} {}{basis}", cell.state.mark(), cell.state.label())
}

fn matrix(out: &mut String, found: &Found<'_>) {
    let places = found.places();
    let (regions, populations): (Vec<&Place>, Vec<&Place>) =
        places.into_iter().partition(|place| matches!(place, Place::Region(_)));
    for (title, places) in [("What still works, by region", regions), ("As the users see it", populations)] {
        if places.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{title}");
        let mut head = row(["Capability", "Id"]);
        head.extend(places.iter().map(|place| name(found.design, place)));
        let mut rows = vec![head];
        for capability in Capability::ALL {
            let cells: Vec<_> = places.iter().map(|place| found.outcome.cell(*capability, place)).collect();
            if cells.iter().all(Option::is_none) {
                continue;
            }
            let mut line = row([capability.label(), capability.id()]);
            line.extend(cells.iter().map(|cell| cell.map_or_else(String::new, stands)));
            rows.push(line);
        }
        out.push_str(&table(&rows, Align::Left));
    }
    paragraph(out, "  ", "* inferred from documented facts; otherwise the fact that states it (meridian rules FACT)");
}

/// Whether a failure has changed how something stands.
fn changed(found: &Found<'_>, capability: Capability, place: &Place) -> bool {
    found.outcome.state(capability, place) != found.healthy.state(capability, place)
}

/// What is told once for all places of which it is so.
struct Reason<'a> {
    capability: Capability,
    state: State,
    means: Vec<&'a str>,
    /// What has failed, at the ends of the chains.
    roots: Vec<String>,
    /// How it comes to that, at the first of the places.
    chains: Vec<Vec<String>>,
    places: Vec<String>,
}

fn reasons(out: &mut String, found: &Found<'_>) {
    let mut told: Vec<Reason<'_>> = Vec::new();
    for ((capability, place), cell) in &found.outcome.cells {
        if cell.state == State::Works || !(found.failures.is_empty() || changed(found, *capability, place)) {
            continue;
        }
        let means = found.means(*capability, place);
        let chains = cell.unmet.first().map(|unmet| found.why(unmet)).unwrap_or_default();
        let mut roots: Vec<String> = chains.iter().filter_map(|chain| chain.last().cloned()).collect();
        roots.sort();
        let name = name(found.design, place);
        let same = |known: &&mut Reason<'_>| {
            (known.capability, known.state, &known.means, &known.roots) == (*capability, cell.state, &means, &roots)
        };
        match told.iter_mut().find(same) {
            Some(known) => known.places.push(name),
            None => told.push(Reason {
                capability: *capability,
                state: cell.state,
                means,
                roots,
                chains,
                places: vec![name],
            }),
        }
    }
    if told.is_empty() {
        return;
    }
    out.push_str("\nWhy\n");
    for Reason { capability, state, means, chains, places, .. } in told {
        let head = format!("{} {}, {}: ", state.mark(), capability.label(), state.label());
        paragraph(out, "  ", &format!("{head}{}", places.join(", ")));
        paragraph(out, "      ", &means.join(" "));
        for chain in chains {
            paragraph(out, "      ← ", &chain.join(" ← "));
        }
    }
}

/// Regions with their shares of a population.
fn served(design: &Design, by: &[Served]) -> String {
    let one = |served: &Served| {
        let region = served.region.as_ref().map_or_else(|| "no region".to_owned(), |id| design.name_of(id));
        if by.len() > 1 { format!("{region} {} %", shown(100.0 * served.share)) } else { region }
    };
    if by.is_empty() { "nobody".to_owned() } else { by.iter().map(one).collect::<Vec<_>>().join(", ") }
}

fn before_after(before: Option<f64>, after: Option<f64>) -> [String; 2] {
    [before, after].map(|value| value.map_or_else(|| "–".to_owned(), shown))
}

fn populations(out: &mut String, found: &Found<'_>) {
    if found.impact.populations.is_empty() {
        return;
    }
    out.push_str("\nUsers, once everybody has moved; 95 % of API calls take at most, milliseconds\n");
    let mut rows = vec![row(["Users", "Served by", "Now by", "Before", "Now", "Unanswered"])];
    let mut why = String::new();
    for population in &found.impact.populations {
        let who = found.design.name_of(&population.population);
        let [before, after] = before_after(population.p95_ms_before, population.p95_ms_after);
        for error in &population.errors {
            paragraph(&mut why, "  – ", &format!("{who}: {error}"));
        }
        let [was, now] = [&population.before, &population.after].map(|by| served(found.design, by));
        rows.push(vec![who, was, now, before, after, format!("{} %", shown(population.error_pct))]);
    }
    out.push_str(&table(&rows, Align::RightFrom(3)));
    out.push_str(&why);
}

fn groups(out: &mut String, found: &Found<'_>) {
    let over = found.impact.groups.iter().filter_map(|group| Some((group, group.over.as_ref()?)));
    let mut told = String::new();
    for (group, why) in over {
        let [before, after] = before_after(group.use_pct_before, group.use_pct_after);
        let who = placed(found.design, &group.component);
        let text = format!("{who}, {}: {before} % before, {after} % now: {why}", group.measure.label());
        paragraph(&mut told, "  – ", &text);
    }
    if !told.is_empty() {
        out.push_str("\nMore is asked than can be done\n");
        out.push_str(&told);
    }
}

fn recovery(out: &mut String, found: &Found<'_>) {
    if found.timeline.tracks.is_empty() {
        return;
    }
    out.push_str("\nRecovery: until it is back (RTO), and what changes may be lost (RPO)\n");
    // Places of which the same is so stand in one line.
    let mut lines: Vec<([String; 3], Vec<String>)> = Vec::new();
    for track in &found.timeline.tracks {
        let rpo = match &track.rpo {
            Rpo::Nothing(_) => "nothing".to_owned(),
            Rpo::UpTo { span, .. } => format!("up to {span}"),
        };
        let rto = match &track.rto {
            Rto::GoesOn(_) => "goes on".to_owned(),
            other => other.words(found.design),
        };
        let line = [track.capability.label().to_owned(), rto, rpo];
        let place = name(found.design, &track.place);
        match lines.iter_mut().find(|(known, _)| *known == line) {
            Some((_, places)) => places.push(place),
            None => lines.push((line, vec![place])),
        }
    }
    let mut rows = vec![row(["Capability", "RTO", "RPO", "Where"])];
    rows.extend(lines.into_iter().map(|(line, places)| line.into_iter().chain([places.join(", ")]).collect()));
    out.push_str(&table(&rows, Align::Left));
    out.push_str("\nIn this order, after the failure\n");
    let mut rows = vec![row(["After", "What"])];
    rows.extend(found.timeline.events.iter().map(|event| vec![event.at.to_string(), event.what.clone()]));
    out.push_str(&table(&rows, Align::Left));
}

fn aftermath(out: &mut String, found: &Found<'_>) {
    let aftermath = found.outcome.aftermath();
    for (title, sentences) in [
        ("Lost for good", aftermath.lost),
        ("Catches up by itself", aftermath.resync),
        ("To be done by hand", aftermath.by_hand),
    ] {
        if sentences.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{title}");
        for sentence in sentences {
            paragraph(out, "  - ", sentence);
        }
    }
}

/// What each capability needs.
pub(super) fn rules(design: &Design) -> String {
    let mut out = heading(design);
    out.push_str("\nWhat each capability needs. All of this is inferred from the facts named with it.\n");
    for capability in Capability::ALL {
        let Some(rule) = rules::of(*capability) else { continue };
        let _ = writeln!(out, "\n{} ({})", capability.label(), capability.id());
        for (field, sentence) in [
            ("Needs", rule.needs),
            ("Needs not", rule.not_needed),
            ("Without it", rule.down),
            ("Facts", rule.facts.join(", ").as_str()),
        ] {
            paragraph(&mut out, &format!("  {field:<11}"), sentence);
        }
    }
    out
}
