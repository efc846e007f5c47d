//! R-CON-21: databases are near.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-CON-21",
    title: "Control planes and key managers use a database in their own region.",
    severity: Severity::Warning,
    basis: Basis::Community,
    impact: "",
    why: "Every operation at the portals and every token needs many database calls, each of which would travel between \
          the regions and stop with the connection.",
    remedy: "Give the region its own database (Pattern 1), or move the component into the database's region.",
    sources: &[source("B2", S1), source("F4", S31C)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for wire in cx.wires_for(Purpose::Database).filter(|w| w.crosses_regions()) {
        let kind = wire.from.component.kind();
        if kind.has_control_plane() || kind == Kind::KeyManager {
            found.at(
                [wire.id],
                format!("{} works on {}, over the distance between regions", cx.place(wire.from), cx.place(wire.to)),
            );
        }
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_1().link("oregon-cp", "frankfurt-db", &[Purpose::Database]).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_1().design()
}
