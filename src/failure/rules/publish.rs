//! Publishing and changing APIs.

use super::shared::{does, unless};
use super::{After, Built, CapabilityRule};
use crate::design::{Capability, Id};
use crate::failure::model::{Builder, Condition};
use crate::failure::state::{Effect, State};

pub static RULE: CapabilityRule = CapabilityRule {
    capability: Capability::Publish,
    needs: "A portal is reached, its control plane writes to its database, the event hub tells the gateways (5672), and they \
            pull the API (9443).",
    not_needed: "Traffic managers are not on this path, and gateways that are down load it when they start.",
    down: "No API can be published or changed here.",
    after: After {
        lost: "",
        resync: "From 4.3 gateways load what they missed when they reach the control plane again.",
        by_hand: "",
    },
    facts: &["A6", "A19", "A20", "B20", "B22"],
    region: build,
};

static NOT_TOLD: Effect = Effect {
    state: State::Degraded,
    says: "Gateways are not told of a new API; they load it when they start the next time.",
    lost: "",
    resync: "From 4.3 gateways load what they missed when they reach the event hub again.",
    by_hand: "",
    facts: &["A19", "A20", "H8"],
};

pub(super) fn build(builder: &mut Builder<'_, '_>, region: &Id) -> Option<Built> {
    let manage = builder.manage(region)?;
    let pulls = builder.each(region, Builder::pulls);
    let pulls = builder.one_of(does(region, "have a gateway pull APIs"), pulls)?;
    let usable = builder.all(does(region, "publish APIs to its gateways"), vec![manage, pulls]);
    Some(Built { usable, conditions: told(builder, region).into_iter().collect() })
}

/// Every gateway group hears of changes.
fn told(builder: &mut Builder<'_, '_>, region: &Id) -> Option<Condition> {
    let hears = builder.each(region, Builder::hears);
    let all = builder.all_of(does(region, "tell every gateway group of changes"), hears)?;
    Some(unless(all, &NOT_TOLD))
}
