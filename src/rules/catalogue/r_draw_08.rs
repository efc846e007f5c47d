//! R-DRAW-08: cloud regions exist.

use crate::books::Provider;
use crate::design::Site;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-DRAW-08",
    title: "Cloud regions are written as their provider writes them.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "",
    why: "Distances, latencies and prices are looked up by provider and region; a place that nobody knows has none of \
          them, and totals leave it out.",
    remedy: "Choose the region from the list, or enter a place with its coordinates.",
    sources: &[source("F4", S31C)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let mut look_up = |id: &Id, name: &str, site: &Site| {
        let Site::Cloud { provider, region } = site else { return };
        let known = provider.parse::<Provider>().is_ok_and(|p| cx.books.regions().get(p, region).is_some());
        if !known {
            found.at([id], format!("{name}: no region {region} of {provider} is known, so no prices and no distances"));
        }
    };
    for region in cx.regions() {
        look_up(region.id, region.name(), &region.region.site);
    }
    for (id, component) in &cx.design.components {
        match &component.spec {
            Spec::Users(users) => look_up(id, &component.name, &users.site),
            Spec::Backend(backend) => {
                if let Some(site) = &backend.site {
                    look_up(id, &component.name, site);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
fn at(region: &str) -> Design {
    single().with_region("frankfurt", |r| r.site = Site::cloud("aws", region)).design()
}

#[cfg(test)]
pub fn failing() -> Design {
    at("eu-central-9")
}

#[cfg(test)]
pub fn passing() -> Design {
    at("eu-central-1")
}

#[test]
fn users_and_unknown_providers_are_looked_up_too() {
    let design = single().put("", Kind::Users).with("users", |c| {
        if let Spec::Users(users) = &mut c.spec {
            users.site = Site::cloud("nimbus", "eu-central-1");
        }
    });
    let marked: Vec<String> = found(&design.design(), RULE.id).into_iter().flat_map(|(s, _)| s).collect();
    assert_eq!(marked, ["users"]);
}
