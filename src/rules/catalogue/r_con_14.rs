//! R-CON-14: the ports for throttle data stay inside a region.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-CON-14",
    title: "Ports 9611 and 9711 are not opened between regions.",
    severity: Severity::Info,
    basis: Basis::Documented,
    impact: "A firewall is opened that nothing documented needs.",
    why: "Pattern 1 needs 5672 between regions and Pattern 2 needs 9443 and 5672; throttle data never leaves its region.",
    remedy: "Remove the link, or use the documented port.",
    sources: &[source("B10", S3), source("B26", S4)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for wire in cx.wires().iter().filter(|w| w.crosses_regions()) {
        let named = matches!(wire.link.port, Some(9611 | 9711));
        let opens = match wire.link.purpose {
            // R-CON-05 speaks about gateways, R-CON-06 about the ports between hubs.
            Purpose::ThrottleData => !wire.from.component.kind().has_gateway(),
            Purpose::HubEvents => false,
            _ => named,
        };
        if opens {
            let ports = wire.link.port.filter(|_| named).map_or("9611 and 9711".to_owned(), |port| port.to_string());
            found
                .at(
                    [wire.id],
                    format!("{} reaches {} on {ports}, between regions", cx.place(wire.from), cx.place(wire.to)),
                )
                .seen("purpose", wire.link.purpose.label())
                .seen("ports", ports);
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(wire) = finding.subjects.first().and_then(|id| cx.wire(id)) else { return };
    if wire.link.purpose == Purpose::ThrottleData {
        let label = format!("Remove the link from {} to {}", cx.place(wire.from), cx.place(wire.to));
        list.offer(label, |d| d.disconnect(wire.id));
    } else {
        let label = format!("Use the usual port for {}", wire.link.purpose.label().to_lowercase());
        list.offer(label, |d| d.link(wire.id, |l| l.port = None));
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_1().link("frankfurt-cp", "oregon-tm", &[Purpose::ThrottleData]).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_1().design()
}

#[test]
fn a_port_named_for_another_purpose_is_told_and_a_gateway_is_not_told_twice() {
    let named =
        |port| pattern_2().with_link("mumbai-gw", "frankfurt-cp", Purpose::EventStream, |l| l.port = Some(port));
    assert_eq!(found(&named(9611).design(), RULE.id).len(), 1);
    assert_eq!(found(&named(5672).design(), RULE.id), []);
    let far = pattern_2().link("mumbai-gw", "frankfurt-tm", &[Purpose::ThrottleData]).design();
    assert_eq!((found(&far, RULE.id).len(), found(&far, "R-CON-05").len()), (0, 1));
}
