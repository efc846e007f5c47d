//! R-DB-05: two-way replication was tested with databases on virtual machines.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-DB-05",
    title: "The databases of Pattern 1 run on virtual machines, or the provider has agreed to replication both ways.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "The replication that the pattern rests on may turn out to be impossible or unsupported.",
    why: "It was tested with databases on virtual machines only; a managed one may withhold the settings or rights that \
          replication both ways needs.",
    remedy: "Ask the provider about active-active replication and test it, or run the databases on virtual machines.",
    sources: &[source("B14", S3)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let managed: Vec<_> =
        cx.synchronised_databases().into_iter().filter(|(.., db)| db.managed).map(|(_, node, _)| node).collect();
    let names: Vec<String> = managed.iter().take(enough_names()).map(|n| cx.place(*n)).collect();
    if let Some((verb, object)) = match managed.len() {
        0 => None,
        1 => Some(("is", "a managed service")),
        _ => Some(("are", "managed services")),
    } {
        let message = format!(
            "{} {verb} {object}, for which replication both ways was not tested",
            list_of(&names, managed.len())
        );
        let ids: Vec<&str> = managed.iter().map(|n| n.id.as_str()).collect();
        found.at(managed.iter().map(|n| n.id), message).seen("managed databases", ids.join(", "));
    }
}

fn fixes(_: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    list.offer("Run these databases on virtual machines", |d| {
        for id in &finding.subjects {
            wiring::set_database(d, id, |db| db.managed = false);
        }
    });
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_1().design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_1()
        .database("frankfurt-db", |db| db.managed = false)
        .database("oregon-db", |db| db.managed = false)
        .design()
}

#[test]
fn elsewhere_a_managed_database_is_fine() {
    assert_eq!(found(&pattern_2().design(), RULE.id), []);
    assert_eq!(found(&mixed().design(), RULE.id).len(), 1);
}
