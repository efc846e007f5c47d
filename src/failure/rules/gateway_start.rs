//! Starting, restarting and adding gateways.

use super::shared::{does, unless};
use super::{After, Built, CapabilityRule};
use crate::design::{Capability, Id};
use crate::failure::model::Builder;
use crate::failure::state::{Effect, State};

pub static RULE: CapabilityRule = CapabilityRule {
    capability: Capability::GatewayStart,
    needs: "A gateway that starts pulls its APIs over HTTPS 9443 from a control plane that runs and reaches its database.",
    not_needed: "Traffic managers and the event hub are not on this path.",
    down: "A gateway that stops now does not come back, and none can be added, until a control plane is reachable; it \
           tries again for a while and may start without APIs.",
    after: After {
        lost: "",
        resync: "Gateways that wait for their APIs start serving once a control plane is reached.",
        by_hand: "",
    },
    facts: &["A19", "B23", "F6", "H3"],
    region: build,
};

static WITHOUT_KEYS: Effect = Effect {
    state: State::Degraded,
    says: "A fresh gateway cannot fetch the keys with which tokens of the identity provider are checked.",
    lost: "",
    resync: "",
    by_hand: "",
    facts: &["H1", "B31"],
};

fn build(builder: &mut Builder<'_, '_>, region: &Id) -> Option<Built> {
    let mut ways = Vec::new();
    for gateway in builder.gateways(region) {
        let Some(pulls) = builder.pulls(gateway) else { continue };
        let mut of = vec![pulls];
        of.extend(builder.a_zone(gateway));
        ways.push(builder.all(does(gateway.id, "start and load its APIs"), of));
    }
    let one = builder.one_of(does(region, "have a gateway load its APIs"), ways)?;
    let site = builder.site(region);
    let usable = builder.all(does(region, "start gateways"), vec![site, one]);
    let conditions = builder.identity(region).map(|identity| unless(identity, &WITHOUT_KEYS)).into_iter().collect();
    Some(Built { usable, conditions })
}
