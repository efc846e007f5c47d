//! R-HA-07: shared counters came with 4.6.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-07",
    title: "Traffic managers share counters through Redis only from 4.6.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "",
    why: "Distributed throttling is described and configurable from 4.6; before that the connection does nothing.",
    remedy: "Upgrade to 4.6 or later, or take Redis away and keep traffic managers in pairs.",
    sources: &[source("D5", S24)],
    versions: Versions::up_to(ProductVersion::V4_5),
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for wire in cx.wires_for(Purpose::SharedCounters) {
        let kind = wire.from.component.kind();
        if wire.to.component.kind() == Kind::Redis && (kind.has_traffic_manager() || kind.has_control_plane()) {
            found.at(
                [wire.id],
                format!("{} shares counters through Redis, which {} cannot", cx.place(wire.from), cx.version),
            );
        }
    }
}

#[cfg(test)]
fn in_version(version: ProductVersion) -> Design {
    single()
        .version(version)
        .put("frankfurt", Kind::Redis)
        .link("frankfurt-tm", "frankfurt-redis", &[Purpose::SharedCounters])
        .design()
}

#[cfg(test)]
pub fn failing() -> Design {
    in_version(ProductVersion::V4_5)
}

#[cfg(test)]
pub fn passing() -> Design {
    in_version(ProductVersion::V4_6)
}
