//! R-DB-06: the two local databases stay with their node.

use crate::design::{Database, Schema};
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-DB-06",
    title: "WSO2CARBON_DB and WSO2MB_DB belong to one node each; they are neither shared nor replicated.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "Nodes overwrite what others keep of themselves and of their messages, so events get lost or come twice.",
    why: "They hold what a node knows of itself and the messages of its own broker; no other node can do anything with \
          them.",
    remedy: "Leave both as the H2 files that every node brings along, or make one database for each node.",
    sources: &[source("A9", S20), source("A47", S46)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn local(schema: Schema) -> bool {
    matches!(schema, Schema::Carbon | Schema::Broker)
}

fn replications<'c, 'a>(cx: &'c Context<'a>, node: Node<'_>) -> impl Iterator<Item = &'c Wire<'a>> {
    cx.out(node.id).iter().chain(cx.into(node.id)).filter(|w| w.link.purpose == Purpose::DbReplication)
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for node in cx.which(|k| k == Kind::Database) {
        let Some(db) = database(node) else { continue };
        let held: Vec<&str> = db.schemas.iter().filter(|s| local(**s)).map(|s| s.label()).collect();
        if held.is_empty() {
            continue;
        }
        let users = cx.into(node.id).iter().filter(|w| w.link.purpose == Purpose::Database);
        let users = users.fold(0_u32, |sum, w| sum.saturating_add(w.from.component.instances));
        let replicated = replications(cx, node).next().is_some();
        let what = match (users > 1, replicated) {
            (false, false) => continue,
            (true, false) => format!("is shared by {users} nodes"),
            (false, true) => "is replicated".to_owned(),
            (true, true) => format!("is shared by {users} nodes and replicated"),
        };
        found
            .at([node.id], format!("{} holds {} and {what}, so nodes disturb each other", cx.place(node), list(&held)))
            .seen("schemas", held.join(", "))
            .seen("nodes", users)
            .seen("replicated", replicated);
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let Some(db) = database(node) else { return };
    let place = cx.place(node);
    if db.schemas.iter().all(|s| local(*s)) {
        list.offer(format!("Remove {place}: every node keeps its own"), |d| d.remove(node.id));
        let all = |db: &mut Database| db.schemas = vec![Schema::Apim, Schema::Shared];
        list.offer(format!("Let {place} hold apim_db and shared_db instead"), |d| {
            wiring::set_database(d, node.id, all)
        });
    } else {
        let keep = |db: &mut Database| db.schemas.retain(|s| !local(*s));
        list.offer(format!("Take them off {place}: every node keeps its own"), |d| {
            wiring::set_database(d, node.id, keep);
        });
    }
}

#[cfg(test)]
fn holding(schemas: &[Schema]) -> Sketch {
    single().database("frankfurt-db", |db| db.schemas = schemas.to_vec())
}

#[cfg(test)]
pub fn failing() -> Design {
    holding(&Schema::ALL).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    holding(&Schema::ALL).instances("frankfurt-cp", 1).design()
}

#[test]
fn nodes_are_counted_and_not_boxes_and_replication_is_wrong_for_a_single_one_too() {
    let own = || {
        single()
            .instances("frankfurt-gw", 1)
            .put_as("frankfurt", Kind::Database, "-own")
            .database("frankfurt-db-own", |db| db.schemas = vec![Schema::Carbon])
    };
    let linked = |sketch: Sketch| sketch.link("frankfurt-gw", "frankfurt-db-own", &[Purpose::Database]);
    assert_eq!(found(&linked(own()).design(), RULE.id), []);
    assert_eq!(found(&linked(own().instances("frankfurt-gw", 3)).design(), RULE.id).len(), 1);
    let copied = linked(own()).link("frankfurt-db-own", "frankfurt-db", &[Purpose::DbReplication]);
    let said = found(&copied.design(), RULE.id);
    assert!(matches!(said.as_slice(), [(_, message)] if message.contains("is replicated")), "{said:?}");
}
