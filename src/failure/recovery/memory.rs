//! What gateways and traffic managers have missed, which no repair brings back by itself.
//!
//! An event that finds no way is dropped and not sent again (H6). A gateway learns what it missed when it starts (H3,
//! A19), and from 4.3 when it gets its connection to the control plane back (H8). While regions of Pattern 1 are cut off
//! from each other, gateways keep the connection to their own control plane, so H8 does not help them.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::{Capability, Design, Failure, Id, Kind, ProductVersion, Purpose};
use crate::topology::{Node, Topology};

use super::order::{Start, list, named};
use crate::failure::{Outcome, Place, State};

/// What matters about one state of affairs.
pub(super) struct Seen {
    gateways: BTreeMap<Id, Gateway>,
    traffic_managers: BTreeMap<Id, Manager>,
    /// Nodes of each component that run.
    running: BTreeMap<Id, u32>,
}

struct Gateway {
    region: Option<Id>,
    /// Whether it hears events and can pull, over all links that are drawn for that.
    connected: bool,
    /// Regions whose changes are made but do not arrive in full.
    missing: BTreeSet<Id>,
    /// Regions whose changes arrive: event and rows.
    arriving: BTreeSet<Id>,
    /// Regions whose rows arrive.
    rows: BTreeSet<Id>,
}

struct Manager {
    /// Whether it can read its policies.
    reads_policies: bool,
}

impl Seen {
    pub fn of(drawn: &Topology<'_>, left: &Topology<'_>, outcome: &Outcome) -> Self {
        let mut seen = Self { gateways: BTreeMap::new(), traffic_managers: BTreeMap::new(), running: BTreeMap::new() };
        for (id, component) in &left.design.components {
            seen.running.insert(id.clone(), component.instances);
        }
        let planes: Vec<&Id> = drawn.control_plane_regions();
        // A region's changes are made while its control plane works.
        let changes = |region: &Id| {
            let state = outcome.state(Capability::Admin, &Place::Region(region.clone()));
            state.is_some_and(State::goes_on)
        };
        let mut pairs: BTreeMap<(&Id, &Id), (bool, bool)> = BTreeMap::new();
        for &from in &planes {
            for &to in planes.iter().filter(|to| **to != from) {
                if events(drawn, from, to) || replicates(drawn, from, to) {
                    let event = !events(drawn, from, to) || events(left, from, to);
                    let rows = !replicates(drawn, from, to) || replicates(left, from, to);
                    pairs.insert((from, to), (event, rows));
                }
            }
        }
        for node in gateways(left) {
            let homes = homes(drawn, node);
            let connected = node.component.kind() == Kind::AllInOne
                || reaches(drawn, left, node.id, Purpose::EventStream)
                    && reaches(drawn, left, node.id, Purpose::ManagementHttps);
            let [mut missing, mut arriving, mut with_rows] = [BTreeSet::new(), BTreeSet::new(), BTreeSet::new()];
            for (&(from, to), &(event, rows)) in &pairs {
                if !homes.contains(to) || homes.contains(from) {
                    continue;
                }
                if rows {
                    with_rows.insert(from.clone());
                }
                if event && rows {
                    arriving.insert(from.clone());
                } else if changes(from) {
                    missing.insert(from.clone());
                }
            }
            let region = node.component.region.clone();
            let gateway = Gateway { region, connected, missing, arriving, rows: with_rows };
            seen.gateways.insert(node.id.clone(), gateway);
        }
        for node in left.of_kind(Kind::TrafficManager) {
            let reads_policies = reaches(drawn, left, node.id, Purpose::ManagementHttps);
            seen.traffic_managers.insert(node.id.clone(), Manager { reads_policies });
        }
        seen
    }
}

fn gateways<'a>(topology: &Topology<'a>) -> Vec<Node<'a>> {
    topology.of_kind(Kind::Gateway).chain(topology.of_kind(Kind::AllInOne)).collect()
}

/// Control planes that a component reaches for a purpose, with a database where one is drawn.
fn control_planes<'a>(topology: &Topology<'a>, from: &Id, purpose: Purpose) -> Vec<Node<'a>> {
    let via: &[Purpose] = if purpose == Purpose::EventStream { &[] } else { &Purpose::SERVLET };
    let ends = topology.reached(from, purpose, via).into_iter().map(|(_, node)| node);
    ends.filter(|node| node.component.kind().has_control_plane()).collect()
}

/// Whether a component still reaches a control plane for a purpose, or none was ever drawn.
fn reaches(drawn: &Topology<'_>, left: &Topology<'_>, from: &Id, purpose: Purpose) -> bool {
    if control_planes(drawn, from, purpose).is_empty() {
        return true;
    }
    control_planes(left, from, purpose).iter().any(|plane| {
        purpose == Purpose::EventStream
            || databases(drawn, plane.id).is_empty()
            || !databases(left, plane.id).is_empty()
    })
}

