//! Starting and restarting traffic managers.

use super::shared::does;
use super::{Built, CapabilityRule, NOTHING};
use crate::design::{Capability, Id, Kind, Purpose};
use crate::failure::model::{Builder, End};

pub static RULE: CapabilityRule = CapabilityRule {
    capability: Capability::TrafficManagerStart,
    needs: "A traffic manager that starts reads its policies over HTTPS 9443 from a control plane that reaches its database.",
    not_needed: "",
    down: "A traffic manager that starts now may have no policies.",
    after: NOTHING,
    facts: &["A24", "D4", "H12"],
    region: build,
};

fn build(builder: &mut Builder<'_, '_>, region: &Id) -> Option<Built> {
    let mut ways = Vec::new();
    for manager in builder.of_kind_in(Kind::TrafficManager, region) {
        let Some(pulls) = builder.way(manager.id, Purpose::ManagementHttps, &End::ControlPlane) else { continue };
        let mut of = vec![pulls];
        of.extend(builder.a_zone(manager));
        ways.push(builder.all(does(manager.id, "start and load its policies"), of));
    }
    let one = builder.one_of(does(region, "have a traffic manager load its policies"), ways)?;
    let site = builder.site(region);
    let usable = builder.all(does(region, "start traffic managers"), vec![site, one]);
    Some(Built { usable, conditions: Vec::new() })
}
