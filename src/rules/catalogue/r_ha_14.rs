//! R-HA-14: the control planes of a region share their databases.

use std::collections::BTreeSet;

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-14",
    title: "Control planes and key managers of one region work on the same databases.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "An API, application or token made at one node is unknown to the other, and logins differ.",
    why: "The nodes are copies of each other and meet in one apim_db and one shared_db; events between them do not carry \
          that data.",
    remedy: "Link all of them with the same database servers.",
    sources: &[source("D2", S5), source("A16", S6), source("A34", S20)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for region in cx.regions() {
        let mut model: Option<(Node<'_>, BTreeSet<&Id>)> = None;
        for node in region.which(|k| k.has_control_plane() || k == Kind::KeyManager) {
            let links = cx.out(node.id).iter().filter(|w| w.link.purpose == Purpose::Database);
            let used: BTreeSet<&Id> = links.filter(|w| holds_shared_data(w.to)).map(|w| w.to.id).collect();
            if used.is_empty() {
                // R-DRAW-07 asks for the database itself.
                continue;
            }
            match &model {
                None => model = Some((node, used)),
                Some((first, shared)) if *shared != used => {
                    let message = format!("{} works on other databases than {}", cx.place(node), cx.place(*first));
                    found.at([node.id, first.id], message).seen("databases", ids(&used)).seen("others", ids(shared));
                }
                Some(_) => {}
            }
        }
    }
}

fn ids(databases: &BTreeSet<&Id>) -> String {
    databases.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(", ")
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let [node, model] = finding.subjects.as_slice() else { return };
    let (Some(node), Some(model)) = (cx.node(node), cx.node(model)) else { return };
    offer_databases_of(cx, model, node, list);
    offer_databases_of(cx, node, model, list);
}

/// Offers to link `node` with the databases of `model` instead of its own.
fn offer_databases_of(cx: &Context<'_>, model: Node<'_>, node: Node<'_>, list: &mut FixList<'_>) {
    let shared = |n: Node<'_>| {
        let links = cx.out(n.id).iter().filter(|w| w.link.purpose == Purpose::Database && holds_shared_data(w.to));
        links.map(|w| (w.id, w.to.id)).collect::<Vec<_>>()
    };
    list.offer(format!("Link {} with the databases of {}", cx.place(node), cx.place(model)), |d| {
        for (_, database) in shared(model) {
            d.connect(node.id, database, &[Purpose::Database]);
        }
        for (link, database) in shared(node) {
            if !shared(model).iter().any(|(_, other)| *other == database) {
                d.disconnect(link);
                wiring::remove_if_unlinked(d, database);
            }
        }
    });
}

#[cfg(test)]
fn two(second: &str) -> Design {
    single()
        .put_as("frankfurt", Kind::ControlPlane, "-2")
        .put_as("frankfurt", Kind::Database, "-2")
        .link("frankfurt-cp-2", second, &[Purpose::Database])
        .design()
}

#[cfg(test)]
pub fn failing() -> Design {
    two("frankfurt-db-2")
}

#[cfg(test)]
pub fn passing() -> Design {
    two("frankfurt-db")
}

#[test]
fn two_servers_shared_by_both_are_fine() {
    let design = single()
        .put_as("frankfurt", Kind::ControlPlane, "-2")
        .put_as("frankfurt", Kind::Database, "-2")
        .link("frankfurt-cp", "frankfurt-db-2", &[Purpose::Database])
        .link("frankfurt-cp-2", "frankfurt-db", &[Purpose::Database])
        .link("frankfurt-cp-2", "frankfurt-db-2", &[Purpose::Database])
        .design();
    assert_eq!(found(&design, RULE.id), []);
}

#[test]
fn a_database_of_one_node_only_is_nobody_elses() {
    let carbon = crate::design::Database { schemas: vec![crate::design::Schema::Carbon], ..Default::default() };
    let design = single().put_as("frankfurt", Kind::Database, "-2");
    let design = design.with("frankfurt-db-2", |c| c.spec = Spec::Database(carbon));
    let design = design.put_as("frankfurt", Kind::ControlPlane, "-2");
    let design = design.link("frankfurt-cp-2", "frankfurt-db", &[Purpose::Database]);
    assert_eq!(found(&design.link("frankfurt-cp-2", "frankfurt-db-2", &[Purpose::Database]).design(), RULE.id), []);
}
