//! R-CON-05: gateways do not depend on another region for throttling.

use std::collections::BTreeMap;

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-CON-05",
    title: "Gateways are not linked with traffic managers of another region.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "",
    why: "Every call would send an event between regions, and a gateway that changed to a far traffic manager does not \
          come back by itself.",
    remedy: "Remove the link; or list the near traffic managers first and set sequential_failover_from_beginning to true.",
    sources: &[source("H9", S30), source("B30", S1), source("H26", S32)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let mut links: BTreeMap<(&Id, &Id), Vec<&Wire<'_>>> = BTreeMap::new();
    let throttling = |w: &&Wire<'_>| matches!(w.link.purpose, Purpose::ThrottleData | Purpose::ThrottleDecision);
    for wire in cx.wires().iter().filter(throttling).filter(|w| w.crosses_regions()) {
        links.entry((wire.from.id, wire.to.id)).or_default().push(wire);
    }
    for wires in links.values() {
        let Some(first) = wires.first() else { continue };
        found.at(
            wires.iter().map(|w| w.id),
            format!(
                "{} is throttled by {}, over the distance between regions",
                cx.place(first.from),
                cx.place(first.to)
            ),
        );
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().link("mumbai-gw", "frankfurt-tm", &[Purpose::ThrottleData, Purpose::ThrottleDecision]).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().design()
}
