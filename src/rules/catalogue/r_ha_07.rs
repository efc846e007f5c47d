//! R-HA-07: shared counters came with 4.6.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-07",
    title: "Traffic managers share counters through Redis only from 4.6.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "Each node goes on counting alone, so limits are looser than the drawing promises.",
    why: "Distributed throttling is described and can be configured from 4.6 on; earlier versions do not know it.",
    remedy: "Upgrade to 4.6 or later, or take Redis away and keep traffic managers in pairs.",
    sources: &[source("D5", S24)],
    versions: Versions::up_to(ProductVersion::V4_5),
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for wire in cx.wires_for(Purpose::SharedCounters).filter(|w| w.to.component.kind() == Kind::Redis) {
        let kind = wire.from.component.kind();
        // Burst control is a matter of gateways, which keep counters in Redis in every version (D11).
        let bursts = kind == Kind::AllInOne && cx.design.meta.practices.burst_limits;
        if (kind.has_traffic_manager() || kind.has_control_plane()) && !bursts {
            let message = format!("{} shares counters through Redis, which {} cannot", cx.place(wire.from), cx.version);
            found.at([wire.id], message).seen("version", cx.version);
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(wire) = finding.subjects.first().and_then(|id| cx.wire(id)) else { return };
    list.offer(format!("Let {} count without Redis", cx.place(wire.from)), |d| {
        d.disconnect(wire.id);
        wiring::remove_if_unlinked(d, wire.to.id);
    });
    list.offer(format!("Draw the design for {}", ProductVersion::V4_6), |d| {
        d.meta(|m| m.product_version = ProductVersion::V4_6);
        // From there on a sharded one is an error (R-HA-06).
        for redis in cx.which(|k| k == Kind::Redis) {
            d.component(redis.id, |c| c.spec = Kind::Redis.default_spec());
        }
    });
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
