//! Counters that several traffic managers share in Redis or Valkey, from 4.6.

use crate::design::Id;
use crate::export::bundle::Origin;
use crate::export::planner::{PlanPurpose, PlanService, ServiceKind};

use super::hosts::{Hosts, Target};
use super::releases::Release;
use super::tokens;
use super::values::Values;

/// Port of the store (A36 names none; it is the store's own).
const REDIS: u64 = 6379;

/// Writes the store for a control plane or traffic manager that is connected to one, or whose traffic managers are.
pub(super) fn of_node(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>) {
    let Some(store) = store(hosts, release).or_else(|| beside(hosts, release)) else { return };
    if !values.has("distributedThrottling.enable") || !values.has("distributedThrottling.keyvalueStore.host") {
        return;
    }
    let origin = Origin::stated("Traffic managers of the region count together in this store.", &["D5", "B30"])
        .of(Id::new(&store.id).ok());
    values.configure("distributedThrottling.enable", true, &origin);
    values.configure("distributedThrottling.type", "redis", &origin);
    values.configure("distributedThrottling.keyvalueStore.host", store.host.clone().unwrap_or_default(), &origin);
    values.configure("distributedThrottling.keyvalueStore.port", REDIS, &origin);
    let origin = Origin::stated("The chart takes this password only as it is.", &["D5", "S28"]);
    values.configure("distributedThrottling.keyvalueStore.password", tokens::REDIS_PASSWORD.text, &origin);
}

/// Writes for a gateway whether its traffic managers share counters.
pub(super) fn of_gateway(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>, managers: &[Target]) {
    let of_managers = managers.iter().filter_map(|target| hosts.releases.of_node(&target.endpoint));
    let store = store(hosts, release).or_else(|| of_managers.into_iter().find_map(|(other, _)| store(hosts, other)));
    let Some(store) = store else { return };
    let origin = Origin::stated("Traffic managers that share counters are one group to the gateway.", &["D5"])
        .of(Id::new(&store.id).ok());
    values.configure_where_known("distributedThrottling.enable", true, &origin);
}

/// The store that a release is connected to.
pub(super) fn store<'a>(hosts: &Hosts<'a>, release: &Release<'_>) -> Option<&'a PlanService> {
    let node = release.nodes.first()?;
    let stores = hosts.wiring.out(&node.id, PlanPurpose::SharedCounters);
    stores.filter_map(|connection| hosts.wiring.service(&connection.to)).find(|s| s.kind == ServiceKind::Redis)
}

/// The store of the traffic managers of the same region that pull from this control plane.
fn beside<'a>(hosts: &Hosts<'a>, release: &Release<'_>) -> Option<&'a PlanService> {
    let below = |other: &&Release<'_>| hosts.is_below(other, release);
    hosts.releases.of_region(release.region).filter(below).find_map(|other| store(hosts, other))
}