/// Regions of the control planes that a gateway gets its data from.
fn homes(drawn: &Topology<'_>, gateway: Node<'_>) -> BTreeSet<Id> {
    if gateway.component.kind() == Kind::AllInOne {
        return gateway.component.region.iter().cloned().collect();
    }
    let planes = control_planes(drawn, gateway.id, Purpose::ManagementHttps);
    planes.into_iter().filter_map(|plane| plane.component.region.clone()).collect()
}

fn planes_in<'a>(topology: &Topology<'a>, region: &Id) -> Vec<Node<'a>> {
    topology.in_region(Some(region)).filter(|node| node.component.kind().has_control_plane()).collect()
}

/// Whether events of one region's hub arrive at that of another (B10, B11).
fn events(topology: &Topology<'_>, from: &Id, to: &Id) -> bool {
    planes_in(topology, from).iter().any(|plane| {
        let ends = topology.reached(plane.id, Purpose::HubEvents, &[]);
        ends.iter()
            .any(|(_, end)| end.component.region.as_ref() == Some(to) && end.component.kind().has_control_plane())
    })
}

fn databases<'a>(topology: &Topology<'a>, of: &Id) -> BTreeSet<&'a Id> {
    topology.reached(of, Purpose::Database, &[]).into_iter().map(|(_, node)| node.id).collect()
}

/// Whether rows written in one region arrive in the database of another (B5), perhaps over databases between them.
fn replicates(topology: &Topology<'_>, from: &Id, to: &Id) -> bool {
    let of = |region: &Id| -> BTreeSet<&Id> {
        planes_in(topology, region).iter().flat_map(|plane| databases(topology, plane.id)).collect()
    };
    let wanted = of(to);
    let mut seen = of(from);
    let mut open: Vec<&Id> = seen.iter().copied().collect();
    while let Some(at) = open.pop() {
        if wanted.contains(at) {
            return true;
        }
        let onward = topology.out(at).into_iter();
        let back = topology.into(at).into_iter();
        let back = back.filter(|(edge, _)| edge.link.replication.as_ref().is_some_and(|r| r.bidirectional));
        for (_, node) in onward.chain(back).filter(|(edge, _)| edge.link.purpose == Purpose::DbReplication) {
            if seen.insert(node.id) {
                open.push(node.id);
            }
        }
    }
    false
}

/// What has been missed so far.
#[derive(Default)]
pub(super) struct Memory {
    /// By gateway group: whether it was without its control plane.
    cut_off: BTreeSet<Id>,
    /// By gateway group: regions whose changes it has missed.
    missed: BTreeMap<Id, BTreeSet<Id>>,
    /// Traffic managers that started without a control plane.
    without_policies: BTreeSet<Id>,
}

impl Memory {
    /// Takes in a state of affairs, and says what catches up in it by itself.
    pub fn pass(&mut self, last: Option<&Seen>, now: &Seen, design: &Design) -> Vec<String> {
        let fetches_anew = design.meta.product_version >= ProductVersion::V4_3;
        let mut caught_up = Vec::new();
        for (id, gateway) in &now.gateways {
            let before = last.and_then(|last| last.gateways.get(id));
            let started = last.is_some() && before.is_none();
            let reconnected = gateway.connected && before.is_some_and(|before| !before.connected);
            if !gateway.connected {
                self.cut_off.insert(id.clone());
            } else if started || reconnected && fetches_anew {
                self.cut_off.remove(id);
                if let Some(missed) = self.missed.get_mut(id) {
                    missed.retain(|from| !gateway.rows.contains(from));
                }
                if reconnected {
                    caught_up.push(named(design, id));
                }
            }
            self.missed.entry(id.clone()).or_default().extend(gateway.missing.iter().cloned());
        }
        // What stopped running knows nothing any more.
        self.cut_off.retain(|id| now.gateways.contains_key(id));
        self.missed.retain(|id, missed| now.gateways.contains_key(id) && !missed.is_empty());
        if caught_up.is_empty() {
            return Vec::new();
        }
        vec![format!(
            "{} get back to the control plane, after 10 s or later tries up to an hour apart (F5), and load what they \
             missed (B22, H8).",
            list(&caught_up)
        )]
    }

