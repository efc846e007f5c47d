//! R-DRAW-07: control planes and key managers have a database.

use super::r_con_21::synchronised_with;
use crate::rules::prelude::*;
use crate::rules::rewire::{self, MOST_OFFERS};

pub static RULE: Rule = Rule {
    id: "R-DRAW-07",
    title: "Every control plane, all-in-one and key manager is connected with a database.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "Its nodes do not start.",
    why: "APIs, applications, subscriptions, tokens and users live in apim_db and shared_db.",
    remedy: "Add a database in the region and link the component with it.",
    sources: &[source("A34", S20), source("A9", S20), source("A16", S6)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for node in cx.which(|k| k.has_control_plane() || k == Kind::KeyManager) {
        let mut opened = cx.out(node.id).iter();
        if !opened.any(|w| w.link.purpose == Purpose::Database && w.to.component.kind() == Kind::Database) {
            found.at([node.id], format!("{} has no database", cx.place(node))).seen("databases", 0);
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let Some(region) = cx.region_of(node) else { return };
    for database in region.of(Kind::Database).take(MOST_OFFERS) {
        list.offer(format!("Connect {} with {}", cx.place(node), cx.place(database)), |d| {
            d.connect(node.id, database.id, &[Purpose::Database]);
        });
    }
    if !region.has(|k| k == Kind::Database) {
        list.offer(format!("Add a database in {} and connect what needs it there", region.name()), |d| {
            rewire::add_database(d, region.id, &synchronised_with(cx, region));
        });
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    single().without("frankfurt-db").design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single().design()
}

#[test]
fn key_managers_and_all_in_ones_need_one_too() {
    let design =
        Sketch::new().region("Oslo", RegionRole::Peer).put("oslo", Kind::AllInOne).put("oslo", Kind::KeyManager);
    let marked: Vec<String> = found(&design.design(), RULE.id).into_iter().flat_map(|(s, _)| s).collect();
    assert_eq!(marked, ["oslo-aio", "oslo-km"]);
}
