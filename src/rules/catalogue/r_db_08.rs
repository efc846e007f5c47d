//! R-DB-08: from 4.7 gateways and traffic managers need no database.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-DB-08",
    title: "From 4.7 gateways and traffic managers have no database.",
    severity: Severity::Info,
    basis: Basis::Documented,
    impact: "A password, a firewall rule and connections to the database are kept for nothing.",
    why: "Their packs and charts set none any more; what they need they fetch from the control plane.",
    remedy: "Remove the link with the database.",
    sources: &[source("A14", S26), source("A15", S28)],
    versions: Versions::from(ProductVersion::V4_7),
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for node in cx.which(|k| matches!(k, Kind::Gateway | Kind::TrafficManager)) {
        let links: Vec<_> = cx.out(node.id).iter().filter(|w| w.link.purpose == Purpose::Database).collect();
        if links.is_empty() {
            continue;
        }
        let subjects = std::iter::once(node.id).chain(links.iter().map(|w| w.id));
        let to: Vec<&str> = links.iter().map(|w| w.to.id.as_str()).collect();
        found
            .at(subjects, format!("{} is linked with a database that it does not need any more", cx.place(node)))
            .seen("databases", to.join(", "))
            .seen("product version", cx.version);
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    list.offer(format!("Unlink {} from the database", cx.place(node)), |d| {
        for link in finding.subjects.iter().skip(1) {
            d.disconnect(link);
        }
    });
}

#[cfg(test)]
pub fn failing() -> Design {
    single()
        .version(ProductVersion::V4_7)
        .link("frankfurt-gw", "frankfurt-db", &[Purpose::Database])
        .link("frankfurt-tm", "frankfurt-db", &[Purpose::Database])
        .design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single().version(ProductVersion::V4_7).design()
}
