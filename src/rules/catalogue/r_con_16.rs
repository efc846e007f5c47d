//! R-CON-16: key managers report revoked tokens.

use std::collections::{BTreeMap, BTreeSet};

use crate::rules::prelude::*;
use crate::rules::rewire;

pub static RULE: Rule = Rule {
    id: "R-CON-16",
    title: "A separate key manager reports revoked tokens to the control plane of its region.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "A revoked token goes on working at the gateways until it expires.",
    why: "The key manager notifies the control plane over HTTPS, and only from there does a revocation reach the gateways.",
    remedy: "Link the key manager for token notifications with the load balancer before the control plane.",
    sources: &[source("A29", S5), source("A29", S6), source("H2", S5)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

/// Who reports revoked tokens to the control planes, looked up once for each region.
pub(super) struct Reporting<'c, 'a> {
    cx: &'c Context<'a>,
    to: BTreeMap<Option<&'a Id>, Option<BTreeSet<&'a Id>>>,
}

impl<'c, 'a> Reporting<'c, 'a> {
    pub(super) fn of(cx: &'c Context<'a>) -> Self {
        Self { cx, to: BTreeMap::new() }
    }

    /// Those who report to the control planes beside the component, or to any where it has none beside it; `None`
    /// when no control plane is drawn.
    pub(super) fn beside(&mut self, node: Node<'_>) -> Option<&BTreeSet<&'a Id>> {
        let cx = self.cx;
        let home = cx.region_of(node).filter(|r| r.has(Kind::has_control_plane)).map(|r| r.id);
        let look = || {
            let hubs: Vec<&Id> = match home.and_then(|id| cx.region(id)) {
                Some(region) => region.which(Kind::has_control_plane).map(|n| n.id).collect(),
                None => cx.which(Kind::has_control_plane).map(|n| n.id).collect(),
            };
            (!hubs.is_empty()).then(|| cx.topology.sources_of(hubs, Purpose::TokenNotification, &SERVLET))
        };
        self.to.entry(home).or_insert_with(look).as_ref()
    }
}

/// Whether the component is a WSO2 Identity Server that serves as key manager: somebody asks it about tokens.
pub(super) fn serves_keys(cx: &Context<'_>, node: Node<'_>) -> bool {
    !cx.topology.askers_about_tokens(node.id).is_empty()
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let mut reporting = Reporting::of(cx);
    for node in cx.which(|k| matches!(k, Kind::KeyManager | Kind::IdentityProvider)) {
        let separate = node.component.kind() == Kind::KeyManager;
        if !separate && !serves_keys(cx, node) {
            continue;
        }
        let Some(reports) = reporting.beside(node) else { continue };
        // R-CON-17 speaks where a control plane reports in place of the Identity Server.
        let replaced = || !separate && reports.iter().filter_map(|id| cx.node(id)).any(is_control_plane);
        if !reports.contains(node.id) && !replaced() {
            found
                .at([node.id], format!("{} reports no revoked tokens to the control plane", cx.place(node)))
                .seen("reports revoked tokens", false);
        }
    }
}

pub(super) fn is_control_plane(node: Node<'_>) -> bool {
    node.component.kind().has_control_plane()
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    for home in rewire::homes(cx, node) {
        let label = format!("Let {} report to the control plane in {}", cx.place(node), home.name());
        list.offer(label, |d| rewire::report(d, node.id, home.id));
    }
}

#[cfg(test)]
fn separate() -> Sketch {
    single().put("frankfurt", Kind::KeyManager)
}

#[cfg(test)]
pub fn failing() -> Design {
    separate().design()
}

#[cfg(test)]
pub fn passing() -> Design {
    separate().link("frankfurt-km", "frankfurt-lb-cp", &[Purpose::TokenNotification]).design()
}

#[test]
fn an_identity_server_reports_only_when_gateways_ask_it_about_tokens() {
    use crate::design::{IdentityProduct, IdentityProvider};
    let provider = |product, caller: &str| {
        let spec = Spec::IdentityProvider(IdentityProvider { product, cluster: String::new() });
        let sketch = single().put("", Kind::IdentityProvider).with("idp", |c| c.spec = spec);
        found(&sketch.link(caller, "idp", &[Purpose::Identity]).design(), RULE.id).len()
    };
    assert_eq!(provider(IdentityProduct::Wso2Is, "frankfurt-gw"), 1);
    assert_eq!(provider(IdentityProduct::Wso2Is, "frankfurt-cp"), 0);
    assert_eq!(provider(IdentityProduct::Keycloak, "frankfurt-gw"), 0);
}
