//! R-CON-08: several senders deliver each event several times.

use std::collections::{BTreeMap, BTreeSet};

use crate::rules::context::id_list;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-CON-08",
    title: "An event reaches a control plane of another region once.",
    severity: Severity::Info,
    basis: Basis::Inferred,
    impact: "Gateways of the other region may deploy the same API several times.",
    why: "Each control plane node of a region gets every event and passes it on, so a pair of nodes sends everything twice.",
    remedy: "Accept it, or let each node send to one partner of each other region only.",
    sources: &[source("H7", S30), source("A28", S5)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(
        "Who sends to whom is set node by node in the publishers' files, which the drawing does not show.",
    ),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    // Nodes of a region that send to one control plane elsewhere.
    let mut senders: BTreeMap<(&Id, &Id), u32> = BTreeMap::new();
    for wire in cx.wires_for(Purpose::HubEvents).filter(|w| w.crosses_regions()) {
        let hubs = [wire.from, wire.to].iter().all(|n| n.component.kind().has_control_plane());
        if let (true, Some(region)) = (hubs, &wire.from.component.region) {
            let nodes = senders.entry((wire.to.id, region)).or_default();
            *nodes = nodes.saturating_add(wire.from.component.instances);
        }
    }
    let twice: BTreeSet<&Id> =
        senders.into_iter().filter(|(_, nodes)| *nodes >= 2).map(|((_, from), _)| from).collect();
    let regions: Vec<&RegionView<'_>> = twice.into_iter().filter_map(|id| cx.region(id)).collect();
    if regions.is_empty() {
        return;
    }
    let names: Vec<&str> = regions.iter().map(|r| r.name()).collect();
    let sends = if names.len() == 1 { "sends" } else { "send" };
    found
        .at(
            regions.iter().map(|r| r.id),
            format!("{} {sends} each event once for every control plane node", list(&names)),
        )
        .seen("sending regions", id_list(regions.iter().map(|r| r.id)));
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_1().design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_1().instances("frankfurt-cp", 1).instances("oregon-cp", 1).design()
}

#[test]
fn it_is_said_once_for_the_whole_drawing() {
    let said = found(&pattern_1().design(), RULE.id);
    let expected = "Frankfurt and Oregon send each event once for every control plane node";
    assert_eq!(said, [(vec!["frankfurt".to_owned(), "oregon".to_owned()], expected.to_owned())]);
}
