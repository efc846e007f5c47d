//! Administering portals and policies.

use super::apps::control_planes;
use super::shared::{does, unless};
use super::{Built, CapabilityRule, NOTHING};
use crate::design::{Capability, Id, Kind, Purpose};
use crate::failure::model::{Builder, End};
use crate::failure::state::{Effect, State};

pub static RULE: CapabilityRule = CapabilityRule {
    capability: Capability::Admin,
    needs: "A portal is reached, and its control plane reaches its database.",
    not_needed: "Gateways and traffic managers are not on this path; policies reach them later.",
    down: "The portals cannot be used from here.",
    after: NOTHING,
    facts: &["A5", "A24", "A34", "B20"],
    region: build,
};

static NO_LOGIN: Effect = Effect {
    state: State::Degraded,
    says: "People who log in to the portals with the identity provider cannot.",
    lost: "",
    resync: "",
    by_hand: "",
    facts: &["B31"],
};

fn build(builder: &mut Builder<'_, '_>, region: &Id) -> Option<Built> {
    let usable = builder.manage(region)?;
    let mut login = Vec::new();
    for control_plane in control_planes(builder, region) {
        login.extend(builder.way(control_plane, Purpose::Identity, &End::Service(Kind::IdentityProvider)));
    }
    let login = builder.all_of(does(region, "let people log in with the identity provider"), login);
    Some(Built { usable, conditions: login.map(|login| unless(login, &NO_LOGIN)).into_iter().collect() })
}
