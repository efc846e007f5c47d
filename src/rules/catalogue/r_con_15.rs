//! R-CON-15: a separate key manager is wired to both sides.

use crate::rules::context::id_list;
use crate::rules::prelude::*;
use crate::rules::rewire;

pub static RULE: Rule = Rule {
    id: "R-CON-15",
    title: "A separate key manager is called by gateways and control plane, and itself follows the control plane.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "Tokens are refused or issued past the key manager, or it works with applications and policies of yesterday.",
    why: "Gateways and control plane check and issue tokens at the key manager; the key manager learns of applications and \
          policies from the event hub like every other node.",
    remedy: "Link gateways and control plane with the key manager or its load balancer, and the key manager with the \
             control plane's load balancer and with each control plane.",
    sources: &[source("A30", S6), source("A31", S6)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for region in cx.regions().iter().filter(|r| r.part != Part::Sub) {
        let managers: Vec<Node<'_>> = region.of(Kind::KeyManager).collect();
        let Some(first) = managers.first() else { continue };
        let callers = cx.topology.sources_of(managers.iter().map(|n| n.id), Purpose::KeyManagerHttps, &SERVLET);
        for node in region.which(|k| k == Kind::Gateway || k.has_control_plane()) {
            if !callers.contains(node.id) {
                found
                    .at([node.id, first.id], format!("{} does not call {}", cx.place(node), cx.place(*first)))
                    .seen("calls", false)
                    .seen("key managers", id_list(managers.iter().map(|n| n.id)));
            }
        }
        let hubs: Vec<Node<'_>> = region.which(Kind::has_control_plane).collect();
        if hubs.is_empty() {
            continue;
        }
        let [pulling, notifying] = [Purpose::ManagementHttps, Purpose::TokenNotification]
            .map(|purpose| cx.topology.sources_of(hubs.iter().map(|n| n.id), purpose, &SERVLET));
        let events = cx.coverage(&hubs, Purpose::EventStream);
        for manager in &managers {
            let place = cx.place(*manager);
            if !pulling.contains(manager.id) && !notifying.contains(manager.id) {
                found
                    .at([manager.id], format!("{place} does not reach the control plane on 9443"))
                    .seen("reached on 9443", false);
            }
            let (missing, count) = events.missing(manager.id);
            let names: Vec<String> = missing.iter().map(|n| cx.place(*n)).collect();
            if !names.is_empty() {
                found
                    .at([manager.id], format!("{place} hears no events of {} on 5672", list_of(&names, count)))
                    .seen("not heard", id_list(missing.iter().map(|n| n.id)))
                    .seen("number not heard", count);
            }
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let mut subjects = finding.subjects.iter().filter_map(|id| cx.node(id));
    let Some(node) = subjects.next() else { return };
    let Some(region) = cx.region_of(node) else { return };
    match subjects.next() {
        Some(manager) => {
            let label = format!("Point {} at {}", cx.place(node), cx.place(manager));
            list.offer(label, |d| rewire::call_key_manager(d, node.id, region.id));
        }
        None => list.offer(format!("Connect {} with the control plane there", cx.place(node)), |d| {
            rewire::pull(d, node.id, region.id);
            rewire::listen(d, node.id, region.id);
            rewire::report(d, node.id, region.id);
        }),
    }
}

#[cfg(test)]
fn with_key_manager() -> Sketch {
    use Purpose as P;
    single()
        .put("frankfurt", Kind::KeyManager)
        .put_as("frankfurt", Kind::LoadBalancer, "-km")
        .link("frankfurt-lb-km", "frankfurt-km", &[P::KeyManagerHttps])
        .link("frankfurt-gw", "frankfurt-lb-km", &[P::KeyManagerHttps])
        .link("frankfurt-cp", "frankfurt-lb-km", &[P::KeyManagerHttps])
        .link("frankfurt-km", "frankfurt-lb-cp", &[P::ManagementHttps, P::TokenNotification])
        .link("frankfurt-km", "frankfurt-cp", &[P::EventStream])
}

#[cfg(test)]
pub fn failing() -> Design {
    with_key_manager().without_link("frankfurt-gw", "frankfurt-lb-km", Purpose::KeyManagerHttps).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    with_key_manager().design()
}

#[test]
fn the_way_back_is_asked_for_too() {
    let design = with_key_manager().without_link("frankfurt-km", "frankfurt-cp", Purpose::EventStream).design();
    assert_eq!(
        found(&design, RULE.id),
        [(
            vec!["frankfurt-km".into()],
            "Key manager in Frankfurt hears no events of Control plane in Frankfurt on 5672".into()
        )]
    );
}
