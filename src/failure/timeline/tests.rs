//! The timers' worked cases, the patterns after a loss, and what must hold for any drawing.

use std::sync::Arc;

use super::*;
use crate::design::{Failures, Id, Spec};
use crate::estimate;
use crate::templates;
use crate::topology::Topology;

fn look(design: &Design, failures: &[&str]) -> Timeline {
    let topology = Topology::of(design);
    let estimates = estimate::estimate(&topology, Books::shipped());
    let model = Model::of(&topology, &estimates);
    let failures: Failures = failures.iter().map(|f| f.parse().unwrap()).collect();
    let outcome = model.outcome(design, &failures);
    timeline(design, Books::shipped(), &estimates, &model, &outcome)
}

fn show(design: &Design, failures: &[&str]) {
    let timeline = look(design, failures);
    println!("== {failures:?}");
    for track in &timeline.tracks {
        println!(
            "{:14} {:8} {} -> {} | {} | {:?} | {:?}",
            track.capability.id(),
            track.place.id(),
            track.meanwhile.label(),
            track.after.label(),
            track.rto.words(design),
            track.rpo.span(),
            track.missed_s(),
        );
    }
    for event in &timeline.events {
        println!("  {} {} [{}]", event.at, event.what, event.cells.len());
    }
}

#[test]
fn peek() {
    let p1 = templates::get("pattern-1").unwrap().design();
    for f in [
        "region:eu",
        "component:eu-gw",
        "nodes:eu-gw/1",
        "nodes:eu-db/1",
        "component:eu-cp",
        "cut:eu/us",
        "zone:eu/a",
        "component:gslb",
        "nodes:eu-cp/1",
        "component:eu-tm",
    ] {
        show(&p1, &[f]);
    }
    let p2 = templates::get("pattern-2").unwrap().design();
    for f in ["region:eu", "cut:eu/in", "region:in", "zone:eu/a"] {
        show(&p2, &[f]);
    }
}
