//! The same capabilities as a population of users sees them: over its own ways, wherever a global balancer sends it.

use super::shared::does;
use super::{Built, CapabilityRule, of};
use crate::design::{Capability, Id, Kind, Purpose};
use crate::failure::model::{Builder, Condition, End, Place};
use crate::failure::need::NeedId;
use crate::failure::state::{Effect, State};
use crate::topology::Node;

/// Those that a population sees, in the order of tables.
const SEEN: [Capability; 7] = [
    Capability::Serve,
    Capability::Throttle,
    Capability::Issue,
    Capability::Revoke,
    Capability::Publish,
    Capability::Apps,
    Capability::Admin,
];

static ELSEWHERE: Effect = Effect {
    state: State::Degraded,
    says: "Another region serves these users, over a longer way, once the global balancer has noticed.",
    lost: "Calls until the users have moved.",
    resync: "",
    by_hand: "",
    facts: &["F4"],
};

static PORTAL_ELSEWHERE: Effect = Effect {
    state: State::Degraded,
    says: "Another region answers at the portals and issues tokens, once the global balancer has noticed.",
    lost: "",
    resync: "",
    by_hand: "",
    facts: &["B2", "F4"],
};

/// Builds all of them.
pub fn build(builder: &mut Builder<'_, '_>) {
    let populations: Vec<Node<'_>> = builder.topology.of_kind(Kind::Users).collect();
    for population in populations {
        let home = builder.estimates.latency.iter().find(|p| p.population == *population.id);
        let home = home.and_then(|p| p.served_by.clone());
        for capability in SEEN {
            let Some(rule) = of(capability) else { continue };
            if let Some(built) = seen(builder, population, rule, home.as_ref()) {
                builder.put_population(rule, population.id, built);
            }
        }
    }
}

fn seen<'a>(
    builder: &mut Builder<'_, 'a>,
    population: Node<'a>,
    rule: &'static CapabilityRule,
    home: Option<&Id>,
) -> Option<Built> {
    let users = population.id;
    let calls = |builder: &mut Builder<'_, 'a>, end: &End| builder.way(users, Purpose::ApiTraffic, end);
    let usable = match rule.capability {
        Capability::Serve => calls(builder, &End::Serving)?,
        Capability::Throttle | Capability::Revoke => calls(builder, &End::ServingWith(rule.capability))?,
        Capability::Issue => tokens(builder, users, home)?,
        Capability::Publish | Capability::Apps => {
            let portal = builder.way(users, Purpose::PortalAccess, &End::ControlPlane)?;
            let shows = calls(builder, &End::ServingWith(rule.capability))?;
            builder.all(does(users, "reach a portal and see what is changed there"), vec![portal, shows])
        }
        Capability::Admin => builder.way(users, Purpose::PortalAccess, &End::ControlPlane)?,
        _ => return None,
    };
    let mut conditions = Vec::new();
    if let Some(home) = home {
        if matches!(rule.capability, Capability::Serve | Capability::Throttle) {
            let at_home = calls(builder, &End::ServingIn(home.clone()));
            conditions.extend(at_home.map(|need| Condition { need, effect: &ELSEWHERE, of_region: None }));
        }
        let here = builder.cell(rule.capability, &Place::Region(home.clone()));
        // A region without a control plane has its users at the portals of another one anyway.
        if matches!(rule.capability, Capability::Issue | Capability::Publish | Capability::Apps | Capability::Admin)
            && !builder.control_planes(home).is_empty()
        {
            let need = here.map(|cell| cell.usable);
            conditions.extend(need.map(|need| Condition { need, effect: &PORTAL_ELSEWHERE, of_region: None }));
        }
        let own = here.map(|cell| cell.conditions.clone()).unwrap_or_default();
        // That no call gets to the region any more is told by the way its users take.
        let own = own.into_iter().filter(|condition| condition.effect.state != State::Idle);
        conditions.extend(own.map(|condition| Condition { of_region: Some(home.clone()), ..condition }));
    }
    Some(Built { usable, conditions })
}

/// Users reach an identity provider or a key manager; who draws neither has the one of the region that serves them.
fn tokens(builder: &mut Builder<'_, '_>, users: &Id, home: Option<&Id>) -> Option<NeedId> {
    let (users, _) = builder.design().components.get_key_value(users)?;
    let drawn = builder
        .way(users, Purpose::Identity, &End::Service(Kind::IdentityProvider))
        .or_else(|| builder.way(users, Purpose::PortalAccess, &End::KeyManager));
    drawn.or_else(|| builder.cell(Capability::Issue, &Place::Region(home?.clone())).map(|cell| cell.usable))
}
