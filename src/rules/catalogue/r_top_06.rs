//! R-TOP-06: a sub region needs no database.

use crate::rules::convert;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-06",
    title: "Gateways and traffic managers of a sub region need no database of their own.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "A server is paid for, patched and watched without need.",
    why: "Sub regions take APIs and policies from the main region; up to 4.6 the embedded default is enough for what \
          their nodes keep themselves, and from 4.7 their packs name no database at all.",
    remedy: "Remove the database; keep one only for gateways that serve several tenants up to 4.5.",
    sources: &[source("B21", S1), source("A12", S9), source("A14", S26), source("A15", S28)],
    versions: Versions::ALL,
    wording: &[Wording {
        versions: Versions::from(ProductVersion::V4_6),
        why: "Sub regions take APIs, policies and tenants from the main region; the embedded default is enough for \
              what their nodes keep themselves, and from 4.7 their packs name no database at all.",
        remedy: "Remove the database.",
    }],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let tenants_need_it =
        |r: &RegionView<'_>| cx.version <= ProductVersion::V4_5 && r.requirements.multi_tenancy == Some(true);
    for region in cx.subs().filter(|r| !tenants_need_it(r)) {
        for node in region.of(Kind::Database).filter(|n| database(*n).is_some_and(convert::is_shared)) {
            let users: Vec<&str> = local_users(cx, region, node).map(|w| w.from.id.as_str()).collect();
            if !users.is_empty() {
                let message = format!(
                    "{} serves gateways or traffic managers of a sub region, which need no database",
                    cx.place(node)
                );
                found.at([node.id, region.id], message).seen("used by", users.join(", "));
            }
        }
    }
}

/// Links by which gateways and traffic managers of the region use the database.
fn local_users<'c, 'a>(
    cx: &'c Context<'a>,
    region: &'c RegionView<'a>,
    node: Node<'a>,
) -> impl Iterator<Item = &'c Wire<'a>> {
    cx.into(node.id).iter().filter(move |w| {
        w.link.purpose == Purpose::Database
            && matches!(w.from.component.kind(), Kind::Gateway | Kind::TrafficManager)
            && w.from.component.region.as_ref() == Some(region.id)
    })
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let Some(region) = cx.region_of(node) else { return };
    let local: Vec<&Id> = local_users(cx, region, node).map(|w| w.id).collect();
    let others = cx.into(node.id).iter().any(|w| w.link.purpose == Purpose::Database && !local.contains(&w.id));
    if !others {
        list.offer(format!("Remove {}", cx.place(node)), |d| d.remove(node.id));
    }
    let label = format!("Disconnect gateways and traffic managers from {}", cx.place(node));
    list.offer(label, |d| local.iter().for_each(|link| d.disconnect(link)));
}

#[cfg(test)]
fn drawn() -> Sketch {
    pattern_2().put("mumbai", Kind::Database).link("mumbai-tm", "mumbai-db", &[Purpose::Database])
}

#[cfg(test)]
pub fn failing() -> Design {
    drawn().design()
}

#[cfg(test)]
pub fn passing() -> Design {
    drawn().version(ProductVersion::V4_5).require(|r| r.multi_tenancy = Some(true)).design()
}

#[test]
fn tenants_need_it_up_to_4_5_only() {
    for version in ProductVersion::ALL {
        let said = found(&drawn().version(version).require(|r| r.multi_tenancy = Some(true)).design(), RULE.id);
        assert_eq!(said.is_empty(), version <= ProductVersion::V4_5, "{version}");
    }
}
