//! Changes made in other regions of Pattern 1: what replication and the events between hubs bring.

use std::collections::{BTreeMap, BTreeSet};

use super::shared::{does, unless};
use super::{After, Built, CapabilityRule};
use crate::design::{Capability, Id, Purpose};
use crate::failure::model::Builder;
use crate::failure::need::{NeedId, Says};
use crate::failure::state::{Effect, State};
use crate::topology::Node;

pub static REVOKE: CapabilityRule = CapabilityRule {
    capability: Capability::RemoteRevoke,
    needs: "The event hub of the other region reaches that of this one (5672), and it tells the gateways.",
    not_needed: "Replication: the event carries the revocation.",
    down: "The event is dropped: a JWT revoked elsewhere is accepted here until it expires, or until the gateway starts \
           again after replication.",
    after: After { lost: "Events that the hubs of the regions sent each other meanwhile.", resync: "", by_hand: "" },
    facts: &["B7", "B10", "H2", "H3", "H6"],
    region: |builder, region| build(builder, region, true, false, false),
};

pub static PUBLISH: CapabilityRule = CapabilityRule {
    capability: Capability::RemotePublish,
    needs: "The event of the other region's hub arrives here, replication has brought the rows, and the gateways pull them from \
            their own control plane.",
    not_needed: "",
    down: "An API published elsewhere does not show here; the gateways stay as they are even after the repair, until they \
           restart or the API is deployed again.",
    after: CATCHES_UP,
    facts: &["A19", "B5", "B7", "H6"],
    region: |builder, region| build(builder, region, true, true, true),
};

pub static APPS: CapabilityRule = CapabilityRule {
    capability: Capability::RemoteApps,
    needs: "As for APIs: the event arrives, and replication has brought the rows.",
    not_needed: "",
    down: "Applications and subscriptions created elsewhere do not work here.",
    after: CATCHES_UP,
    facts: &["A19", "B5", "B7", "H6"],
    region: |builder, region| build(builder, region, true, true, true),
};

pub static ADMIN: CapabilityRule = CapabilityRule {
    capability: Capability::RemoteAdmin,
    needs: "Replication brings the rows of the other region's database.",
    not_needed: "Events between the hubs.",
    down: "Users, tenants and policies of other regions do not show here.",
    after: After { lost: "", resync: "Replication catches up with the rows.", by_hand: "" },
    facts: &["B5"],
    region: |builder, region| build(builder, region, false, true, false),
};

/// Events are not sent again, so nothing tells the gateways of rows that come later.
const CATCHES_UP: After = After {
    lost: "",
    resync: "Replication catches up with the rows.",
    by_hand: "Once replication has caught up, restart the gateways or deploy the changed APIs again: dropped events are not \
              sent again.",
};

static SOME_REGIONS: Effect = Effect {
    state: State::Degraded,
    says: "Changes of some regions arrive, those of others do not.",
    lost: "Events sent meanwhile over what is cut.",
    resync: "Replication catches up with the rows.",
    by_hand: "Restart the gateways or deploy the changed APIs again: dropped events are not sent again.",
    facts: &["B7", "H6"],
};

fn build(builder: &mut Builder<'_, '_>, region: &Id, events: bool, rows: bool, pull: bool) -> Option<Built> {
    let mut from_each = Vec::new();
    let mut drawn = false;
    for other in others(builder, region) {
        let mut of = Vec::new();
        if events {
            of.push(hub(builder, &other, region));
        }
        if rows {
            of.push(replication(builder, &other, region));
        }
        drawn |= of.iter().all(Option::is_some);
        // Hubs do not pass on what they hear (B11): of a region that is not connected nothing arrives.
        let of: Vec<NeedId> = of
            .into_iter()
            .map(|need| {
                need.unwrap_or_else(|| builder.any(does(region, "be connected with another region"), Vec::new()))
            })
            .collect();
        from_each.push(builder.all(does(region, "receive the changes of another region"), of));
    }
    // Where nothing is connected the drawing is not about this at all.
    if !drawn {
        return None;
    }
    let some = builder.one_of(does(region, "receive changes of other regions"), from_each.clone())?;
    let mut here = vec![some];
    if events {
        let hears = builder.each(region, Builder::hears);
        here.extend(builder.one_of(does(region, "tell a gateway of changes"), hears));
    }
    if pull {
        let pulls = builder.each(region, Builder::pulls);
        here.extend(builder.one_of(does(region, "have a gateway pull changes"), pulls));
    }
    let usable = builder.all(does(region, "see changes of other regions"), here);
    let mut conditions = Vec::new();
    if from_each.len() > 1 {
        let all = builder.all(does(region, "receive the changes of every other region"), from_each);
        conditions.push(unless(all, &SOME_REGIONS));
    }
    Some(Built { usable, conditions })
}

