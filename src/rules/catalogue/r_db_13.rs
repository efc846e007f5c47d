//! R-DB-13: the login of the portals works on every region's host name.

use std::collections::BTreeSet;

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-DB-13",
    title: "Where the portals of the regions have different host names, their login callbacks accept all of them.",
    severity: Severity::Warning,
    basis: Basis::Community,
    impact: "Nobody can log in to the portals of the second region.",
    why: "The portals are registered as OAuth applications in the replicated database, with the callback of the region \
          that started first; the login of any other host name is refused.",
    remedy: "Turn the callbacks of the portals into an expression that matches all host names, or use one global name.",
    sources: &[source("H20", S33)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if cx.design.meta.practices.callbacks_for_all_hosts {
        return;
    }
    let planes = cx.synchronised().flat_map(|r| r.which(Kind::has_control_plane));
    let named: Vec<_> = planes.filter(|n| !n.component.settings.portal_host.trim().is_empty()).collect();
    let hosts: BTreeSet<String> =
        named.iter().map(|n| n.component.settings.portal_host.trim().to_ascii_lowercase()).collect();
    if hosts.len() > 1 {
        let hosts: Vec<String> = hosts.into_iter().collect();
        let message =
            format!("The portals are called {}, but the login callbacks are not said to accept them all", list(&hosts));
        found.at(named.iter().map(|n| n.id), message).seen("portal hosts", hosts.join(", "));
    }
}

fn fixes(_: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    list.offer("Let the login callbacks accept all host names", |d| {
        d.meta(|m| m.practices.callbacks_for_all_hosts = true);
    });
    list.offer("Use one global host name for the portals", |d| {
        for id in &finding.subjects {
            d.component(id, |c| c.settings.portal_host.clear());
        }
    });
}

#[cfg(test)]
fn hosts(frankfurt: &str, oregon: &str) -> Sketch {
    pattern_1()
        .with("frankfurt-cp", |c| frankfurt.clone_into(&mut c.settings.portal_host))
        .with("oregon-cp", |c| oregon.clone_into(&mut c.settings.portal_host))
}

#[cfg(test)]
pub fn failing() -> Design {
    hosts("eu.example.com", "us.example.com").design()
}

#[cfg(test)]
pub fn passing() -> Design {
    hosts("eu.example.com", "us.example.com").meta(|m| m.practices.callbacks_for_all_hosts = true).design()
}

#[test]
fn one_global_name_or_an_undecided_one_is_no_difference() {
    for other in ["APIs.example.com", ""] {
        assert_eq!(found(&hosts("apis.example.com", other).design(), RULE.id), []);
    }
}
