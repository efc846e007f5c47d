//! R-CON-13: events do not cross the internet in clear.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-CON-13",
    title: "Event connections over the internet are encrypted.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "Whoever listens on the way reads the broker's password and can send events of their own.",
    why: "Port 5672 carries the name and password of the receiving broker in clear; 8672 is the same over TLS.",
    remedy: "Use a private network or a VPN, or switch on TLS for the link (port 8672).",
    sources: &[source("A36", S14), source("B18", S3)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for wire in cx.wires().iter().filter(|w| w.link.network == Network::Public && !w.link.tls) {
        if matches!(wire.link.purpose, Purpose::EventStream | Purpose::HubEvents | Purpose::ThrottleDecision) {
            found
                .at(
                    [wire.id],
                    format!(
                        "Events between {} and {} cross the internet in clear, with their password",
                        cx.place(wire.from),
                        cx.place(wire.to)
                    ),
                )
                .seen("network", wire.link.network.label())
                .seen("encrypted", wire.link.tls);
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(wire) = finding.subjects.first().and_then(|id| cx.wire(id)) else { return };
    let ends = format!("between {} and {}", cx.place(wire.from), cx.place(wire.to));
    list.offer(format!("Encrypt the events {ends} (port 8672)"), |d| {
        d.link(wire.id, |l| {
            l.tls = true;
            // A plain port that was named would contradict it.
            l.port = l.port.filter(|port| *port != 5672);
        });
    });
    list.offer(format!("Run the events {ends} through a VPN"), |d| d.link(wire.id, |l| l.network = Network::Vpn));
    list.offer(format!("Run the events {ends} over a private network"), |d| {
        d.link(wire.id, |l| l.network = Network::Private);
    });
}

#[cfg(test)]
fn over_the_internet(tls: bool) -> Design {
    let open = |l: &mut crate::design::Link| {
        l.network = Network::Public;
        l.tls = tls;
    };
    pattern_2().with_link("mumbai-gw", "frankfurt-cp", Purpose::EventStream, open).design()
}

#[cfg(test)]
pub fn failing() -> Design {
    over_the_internet(false)
}

#[cfg(test)]
pub fn passing() -> Design {
    over_the_internet(true)
}
