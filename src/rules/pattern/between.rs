//! What a pattern asks for between regions.

use std::collections::{BTreeMap, BTreeSet};

use super::{Drawn, RegionShape};
use crate::design::{Id, Kind, Purpose};
use crate::rules::context::SERVLET;
use crate::rules::words::{enough_names, list_of};
use crate::topology::Topology;

/// Adds to sub regions what they lack of the connection to the control plane they depend on (B26).
pub(super) fn attach(topology: &Topology<'_>, drawn: &mut [Drawn<'_, '_>]) {
    let complete = |d: &&Drawn<'_, '_>| matches!(d.shape, RegionShape::Main | RegionShape::Complete);
    let hubs_in = |d: &Drawn<'_, '_>| -> Vec<&Id> {
        let nodes = topology.in_region(Some(d.stock.id));
        nodes.filter(|n| n.component.kind().has_control_plane()).map(|n| n.id).collect()
    };
    let main = drawn.iter().find(|d| d.shape == RegionShape::Main);
    let hubs: Vec<&Id> = match main {
        Some(main) => hubs_in(main),
        None => drawn.iter().filter(complete).flat_map(hubs_in).collect(),
    };
    if hubs.is_empty() {
        return;
    }
    let place = main.map_or("any complete region", |m| m.stock.region.name.as_str()).to_owned();
    let reaching = |purpose| topology.sources_of(hubs.iter().copied(), purpose, &SERVLET);
    let demands = [
        (reaching(Purpose::ManagementHttps), "pulls nothing from"),
        (reaching(Purpose::EventStream), "hears no events of"),
    ];
    for sub in drawn.iter_mut().filter(|d| d.shape == RegionShape::Sub) {
        let nodes = topology.in_region(Some(sub.stock.id));
        let data_plane: Vec<&Id> = nodes
            .filter(|n| matches!(n.component.kind(), Kind::Gateway | Kind::TrafficManager))
            .map(|n| n.id)
            .collect();
        for (reached, says) in &demands {
            let connected = data_plane.iter().filter(|id| reached.contains(*id)).count();
            if connected < data_plane.len() {
                let part = if connected == 0 { "" } else { "Part of " };
                let name = &sub.stock.region.name;
                sub.missing.push(format!("{part}{name} {says} the control plane in {place}."));
            }
        }
    }
}

/// What flows between two regions, the first of which has the lower id: there and back.
type Flows = BTreeMap<(usize, usize), [bool; 2]>;

/// What is missing between the complete regions: events between their hubs (B6, B11), replication of both schemas (B5).
pub(super) fn unconnected(topology: &Topology<'_>, drawn: &[Drawn<'_, '_>]) -> Vec<String> {
    let place: BTreeMap<&Id, usize> = drawn
        .iter()
        .enumerate()
        .filter(|(_, d)| d.shape == RegionShape::Complete)
        .map(|(i, d)| (d.stock.id, i))
        .collect();
    let mut events = Flows::new();
    let mut schemas = [Flows::new(), Flows::new()];
    for link in topology.design.links.values() {
        let end = |id: &Id, test: fn(Kind) -> bool| {
            let component = topology.design.components.get(id).filter(|c| test(c.kind()))?;
            component.region.as_ref().and_then(|r| place.get(r)).copied()
        };
        let ends = |test| end(&link.from, test).zip(end(&link.to, test));
        if link.purpose == Purpose::HubEvents {
            if let Some((from, to)) = ends(Kind::has_control_plane) {
                flow(&mut events, from, to);
            }
        } else if link.purpose == Purpose::DbReplication {
            let Some((from, to)) = ends(|k| k == Kind::Database) else { continue };
            let settings = link.replication.clone().unwrap_or_default();
            for (flows, carried) in schemas.iter_mut().zip([settings.apim_db, settings.shared_db]) {
                if carried {
                    flow(flows, from, to);
                }
                if carried && settings.bidirectional {
                    flow(flows, to, from);
                }
            }
        }
    }
    let mut missing = of_hubs(drawn, &events);
    missing.extend(of_databases(drawn, &schemas));
    missing
}