    /// What is to be known about nodes that have just been started.
    pub fn started(&mut self, start: &Start, drawn: &Topology<'_>, now: &Seen, design: &Design) -> Vec<String> {
        let mut said = Vec::new();
        if start.kind != Kind::TrafficManager {
            return said;
        }
        let Some(manager) = now.traffic_managers.get(&start.component) else { return said };
        let name = named(design, &start.component);
        if manager.reads_policies {
            said.push(format!(
                "{name} reads its policies again (D4); events that were held back may count at once, so limits may \
                 strike early in its first window (H13, seen in an old version)."
            ));
        } else {
            self.without_policies.insert(start.component.clone());
        }
        // Who has another one to go to went there and stays.
        let listeners = drawn.sources_of([&start.component], Purpose::ThrottleDecision, &[]);
        let others = |gateway: &Id| {
            let ends = drawn.reached(gateway, Purpose::ThrottleDecision, &[]);
            ends.iter().any(|(_, end)| end.id != &start.component && now.running.contains_key(end.id))
        };
        let rest_of_group = matches!(start.failure, Failure::Nodes { .. });
        if listeners.iter().any(|gateway| rest_of_group || others(gateway)) {
            said.push(format!(
                "Gateways that went to another traffic manager stay there and do not return to {name}, unless \
                 sequential_failover_from_beginning is set (H9)."
            ));
        }
        said
    }

    /// Gateways that run on what is out of date though everything they need is there, with the regions they missed.
    fn stale_gateways<'m>(&'m self, now: &'m Seen) -> Vec<(&'m Id, &'m Gateway)> {
        let due = |id: &Id, gateway: &Gateway| {
            let missed = self.missed.get(id);
            gateway.connected
                && (self.cut_off.contains(id)
                    || missed.is_some_and(|missed| missed.iter().any(|from| gateway.arriving.contains(from))))
        };
        now.gateways.iter().filter(|(id, gateway)| due(id, gateway)).collect()
    }

    /// Capabilities of regions that work only on what was known before.
    pub fn stale(&self, now: &Seen) -> Vec<(Capability, Id)> {
        let mut stale = Vec::new();
        for (id, gateway) in self.stale_gateways(now) {
            let Some(region) = &gateway.region else { continue };
            let missed_others = self.missed.get(id).is_some_and(|missed| !missed.is_empty());
            stale.push((Capability::Serve, region.clone()));
            if missed_others {
                for capability in [Capability::RemotePublish, Capability::RemoteApps, Capability::RemoteRevoke] {
                    stale.push((capability, region.clone()));
                }
            }
        }
        stale
    }

    /// What must still be done, one sentence each.
    pub fn due(&self, design: &Design, now: &Seen) -> Vec<String> {
        let mut due = Vec::new();
        let (mut cut_off, mut dropped) = (Vec::new(), Vec::new());
        for (id, _) in self.stale_gateways(now) {
            if self.cut_off.contains(id) { &mut cut_off } else { &mut dropped }.push(named(design, id));
        }
        if !cut_off.is_empty() {
            due.push(format!(
                "Restart {}, or deploy what was changed meanwhile again: below 4.3 a gateway that gets its connection back \
                 does not load what it missed (H8).",
                list(&cut_off)
            ));
        }
        if !dropped.is_empty() {
            due.push(format!(
                "Let replication catch up, then restart {}, or deploy what was changed meanwhile again: dropped events are \
                 not sent again (H6), and these gateways never lost their own control plane, so they do not load anew \
                 (H8).",
                list(&dropped)
            ));
        }
        for id in self.without_policies.iter().filter(|id| now.traffic_managers.contains_key(*id)) {
            due.push(format!(
                "Restart {} once a control plane is there: it started without one and may have no policies (H12).",
                named(design, id)
            ));
        }
        due
    }

    /// The restarts that end it all, each with what, whom, why and facts; they are remembered as done one by one.
    pub fn restart(&mut self, design: &Design, now: &Seen) -> Vec<Restart> {
        let mut restarts = Vec::new();
        let managers: Vec<Id> = std::mem::take(&mut self.without_policies).into_iter().collect();
        if !managers.is_empty() {
            let names: Vec<String> = managers.iter().map(|id| named(design, id)).collect();
            restarts.push((
                format!("Restart {}", list(&names)),
                managers,
                "It started without a control plane and may have no policies; now it reads them.".to_owned(),
                vec!["D4", "H12"],
            ));
        }
        let stale: Vec<Id> = self.stale_gateways(now).into_iter().map(|(id, _)| id.clone()).collect();
        if !stale.is_empty() {
            let names: Vec<String> = stale.iter().map(|id| named(design, id)).collect();
            for id in &stale {
                self.cut_off.remove(id);
                self.missed.remove(id);
            }
            restarts.push((
                format!("Restart {}, or deploy again what was changed meanwhile", list(&names)),
                stale,
                "After the databases have caught up, a gateway that starts loads everything; nothing else tells it what \
                 it missed. Not more than ten at a time."
                    .to_owned(),
                vec!["A19", "D13", "H3", "H6", "H8"],
            ));
        }
        restarts
    }
}

/// What is restarted: the words, the components, why, and the facts.
pub(super) type Restart = (String, Vec<Id>, String, Vec<&'static str>);
