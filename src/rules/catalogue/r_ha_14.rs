//! R-HA-14: the control planes of a region share their databases.

use std::collections::BTreeSet;

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-14",
    title: "Control planes and key managers of one region work on the same databases.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "",
    why: "They are copies of each other: what is published or subscribed at one has to be found by the other in the same \
          apim_db and shared_db.",
    remedy: "Link all of them with the same database servers.",
    sources: &[source("D2", S5), source("A16", S6), source("A34", S20)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for region in cx.regions() {
        let mut model: Option<(Node<'_>, BTreeSet<&Id>)> = None;
        for node in region.which(|k| k.has_control_plane() || k == Kind::KeyManager) {
            let links = cx.out(node.id).iter().filter(|w| w.link.purpose == Purpose::Database);
            let used: BTreeSet<&Id> = links.map(|w| w.to.id).collect();
            if used.is_empty() {
                // R-DRAW-07 asks for the database itself.
                continue;
            }
            match &model {
                None => model = Some((node, used)),
                Some((first, shared)) if *shared != used => {
                    found.at(
                        [node.id, first.id],
                        format!("{} works on other databases than {}", cx.place(node), cx.place(*first)),
                    );
                }
                Some(_) => {}
            }
        }
    }
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
