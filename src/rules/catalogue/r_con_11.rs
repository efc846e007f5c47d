//! R-CON-11: throttle data goes to the ports for it.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-CON-11",
    title: "Throttle data is sent to ports 9611 and 9711.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "Calls are not counted, so no limit takes hold.",
    why: "Events are received on 9611 and the log-in on 9711. Naming 5672, the broker's port, is a mistake often seen.",
    remedy: "Leave the port of the link to the usual ones, 9611 and 9711.",
    sources: &[source("A22", S5), source("A28", S5), source("H26", S32)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for wire in cx.wires_for(Purpose::ThrottleData) {
        let Some(port) = wire.link.port.filter(|port| !matches!(port, 9611 | 9711)) else { continue };
        // What a balancer answers on is its own choice, but no balancer makes events of the broker's protocol.
        if wire.to.component.kind() == Kind::LoadBalancer && port != 5672 {
            continue;
        }
        found
            .at(
                [wire.id],
                format!(
                    "{} sends throttle data to {} on port {port} instead of 9611 and 9711",
                    cx.place(wire.from),
                    cx.place(wire.to)
                ),
            )
            .seen("port", port);
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(wire) = finding.subjects.first().and_then(|id| cx.wire(id)) else { return };
    list.offer("Use ports 9611 and 9711", |d| d.link(wire.id, |l| l.port = None));
}

#[cfg(test)]
fn on(port: u16) -> Design {
    single().with_link("frankfurt-gw", "frankfurt-tm", Purpose::ThrottleData, |l| l.port = Some(port)).design()
}

#[cfg(test)]
pub fn failing() -> Design {
    on(5672)
}

#[cfg(test)]
pub fn passing() -> Design {
    on(9711)
}
