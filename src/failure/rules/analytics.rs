//! Recording usage for analytics.

use super::shared::{does, unless};
use super::{After, Built, CapabilityRule};
use crate::design::{Capability, Id, Kind, Purpose};
use crate::failure::model::{Builder, End};
use crate::failure::state::{Effect, State};

pub static RULE: CapabilityRule = CapabilityRule {
    capability: Capability::Analytics,
    needs: "A running gateway reaches analytics over the internet.",
    not_needed: "The control plane: gateways publish to analytics themselves.",
    down: "Usage of the APIs is not recorded.",
    after: After { lost: "Usage events that gateways could not send.", resync: "", by_hand: "" },
    facts: &["A35", "H25"],
    region: build,
};

static SOME_GATEWAYS: Effect = Effect {
    state: State::Degraded,
    says: "Usage of one gateway group is not recorded.",
    lost: "Usage events of that group.",
    resync: "",
    by_hand: "",
    facts: &["A35"],
};

fn build(builder: &mut Builder<'_, '_>, region: &Id) -> Option<Built> {
    let sends = builder.each(region, |builder, gateway| {
        let way = builder.way(gateway.id, Purpose::AnalyticsEvents, &End::Service(Kind::Analytics))?;
        let runs = builder.runs(gateway);
        Some(builder.all(does(gateway.id, "run and reach analytics"), vec![runs, way]))
    });
    let usable = builder.one_of(does(region, "record usage"), sends.clone())?;
    let mut conditions = Vec::new();
    if sends.len() > 1 {
        let all = builder.all(does(region, "record usage of every gateway group"), sends);
        conditions.push(unless(all, &SOME_GATEWAYS));
    }
    Some(Built { usable, conditions })
}
