//! Issuing access tokens.

use std::collections::BTreeSet;

use super::shared::{does, unless};
use super::{Built, CapabilityRule, NOTHING, remote};
use crate::design::{Capability, Id, Kind, Purpose};
use crate::failure::model::{Builder, End};
use crate::failure::need::{NeedId, Says};
use crate::failure::state::{Effect, State};
use crate::topology::Node;

pub static RULE: CapabilityRule = CapabilityRule {
    capability: Capability::Issue,
    needs: "Clients reach a key manager, resident in a control plane or on its own, and it reaches its database; with an \
            external identity provider they need that one instead.",
    not_needed: "Gateways and traffic managers are not on this path.",
    down: "Clients get no new tokens; those they have are good until they expire.",
    after: NOTHING,
    facts: &["A6", "A16", "B20", "B31", "H5"],
    region: build,
};

static KNOWN_CLIENTS: Effect = Effect {
    state: State::Stale,
    says: "Clients and users that were created in another region meanwhile are not known here.",
    lost: "",
    resync: "Replication brings them when it works again.",
    by_hand: "",
    facts: &["A6", "B2", "B5"],
};

fn build(builder: &mut Builder<'_, '_>, region: &Id) -> Option<Built> {
    if let Some(usable) = builder.identity(region) {
        return Some(Built { usable, conditions: Vec::new() });
    }
    let issuers = issuers(builder, region);
    let ways: Vec<NeedId> = issuers.into_iter().map(|(_, way)| way).collect();
    let usable = builder.one_of(does(region, "reach a key manager that works"), ways)?;
    let replicated = remote::replicated(builder, region);
    let replicated = builder.all_of(does(region, "receive what other regions write"), replicated);
    Some(Built { usable, conditions: replicated.map(|all| unless(all, &KNOWN_CLIENTS)).into_iter().collect() })
}

/// The key managers of a region with the way its clients take to them: those its gateways ask, else its own.
pub(super) fn issuers<'a>(builder: &mut Builder<'_, 'a>, region: &Id) -> Vec<(Node<'a>, NeedId)> {
    let mut found: Vec<(Node<'a>, NeedId)> = Vec::new();
    let mut known: BTreeSet<&Id> = BTreeSet::new();
    for gateway in builder.gateways(region) {
        if gateway.component.kind() == Kind::AllInOne {
            if known.insert(gateway.id) {
                found.push((gateway, here(builder, gateway)));
            }
            continue;
        }
        for (_, end) in builder.topology.reached(gateway.id, Purpose::KeyManagerHttps, &Purpose::SERVLET) {
            let kind = end.component.kind();
            if !(kind.has_control_plane() || kind == Kind::KeyManager) || !known.insert(end.id) {
                continue;
            }
            let way = if end.component.region.as_ref() == Some(region) {
                Some(here(builder, end))
            } else {
                builder.way(gateway.id, Purpose::KeyManagerHttps, &End::KeyManager)
            };
            found.extend(way.map(|way| (end, way)));
        }
    }
    if found.is_empty() {
        let mut own = builder.of_kind_in(Kind::KeyManager, region);
        if own.is_empty() {
            own = builder.control_planes(region);
        }
        found = own.into_iter().map(|node| (node, here(builder, node))).collect();
    }
    found
}

/// Clients of its own region reach a key manager, and it works.
fn here<'a>(builder: &mut Builder<'_, 'a>, node: Node<'a>) -> NeedId {
    let mut of = vec![builder.alive(node)];
    let over = [Purpose::PortalAccess, Purpose::KeyManagerHttps, Purpose::ManagementHttps];
    of.extend(builder.entry(node, &over));
    builder.all(Says::Does { who: node.id.clone(), what: "be reached and issue tokens" }, of)
}
