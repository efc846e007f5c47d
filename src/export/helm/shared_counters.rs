//! Counters that several traffic managers share in Redis or Valkey, from 4.6.

use crate::export::bundle::Origin;
use crate::export::wso2::shared_counters::{self, Store};

use super::hosts::{Hosts, Target};
use super::releases::Release;
use super::tokens;
use super::values::Values;

/// The key by which the chart connects with TLS; only traffic managers of 4.7 have it.
const TLS: &str = "distributedThrottling.keyvalueStore.ssl";

/// Writes the store for a control plane or traffic manager that is connected to one, or whose traffic managers are.
pub(super) fn of_node(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>) {
    let Some(store) = used(hosts, release).filter(|_| is_known(values)) else { return };
    let why = "Traffic managers of the region count together in this store.";
    let origin = Origin::stated(why, &["D5", "B30"]).of(store.elements());
    values.configure("distributedThrottling.enable", true, &origin);
    values.configure("distributedThrottling.type", "redis", &origin);
    values.configure("distributedThrottling.keyvalueStore.host", store.host, &origin);
    values.configure("distributedThrottling.keyvalueStore.port", u64::from(store.port.number), &origin);
    values.configure_where_known(TLS, store.encrypted, &origin);
    let origin = Origin::stated("The chart takes user and password only as they are.", &["D5", "S24", "S28"]);
    values.configure("distributedThrottling.keyvalueStore.user", tokens::REDIS_USER.text, &origin);
    values.configure("distributedThrottling.keyvalueStore.password", tokens::REDIS_PASSWORD.text, &origin);
}

/// Writes for a gateway whether its traffic managers share counters.
pub(super) fn of_gateway(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>, managers: &[Target]) {
    let of_managers = managers.iter().filter_map(|target| hosts.releases.of_node(&target.endpoint));
    let store = own(hosts, release).or_else(|| of_managers.into_iter().find_map(|(other, _)| own(hosts, other)));
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
    release.nodes.first().and_then(|node| shared_counters::known(&hosts.deployment, node))
}

/// The store that a release is connected to.
pub(super) fn own<'a>(hosts: &Hosts<'a>, release: &Release<'_>) -> Option<Store<'a>> {
    release.nodes.first().and_then(|node| shared_counters::own(hosts.wiring(), node))
}
