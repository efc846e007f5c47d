//! What runbook and report both say of a loss.

use crate::design::Design;
use crate::export::document::{Cell, Section, Table, Tone};
use crate::failure::{State, WhatIf};
use crate::words::whatif::{self as words, Reason};

/// Most events of one loss that are told.
const MOST_EVENTS: usize = 40;

/// How good a state is.
pub(super) fn tone(state: State) -> Tone {
    match state {
        State::Down | State::Degraded => Tone::Bad,
        State::CannotRestart | State::Stale => Tone::Warning,
        State::Works => Tone::Good,
        State::Idle => Tone::Plain,
    }
}

/// How something stands, what it is, where, what that means, and how it comes to that.
pub(super) fn reason_cells(reason: &Reason<'_>) -> [Cell; 5] {
    [
        Cell::toned(&format!("{} {}", reason.state.mark(), reason.state.label()), tone(reason.state)),
        reason.capability.label().into(),
        reason.places.join(", ").into(),
        reason.means.join(" ").into(),
        chains(&reason.chains).into(),
    ]
}

/// Chains of causes, each down to what has failed.
pub(super) fn chains(why: &[Vec<String>]) -> String {
    why.iter().map(|chain| chain.join(" ← ")).collect::<Vec<_>>().join("; ")
}

/// What users get when everybody has moved to where they are served.
pub(super) fn users(design: &Design, whatif: &WhatIf) -> Section {
    let mut section = Section::new("Users, once everybody has moved");
    let (rows, why) = words::populations(design, whatif);
    section.table(Table::of(rows).numbers_from(3));
    if !section.is_empty() {
        section.note("Before and now: 95 % of API calls take at most so many milliseconds.");
    }
    section.list(why);
    section.list(words::overloaded(design, whatif));
    section
}

/// How long it takes until everything is back, what may be lost meanwhile, and what happens one after the other.
/// Nothing when there is nothing to wait for.
pub(super) fn failover(design: &Design, whatif: &WhatIf) -> Section {
    let mut section = Section::new("Failover");
    if whatif.timeline.tracks.is_empty() {
        return section;
    }
    section.say("When each capability is back (RTO), and what changes may be lost (RPO).");
    section.table(Table::of(words::recovery(design, whatif)));
    whatif.timeline.events.iter().for_each(|event| section.cite_in(&event.what));
    let mut events = words::events(whatif);
    // The first line is the head.
    let more = events.len().saturating_sub(MOST_EVENTS + 1);
    events.truncate(MOST_EVENTS + 1);
    if events.len() > 1 {
        section.say("What happens after the failure, in order of time:");
        section.table(Table::of(events));
    }
    if more > 0 {
        let failed: Vec<String> = whatif.outcome.failures.iter().map(|failure| format!(" --fail {failure}")).collect();
        section.note(&format!(
            "{more} later events are left out; \"meridian whatif FILE{}\" shows them.",
            failed.concat()
        ));
    }
    section
}
