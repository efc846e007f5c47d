//! R-TOP-09: Pattern 1 replicates both databases between all regions.

use std::collections::BTreeMap;

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-09",
    title: "Pattern 1 replicates apim_db and shared_db in both directions between all regions.",
    severity: Severity::Error,
    basis: Basis::Overview,
    impact: "What is published, subscribed or registered in one region is missing in another.",
    why: "Each region of Pattern 1 reads and writes its own databases, and nothing but replication carries what one of \
          them holds to the others.",
    remedy: "Connect the databases with a bidirectional replication of both schemas.",
    sources: &[source("B1", S1), source("B5", S3), source("B13", S3)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

/// Which of the four flows between a pair of regions are replicated, and the links that do it.
#[derive(Default)]
struct Pair<'a> {
    /// `apim_db` and `shared_db` from the first region to the second.
    there: [bool; 2],
    /// The same in the other direction.
    back: [bool; 2],
    links: Vec<&'a Id>,
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let pairs = pairs(cx);
    let regions: Vec<&RegionView<'_>> = cx.synchronised().filter(|r| r.has(|k| k == Kind::Database)).collect();
    for (&(a, b), pair) in &pairs {
        let (Some(a), Some(b)) = (cx.region(a), cx.region(b)) else { continue };
        if let Some(gap) = gap(pair, a.name(), b.name()) {
            let message = format!("Replication between {} and {} {gap}", a.name(), b.name());
            let [apim, shared] = [0, 1].map(|schema| ways(pair, schema));
            found.at(pair.links.iter().copied(), message).seen("apim_db", apim).seen("shared_db", shared);
        }
    }
    // Pairs without any link: one breach for each region, naming the regions after it, so that a design of many
    // regions gets a list one can read.
    let mut connected: BTreeMap<&Id, usize> = BTreeMap::new();
    for (first, _) in pairs.keys() {
        *connected.entry(first).or_default() += 1;
    }
    for (i, region) in regions.iter().enumerate() {
        let later = regions.get(i + 1..).unwrap_or_default();
        let missing = later.len().saturating_sub(connected.get(region.id).copied().unwrap_or(0));
        let partners: Vec<&RegionView<'_>> = later
            .iter()
            .copied()
            .filter(|other| !pairs.contains_key(&(region.id, other.id)))
            .take(enough_names().min(missing))
            .collect();
        if partners.is_empty() {
            continue;
        }
        let names: Vec<&str> = partners.iter().map(|r| r.name()).collect();
        let databases = [*region].into_iter().chain(partners.iter().copied()).flat_map(|r| r.of(Kind::Database));
        let message =
            format!("The databases of {} are not replicated with those of {}", region.name(), list_of(&names, missing));
        let ids: Vec<&str> = partners.iter().map(|r| r.id.as_str()).collect();
        found.at(databases.map(|n| n.id), message).seen("regions apart", missing).seen("first of them", ids.join(", "));
    }
}

/// Replication links between complete regions, by the pair of regions in order of id.
fn pairs<'a>(cx: &Context<'a>) -> BTreeMap<(&'a Id, &'a Id), Pair<'a>> {
    let mut pairs: BTreeMap<(&Id, &Id), Pair<'_>> = BTreeMap::new();
    let place = |n: Node<'a>| {
        let synchronised = cx.region_of(n).filter(|r| cx.is_synchronised(r) && n.component.kind() == Kind::Database);
        synchronised.map(|r| r.id)
    };
    for wire in cx.wires_for(Purpose::DbReplication).filter(|w| w.crosses_regions()) {
        let (Some(from), Some(to)) = (place(wire.from), place(wire.to)) else { continue };
        let settings = wire.link.replication.clone().unwrap_or_default();
        let carried = [settings.apim_db, settings.shared_db];
        let pair = pairs.entry((from.min(to), from.max(to))).or_default();
        let along = from < to;
        for (schema, carried) in carried.into_iter().enumerate().filter(|(_, carried)| *carried) {
            let [there, back] = [&mut pair.there, &mut pair.back];
            if let Some(flow) = there.get_mut(schema) {
                *flow |= carried && (along || settings.bidirectional);
            }
            if let Some(flow) = back.get_mut(schema) {
                *flow |= carried && (!along || settings.bidirectional);
            }
        }
        pair.links.push(wire.id);
    }
    pairs
}

