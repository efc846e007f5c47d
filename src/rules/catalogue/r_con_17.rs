//! R-CON-17: the Identity Server itself reports its revoked tokens.

use super::r_con_16::{Reporting, is_control_plane, serves_keys};
use crate::rules::context::id_list;
use crate::rules::prelude::*;
use crate::rules::rewire;

pub static RULE: Rule = Rule {
    id: "R-CON-17",
    title: "With WSO2 Identity Server as key manager, revoked tokens are reported by it and not by the control plane.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "A token revoked at the Identity Server goes on working at the gateways until it expires.",
    why: "Tokens are revoked where they are issued, so the listener for revocations belongs into the configuration of the \
          Identity Server.",
    remedy: "Configure the token revocation listener at the Identity Server and draw the token notification from there.",
    sources: &[source("H4", S5), source("A29", S5)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let mut reporting = Reporting::of(cx);
    for node in cx.which(|k| k == Kind::IdentityProvider).filter(|n| serves_keys(cx, *n)) {
        let Some(reports) = reporting.beside(node).filter(|reports| !reports.contains(node.id)) else { continue };
        let planes: Vec<Node<'_>> =
            reports.iter().filter_map(|id| cx.node(id)).filter(|n| is_control_plane(*n)).collect();
        let Some(first) = planes.first() else { continue };
        found
            .at([node.id], format!("{} reports revoked tokens in place of {}", cx.place(*first), cx.place(node)))
            .seen("reported by", id_list(planes.iter().map(|n| n.id)));
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let Some(home) = rewire::homes(cx, node).into_iter().next() else { return };
    let mut reporting = Reporting::of(cx);
    let reports = reporting.beside(node).cloned().unwrap_or_default();
    let planes = || reports.iter().filter_map(|id| cx.node(id)).filter(|n| is_control_plane(*n));
    list.offer(format!("Let {} report instead of the control plane", cx.place(node)), |d| {
        for wire in planes().flat_map(|n| cx.out(n.id)).filter(|w| w.link.purpose == Purpose::TokenNotification) {
            d.disconnect(wire.id);
        }
        rewire::report(d, node.id, home.id);
    });
    list.offer(format!("Let {} report too", cx.place(node)), |d| rewire::report(d, node.id, home.id));
}

#[cfg(test)]
fn reported_by(reporter: &str) -> Design {
    let spec = Spec::IdentityProvider(crate::design::IdentityProvider {
        product: crate::design::IdentityProduct::Wso2Is,
        cluster: String::new(),
    });
    single()
        .put("frankfurt", Kind::IdentityProvider)
        .with("frankfurt-idp", |c| c.spec = spec)
        .link("frankfurt-gw", "frankfurt-idp", &[Purpose::Identity])
        .link(reporter, "frankfurt-lb-cp", &[Purpose::TokenNotification])
        .design()
}

#[cfg(test)]
pub fn failing() -> Design {
    reported_by("frankfurt-cp")
}

#[cfg(test)]
pub fn passing() -> Design {
    reported_by("frankfurt-idp")
}

#[test]
fn the_missing_report_is_not_told_twice() {
    assert_eq!(found(&failing(), "R-CON-16"), []);
    assert_eq!(found(&passing(), "R-CON-16"), []);
}
