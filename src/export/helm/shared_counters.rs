//! Counters that several traffic managers share in Redis or Valkey, from 4.6.

use crate::export::bundle::Origin;
use crate::export::wso2::shared_counters::{self, Store};

use super::charts::Chart;
use super::data_plane::traffic_managers;
use super::hosts::{Hosts, Target};
use super::releases::Release;
use super::tokens;
use super::values::Values;

/// The key that switches it on; for a gateway, that all its traffic managers are one group.
const ENABLE: &str = "distributedThrottling.enable";
/// The key by which the chart connects with TLS; only traffic managers of 4.7 have it.
const TLS: &str = "distributedThrottling.keyvalueStore.ssl";

/// Writes the store for a control plane or traffic manager that is connected to one, or whose traffic managers are.
pub(super) fn of_node(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>) {
    let Some(store) = used(hosts, release).filter(|_| is_known(values)) else { return };
    let why = "Traffic managers of the region count together in this store.";
    let origin = Origin::stated(why, &["D5", "B30"]).of(store.elements());
    values.configure(ENABLE, true, &origin);
    values.configure("distributedThrottling.type", "redis", &origin);
    values.configure("distributedThrottling.keyvalueStore.host", store.host, &origin);
    values.configure("distributedThrottling.keyvalueStore.port", u64::from(store.port.number), &origin);
    values.configure_where_known(TLS, store.encrypted, &origin);
    let origin = Origin::stated("The chart takes user and password only as they are.", &["D5", "S24", "S28"]);
    values.configure("distributedThrottling.keyvalueStore.user", tokens::REDIS_USER.text, &origin);
    values.configure("distributedThrottling.keyvalueStore.password", tokens::REDIS_PASSWORD.text, &origin);
}

/// Writes for a gateway whether all its traffic managers share their counters.
pub(super) fn of_gateway(values: &mut Values, hosts: &Hosts<'_>, managers: &[Target]) {
    let groups = shared_counters::grouped(hosts.wiring(), managers, |target| &target.endpoint);
    let [(Some(store), _)] = groups.as_slice() else { return };
    let why = "Traffic managers that share counters are one group to the gateway.";
    let origin = Origin::stated(why, &["D5"]).of(store.elements());
    values.configure_where_known(ENABLE, true, &origin);
}

/// What to know about a gateway some of whose traffic managers share their counters and others do not.
pub(super) fn groups_apart(hosts: &Hosts<'_>, release: &Release<'_>, values: &Values) -> Option<String> {
    let is_gateway = release.chart == Chart::Gateway && values.has(ENABLE);
    let managers = if is_gateway { traffic_managers(hosts, release) } else { Vec::new() };
    let groups = shared_counters::grouped(hosts.wiring(), &managers, |target| &target.endpoint);
    (groups.len() > 1 && groups.iter().any(|(_, members)| members.len() > 1)).then(|| {
        format!(
            "{}: only some of its traffic managers share their counters. The chart makes one group of all traffic managers \
             or one of each, and here one of each, so that those which share count a call several times (A39, D5).",
            release.group
        )
    })
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
    values.has(ENABLE) && values.has("distributedThrottling.keyvalueStore.host")
}

/// The store whose address the values of a release hold, if its chart knows one.
fn used<'a>(hosts: &Hosts<'a>, release: &Release<'_>) -> Option<Store<'a>> {
    release.nodes.first().and_then(|node| shared_counters::known(&hosts.deployment, node))
}

/// The store that a release is connected to.
pub(super) fn own<'a>(hosts: &Hosts<'a>, release: &Release<'_>) -> Option<Store<'a>> {
    release.nodes.first().and_then(|node| shared_counters::own(hosts.wiring(), node))
}
