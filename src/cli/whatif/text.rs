//! What a failure means, as people read it.

use std::fmt::Write as _;

use crate::cli::text::{Align, heading, paragraph, row, table};
use crate::design::{Capability, Design};
use crate::failure::{Place, rules};
use crate::words::whatif as words;

use super::Found;

pub(super) fn text(found: &Found<'_>) -> String {
    let mut out = heading(found.design);
    if found.whatif.outcome.failures.is_empty() {
        out.push_str("\nNothing fails.\n");
    } else {
        out.push_str("\nWhat fails\n");
        for failure in &found.whatif.outcome.failures {
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

fn matrix(out: &mut String, found: &Found<'_>) {
    let places = found.whatif.places();
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
            let cells: Vec<_> = places.iter().map(|place| found.whatif.outcome.cell(*capability, place)).collect();
            if cells.iter().all(Option::is_none) {
                continue;
            }
            let mut line = row([capability.label(), capability.id()]);
            line.extend(cells.iter().map(|cell| cell.map_or_else(String::new, words::stands)));
            rows.push(line);
        }
        out.push_str(&table(&rows, Align::Left));
    }
    paragraph(out, "  ", &format!("{} (meridian rules FACT)", words::STAR));
}

fn reasons(out: &mut String, found: &Found<'_>) {
    let told = words::reasons(found.design, found.model, &found.whatif);
    if told.is_empty() {
        return;
    }
    out.push_str("\nWhy\n");
    for words::Reason { capability, state, means, chains, places, .. } in told {
        let head = format!("{} {}, {}: ", state.mark(), capability.label(), state.label());
        paragraph(out, "  ", &format!("{head}{}", places.join(", ")));
        paragraph(out, "      ", &means.join(" "));
        for chain in chains {
            paragraph(out, "      ← ", &chain.join(" ← "));
        }
    }
}

fn populations(out: &mut String, found: &Found<'_>) {
    if found.whatif.impact.populations.is_empty() {
        return;
    }
    out.push_str("\nUsers, once everybody has moved; 95 % of API calls take at most, milliseconds\n");
    let (rows, why) = words::populations(found.design, &found.whatif);
    out.push_str(&table(&rows, Align::RightFrom(3)));
    for why in why {
        paragraph(out, "  – ", &why);
    }
}

fn groups(out: &mut String, found: &Found<'_>) {
    let told = words::overloaded(found.design, &found.whatif);
    if !told.is_empty() {
        out.push_str("\nMore is asked than can be done\n");
        told.iter().for_each(|told| paragraph(out, "  – ", told));
    }
}

fn recovery(out: &mut String, found: &Found<'_>) {
    if found.whatif.timeline.tracks.is_empty() {
        return;
    }
    out.push_str("\nRecovery: until it is back (RTO), and what changes may be lost (RPO)\n");
    out.push_str(&table(&words::recovery(found.design, &found.whatif), Align::Left));
    out.push_str("\nIn this order, after the failure\n");
    out.push_str(&table(&words::events(&found.whatif), Align::Left));
}

fn aftermath(out: &mut String, found: &Found<'_>) {
    let aftermath = found.whatif.outcome.aftermath();
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
