//! R-CON-04: gateways are connected with the traffic managers of their region.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-CON-04",
    title: "Gateways publish to the traffic managers of their own region and listen to their decisions.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "Calls that should be throttled go through to the backends.",
    why: "Calls are counted on 9611 and 9711 and decisions come back on 5672; a gateway that misses either lets calls \
          through that should be throttled.",
    remedy: "Link the gateway with a traffic manager of its region, for throttle data and for throttle decisions.",
    sources: &[source("A22", S5), source("A23", S5), source("B27", S4), source("B30", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for region in cx.regions() {
        let manned = region.has(|k| cx.serves_throttling(k));
        let told_elsewhere = region.part == Part::Sub || cx.is_synchronised(region);
        if !manned && told_elsewhere {
            // R-TOP-01 or R-TOP-05 asks for the traffic manager itself.
            continue;
        }
        for gateway in region.of(Kind::Gateway) {
            let linked = |purpose: Purpose| {
                cx.out(gateway.id).iter().any(|w| {
                    w.link.purpose == purpose
                        && cx.serves_throttling(w.to.component.kind())
                        && w.to.component.region.as_ref() == Some(region.id)
                })
            };
            let what = match (linked(Purpose::ThrottleData), linked(Purpose::ThrottleDecision)) {
                (true, true) => continue,
                (false, true) => "sends no throttle data to",
                (true, false) => "gets no throttle decisions from",
                (false, false) => "is not connected with",
            };
            let whom = if manned { "the traffic managers there" } else { "any traffic manager there" };
            found
                .at([gateway.id], format!("{} {what} {whom}, so its calls are not throttled", cx.place(gateway)))
                .seen("throttle data", linked(Purpose::ThrottleData))
                .seen("throttle decisions", linked(Purpose::ThrottleDecision));
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(gateway) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let Some(region) = cx.region_of(gateway) else { return };
    if region.has(|k| cx.serves_throttling(k)) {
        let label = format!("Connect {} with the traffic managers there", cx.place(gateway));
        list.offer(label, |d| wiring::throttle_at_home(d, gateway.id));
    } else {
        list.offer(format!("Add traffic managers in {}", region.name()), |d| {
            let manager = d.add(Some(region.id), Kind::TrafficManager, Kind::TrafficManager.label());
            wiring::attach(d, &manager, &wiring::home_of(cx.topology, region.id).unwrap_or_else(|| region.id.clone()));
            for gateway in region.of(Kind::Gateway) {
                wiring::throttle_at_home(d, gateway.id);
            }
        });
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().without_link("mumbai-gw", "mumbai-tm", Purpose::ThrottleDecision).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().design()
}

#[test]
fn up_to_4_4_the_control_plane_profile_throttles_too() {
    let at = |version| {
        let sketch = single().without("frankfurt-tm").version(version);
        let linked = sketch.link("frankfurt-gw", "frankfurt-cp", &[Purpose::ThrottleData, Purpose::ThrottleDecision]);
        found(&linked.design(), RULE.id).len()
    };
    assert_eq!(at(ProductVersion::V4_4), 0);
    assert_eq!(at(ProductVersion::V4_5), 1);
}
