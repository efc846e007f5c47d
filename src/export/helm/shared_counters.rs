//! Counters that several traffic managers share in Redis or Valkey, from 4.6.

use crate::design::Id;
use crate::export::bundle::Origin;
use crate::export::planner::{PlanConnection, PlanPurpose, PlanService, ServiceKind};

use super::hosts::{Hosts, Target};
use super::releases::Release;
use super::tokens;
use super::values::Values;

/// The key by which the chart connects with TLS; only traffic managers of 4.7 have it.
const TLS: &str = "distributedThrottling.keyvalueStore.ssl";

/// A store of counters and how a release reaches it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Store<'a> {
    /// The store.
    pub(super) service: &'a PlanService,
    /// Port of the link that leads to it.
    pub(super) port: u16,
    /// Whether that link is drawn encrypted.
    pub(super) encrypted: bool,
    connection: &'a PlanConnection,
}

impl Store<'_> {
    /// The store and the link as elements of the design.
    pub(super) fn elements(&self) -> Vec<Id> {
        let link = self.connection.link.as_deref();
        [Some(self.service.id.as_str()), link].into_iter().flatten().filter_map(|id| Id::new(id).ok()).collect()
    }
}

/// Writes the store for a control plane or traffic manager that is connected to one, or whose traffic managers are.
pub(super) fn of_node(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>) {
    let Some(store) = used(hosts, release).filter(|_| is_known(values)) else { return };
    let why = "Traffic managers of the region count together in this store.";
    let origin = Origin::stated(why, &["D5", "B30"]).of(store.elements());
    let host = store.service.host.clone().unwrap_or_default();
    values.configure("distributedThrottling.enable", true, &origin);
    values.configure("distributedThrottling.type", "redis", &origin);
    values.configure("distributedThrottling.keyvalueStore.host", host, &origin);
    values.configure("distributedThrottling.keyvalueStore.port", u64::from(store.port), &origin);
    values.configure_where_known(TLS, store.encrypted, &origin);
    let origin = Origin::stated("The chart takes user and password only as they are.", &["D5", "S24", "S28"]);
    values.configure("distributedThrottling.keyvalueStore.user", tokens::REDIS_USER.text, &origin);
    values.configure("distributedThrottling.keyvalueStore.password", tokens::REDIS_PASSWORD.text, &origin);
}

/// Writes for a gateway whether its traffic managers share counters.
pub(super) fn of_gateway(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>, managers: &[Target]) {
    let of_managers = managers.iter().filter_map(|target| hosts.releases.of_node(&target.endpoint));
    let store = store(hosts, release).or_else(|| of_managers.into_iter().find_map(|(other, _)| store(hosts, other)));
    let Some(store) = store else { return };
    let why = "Traffic managers that share counters are one group to the gateway.";
    let origin = Origin::stated(why, &["D5"]).of(store.elements());
    values.configure_where_known("distributedThrottling.enable", true, &origin);
}

/// What to know about the store of a release whose chart connects to it without TLS, though TLS is drawn.
pub(super) fn plain_though_encrypted(hosts: &Hosts<'_>, release: &Release<'_>, values: &Values) -> Option<String> {
    used(hosts, release).filter(|store| store.encrypted && is_known(values) && !values.has(TLS))?;
    Some(format!(
        "{}: its link to the store of shared counters is drawn encrypted, but the chart {} of {} has no key for that: it \
         connects without TLS (D5).",
        release.group,
        release.chart.name(),
        release.branch.label()
    ))
}

/// Whether the chart has keys for a store.
fn is_known(values: &Values) -> bool {
    values.has("distributedThrottling.enable") && values.has("distributedThrottling.keyvalueStore.host")
}

/// The store whose address the values of a release hold, if its chart knows one.
fn used<'a>(hosts: &Hosts<'a>, release: &Release<'_>) -> Option<Store<'a>> {
    store(hosts, release).or_else(|| beside(hosts, release))
}

/// The store that a release is connected to.
pub(super) fn store<'a>(hosts: &Hosts<'a>, release: &Release<'_>) -> Option<Store<'a>> {
    let node = release.nodes.first()?;
    hosts.wiring.out(&node.id, PlanPurpose::SharedCounters).find_map(|connection| {
        let service = hosts.wiring.service(&connection.to).filter(|s| s.kind == ServiceKind::Redis)?;
        let port = connection.ports.first()?.number;
        let link = connection.link.as_deref().and_then(|link| hosts.source.design.links.get(link));
        Some(Store { service, port, encrypted: link.is_some_and(|link| link.tls), connection })
    })
}

/// The store of the traffic managers of the same region that pull from this control plane.
fn beside<'a>(hosts: &Hosts<'a>, release: &Release<'_>) -> Option<Store<'a>> {
    let mut below = hosts.below(release).filter(|other| other.region == release.region);
    below.find_map(|other| store(hosts, other))
}
