//! What can be done about a finding, further regions included: the quick fixes of its rule, and for calls that take
//! longer than their target also a region nearer to the users.
//!
//! Every way is estimated before it is offered. Those that reach the target come first, the cheapest of them at the
//! top; where none does, the ones that come nearest are offered and say how far they come.

use std::collections::BTreeSet;

use crate::analysis::{Analysis, Setting};
use crate::books::Books;
use crate::design::draft::Draft;
use crate::design::{Design, Id, Kind, PatternIntent, Purpose, Requirements, Site, Spec};
use crate::outlook::{self, Offer};
use crate::rules::{Context, Finding, Fix, Inputs, attempt, wiring};
use crate::topology::Topology;

use super::DocumentedPattern;
use super::generate::{PlannedRegion, extend, name_of_site};

/// The rule whose findings are about calls that take longer than their target.
const CALLS: &str = "R-TGT-01";
/// Most places that are tried for a further region.
const MOST_PLACES: usize = 4;
/// Most further regions that are offered.
const MOST_REGIONS: usize = 3;
/// Most ways offered when none reaches the target.
const MOST_PARTIAL: usize = 3;
/// Least that a way must shorten the calls to be worth a line, as a share.
const LEAST_GAIN: f64 = 0.05;

/// What can be done about a finding, each with its consequences.
#[must_use]
pub fn offers(design: &Design, analysis: &Analysis, finding: &Finding, setting: &Setting<'_>) -> Vec<Offer> {
    let mut offers = outlook::offers(design, analysis, finding, setting);
    let Some((population, target_ms)) = late(design, finding) else { return offers };
    let topology = Topology::of(design);
    let inputs = Inputs { estimates: Some(&analysis.estimates), ..Inputs::of(setting.books) };
    let cx = Context::new(&topology, &inputs);
    let regions = further_regions(&cx, population, setting);
    let mut tried: Vec<Tried> = regions.into_iter().filter_map(|fix| Tried::of(&cx, population, fix)).collect();
    let reaches = |way: &Tried| way.p95_ms <= target_ms;
    if offers.is_empty() && !tried.iter().any(reaches) {
        tried.extend(attempt::for_calls(&cx, population).into_iter().filter_map(|f| Tried::of(&cx, population, f)));
        return partial(&cx, tried, population, target_ms)
            .filter_map(|fix| Offer::of(design, analysis, fix.edit, setting))
            .collect();
    }
    tried.retain(reaches);
    tried.sort_by(|a, b| a.usd.total_cmp(&b.usd));
    let all = offers.iter().position(|offer| offer.all).map(|at| offers.remove(at));
    let further = tried.into_iter().take(MOST_REGIONS);
    offers.extend(further.filter_map(|way| Offer::of(design, analysis, way.fix.edit, setting)));
    let usd = |offer: &Offer| offer.outlook.usd_per_month.get(1).copied().flatten().unwrap_or_default();
    offers.sort_by(|a, b| usd(a).total_cmp(&usd(b)));
    offers.extend(all);
    offers
}

/// Whether a finding is about calls that take longer than their target, so that further regions may help.
#[must_use]
pub fn is_about_calls(finding: &Finding) -> bool {
    finding.rule == CALLS
}

/// The population of a finding about late calls, with its target, ms.
fn late<'f>(design: &Design, finding: &'f Finding) -> Option<(&'f Id, f64)> {
    let population = finding.subjects.first().filter(|_| is_about_calls(finding))?;
    Some((population, design.target_p95_ms(population)?))
}

/// A way with what it leads to.
struct Tried {
    fix: Fix,
    p95_ms: f64,
    usd: f64,
}

impl Tried {
    /// `None` when it cannot be applied, the calls would have no time, or others would pay for it.
    fn of(cx: &Context<'_>, population: &Id, fix: Fix) -> Option<Self> {
        let after = attempt::after(cx, &fix)?;
        let p95_ms = attempt::p95_ms(&after, population)?;
        let usd = after.cost.total.as_ref().map_or(0.0, |f| f.value);
        attempt::spares_others(cx, &after, population).then_some(Self { fix, p95_ms, usd })
    }
}