/// Other regions with control planes of their own, if this one has some too.
fn others(builder: &Builder<'_, '_>, region: &Id) -> Vec<Id> {
    if builder.control_planes(region).is_empty() {
        return Vec::new();
    }
    builder.topology.control_plane_regions().into_iter().filter(|other| *other != region).cloned().collect()
}

/// Events of one region's hub arrive at that of another (B10), directly: hubs do not pass on what they hear (B11).
fn hub(builder: &mut Builder<'_, '_>, from: &Id, to: &Id) -> Option<NeedId> {
    let mut ways = Vec::new();
    for sender in builder.control_planes(from) {
        for (edge, end) in builder.topology.reached(sender.id, Purpose::HubEvents, &[]) {
            if end.component.region.as_ref() != Some(to) || !end.component.kind().has_control_plane() {
                continue;
            }
            let (link, runs) = (builder.link(edge.id), builder.runs(end));
            ways.push(builder.all(Says::Link(edge.id.clone()), vec![link, runs]));
        }
    }
    builder.one_of(does(to, "hear the event hub of another region"), ways)
}

/// Rows of every other region arrive here; empty where nothing is replicated.
pub(super) fn replicated(builder: &mut Builder<'_, '_>, region: &Id) -> Vec<NeedId> {
    others(builder, region).iter().filter_map(|other| replication(builder, other, region)).collect()
}

/// Rows written in one region arrive in the database of another, perhaps over databases between them (B5). The same
/// database for both needs no replication.
fn replication(builder: &mut Builder<'_, '_>, from: &Id, to: &Id) -> Option<NeedId> {
    let (sources, targets) = (databases(builder, from), databases(builder, to));
    let targets: BTreeSet<&Id> = targets.into_iter().collect();
    if sources.iter().any(|source| targets.contains(source)) {
        return Some(builder.all(does(to, "share the database of another region"), Vec::new()));
    }
    let mut ways = Vec::new();
    for source in sources {
        ways.extend(rows(builder, source, &targets));
    }
    builder.one_of(does(to, "receive the rows of another region"), ways)
}

/// The databases of a region's control planes.
fn databases<'a>(builder: &Builder<'_, 'a>, region: &Id) -> Vec<&'a Id> {
    let planes = builder.control_planes(region).into_iter();
    let drawn = planes.flat_map(|plane| builder.topology.out(plane.id));
    drawn.filter(|(edge, _)| edge.link.purpose == Purpose::Database).map(|(_, far)| far.id).collect()
}

/// Rows of one database arrive at one of the targets.
fn rows<'a>(builder: &mut Builder<'_, 'a>, source: &'a Id, targets: &BTreeSet<&Id>) -> Option<NeedId> {
    // The shortest way stands for all of them: a mesh of databases has one link, a chain has no other.
    let mut came: BTreeMap<&'a Id, (&'a Id, Node<'a>)> = BTreeMap::new();
    let mut ring = vec![source];
    let mut seen: BTreeSet<&Id> = BTreeSet::from([source]);
    let found = loop {
        if ring.is_empty() {
            break None;
        }
        let mut next = Vec::new();
        for at in ring {
            let out = builder.topology.out(at).into_iter();
            let into = builder.topology.into(at).into_iter().filter(|(edge, _)| {
                edge.link.replication.as_ref().is_some_and(|replication| replication.bidirectional)
            });
            for (edge, far) in out.chain(into).filter(|(edge, _)| edge.link.purpose == Purpose::DbReplication) {
                if seen.insert(far.id) {
                    came.insert(far.id, (edge.id, far));
                    next.push((far.id, at));
                }
            }
        }
        if let Some((end, _)) = next.iter().find(|(id, _)| targets.contains(id)) {
            break Some((*end, next));
        }
        ring = next.into_iter().map(|(id, _)| id).collect();
    };
    let (end, _) = found?;
    let mut of = Vec::new();
    let mut at = end;
    while at != source {
        let (link, node) = *came.get(at)?;
        of.push(builder.link(link));
        of.push(builder.runs(node));
        let drawn = builder.design().links.get(link)?;
        at = if drawn.from == *at { &drawn.to } else { &drawn.from };
    }
    Some(builder.all(Says::Way { from: source.clone(), purpose: Purpose::DbReplication }, of))
}
