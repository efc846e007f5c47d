//! Checking opaque tokens.

use super::shared::does;
use super::{Built, CapabilityRule, NOTHING};
use crate::design::{Capability, Id, Kind, Purpose};
use crate::failure::model::{Builder, End};

pub static RULE: CapabilityRule = CapabilityRule {
    capability: Capability::Validate,
    needs: "A gateway asks a key manager over HTTPS 9443, and that one reads its database.",
    not_needed: "JWTs need none of this: the gateway checks them itself.",
    down: "Opaque tokens are refused once they are no longer in the gateway's cache, 15 minutes by default.",
    after: NOTHING,
    facts: &["A21", "A30", "D14", "H1"],
    region: build,
};

fn build(builder: &mut Builder<'_, '_>, region: &Id) -> Option<Built> {
    let asks = builder.each(region, |builder, gateway| {
        let drawn = builder.way(gateway.id, Purpose::KeyManagerHttps, &End::KeyManager);
        drawn.or_else(|| (gateway.component.kind() == Kind::AllInOne).then(|| builder.alive(gateway)))
    });
    let usable = builder.one_of(does(region, "have a gateway ask a key manager"), asks)?;
    Some(Built { usable, conditions: Vec::new() })
}