/// The ways that come nearest to a target none reaches, labelled with how far they come.
fn partial(
    cx: &Context<'_>,
    mut tried: Vec<Tried>,
    population: &Id,
    target_ms: f64,
) -> impl Iterator<Item = Fix> + use<> {
    let before = attempt::p95_ms(cx.estimates(), population).unwrap_or(f64::INFINITY);
    tried.retain(|way| way.p95_ms < before * (1.0 - LEAST_GAIN));
    tried.sort_by(|a, b| a.p95_ms.total_cmp(&b.p95_ms));
    tried.into_iter().take(MOST_PARTIAL).map(move |Tried { mut fix, p95_ms, .. }| {
        fix.label = format!("{} ({p95_ms:.0} ms, still over {target_ms} ms)", fix.label);
        fix.edit.label.clone_from(&fix.label);
        fix
    })
}

/// A further region in each of the cloud regions nearest to the users, calling the backends where they are or copies
/// beside it.
fn further_regions(cx: &Context<'_>, population: &Id, setting: &Setting<'_>) -> Vec<Fix> {
    let mut patterns = vec![DocumentedPattern::Pattern2];
    if cx.design.meta.pattern == PatternIntent::Pattern1 {
        patterns.insert(0, DocumentedPattern::Pattern1);
    }
    let mut found = Vec::new();
    for site in places(cx.design, cx.books, population) {
        for pattern in &patterns {
            for copies in [false, true] {
                found.extend(further_region(cx, population, &site, *pattern, copies, setting));
            }
        }
    }
    found
}

/// Where a further region could stand: near the users, at the providers in use first, then at any.
fn places(design: &Design, books: &Books, population: &Id) -> Vec<Site> {
    let used: BTreeSet<&str> = design
        .regions
        .values()
        .filter_map(|r| match &r.site {
            Site::Cloud { provider, .. } => Some(provider.as_str()),
            Site::Place { .. } => None,
        })
        .collect();
    let mut sites = Vec::new();
    let near = used.into_iter().map(Some).chain([None]);
    for site in near.flat_map(|provider| attempt::cloud_regions_near(design, books, population, provider)) {
        if !sites.contains(&site) {
            sites.push(site);
        }
    }
    sites.truncate(MOST_PLACES);
    sites
}

fn further_region(
    cx: &Context<'_>,
    population: &Id,
    site: &Site,
    pattern: DocumentedPattern,
    copies: bool,
    setting: &Setting<'_>,
) -> Option<Fix> {
    let backends = called_for(cx, population);
    if copies && backends.is_empty() {
        return None;
    }
    let name = name_of_site(site, cx.books);
    let planned = PlannedRegion {
        answers: Requirements {
            data_plane_only: Some(pattern == DocumentedPattern::Pattern2),
            ..Requirements::default()
        },
        backends: false,
        chosen: Some(pattern),
        ..PlannedRegion::new(&name, site.clone())
    };
    let edit = extend(cx.design, &planned, "", setting.today, cx.books).ok()?;
    let mut draft = Draft::of(cx.design);
    draft.take(&edit);
    let region = draft.design().regions.keys().find(|id| !cx.design.regions.contains_key(*id)).cloned()?;
    call(&mut draft, &region, &backends);
    if copies {
        for backend in &backends {
            attempt::copy_backend(&mut draft, backend, &region);
        }
    }
    lead_to(&mut draft, population, &region);
    let part = match pattern {
        DocumentedPattern::Pattern1 => "complete region",
        DocumentedPattern::Pattern2 => "sub region",
    };
    let with = if copies { ", with copies of the backends" } else { "" };
    let label = format!("Add a {part} in {name} ({}){with}", site.short());
    let edit = draft.into_edit(&label);
    Some(Fix { label, edit })
}

