//! Conversions as rules offer them: named by places, and only where they contradict nothing that was said.

use super::super::context::tested_for_replication;
use super::super::pattern::Pattern;
use super::super::words::list;
use super::super::{Context, FixList, Part, RegionView, wiring};
use super::{complete_beside, engine_for, into_sub, to_pattern_1, to_pattern_2, use_engine};
use crate::design::{Engine, Id, Kind, ProductVersion, RegionRole};

/// Most regions that are offered as main region.
const MAINS_OFFERED: usize = 3;

/// Regions that hold something of the product or are meant to.
#[must_use]
pub fn places(cx: &Context<'_>) -> Vec<Id> {
    cx.regions().iter().filter(|r| r.part != Part::Outside).map(|r| r.id.clone()).collect()
}

/// Regions meant to be complete: those of Pattern 1 or a mixture, or the main region.
#[must_use]
pub fn complete_regions(cx: &Context<'_>) -> Vec<Id> {
    let complete = |r: &&RegionView<'_>| cx.is_synchronised(r) || r.part == Part::Main;
    cx.regions().iter().filter(complete).map(|r| r.id.clone()).collect()
}

/// The region on which another one depends, or would if it had no control plane of its own.
#[must_use]
pub fn home_beside<'c, 'a>(cx: &'c Context<'a>, region: &Id) -> Option<&'c RegionView<'a>> {
    let can = |r: &RegionView<'_>| r.id != region && r.part != Part::Sub && r.has(Kind::has_control_plane);
    let attached = || wiring::home_of(cx.topology, region).and_then(|id| cx.region(&id)).filter(|r| can(r));
    let marked = || cx.regions().iter().find(|r| can(r) && r.region.role == RegionRole::Main);
    // A region that asks for the data plane only may become a sub region itself.
    let lasting = || cx.regions().iter().find(|r| can(r) && r.requirements.data_plane_only != Some(true));
    let any = || cx.regions().iter().find(|r| can(r));
    cx.main().filter(|r| can(r)).or_else(attached).or_else(marked).or_else(lasting).or_else(any)
}

/// Whether nobody said that the databases cannot be replicated (B32).
#[must_use]
pub fn may_replicate(cx: &Context<'_>) -> bool {
    cx.asked_for(|r| r.replication_feasible, false).is_empty()
}

/// Whether nothing forbids sub regions: up to 4.5 they serve no tenants (B24).
#[must_use]
pub fn may_have_subs(cx: &Context<'_>) -> bool {
    cx.version >= ProductVersion::V4_6 || cx.asked_for(|r| r.multi_tenancy, true).is_empty()
}

/// Whether a later version than the design's loses nothing: up to 4.4 a control plane may do the work of a traffic
/// manager (A1).
#[must_use]
pub fn may_upgrade(cx: &Context<'_>) -> bool {
    let throttled = |r: &RegionView<'_>| !r.has(Kind::has_gateway) || r.has(Kind::has_traffic_manager);
    cx.version >= ProductVersion::V4_5 || cx.regions().iter().all(throttled)
}

/// What a label says about databases of these regions that get another engine; nothing when all keep theirs.
#[must_use]
pub fn engine_note(cx: &Context<'_>, regions: &[Id]) -> String {
    let engine = engine_for(cx.design, regions);
    let changes = regions
        .iter()
        .flat_map(|r| cx.design.components_in(r))
        .any(|(_, c)| wiring::shared_database(&c.spec).is_some_and(|d| d.engine != engine));
    if changes { format!(", all on {}", engine.label()) } else { String::new() }
}

/// Offers Pattern 1 for the whole design.
pub fn pattern_1(cx: &Context<'_>, list_of_fixes: &mut FixList<'_>) {
    let places = places(cx);
    if places.len() < 2 || !may_replicate(cx) {
        return;
    }
    let incomplete: Vec<&str> = cx.subs().map(RegionView::name).collect();
    let engine = engine_note(cx, &places);
    let label = match incomplete.as_slice() {
        [] => format!("Make the design Pattern 1{engine}"),
        names => format!("Make the design Pattern 1: complete {}{engine}", list(names)),
    };
    list_of_fixes.offer(label, |d| to_pattern_1(d, &places));
}

