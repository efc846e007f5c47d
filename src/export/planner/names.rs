//! Names of everything that is deployed: instance ids and host names, the same ones on every run.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::{Component, Id, Kind, host_of_node};
use crate::topology::Topology;

use super::words::NodeRole;
use super::{Budget, PlanError};

/// The domain that host names end with until the design names the real one. `internal` is reserved for private use.
pub const PLACEHOLDER_DOMAIN: &str = "apim.internal";

/// Longest label of a host name (RFC 1035).
const MAX_LABEL: usize = 63;

/// Instance ids and host names of a design.
pub(super) struct Names<'a> {
    /// What each component is deployed as: the ids of its node instances, or its own id when it is a service.
    endpoints: BTreeMap<&'a Id, Vec<String>>,
    /// Host names by endpoint; external services have none.
    hosts: BTreeMap<String, String>,
}

impl<'a> Names<'a> {
    /// Names every instance, in order of component id.
    pub(super) fn of(topology: &Topology<'a>, budget: &mut Budget) -> Result<Self, PlanError> {
        let components = &topology.design.components;
        let runs_product = |kind: Kind| NodeRole::of(kind).is_some();
        let mut taken: BTreeSet<String> =
            components.iter().filter(|(_, c)| !runs_product(c.kind())).map(|(id, _)| id.to_string()).collect();
        let mut hosts = Hosts::of(&topology.design.meta.domain);
        // Names that somebody chose come first: a made one must not be the same.
        for component in components.values().filter(|c| !c.settings.host.is_empty()) {
            let all = (1..=component.instances).map(|n| host_of_node(&component.settings.host, n, component.instances));
            hosts.taken.extend(all.chain([component.settings.host.to_ascii_lowercase()]));
        }
        let mut names = Self { endpoints: BTreeMap::new(), hosts: BTreeMap::new() };
        for (id, component) in components {
            let region = component.region.as_ref();
            let instances = if runs_product(component.kind()) {
                budget.spend(u64::from(component.instances))?;
                (1..=component.instances).map(|n| instance_id(id, n, &mut taken)).collect()
            } else {
                vec![id.to_string()]
            };
            for (n, instance) in (1..).zip(&instances) {
                if let Some(host) = host(component, n, instance, region, &mut hosts) {
                    names.hosts.insert(instance.clone(), host);
                }
            }
            names.endpoints.insert(id, instances);
        }
        Ok(names)
    }

    /// What the component is deployed as.
    pub(super) fn endpoints(&self, component: &Id) -> &[String] {
        self.endpoints.get(component).map_or(&[], Vec::as_slice)
    }

    /// Host name of an endpoint; `None` for services whose address nobody has said.
    pub(super) fn host(&self, endpoint: &str) -> Option<&str> {
        self.hosts.get(endpoint).map(String::as_str)
    }
}

/// The host name of node `n` of a component: its own, or one made for it.
fn host(component: &Component, n: u32, instance: &str, region: Option<&Id>, hosts: &mut Hosts<'_>) -> Option<String> {
    match component.settings.host.as_str() {
        "" => has_host(component.kind()).then(|| hosts.allocate(instance, region)),
        _ if component.kind() == Kind::Users => None,
        // A service of several nodes is reached at one name.
        own if NodeRole::of(component.kind()).is_none() => Some(host_of_node(own, 1, 1)),
        own => Some(host_of_node(own, n, component.instances)),
    }
}

/// Whether we choose the host name, rather than whoever runs the service.
fn has_host(kind: Kind) -> bool {
    !matches!(kind, Kind::Users | Kind::Backend | Kind::IdentityProvider | Kind::Analytics)
}

/// `group-n`, or with one more mark when a service has that id already.
fn instance_id(group: &Id, n: u32, taken: &mut BTreeSet<String>) -> String {
    let mut id = format!("{group}-{n}");
    while !taken.insert(id.clone()) {
        id = format!("{id}-node");
    }
    id
}

/// Host names given out so far.
struct Hosts<'d> {
    domain: &'d str,
    taken: BTreeSet<String>,
}

impl<'d> Hosts<'d> {
    fn of(domain: &'d str) -> Self {
        let domain = if domain.is_empty() { PLACEHOLDER_DOMAIN } else { domain };
        Self { domain, taken: BTreeSet::new() }
    }

    fn allocate(&mut self, endpoint: &str, region: Option<&Id>) -> String {
        let zone = region.map(|r| format!(".{}", dns_label(r.as_str(), MAX_LABEL))).unwrap_or_default();
        let (label, domain) = (dns_label(endpoint, MAX_LABEL), self.domain.to_ascii_lowercase());
        let mut host = format!("{label}{zone}.{domain}");
        let mut n = 2_u32;
        while !self.taken.insert(host.clone()) {
            let suffix = format!("-{n}");
            host = format!("{}{suffix}{zone}.{domain}", dns_label(endpoint, MAX_LABEL - suffix.len()));
            n += 1;
        }
        host
    }
}

/// The text as a label of a host name: lower case, letters, digits and inner hyphens, at most `max` characters.
fn dns_label(text: &str, max: usize) -> String {
    let label: String =
        text.chars().take(max).map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let label = label.trim_matches('-');
    if label.is_empty() { "x".to_owned() } else { label.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> Id {
        Id::new(text).expect("an id")
    }

    #[test]
    fn host_names_hold_only_what_dns_allows() {
        let mut hosts = Hosts::of("");
        let long = "L".repeat(64);
        for endpoint in ["Fra_GW.1", long.as_str(), "x-", "9"] {
            for region in [None, Some(id("EU.west_1")), Some(id(&long))] {
                let host = hosts.allocate(endpoint, region.as_ref());
                assert!(host.len() <= 253, "{host}");
                for label in host.split('.') {
                    assert!((1..=63).contains(&label.len()), "{host}");
                    assert!(label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{host}");
                    assert!(!label.starts_with('-') && !label.ends_with('-'), "{host}");
                }
            }
        }
    }

    #[test]
    fn ids_that_differ_only_in_what_dns_ignores_get_different_hosts() {
        let mut hosts = Hosts::of("");
        let given = ["gw-1", "GW-1", "gw_1", "gw.1"].map(|e| hosts.allocate(e, None));
        assert_eq!(given.iter().collect::<BTreeSet<_>>().len(), 4, "{given:?}");
        assert_eq!(given[0], "gw-1.apim.internal");
    }

    #[test]
    fn an_instance_never_takes_the_id_of_a_service() {
        let mut taken = BTreeSet::from(["fra-gw-1".to_owned()]);
        assert_eq!(instance_id(&id("fra-gw"), 1, &mut taken), "fra-gw-1-node");
        assert_eq!(instance_id(&id("fra-gw"), 2, &mut taken), "fra-gw-2");
    }
}
