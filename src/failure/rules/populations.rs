//! The same capabilities as a population of users sees them: over its own ways, wherever a global balancer sends it.

use super::shared::does;
use super::{Built, CapabilityRule, of};
use crate::design::{Capability, Id, Kind, Purpose, RoutingPolicy, Spec};
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

static SOME_ELSEWHERE: Effect = Effect {
    state: State::Degraded,
    says: "Those of these users who were served by another region move to what is left, once the global balancer has noticed.",
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

static NOT_HERE: Effect = Effect {
    state: State::Degraded,
    says: "Where these users are served this does not work; only another region has it.",
    lost: "",
    resync: "",
    by_hand: "",
    facts: &["B2", "B30"],
};

/// Builds all of them.
pub fn build(builder: &mut Builder<'_, '_>) {
    let populations: Vec<Node<'_>> = builder.topology.of_kind(Kind::Users).collect();
    for population in populations {
        let homes = homes(builder, population);
        for capability in SEEN {
            let Some(rule) = of(capability) else { continue };
            if let Some((built, served_in)) = seen(builder, population, rule, &homes) {
                builder.put_population(rule, population.id, built, served_in);
            }
        }
    }
}

/// The regions that serve a population while all is well, the one with most calls first. A balancer that weighs sends
/// calls everywhere.
fn homes<'a>(builder: &Builder<'_, 'a>, population: Node<'a>) -> Vec<Id> {
    let Some(home) = builder.home(population.id) else { return Vec::new() };
    let mut homes = vec![home.clone()];
    let weighs = |node: Node<'a>| match &node.component.spec {
        Spec::GlobalLoadBalancer(balancer) => balancer.policy == RoutingPolicy::Weighted,
        _ => false,
    };
    for (edge, node) in builder.topology.out(population.id) {
        if edge.link.purpose != Purpose::ApiTraffic || !weighs(node) {
            continue;
        }
        for (_, end) in builder.topology.reached(node.id, Purpose::ApiTraffic, &[]) {
            if let Some(region) = end.component.region.as_ref().filter(|_| end.component.kind().has_gateway())
                && !homes.contains(region)
            {
                homes.push(region.clone());
            }
        }
    }
    homes
}

fn seen<'a>(
    builder: &mut Builder<'_, 'a>,
    population: Node<'a>,
    rule: &'static CapabilityRule,
    homes: &[Id],
) -> Option<(Built, Vec<(Id, NeedId)>)> {
    let users = population.id;
    let home = homes.first();
    let calls = |builder: &mut Builder<'_, 'a>, end: &End| builder.way(users, Purpose::ApiTraffic, end);
    let portal = |builder: &mut Builder<'_, 'a>, end: &End| builder.way(users, Purpose::PortalAccess, end);
    let usable = match rule.capability {
        Capability::Serve => calls(builder, &End::Serving)?,
        Capability::Throttle | Capability::Revoke => calls(builder, &End::ServingWith(rule.capability))?,
        Capability::Issue => tokens(builder, users, home)?,
        Capability::Publish | Capability::Apps => {
            let portal = portal(builder, &End::ControlPlane)?;
            let shows = calls(builder, &End::ServingWith(rule.capability))?;
            builder.all(does(users, "reach a portal and see what is changed there"), vec![portal, shows])
        }
        Capability::Admin => portal(builder, &End::ControlPlane)?,
        _ => return None,
    };
    let mut conditions = Vec::new();
    let mut served_in = Vec::new();
    // A region without a control plane has its users at the portals of another one anyway.
    let of_portal = match rule.capability {
        Capability::Issue if builder.opens(population, Purpose::Identity) => None,
        Capability::Issue => home.map(|home| End::KeyManagerIn(home.clone())),
        Capability::Publish | Capability::Apps | Capability::Admin => {
            home.map(|home| End::ControlPlaneIn(home.clone()))
        }
        _ => None,
    };
    let at_portal = of_portal.and_then(|end| portal(builder, &end));
    conditions.extend(at_portal.map(|need| Condition { need, effect: &PORTAL_ELSEWHERE, of_region: None }));
    if matches!(rule.capability, Capability::Issue | Capability::Admin) {
        served_in.extend(home.cloned().zip(at_portal));
    } else {
        for (at, region) in homes.iter().enumerate() {
            let Some(need) = calls(builder, &End::ServingIn(region.clone())) else { continue };
            let effect = if at == 0 { &ELSEWHERE } else { &SOME_ELSEWHERE };
            conditions.push(Condition { need, effect, of_region: None });
            served_in.push((region.clone(), need));
        }
    }
    for region in homes {
        let Some(cell) = builder.cell(rule.capability, &Place::Region(region.clone())) else { continue };
        // That no call gets to the region any more is told by the way its users take.
        let own = cell.conditions.iter().filter(|condition| condition.effect.state != State::Idle);
        let own = own.map(|condition| Condition { of_region: Some(region.clone()), ..condition.clone() });
        let own: Vec<Condition> = own.collect();
        if matches!(rule.capability, Capability::Throttle | Capability::Revoke | Capability::Publish | Capability::Apps)
        {
            conditions.push(Condition { need: cell.usable, effect: &NOT_HERE, of_region: Some(region.clone()) });
        }
        if Some(region) == home || !matches!(rule.capability, Capability::Issue | Capability::Admin) {
            conditions.extend(own);
        }
    }
    Some((Built { usable, conditions }, served_in))
}

/// Users reach an identity provider or a key manager; who draws neither has the one of the region that serves them.
fn tokens(builder: &mut Builder<'_, '_>, users: &Id, home: Option<&Id>) -> Option<NeedId> {
    let (users, _) = builder.design().components.get_key_value(users)?;
    let drawn = builder
        .way(users, Purpose::Identity, &End::Service(Kind::IdentityProvider))
        .or_else(|| builder.way(users, Purpose::PortalAccess, &End::KeyManager));
    drawn.or_else(|| builder.cell(Capability::Issue, &Place::Region(home?.clone())).map(|cell| cell.usable))
}
