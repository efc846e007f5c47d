//! Revoking tokens.

use super::issue::issuers;
use super::shared::{does, unless};
use super::{After, Built, CapabilityRule};
use crate::design::{Capability, Id, Kind, Purpose};
use crate::failure::model::{Builder, End};
use crate::failure::need::{NeedId, Says};
use crate::failure::state::{Effect, State};
use crate::topology::Node;

pub static RULE: CapabilityRule = CapabilityRule {
    capability: Capability::Revoke,
    needs: "The token is revoked at a key manager, which notifies a control plane over HTTPS 9443, and its event hub tells \
            the gateways over 5672.",
    not_needed: "Gateways that stop meanwhile read the list of revoked tokens when they start.",
    down: "A revoked JWT goes on being accepted here until it expires or the gateway reads the list again.",
    after: After {
        lost: "",
        resync: "From 4.3 gateways load the list of revoked tokens when they reach the event hub again.",
        by_hand: "",
    },
    facts: &["A20", "A29", "H2", "H3", "H4"],
    region: build,
};

static SOME_GATEWAYS: Effect = Effect {
    state: State::Degraded,
    says: "One gateway group does not hear of revoked tokens.",
    lost: "Revocations sent meanwhile, for the gateways that did not hear them.",
    resync: "From 4.3 gateways load the list when they reach the control plane again.",
    by_hand: "",
    facts: &["A20", "H2", "H8"],
};

fn build(builder: &mut Builder<'_, '_>, region: &Id) -> Option<Built> {
    let hears = builder.each(region, Builder::hears);
    let heard = builder.one_of(does(region, "tell a gateway of revoked tokens"), hears.clone())?;
    let mut sources = Vec::new();
    if let Some(identity) = builder.identity(region) {
        let notify = providers(builder);
        let mut of = vec![identity];
        of.extend(builder.one_of(does(region, "be told by the identity provider"), notify));
        sources.push(builder.all(does(region, "revoke tokens at the identity provider"), of));
    } else {
        for (issuer, way) in issuers(builder, region) {
            let mut of = vec![way];
            of.extend(builder.way(issuer.id, Purpose::TokenNotification, &End::Hub));
            let says = Says::Does { who: issuer.id.clone(), what: "revoke tokens and notify the event hub" };
            sources.push(builder.all(says, of));
        }
    }
    let revoked = builder.one_of(does(region, "revoke tokens"), sources)?;
    let usable = builder.all(does(region, "revoke tokens so that gateways hear of it"), vec![revoked, heard]);
    let mut conditions = Vec::new();
    if hears.len() > 1 {
        let all = builder.all(does(region, "tell every gateway group of revoked tokens"), hears);
        conditions.push(unless(all, &SOME_GATEWAYS));
    }
    Some(Built { usable, conditions })
}

/// Identity providers that tell a control plane of revoked tokens (A29).
fn providers(builder: &mut Builder<'_, '_>) -> Vec<NeedId> {
    let nodes: Vec<Node<'_>> = builder.topology.of_kind(Kind::IdentityProvider).collect();
    nodes.into_iter().filter_map(|node| builder.way(node.id, Purpose::TokenNotification, &End::Hub)).collect()
}
