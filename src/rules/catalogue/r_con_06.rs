//! R-CON-06: hubs reach each other on the broker's port.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-CON-06",
    title: "Links between event hubs lead to port 5672, or to 8672 when they are encrypted.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "The other region learns of no new API, no changed subscription and no revoked token.",
    why: "Control planes of different regions are connected by JMS only, and the broker listens on 5672, or on 8672 with \
          TLS; nothing answers events on any other port.",
    remedy: "Open 5672 to the control planes of the other regions, or 8672 with TLS, and use that port.",
    sources: &[source("B10", S3), source("A36", S14)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

/// The port of the broker.
fn broker(tls: bool) -> u16 {
    if tls { 8672 } else { 5672 }
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for wire in cx.wires_for(Purpose::HubEvents) {
        let Some(port) = wire.link.port.filter(|port| *port != broker(wire.link.tls)) else { continue };
        found
            .at(
                [wire.id],
                format!(
                    "{} sends its events to {} on port {port}, where no broker answers",
                    cx.place(wire.from),
                    cx.place(wire.to)
                ),
            )
            .seen("port", port)
            .seen("encrypted", wire.link.tls);
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(wire) = finding.subjects.first().and_then(|id| cx.wire(id)) else { return };
    let offer = |tls: bool, list: &mut FixList<'_>| {
        let how = if tls { "encrypted" } else { "not encrypted" };
        list.offer(format!("Use port {}, {how}", broker(tls)), |d| {
            d.link(wire.id, |l| (l.port, l.tls) = (None, tls));
        });
    };
    let first = wire.link.tls || wire.link.port == Some(broker(true));
    offer(first, list);
    offer(!first, list);
}

#[cfg(test)]
fn on(port: u16, tls: bool) -> Design {
    let set = |l: &mut crate::design::Link| (l.port, l.tls) = (Some(port), tls);
    pattern_1().with_link("oregon-cp", "frankfurt-cp", Purpose::HubEvents, set).design()
}

#[cfg(test)]
pub fn failing() -> Design {
    on(9443, false)
}

#[cfg(test)]
pub fn passing() -> Design {
    on(8672, true)
}

#[test]
fn each_port_belongs_to_one_way_of_connecting() {
    let told = |port, tls| !found(&on(port, tls), RULE.id).is_empty();
    assert_eq!((told(5672, false), told(5672, true)), (false, true));
    assert_eq!((told(8672, true), told(8672, false)), (false, true));
    assert_eq!(found(&pattern_1().design(), RULE.id), []);
}
