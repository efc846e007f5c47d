//! R-CON-05: gateways do not depend on another region for throttling.

use std::collections::BTreeMap;

use crate::rules::context::id_list;
use crate::rules::prelude::*;
use crate::rules::rewire;

pub static RULE: Rule = Rule {
    id: "R-CON-05",
    title: "Gateways are not linked with traffic managers of another region.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "Limits take hold later in that region, and not at all when the line between the regions is cut.",
    why: "Every call would send an event between regions, and a gateway that changed to a far traffic manager does not \
          come back by itself.",
    remedy: "Remove the link; or list the near traffic managers first and set sequential_failover_from_beginning to true.",
    sources: &[source("H9", S30), source("B30", S1), source("H26", S32)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let mut links: BTreeMap<(&Id, &Id), Vec<&Wire<'_>>> = BTreeMap::new();
    let throttling = |w: &&Wire<'_>| matches!(w.link.purpose, Purpose::ThrottleData | Purpose::ThrottleDecision);
    let far = |w: &&Wire<'_>| w.crosses_regions() && w.from.component.kind().has_gateway();
    for wire in cx.wires().iter().filter(throttling).filter(far) {
        links.entry((wire.from.id, wire.to.id)).or_default().push(wire);
    }
    for wires in links.values() {
        let Some(first) = wires.first() else { continue };
        let regions = [first.from, first.to].into_iter().filter_map(|n| n.component.region.as_ref());
        let purposes: Vec<&str> = wires.iter().map(|w| w.link.purpose.label()).collect();
        found
            .at(
                wires.iter().map(|w| w.id),
                format!(
                    "{} is throttled by {}, over the distance between regions",
                    cx.place(first.from),
                    cx.place(first.to)
                ),
            )
            .seen("regions", id_list(regions))
            .seen("purposes", purposes.join(", "));
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(wire) = finding.subjects.first().and_then(|id| cx.wire(id)) else { return };
    let (gateway, Some(region)) = (wire.from, cx.region_of(wire.from)) else { return };
    let manned = region.has(|k| cx.serves_throttling(k));
    let label = if gateway.component.kind() != Kind::Gateway {
        format!("Remove the link, {} throttles its own calls", cx.place(gateway))
    } else if manned {
        format!("Connect {} with the traffic managers there instead", cx.place(gateway))
    } else {
        format!("Add traffic managers in {} and connect {} with them", region.name(), gateway.component.name)
    };
    list.offer(label, |d| {
        for link in &finding.subjects {
            d.disconnect(link);
        }
        if gateway.component.kind() != Kind::Gateway {
            return;
        }
        if !manned {
            let manager = d.add(Some(region.id), Kind::TrafficManager, Kind::TrafficManager.label());
            if let Some(home) = rewire::homes(cx, gateway).into_iter().next() {
                wiring::attach(d, &manager, home.id);
            }
        }
        // The others of the region have had nobody to report to either.
        for other in region.of(Kind::Gateway).filter(|n| !manned || n.id == gateway.id) {
            wiring::throttle_at_home(d, other.id);
        }
    });
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().link("mumbai-gw", "frankfurt-tm", &[Purpose::ThrottleData, Purpose::ThrottleDecision]).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().design()
}

#[test]
fn each_all_in_one_throttles_for_itself() {
    let design = Sketch::new()
        .region("Oslo", RegionRole::Peer)
        .region("Rome", RegionRole::Peer)
        .put("oslo", Kind::AllInOne)
        .put("rome", Kind::AllInOne)
        .link("oslo-aio", "rome-aio", &[Purpose::ThrottleData]);
    assert_eq!(found(&design.design(), RULE.id).len(), 1);
}
