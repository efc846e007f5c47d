//! Answering calls of APIs that are already deployed.

use super::shared::{does, unless};
use super::{After, Built, CapabilityRule};
use crate::design::{Capability, Id, Kind, Purpose, TokenFormat};
use crate::failure::model::{Builder, Condition, End, Place};
use crate::failure::need::{NeedId, Says};
use crate::failure::state::{Effect, State};
use crate::topology::Node;

pub static RULE: CapabilityRule = CapabilityRule {
    capability: Capability::Serve,
    needs: "Clients reach a balancer, it reaches a running gateway, and the gateway reaches a backend.",
    not_needed: "A running gateway needs neither control plane nor database nor traffic manager: it checks JWTs itself, \
                 goes on with the APIs it has loaded, and lets calls pass when nobody decides on throttling.",
    down: "Calls are not answered.",
    after: After { lost: "Calls that were not answered.", resync: "", by_hand: "" },
    facts: &["A33", "B22", "D7", "H1", "H10"],
    region: build,
};

static TOO_SMALL: Effect = Effect {
    state: State::Degraded,
    says: "The gateways that are left carry less than the peak load, so calls wait or are refused.",
    lost: "Calls beyond what is left.",
    resync: "",
    by_hand: "",
    facts: &["D7", "E4"],
};

static SOME_GATEWAYS: Effect = Effect {
    state: State::Degraded,
    says: "One gateway environment answers no calls, and its APIs with it; the others go on.",
    lost: "",
    resync: "",
    by_hand: "",
    facts: &["A33", "A40"],
};

static SOME_BACKENDS: Effect = Effect {
    state: State::Degraded,
    says: "APIs of the backend that cannot be reached answer with errors.",
    lost: "",
    resync: "",
    by_hand: "",
    facts: &["A33"],
};

static ONLY_CACHED: Effect = Effect {
    state: State::Degraded,
    says: "Opaque tokens are accepted only while the gateway has them in its cache, 15 minutes by default.",
    lost: "",
    resync: "",
    by_hand: "",
    facts: &["H1", "D14"],
};

static AS_LOADED: Effect = Effect {
    state: State::Stale,
    says: "The gateways go on with the APIs, subscriptions and revocations they know.",
    lost: "",
    resync: "From 4.3 gateways load what they missed when they reach the control plane again.",
    by_hand: "",
    facts: &["B22", "H1", "H8"],
};

static NO_RESTART: Effect = Effect {
    state: State::CannotRestart,
    says: "Running gateways go on, but one that stops cannot come back.",
    lost: "",
    resync: "",
    by_hand: "",
    facts: &["B23", "F6"],
};

fn build(builder: &mut Builder<'_, '_>, region: &Id) -> Option<Built> {
    let gateways = builder.gateways(region);
    let mut answering = Vec::new();
    let mut conditions: Vec<Condition> = Vec::new();
    for gateway in &gateways {
        let answers = answers(builder, *gateway);
        answering.push((*gateway, answers));
        conditions.extend(backends(builder, *gateway));
        conditions.extend(enough(builder, *gateway));
    }
    let all: Vec<NeedId> = answering.iter().map(|(_, answers)| *answers).collect();
    let usable = builder.one_of(does(region, "answer calls"), all.clone())?;
    if all.len() > 1 {
        let all = builder.all(does(region, "answer calls with every gateway group"), all);
        conditions.push(unless(all, &SOME_GATEWAYS));
    }
    if builder.design().meta.tokens == TokenFormat::Opaque {
        let checks = builder.each(region, |b, gateway| b.way(gateway.id, Purpose::KeyManagerHttps, &End::KeyManager));
        let checks = builder.one_of(does(region, "check opaque tokens"), checks);
        conditions.extend(checks.map(|checks| unless(checks, &ONLY_CACHED)));
    }
    let mut current = builder.each(region, Builder::pulls);
    current.extend(builder.each(region, Builder::hears));
    let current = builder.all_of(does(region, "keep its gateways up to date"), current);
    conditions.extend(current.map(|current| unless(current, &AS_LOADED)));
    let starts = builder.cell(Capability::GatewayStart, &Place::Region(region.clone())).map(|cell| cell.usable);
    conditions.extend(starts.map(|starts| unless(starts, &NO_RESTART)));
    Some(Built { usable, conditions })
}

/// Calls enter at the gateway and it answers them.
fn answers<'a>(builder: &mut Builder<'_, 'a>, gateway: Node<'a>) -> NeedId {
    let serves = builder.serves(gateway);
    match builder.entry(gateway, &[Purpose::ApiTraffic]) {
        Some(entry) => {
            let says = Says::Does { who: gateway.id.clone(), what: "be reached and answer" };
            builder.all(says, vec![entry, serves])
        }
        None => serves,
    }
}

/// Every one of several backends is reached.
fn backends<'a>(builder: &mut Builder<'_, 'a>, gateway: Node<'a>) -> Option<Condition> {
    let drawn: Vec<_> = builder.topology.out(gateway.id);
    let drawn = drawn.into_iter().filter(|(edge, _)| edge.link.purpose == Purpose::BackendCall);
    let mut reached = Vec::new();
    for (edge, node) in drawn {
        let behind = match node.component.kind() {
            Kind::Backend => Some(builder.runs(node)),
            _ => builder.way(node.id, Purpose::BackendCall, &End::Service(Kind::Backend)),
        };
        let Some(behind) = behind else { continue };
        let link = builder.link(edge.id);
        reached.push(builder.all(Says::Link(edge.id.clone()), vec![link, behind]));
    }
    if reached.len() < 2 {
        return None;
    }
    let all = builder.all(does(gateway.id, "reach every backend"), reached);
    Some(unless(all, &SOME_BACKENDS))
}

/// As many of its nodes run as the load needs.
fn enough<'a>(builder: &mut Builder<'_, 'a>, gateway: Node<'a>) -> Option<Condition> {
    let needed = builder.nodes_needed(gateway)?;
    let run = builder.nodes_run(gateway, needed);
    Some(unless(run, &TOO_SMALL))
}
