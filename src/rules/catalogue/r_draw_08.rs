//! R-DRAW-08: cloud regions exist.

use crate::books::{CloudRegion, Provider};
use crate::design::Site;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-DRAW-08",
    title: "Cloud regions are written as their provider writes them.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "It has no distance, no latency and no price, and totals leave it out.",
    why: "Distances, latencies and prices are looked up by provider and region, written as the provider writes them.",
    remedy: "Choose the region from the list, or enter a place with its coordinates.",
    sources: &[source("F4", S31C)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn site_of(spec: &Spec) -> Option<&Site> {
    match spec {
        Spec::Users(users) => Some(&users.site),
        Spec::Backend(backend) => backend.site.as_ref(),
        _ => None,
    }
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let mut look_up = |id: &Id, name: &str, site: &Site| {
        let Site::Cloud { provider, region } = site else { return };
        let known = provider.parse::<Provider>().is_ok_and(|p| cx.books.regions().get(p, region).is_some());
        if !known {
            found
                .at([id], format!("{name}: no region {region} of {provider} is known, so no prices and no distances"))
                .seen("provider", provider)
                .seen("cloud region", region);
        }
    };
    for region in cx.regions() {
        look_up(region.id, region.name(), &region.region.site);
    }
    for (id, component) in &cx.design.components {
        if let Some(site) = site_of(&component.spec) {
            look_up(id, &component.name, site);
        }
    }
}

/// Most regions offered for one place.
const MOST_OFFERS: usize = 4;
/// Longest id compared letter by letter; those of providers are far shorter.
const LONGEST_COMPARED: usize = 40;

/// How many letters have to be changed, added or left out to turn one text into the other.
fn typos(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (b, above) in other.iter().zip(row.iter().skip(1)) {
            left = (diagonal + usize::from(a != *b)).min(above + 1).min(left + 1);
            next.push(left);
            diagonal = *above;
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

/// Known regions that may have been meant, the likeliest first: those written alike, then those named alike.
fn meant<'b>(cx: &Context<'b>, provider: &str, region: &str, name: &str) -> Vec<&'b CloudRegion> {
    let provider: Option<Provider> = provider.parse().ok();
    let of_provider = |r: &&CloudRegion| provider.is_none_or(|p| r.provider == p);
    let written = region.to_lowercase();
    let mut alike: Vec<(usize, &CloudRegion)> = Vec::new();
    if written.chars().count() <= LONGEST_COMPARED {
        let allowed = (written.chars().count() / 3).max(2);
        let all = cx.books.regions().all().iter().filter(of_provider);
        alike.extend(all.map(|r| (typos(&written, &r.id), r)).filter(|(typos, _)| *typos <= allowed));
    }
    // The sort is stable, so equally likely ones keep the order of provider and id.
    alike.sort_by_key(|(typos, _)| *typos);
    let elsewhere = cx.books.regions().all().iter().filter(|r| r.id == written);
    let by_name = [region, name].into_iter().filter(|text| !text.trim().is_empty());
    let named = by_name.flat_map(|text| cx.books.regions().search(text)).filter(of_provider);
    let mut found: Vec<&CloudRegion> = Vec::new();
    for candidate in alike.into_iter().map(|(_, r)| r).chain(elsewhere).chain(named) {
        if found.len() < MOST_OFFERS && !found.iter().any(|r| std::ptr::eq(*r, candidate)) {
            found.push(candidate);
        }
    }
    found
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(id) = finding.subjects.first() else { return };
    let region = cx.region(id).map(|r| (r.name(), &r.region.site));
    let component = || cx.node(id).and_then(|n| Some((n.component.name.as_str(), site_of(&n.component.spec)?)));
    let Some((name, Site::Cloud { provider, region })) = region.or_else(component) else { return };
    for candidate in meant(cx, provider, region, name) {
        let site = || Site::cloud(candidate.provider.key(), &candidate.id);
        let label =
            format!("Put {name} into {} {} ({})", candidate.provider.label(), candidate.id, candidate.display_name);
        list.offer(label, |d| {
            d.region(id, |r| r.site = site());
            d.component(id, |c| match &mut c.spec {
                Spec::Users(users) => users.site = site(),
                Spec::Backend(backend) => backend.site = Some(site()),
                _ => {}
            });
        });
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

#[test]
fn regions_written_or_named_alike_are_offered() {
    let offered = |provider: &str, region: &str| -> Vec<String> {
        let design = single().with_region("frankfurt", |r| r.site = Site::cloud(provider, region)).design();
        let finding = crate::rules::testing::findings(&design).into_iter().find(|f| f.rule == RULE.id).unwrap();
        let inputs = crate::rules::Inputs::of(crate::books::Books::shipped());
        crate::rules::fixes_of(&design, &finding, &inputs).into_iter().map(|f| f.label).collect()
    };
    let first = |provider: &str, region: &str| offered(provider, region).into_iter().next().unwrap_or_default();
    assert!(first("aws", "EU-CENTRAL-1").starts_with("Put Frankfurt into AWS eu-central-1 "));
    assert!(first("aws", "eu-cental-1").starts_with("Put Frankfurt into AWS eu-central-1 "));
    assert!(first("nimbus", "eu-central-1").starts_with("Put Frankfurt into AWS eu-central-1 "));
    assert!(first("azure", "somewhere").starts_with("Put Frankfurt into Azure germanywestcentral "));
    assert!(offered("aws", "eu-central-9").len() > 1);
}