/// The backends that the calls of a population end at now.
fn called_for(cx: &Context<'_>, population: &Id) -> Vec<Id> {
    let served = cx.estimates().latency.iter().find(|p| p.population == *population).and_then(|p| p.served_by.as_ref());
    let Some(view) = served.and_then(|region| cx.region(region)) else { return Vec::new() };
    let calls = view.which(Kind::has_gateway).flat_map(|gateway| cx.out(gateway.id));
    let called: BTreeSet<&Id> = calls
        .filter(|w| w.link.purpose == Purpose::BackendCall && w.to.component.kind() == Kind::Backend)
        .map(|w| w.to.id)
        .collect();
    called.into_iter().cloned().collect()
}

/// Lets the gateways of a region call these backends and no others.
fn call(draft: &mut Draft, region: &Id, backends: &[Id]) {
    let design = draft.design();
    let gateways = wiring::of_kind(design, region, Kind::has_gateway);
    let old = design.links.iter().filter(|(_, l)| l.purpose == Purpose::BackendCall && gateways.contains(&l.from));
    let old: Vec<Id> = old.map(|(id, _)| id.clone()).collect();
    for link in old {
        draft.disconnect(&link);
    }
    for gateway in &gateways {
        for backend in backends {
            draft.connect(gateway, backend, &[Purpose::BackendCall]);
        }
    }
}

/// Sends a population that went straight to one region to the new one instead.
fn lead_to(draft: &mut Draft, population: &Id, region: &Id) {
    let design = draft.design();
    let straight = design.links.iter().filter(|(_, l)| {
        l.from == *population
            && l.purpose == Purpose::ApiTraffic
            && design.components.get(&l.to).is_some_and(|c| !matches!(c.spec, Spec::GlobalLoadBalancer(_)))
    });
    let straight: Vec<Id> = straight.map(|(id, _)| id.clone()).collect();
    if straight.is_empty() {
        return;
    }
    let Some(entry) = wiring::api_entry(design, region) else { return };
    for link in straight {
        draft.disconnect(&link);
    }
    draft.connect(population, &entry, &[Purpose::ApiTraffic]);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::analysis::analyse;
    use crate::design::history::Revision;
    use crate::estimate::Operation;

    /// Pattern 2 in Frankfurt and Ohio for users in Singapore, who want an answer within a time.
    fn asking(target_ms: f64) -> (Design, Id) {
        let mut design = crate::templates::get("pattern-2").unwrap().design();
        let users = design.components.iter().find(|(_, c)| c.kind() == Kind::Users).map(|(id, _)| id.clone()).unwrap();
        let change = Arc::make_mut(design.components.get_mut(&users).unwrap());
        let Spec::Users(spec) = &mut change.spec else { panic!("no users") };
        spec.site = Site::cloud("aws", "ap-southeast-2");
        spec.target_p95_ms = Some(target_ms);
        (design, users)
    }

    fn ways(target_ms: f64) -> (f64, Vec<Offer>) {
        let (design, users) = asking(target_ms);
        let setting = Setting::of(Books::shipped());
        let analysis = analyse(&design, Revision::default(), &setting);
        let before = analysis.estimates.percentiles(&users, Operation::ApiCall).unwrap()[1].value;
        let finding = analysis.check.findings.iter().find(|f| f.rule == CALLS).unwrap();
        (before, offers(&design, &analysis, finding, &setting))
    }

    #[test]
    fn a_region_near_the_users_is_among_what_reaches_the_target_and_the_cheapest_comes_first() {
        let (before, ways) = ways(150.0);
        assert!(before > 150.0, "{before}");
        let region = ways.iter().find(|o| o.edit.label.contains("region in")).expect("a further region is offered");
        assert!(region.outlook.delta.vanishes.iter().any(|f| f.rule == CALLS), "{:?}", region.outlook.delta);
        let costs: Vec<f64> = ways.iter().filter(|o| !o.all).filter_map(|o| o.outlook.usd_per_month[1]).collect();
        assert!(costs.is_sorted(), "{costs:?}");
    }

    #[test]
    fn where_nothing_reaches_the_target_the_nearest_say_how_far_they_come() {
        let (_, ways) = ways(1.0);
        assert!(!ways.is_empty() && ways.iter().all(|o| o.edit.label.contains("still over 1 ms")), "{ways:?}");
    }
}
