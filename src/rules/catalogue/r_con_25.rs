//! R-CON-25: gateways know a key manager.

use std::collections::BTreeMap;

use crate::rules::prelude::*;
use crate::rules::rewire;

pub static RULE: Rule = Rule {
    id: "R-CON-25",
    title: "Every gateway reaches the key manager on 9443: a separate one, or the one in the control plane.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "Calls are refused whose token or user the gateway cannot check by itself.",
    why: "Gateways ask the key manager about tokens and users at an address of its own in their configuration; in a sub \
          region that is the one of the main region.",
    remedy: "Link the gateway for key manager calls with the load balancer in front of the key manager or the control \
             plane, or with the node itself if it is a single one.",
    sources: &[source("A21", S5), source("A30", S6), source("B27", S4)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let answers = |k: Kind| k.has_control_plane() || k == Kind::KeyManager;
    let callers =
        |targets: &[Node<'_>]| cx.topology.sources_of(targets.iter().map(|n| n.id), Purpose::KeyManagerHttps, &SERVLET);
    let everywhere: Vec<Node<'_>> = cx.which(answers).collect();
    if everywhere.is_empty() {
        return;
    }
    let calling = callers(&everywhere);
    // A sub region whose main region has separate key managers has to call those.
    let mains: BTreeMap<&Id, &RegionView<'_>> = cx
        .dependencies()
        .into_iter()
        .filter(|(_, main)| main.has(|k| k == Kind::KeyManager))
        .map(|(sub, main)| (sub.id, main))
        .collect();
    let mut calling_managers = BTreeMap::new();
    for main in mains.values() {
        let managers = || callers(&main.of(Kind::KeyManager).collect::<Vec<_>>());
        calling_managers.entry(main.id).or_insert_with(managers);
    }
    for region in cx.regions() {
        // R-CON-15 asks for the calls of a separate key manager in the own region.
        if region.part != Part::Sub && region.has(|k| k == Kind::KeyManager) {
            continue;
        }
        let main = mains.get(region.id);
        let reached = main.and_then(|m| calling_managers.get(m.id)).unwrap_or(&calling);
        let whom = main.map_or_else(|| "no key manager".to_owned(), |m| format!("no key manager of {}", m.name()));
        for gateway in region.of(Kind::Gateway).filter(|n| !reached.contains(n.id)) {
            found
                .at([gateway.id], format!("{} calls {whom} on 9443", cx.place(gateway)))
                .seen("calls a key manager", calling.contains(gateway.id))
                .seen("key manager of", main.map_or("any region", |m| m.id.as_str()));
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(gateway) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let mut homes = rewire::homes(cx, gateway);
    if homes.is_empty() {
        homes.extend(cx.regions().iter().find(|r| r.has(|k| k == Kind::KeyManager)));
    }
    for home in homes {
        let label = format!("Let {} call the key manager in {}", cx.place(gateway), home.name());
        list.offer(label, |d| rewire::call_key_manager(d, gateway.id, home.id));
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().without_link("mumbai-gw", "frankfurt-lb-cp", Purpose::KeyManagerHttps).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().design()
}

#[test]
fn a_separate_key_manager_of_the_main_region_is_what_a_sub_region_calls() {
    let separate = || pattern_2().put("frankfurt", Kind::KeyManager);
    let said = found(&separate().design(), RULE.id);
    let expected = "Gateway in Mumbai calls no key manager of Frankfurt on 9443";
    assert_eq!(said, [(vec!["mumbai-gw".to_owned()], expected.to_owned())]);
    let linked = separate().link("mumbai-gw", "frankfurt-km", &[Purpose::KeyManagerHttps]).design();
    assert_eq!(found(&linked, RULE.id), []);
}
