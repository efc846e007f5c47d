//! R-TOP-21: gateways of a sub region start only with the main region.

use std::collections::BTreeMap;

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-21",
    title: "Gateways of a sub region start only while the main region's control plane can be reached.",
    severity: Severity::Warning,
    basis: Basis::Overview,
    impact: "During an outage of the main region the sub region cannot replace a gateway that fails, nor grow with its \
             load.",
    why: "A starting gateway fetches its APIs from the control plane in the main region; only those that run already \
          can do without.",
    remedy: "Keep enough gateways running for the peak instead of scaling on demand, and protect the connection.",
    sources: &[source("B23", S1), source("F6", S27)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None("It comes with Pattern 2; how many gateways to keep running is for you to decide."),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let mains: BTreeMap<&Id, &str> = cx.dependencies().into_iter().map(|(sub, main)| (sub.id, main.name())).collect();
    for region in cx.subs() {
        let main = mains.get(region.id).copied().unwrap_or("the main region");
        let gateways: Vec<_> = region.of(Kind::Gateway).collect();
        if gateways.is_empty() {
            continue;
        }
        let most = |n: &Node<'_>| match &n.component.spec {
            Spec::Gateway(g) => g.autoscale_max.unwrap_or(0).max(n.component.instances),
            _ => n.component.instances,
        };
        let most = gateways.iter().map(most).fold(0, u32::saturating_add);
        let running = region.count(Kind::Gateway);
        let scales = most > running;
        let verb = if scales { "scale out or restart" } else { "start or restart" };
        let message =
            format!("Gateways in {} cannot {verb} while the control plane in {main} is unreachable", region.name());
        found.at(gateways.iter().map(|n| n.id), message).seen("running", running).seen("at most", most);
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_1().design()
}

#[test]
fn scaling_gateways_are_told_apart() {
    let design = pattern_2().with("mumbai-gw", |c| {
        if let Spec::Gateway(g) = &mut c.spec {
            g.autoscale_max = Some(6);
        }
    });
    let said = found(&design.design(), RULE.id);
    assert!(said.iter().all(|(_, message)| message.contains("scale out")), "{said:?}");
}

#[test]
fn in_a_mixture_the_region_it_is_attached_to_is_named() {
    let said = found(&mixed().design(), RULE.id);
    let expected = "Gateways in Mumbai cannot start or restart while the control plane in Frankfurt is unreachable";
    assert_eq!(said, [(vec!["mumbai-gw".to_owned()], expected.to_owned())]);
}
