//! What node configuration and Helm values both conclude from a plan, found once for all files.

use std::collections::BTreeMap;

use crate::export::Source;

use super::environments::Environments;
use super::identity_server::IdentityServers;
use super::planes::Planes;
use super::shared_counters::{self, Store};
use super::wiring::Wiring;

/// A plan with what follows from it.
pub(in crate::export) struct Deployment<'a> {
    /// Who talks to whom.
    pub(in crate::export) wiring: Wiring<'a>,
    /// Which groups belong to which control planes.
    pub(in crate::export) planes: Planes<'a>,
    /// Which gateways serve the APIs of which control planes.
    pub(in crate::export) environments: Environments<'a>,
    /// Where WSO2 Identity Server is the key manager.
    pub(in crate::export) identity_servers: IdentityServers<'a>,
    /// Stores of counters of traffic managers that belong to no control plane, by the region of these.
    pub(in crate::export) stores: BTreeMap<Option<&'a str>, Store<'a>>,
}

impl<'a> Deployment<'a> {
    /// Looks at the design and the plan of `source`.
    pub(in crate::export) fn of(source: &'a Source<'_>) -> Self {
        let wiring = Wiring::of(&source.plan);
        let planes = Planes::of(&wiring);
        let environments = Environments::of(&wiring, &planes);
        let identity_servers = IdentityServers::of(source.design, &wiring, &planes);
        let stores = shared_counters::of_lone_managers(&wiring, &planes);
        Self { wiring, planes, environments, identity_servers, stores }
    }
}
