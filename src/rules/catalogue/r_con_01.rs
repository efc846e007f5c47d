//! R-CON-01: a sub region pulls from the main control plane.

use crate::rules::context::id_list;
use crate::rules::prelude::*;
use crate::rules::rewire;

pub static RULE: Rule = Rule {
    id: "R-CON-01",
    title: "Gateways and traffic managers of a sub region reach the main control plane on 9443.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "Started afresh, they serve and throttle nothing; running ones get no new API and no new policy.",
    why: "APIs, subscriptions and policies are not sent to them: they pull these over HTTPS from the control plane of the \
          main region.",
    remedy: "Link it for the artifact pull with the load balancer in front of the main control plane, or with the \
             control plane itself if it is a single node.",
    sources: &[source("B26", S4), source("A19", S5), source("A24", S5)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let mains: Vec<&RegionView<'_>> = match cx.main() {
        Some(main) => vec![main],
        None => cx.synchronised().collect(),
    };
    let hubs: Vec<&Id> = mains.iter().flat_map(|r| r.which(Kind::has_control_plane)).map(|n| n.id).collect();
    if hubs.is_empty() {
        return;
    }
    let place = if let [main] = mains.as_slice() { main.name() } else { "any complete region" };
    let pulling = cx.topology.sources_of(hubs, Purpose::ManagementHttps, &SERVLET);
    for region in cx.subs() {
        for node in region.which(|k| matches!(k, Kind::Gateway | Kind::TrafficManager)) {
            if !pulling.contains(node.id) {
                let what = if node.component.kind() == Kind::Gateway { "APIs" } else { "policies" };
                found
                    .at(
                        [node.id],
                        format!(
                            "{} gets no {what}: it does not reach the control plane in {place} on 9443",
                            cx.place(node)
                        ),
                    )
                    .seen("main regions", id_list(mains.iter().map(|r| r.id)))
                    .seen("reached on 9443", false);
            }
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    for home in rewire::homes(cx, node) {
        let label = format!("Let {} pull from the control plane in {}", cx.place(node), home.name());
        list.offer(label, |d| rewire::pull(d, node.id, home.id));
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().without_link("mumbai-gw", "frankfurt-lb-cp", Purpose::ManagementHttps).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().design()
}

#[test]
fn a_balancer_with_nothing_behind_it_is_not_enough() {
    let design = pattern_2()
        .without_link("frankfurt-lb-cp", "frankfurt-cp", Purpose::ManagementHttps)
        .without_link("frankfurt-lb-cp", "frankfurt-cp", Purpose::PortalAccess)
        .design();
    assert_eq!(found(&design, RULE.id).len(), 2);
}

#[test]
fn a_single_control_plane_may_be_called_directly() {
    let design = pattern_2()
        .without("frankfurt-lb-cp")
        .instances("frankfurt-cp", 1)
        .link("mumbai-gw", "frankfurt-cp", &[Purpose::ManagementHttps])
        .link("mumbai-tm", "frankfurt-cp", &[Purpose::ManagementHttps])
        .design();
    assert_eq!(found(&design, RULE.id), []);
    assert_eq!(found(&design, "R-CON-03"), []);
}
