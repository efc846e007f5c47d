//! R-CON-21: databases are near.

use crate::rules::context::id_list;
use crate::rules::prelude::*;
use crate::rules::rewire;

pub static RULE: Rule = Rule {
    id: "R-CON-21",
    title: "Control planes and key managers use a database in their own region.",
    severity: Severity::Warning,
    basis: Basis::Community,
    impact: "Portals, publishing and new tokens are slow there, and stop when the line between the regions is cut.",
    why: "Every operation at the portals and every token needs many database calls, each of which would travel between \
          the regions.",
    remedy: "Give the region its own database (Pattern 1), or move the component into the database's region.",
    sources: &[source("B2", S1), source("F4", S31C)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for wire in cx.wires_for(Purpose::Database).filter(|w| w.crosses_regions()) {
        let kind = wire.from.component.kind();
        if kind.has_control_plane() || kind == Kind::KeyManager {
            let regions = [wire.from, wire.to].into_iter().filter_map(|n| n.component.region.as_ref());
            found
                .at(
                    [wire.id],
                    format!(
                        "{} works on {}, over the distance between regions",
                        cx.place(wire.from),
                        cx.place(wire.to)
                    ),
                )
                .seen("regions", id_list(regions));
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(wire) = finding.subjects.first().and_then(|id| cx.wire(id)) else { return };
    let Some(region) = cx.region_of(wire.from) else { return };
    match region.of(Kind::Database).next() {
        Some(near) => {
            let label = format!("Let {} use {}", cx.place(wire.from), cx.place(near));
            list.offer(label, |d| rewire::lead_to(d, wire.id, std::slice::from_ref(near.id)));
        }
        None => list.offer(format!("Add a database in {}", region.name()), |d| {
            d.disconnect(wire.id);
            rewire::add_database(d, region.id, &synchronised_with(cx, region));
        }),
    }
}

/// Regions whose databases a new one of the region is to be replicated with.
pub(super) fn synchronised_with(cx: &Context<'_>, region: &RegionView<'_>) -> Vec<Id> {
    let others = cx.synchronised().filter(|r| cx.is_synchronised(region) && r.has(|k| k == Kind::Database));
    others.map(|r| r.id.clone()).collect()
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_1().link("oregon-cp", "frankfurt-db", &[Purpose::Database]).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_1().design()
}

#[test]
fn a_region_without_a_database_gets_one_of_the_same_engine_kept_in_step() {
    let far = pattern_1()
        .engine("frankfurt-db", Engine::Oracle)
        .without("oregon-db")
        .link("oregon-cp", "frankfurt-db", &[Purpose::Database])
        .design();
    let fixed = crate::rules::testing::fixed(&far, RULE.id);
    assert_eq!(found(&fixed, RULE.id), []);
    let added = fixed.components.values().find(|c| c.kind() == Kind::Database && c.region == Some(Id::slug("oregon")));
    assert!(added.is_some_and(|c| matches!(&c.spec, Spec::Database(d) if d.engine == Engine::Oracle)), "{added:?}");
    assert!(fixed.links.values().any(|l| l.purpose == Purpose::DbReplication));
}