fn flow(flows: &mut Flows, from: usize, to: usize) {
    if from == to {
        return;
    }
    let [there, back] = flows.entry((from.min(to), from.max(to))).or_default();
    *(if from < to { there } else { back }) = true;
}

fn of_hubs(drawn: &[Drawn<'_, '_>], events: &Flows) -> Vec<String> {
    let pairs: BTreeSet<(usize, usize)> = events.keys().copied().collect();
    let apart = apart(drawn, &pairs, Kind::has_control_plane).into_iter().map(|(name, others, total)| match total {
        1 => format!("{name} and {} are not connected by hub events in both directions.", list_of(&others, total)),
        _ => format!("{name} is not connected by hub events, in both directions, with {}.", list_of(&others, total)),
    });
    let one_way = events.iter().filter_map(|(pair, flows)| {
        let (from, to) = one_way(drawn, *pair, *flows)?;
        Some(format!("Hub events run from {from} to {to}, but not back."))
    });
    apart.chain(one_way).collect()
}

fn of_databases(drawn: &[Drawn<'_, '_>], schemas: &[Flows; 2]) -> Vec<String> {
    let pairs: BTreeSet<(usize, usize)> = schemas.iter().flat_map(Flows::keys).copied().collect();
    let mut missing: Vec<String> = apart(drawn, &pairs, |k| k == Kind::Database)
        .into_iter()
        .map(|(name, others, total)| {
            let others = list_of(&others, total);
            format!("There is no replication of apim_db and shared_db between {name} and {others}.")
        })
        .collect();
    for pair in pairs {
        for (flows, schema) in schemas.iter().zip(["apim_db", "shared_db"]) {
            let flows = flows.get(&pair).copied().unwrap_or_default();
            if let Some((from, to)) = one_way(drawn, pair, flows) {
                missing.push(format!("{schema} is not replicated from {to} to {from}."));
            } else if let ([false, false], Some((a, b))) = (flows, names(drawn, pair)) {
                missing.push(format!("There is no replication of {schema} between {a} and {b}."));
            }
        }
    }
    missing
}

fn names<'s>(drawn: &'s [Drawn<'_, '_>], (a, b): (usize, usize)) -> Option<(&'s str, &'s str)> {
    let name = |i: usize| drawn.get(i).map(|d| d.stock.region.name.as_str());
    name(a).zip(name(b))
}

/// The names in the order of the only direction, if there is only one.
fn one_way<'s>(drawn: &'s [Drawn<'_, '_>], pair: (usize, usize), flows: [bool; 2]) -> Option<(&'s str, &'s str)> {
    let (a, b) = names(drawn, pair)?;
    match flows {
        [true, false] => Some((a, b)),
        [false, true] => Some((b, a)),
        _ => None,
    }
}

/// Complete regions with such components that are not paired: each region once, with the first few of the later ones
/// it is not paired with and how many there are, so that a design of many regions gets a list one can read.
fn apart<'s>(
    drawn: &'s [Drawn<'_, '_>],
    pairs: &BTreeSet<(usize, usize)>,
    test: fn(Kind) -> bool,
) -> Vec<(&'s str, Vec<&'s str>, usize)> {
    let able: Vec<(usize, &str)> = drawn
        .iter()
        .enumerate()
        .filter(|(_, d)| d.shape == RegionShape::Complete && d.stock.has(test))
        .map(|(i, d)| (i, d.stock.region.name.as_str()))
        .collect();
    let mut paired: BTreeMap<usize, usize> = BTreeMap::new();
    for (first, _) in pairs {
        *paired.entry(*first).or_default() += 1;
    }
    let mut found = Vec::new();
    for (n, &(i, name)) in able.iter().enumerate() {
        let later = able.get(n + 1..).unwrap_or_default();
        let total = later.len().saturating_sub(paired.get(&i).copied().unwrap_or(0));
        let others = later.iter().filter(|(j, _)| !pairs.contains(&(i, *j))).map(|(_, other)| *other);
        let others: Vec<&str> = others.take(enough_names().min(total)).collect();
        if !others.is_empty() {
            found.push((name, others, total));
        }
    }
    found
}
