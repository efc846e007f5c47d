//! Creating applications, keys and subscriptions.

use super::shared::{does, unless};
use super::{Built, CapabilityRule, NOTHING, publish};
use crate::design::{Capability, Id, Kind, Purpose};
use crate::failure::model::{Builder, End};
use crate::failure::state::{Effect, State};

pub static RULE: CapabilityRule = CapabilityRule {
    capability: Capability::Apps,
    needs: "As publishing: a portal, its control plane with its database, and gateways that are told and can pull.",
    not_needed: "Keys of an external identity provider are made there; only their creation asks for it.",
    down: "Nobody can create applications or subscribe here.",
    after: NOTHING,
    facts: &["A19", "A20", "B20", "B31", "H4"],
    region: build,
};

static NO_KEYS: Effect = Effect {
    state: State::Degraded,
    says: "Applications and subscriptions are created, but no keys for them.",
    lost: "",
    resync: "",
    by_hand: "",
    facts: &["A30", "B31", "H4"],
};

fn build(builder: &mut Builder<'_, '_>, region: &Id) -> Option<Built> {
    let Built { usable, mut conditions } = publish::build(builder, region)?;
    let mut keys = Vec::new();
    for control_plane in control_planes(builder, region) {
        keys.extend(builder.way(control_plane, Purpose::KeyManagerHttps, &End::KeyManager));
        keys.extend(builder.way(control_plane, Purpose::Identity, &End::Service(Kind::IdentityProvider)));
    }
    // A key manager that only the gateways are drawn with is the one that makes keys, too.
    if keys.is_empty() {
        let apart: Vec<_> = super::issue::issuers(builder, region)
            .into_iter()
            .filter(|(node, _)| node.component.kind() == Kind::KeyManager)
            .map(|(_, way)| way)
            .collect();
        keys.extend(builder.one_of(does(region, "reach its key manager"), apart));
    }
    let keys = builder.all_of(does(region, "make keys for applications"), keys);
    conditions.extend(keys.map(|keys| unless(keys, &NO_KEYS)));
    Some(Built { usable, conditions })
}

/// The control planes that a region is administered with: its own, else those its gateways pull from.
pub(super) fn control_planes<'a>(builder: &Builder<'_, 'a>, region: &Id) -> Vec<&'a Id> {
    let mut found: Vec<&'a Id> = builder.control_planes(region).into_iter().map(|node| node.id).collect();
    if found.is_empty() {
        for gateway in builder.gateways(region) {
            let ends = builder.topology.reached(gateway.id, Purpose::ManagementHttps, &Purpose::SERVLET);
            found.extend(ends.into_iter().map(|(_, node)| node.id));
        }
    }
    found.sort();
    found.dedup();
    found
}
