//! Who asks a WSO2 Identity Server about tokens, which makes it a key manager (H4). Rules, node configuration and Helm
//! values all ask here.

use std::collections::BTreeSet;

use crate::design::{Component, Id, IdentityProduct, Kind, Purpose, Spec};

use super::{Node, Topology};

impl<'a> Topology<'a> {
    /// The WSO2 Identity Servers, in order of id.
    pub fn identity_servers(&self) -> impl Iterator<Item = Node<'a>> + '_ {
        self.of_kind(Kind::IdentityProvider).filter(|node| is_identity_server(node.component))
    }

    /// The components that ask a WSO2 Identity Server about tokens, be it through balancers: those that call it as a key
    /// manager, and gateways that call it as their identity provider. What others call it for is to log people in.
    /// Empty for any other component.
    #[must_use]
    pub fn askers_about_tokens(&self, server: &Id) -> BTreeSet<&'a Id> {
        let Some(node) = self.index_of(server).and_then(|index| self.node(index)) else { return BTreeSet::new() };
        if !is_identity_server(node.component) {
            return BTreeSet::new();
        }
        let mut askers = self.sources_of([server], Purpose::Identity, &[]);
        askers.retain(|id| self.design.components.get(*id).is_some_and(|c| c.kind() == Kind::Gateway));
        askers.extend(self.sources_of([server], Purpose::KeyManagerHttps, &Purpose::SERVLET));
        askers
    }
}

/// Whether the component is a WSO2 Identity Server.
#[must_use]
pub fn is_identity_server(component: &Component) -> bool {
    matches!(&component.spec, Spec::IdentityProvider(provider) if provider.product == IdentityProduct::Wso2Is)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::design::{Design, IdentityProvider, Link};

    fn askers(product: IdentityProduct, links: &[(&str, &str, Purpose)]) -> Vec<String> {
        let mut design = Design::default();
        let kinds = [
            ("gw", Kind::Gateway),
            ("cp", Kind::ControlPlane),
            ("lb", Kind::LoadBalancer),
            ("km", Kind::KeyManager),
            ("people", Kind::Users),
            ("is", Kind::IdentityProvider),
        ];
        for (id, kind) in kinds {
            let mut component = Component::new(kind, id);
            if kind == Kind::IdentityProvider {
                component.spec = Spec::IdentityProvider(IdentityProvider { product, cluster: String::new() });
            }
            design.components.insert(Id::slug(id), Arc::new(component));
        }
        for (n, (from, to, purpose)) in links.iter().enumerate() {
            let link = Link::new(Id::slug(from), Id::slug(to), *purpose);
            design.links.insert(Id::slug(&format!("l{n}")), Arc::new(link));
        }
        let topology = Topology::of(&design);
        topology.askers_about_tokens(&Id::slug("is")).into_iter().map(ToString::to_string).collect()
    }

    #[test]
    fn gateways_and_callers_of_a_key_manager_ask_about_tokens() {
        use IdentityProduct::{Keycloak, Wso2Is};
        use Purpose::{Identity, KeyManagerHttps, PortalAccess, TokenNotification};
        assert_eq!(askers(Wso2Is, &[("gw", "is", Identity)]), ["gw"]);
        assert_eq!(askers(Wso2Is, &[("cp", "is", KeyManagerHttps)]), ["cp"]);
        assert_eq!(askers(Wso2Is, &[("gw", "lb", Identity), ("lb", "is", Identity)]), ["gw"], "through a balancer");
        let logs_in = [("cp", "is", Identity), ("people", "is", Identity), ("is", "cp", TokenNotification)];
        assert!(askers(Wso2Is, &logs_in).is_empty());
        assert!(askers(Wso2Is, &[("lb", "is", KeyManagerHttps)]).is_empty(), "nobody is behind it");
        let [asks, portals] = [("cp", "lb", KeyManagerHttps), ("lb", "is", PortalAccess)];
        assert_eq!(askers(Wso2Is, &[asks, portals]), ["cp"], "it shares the port");
        let own = [asks, portals, ("lb", "km", KeyManagerHttps)];
        assert!(askers(Wso2Is, &own).is_empty(), "the balancer leads to a key manager of its own");
        assert!(askers(Keycloak, &[("gw", "is", Identity)]).is_empty());
    }
}