/// Offers Pattern 2 for the whole design, with each region that could be the main one.
pub fn pattern_2(cx: &Context<'_>, fixes: &mut FixList<'_>) {
    let mut mains: Vec<&RegionView<'_>> =
        cx.regions().iter().filter(|r| r.part != Part::Outside && r.has(Kind::has_control_plane)).collect();
    mains.sort_by_key(|r| (r.requirements.data_plane_only == Some(true), r.region.role != RegionRole::Main));
    for main in mains.into_iter().take(MAINS_OFFERED) {
        pattern_2_with(cx, main, fixes);
    }
}

/// Offers Pattern 2 with this main region.
pub fn pattern_2_with(cx: &Context<'_>, main: &RegionView<'_>, fixes: &mut FixList<'_>) {
    let places = places(cx);
    if places.len() < 2 || !may_have_subs(cx) {
        return;
    }
    let label = format!("Make the design Pattern 2 with {} as the main region", main.name());
    fixes.offer(label, |d| to_pattern_2(d, &places, main.id));
}

/// Offers to make one region complete, in step with the other complete ones, where those lack nothing themselves.
pub fn complete(cx: &Context<'_>, region: &RegionView<'_>, fixes: &mut FixList<'_>) {
    let others: Vec<Id> = complete_regions(cx).into_iter().filter(|id| id != region.id).collect();
    let names: Vec<&str> = others.iter().filter_map(|id| cx.region(id)).map(RegionView::name).collect();
    let whole = |r: &RegionView<'_>| {
        r.has(|k| k == Kind::Database) && r.has(Kind::has_gateway) && r.has(|k| cx.serves_throttling(k))
    };
    let others_whole = others.iter().filter_map(|id| cx.region(id)).all(whole);
    if names.is_empty() || !others_whole || !may_replicate(cx) {
        return;
    }
    let engine = engine_note(cx, &others);
    let label = format!("Make {} a complete region, in step with {}{engine}", region.name(), list(&names));
    fixes.offer(label, |d| complete_beside(d, region.id, &others));
}

/// Offers Pattern 1 for the whole design and, where that is something else, a region of it made complete alone.
pub fn pattern_1_or_complete(cx: &Context<'_>, region: &RegionView<'_>, fixes: &mut FixList<'_>) {
    let several = cx.subs().nth(1).is_some();
    if cx.pattern == Pattern::Mixed {
        complete(cx, region, fixes);
    }
    if cx.pattern == Pattern::Pattern2 || several {
        pattern_1(cx, fixes);
    }
    if cx.pattern == Pattern::Pattern2 && several {
        complete(cx, region, fixes);
    }
}

/// Offers to make one region a sub region of another.
pub fn sub(cx: &Context<'_>, region: &RegionView<'_>, fixes: &mut FixList<'_>) {
    let Some(home) = home_beside(cx, region.id).filter(|_| may_have_subs(cx)) else { return };
    fixes.offer(format!("Make {} a sub region of {}", region.name(), home.name()), |d| into_sub(d, region.id, home.id));
}

/// Offers each engine that was tested for the version, for all complete regions at once; the one in use first.
pub fn engines(cx: &Context<'_>, fixes: &mut FixList<'_>) {
    let regions = complete_regions(cx);
    let best = engine_for(cx.design, &regions);
    let tested = |e: &Engine| *e != best && tested_for_replication(*e, cx.version);
    for engine in [best].into_iter().chain(Engine::ALL.into_iter().filter(tested)) {
        let label = format!("Use {} in all complete regions", engine.label());
        fixes.offer(label, |d| use_engine(d, &regions, engine));
    }
}
