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
    // What stands between, such as a balancer before a cluster, is passed through.
    let databases: Vec<&Id> =
        cx.which(|k| k == Kind::Database).filter(|n| holds_shared_data(*n)).map(|n| n.id).collect();
    let served = cx.topology.sources_of(databases, Purpose::Database, &[]);
    for node in cx.which(|k| k.has_control_plane() || k == Kind::KeyManager) {
        if !served.contains(node.id) {
            found.at([node.id], format!("{} has no database", cx.place(node))).seen("databases", 0);
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let Some(region) = cx.region_of(node) else { return };
    for database in region.of(Kind::Database).filter(|n| holds_shared_data(*n)).take(MOST_OFFERS) {
        list.offer(format!("Connect {} with {}", cx.place(node), cx.place(database)), |d| {
            d.connect(node.id, database.id, &[Purpose::Database]);
        });
    }
    if !cx.has_database(region) {
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

#[test]
fn a_database_may_stand_behind_a_balancer_but_files_of_one_node_are_not_enough() {
    let balanced = single()
        .without_link("frankfurt-cp", "frankfurt-db", Purpose::Database)
        .put_as("frankfurt", Kind::LoadBalancer, "-db")
        .link("frankfurt-cp", "frankfurt-lb-db", &[Purpose::Database])
        .link("frankfurt-lb-db", "frankfurt-db", &[Purpose::Database]);
    assert_eq!(found(&balanced.design(), RULE.id), []);
    let own = single().database("frankfurt-db", |d| d.schemas = vec![crate::design::Schema::Carbon]).design();
    assert_eq!(found(&own, RULE.id).len(), 1);
    assert_eq!(found(&fixed(&own, RULE.id), RULE.id), []);
}
