//! Enforcing limits on calls.

use super::shared::{does, unless};
use super::{After, Built, CapabilityRule};
use crate::design::{Capability, Id, Kind, Purpose};
use crate::failure::model::{Builder, End, Place};
use crate::failure::need::{NeedId, Says};
use crate::failure::state::{Effect, State};
use crate::topology::Node;

pub static RULE: CapabilityRule = CapabilityRule {
    capability: Capability::Throttle,
    needs: "A gateway reports each call to a traffic manager (9611, 9711) and hears its decisions (5672).",
    not_needed: "The control plane: policies that are already loaded go on being enforced.",
    down: "Nobody decides on limits any more; calls pass, except those already blocked.",
    after: After {
        lost: "",
        resync: "Traffic managers read their policies again when they start; the first limits may come too early.",
        by_hand: "",
    },
    facts: &["A22", "A23", "B22", "B30", "D4", "H10", "H13"],
    region: build,
};

static NO_TRAFFIC: Effect = Effect {
    state: State::Idle,
    says: "No call gets here, so there is nothing to throttle.",
    lost: "",
    resync: "",
    by_hand: "",
    facts: &["A33"],
};

static SOME_GATEWAYS: Effect = Effect {
    state: State::Degraded,
    says: "Calls of one gateway group are no longer throttled.",
    lost: "",
    resync: "",
    by_hand: "",
    facts: &["A22", "A23"],
};

static OWN_COUNTERS: Effect = Effect {
    state: State::Degraded,
    says: "Traffic managers no longer share their counters, so a limit may be passed several times.",
    lost: "",
    resync: "",
    by_hand: "",
    facts: &["D5"],
};

static KNOWN_POLICIES: Effect = Effect {
    state: State::Stale,
    says: "Known limits are enforced; new or changed policies do not arrive.",
    lost: "",
    resync: "Traffic managers read their policies from the control plane again.",
    by_hand: "",
    facts: &["B22", "B27", "D4"],
};

static NO_RESTART: Effect = Effect {
    state: State::CannotRestart,
    says: "A traffic manager that stops now may come back without its policies.",
    lost: "",
    resync: "",
    by_hand: "",
    facts: &["D4", "H12"],
};

fn build(builder: &mut Builder<'_, '_>, region: &Id) -> Option<Built> {
    let throttled = builder.each(region, throttled);
    let usable = builder.one_of(does(region, "decide on limits"), throttled.clone())?;
    let mut conditions = Vec::new();
    let here = Place::Region(region.clone());
    if let Some(serve) = builder.cell(Capability::Serve, &here).map(|cell| cell.usable) {
        conditions.push(unless(serve, &NO_TRAFFIC));
    }
    if throttled.len() > 1 {
        let all = builder.all(does(region, "decide on limits for every gateway group"), throttled);
        conditions.push(unless(all, &SOME_GATEWAYS));
    }
    let mut shared = Vec::new();
    for node in builder.topology.in_region(Some(region)).collect::<Vec<_>>() {
        shared.extend(builder.way(node.id, Purpose::SharedCounters, &End::Service(Kind::Redis)));
    }
    let shared = builder.all_of(does(region, "share its counters"), shared);
    conditions.extend(shared.map(|shared| unless(shared, &OWN_COUNTERS)));
    let mut current = Vec::new();
    let mut starting = Vec::new();
    for manager in builder.of_kind_in(Kind::TrafficManager, region) {
        let pulls = builder.way(manager.id, Purpose::ManagementHttps, &End::ControlPlane);
        starting.extend(pulls);
        current.extend(pulls);
        current.extend(builder.way(manager.id, Purpose::EventStream, &End::Hub));
    }
    let current = builder.all_of(does(region, "keep its policies up to date"), current);
    conditions.extend(current.map(|current| unless(current, &KNOWN_POLICIES)));
    let starting = builder.all_of(does(region, "start traffic managers with their policies"), starting);
    conditions.extend(starting.map(|starting| unless(starting, &NO_RESTART)));
    Some(Built { usable, conditions })
}

/// A gateway reports to a traffic manager and hears it; an all-in-one has its own.
fn throttled<'a>(builder: &mut Builder<'_, 'a>, gateway: Node<'a>) -> Option<NeedId> {
    let reports = builder.way(gateway.id, Purpose::ThrottleData, &End::TrafficManager);
    let Some(reports) = reports else {
        return (gateway.component.kind() == Kind::AllInOne).then(|| builder.runs(gateway));
    };
    let mut of = vec![reports];
    of.extend(builder.way(gateway.id, Purpose::ThrottleDecision, &End::TrafficManager));
    Some(builder.all(Says::Does { who: gateway.id.clone(), what: "report calls and hear decisions" }, of))
}
