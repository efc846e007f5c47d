//! R-HA-21: databases have a standby.

use crate::design::Standby;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-21",
    title: "The database of control planes and key managers has a standby in its region.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "When the database fails, portals, publishing and new tokens stop in the whole region.",
    why: "However many control planes and key managers there are, they share it, and a copy in another region does not take \
          over their connections.",
    remedy: "Give the database a standby in another zone.",
    sources: &[source("A34", S20)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if cx.design.meta.environment != Environment::Production {
        return;
    }
    for node in cx.which(|k| k == Kind::Database).filter(|n| holds_shared_data(*n)) {
        // R-HA-15 forbids H2 altogether.
        let alone =
            database(node).is_some_and(|d| d.standby == Standby::Single && d.engine != crate::design::Engine::H2);
        let used = |w: &Wire<'_>| {
            let kind = w.from.component.kind();
            w.link.purpose == Purpose::Database && (kind.has_control_plane() || kind == Kind::KeyManager)
        };
        let copied = |w: &&Wire<'_>| w.link.purpose == Purpose::DbReplication && !w.crosses_regions();
        let copies = cx.out(node.id).iter().chain(cx.into(node.id)).find(copied);
        if alone && copies.is_none() && cx.into(node.id).iter().any(used) {
            found
                .at([node.id], format!("{} has no standby, and all that use it stop with it", cx.place(node)))
                .seen("standby", Standby::Single.label())
                .seen("environment", Environment::Production.label());
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    list.offer(format!("Give {} a standby in another zone", cx.place(node)), |d| {
        d.component(node.id, |c| {
            if let Spec::Database(database) = &mut c.spec {
                database.standby = Standby::MultiZone;
            }
        });
    });
}

#[cfg(test)]
fn with(standby: Standby) -> Design {
    let database = crate::design::Database { standby, ..crate::design::Database::default() };
    single().with("frankfurt-db", |c| c.spec = Spec::Database(database)).design()
}

#[cfg(test)]
pub fn failing() -> Design {
    with(Standby::Single)
}

#[cfg(test)]
pub fn passing() -> Design {
    with(Standby::MultiZone)
}