/// Which ways one schema of a pair goes.
fn ways(pair: &Pair<'_>, schema: usize) -> &'static str {
    let [there, back] = [pair.there, pair.back].map(|flows| flows.get(schema) == Some(&true));
    match (there, back) {
        (true, true) => "both ways",
        (true, false) => "in order of region",
        (false, true) => "against the order of region",
        (false, false) => "not replicated",
    }
}

/// What a pair's replication lacks; `None` when it is complete.
fn gap(pair: &Pair<'_>, a: &str, b: &str) -> Option<String> {
    let [apim_there, shared_there] = pair.there;
    let [apim_back, shared_back] = pair.back;
    if !apim_there && !apim_back {
        Some("leaves out apim_db".to_owned())
    } else if !shared_there && !shared_back {
        Some("leaves out shared_db".to_owned())
    } else if !(apim_there && shared_there) {
        Some(format!("does not carry everything from {a} to {b}"))
    } else if !(apim_back && shared_back) {
        Some(format!("does not carry everything from {b} to {a}"))
    } else {
        None
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(first) = finding.subjects.first() else { return };
    if let Some(wire) = cx.wire(first) {
        let (Some(a), Some(b)) = (cx.region_of(wire.from), cx.region_of(wire.to)) else { return };
        let label = format!("Replicate both databases in both directions between {} and {}", a.name(), b.name());
        list.offer(label, |d| wiring::replicate(d, a.id, b.id));
        return;
    }
    let Some(region) = cx.node(first).and_then(|n| cx.region_of(n)) else { return };
    let pairs = pairs(cx);
    let apart: Vec<&Id> = cx
        .synchronised()
        .filter(|r| r.id > region.id && r.has(|k| k == Kind::Database) && !pairs.contains_key(&(region.id, r.id)))
        .map(|r| r.id)
        .collect();
    let whom = match apart.as_slice() {
        [one] => cx.region(one).map_or("the other region", RegionView::name).to_owned(),
        several => format!("those of {} other regions", several.len()),
    };
    let label = format!("Replicate the databases of {} with {whom}, in both directions", region.name());
    list.offer(label, |d| apart.iter().for_each(|other| wiring::replicate(d, region.id, other)));
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_1().without_link("frankfurt-db", "oregon-db", Purpose::DbReplication).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_1().design()
}

#[test]
fn one_way_replication_and_missing_schemas_are_named() {
    let set = |change: fn(&mut crate::design::Replication)| {
        let set = |l: &mut crate::design::Link| l.replication.as_mut().map_or((), change);
        let design = pattern_1().with_link("frankfurt-db", "oregon-db", Purpose::DbReplication, set).design();
        found(&design, RULE.id).into_iter().map(|(_, message)| message).collect::<Vec<_>>()
    };
    assert_eq!(
        set(|r| r.bidirectional = false),
        ["Replication between Frankfurt and Oregon does not carry everything from Oregon to Frankfurt"]
    );
    assert_eq!(set(|r| r.shared_db = false), ["Replication between Frankfurt and Oregon leaves out shared_db"]);
}

#[test]
fn two_one_way_links_make_a_whole() {
    let one_way = |l: &mut crate::design::Link| {
        if let Some(r) = l.replication.as_mut() {
            r.bidirectional = false;
        }
    };
    let design = pattern_1()
        .link("oregon-db", "frankfurt-db", &[Purpose::DbReplication])
        .with_link("frankfurt-db", "oregon-db", Purpose::DbReplication, one_way)
        .with_link("oregon-db", "frankfurt-db", Purpose::DbReplication, one_way)
        .design();
    assert_eq!(found(&design, RULE.id), []);
}

#[test]
fn each_unconnected_pair_is_named_once() {
    let design = pattern_1().full_region("Tokyo", RegionRole::Peer).design();
    let messages: Vec<String> = found(&design, RULE.id).into_iter().map(|(_, m)| m).collect();
    assert_eq!(
        messages,
        [
            "The databases of Frankfurt are not replicated with those of Tokyo",
            "The databases of Oregon are not replicated with those of Tokyo"
        ]
    );
}
