//! Where WSO2 Identity Server is the key manager of a control plane (H4). Decided here and nowhere else.

use std::collections::BTreeMap;

use crate::design::IdentityProduct;
use crate::export::planner::{NodeRole, PlanConnection, PlanNode, PlanPurpose, PlanService, ServiceKind};

use super::wiring::Wiring;

impl<'a> Wiring<'a> {
    /// The WSO2 Identity Server that is the key manager of a node with a control plane: it reports revoked tokens to
    /// the node, or it is asked about tokens by the node itself or by a gateway that pulls from the node's group.
    pub(in crate::export) fn identity_server_of(&self, node: &PlanNode) -> Option<&'a PlanService> {
        self.identity_servers().find(|server| {
            let mut reports = self.out(&server.id, PlanPurpose::TokenNotification);
            reports.any(|c| ends_at(c, &node.id)) || self.is_asked_beside(server, node)
        })
    }

    /// The services that are a WSO2 Identity Server, in the order of the plan.
    pub(in crate::export) fn identity_servers(&self) -> impl Iterator<Item = &'a PlanService> {
        let product = IdentityProduct::Wso2Is.label();
        let providers = self.plan.services.iter().filter(|s| s.kind == ServiceKind::IdentityProvider);
        providers.filter(move |server| server.product.as_deref() == Some(product))
    }

    /// Whether the node, or a gateway that pulls from its group, asks the server about tokens.
    fn is_asked_beside(&self, server: &PlanService, node: &PlanNode) -> bool {
        let entries = std::iter::once(server.id.as_str()).chain(self.before(&server.id).iter().map(|b| b.id.as_str()));
        let asking = entries.flat_map(|entry| {
            let about_keys = self.arriving(entry, PlanPurpose::KeyManagerHttps);
            about_keys.chain(self.arriving(entry, PlanPurpose::Identity))
        });
        // All nodes of a group have the same links, so one of each is looked at.
        let mut groups: BTreeMap<&str, &PlanNode> = BTreeMap::new();
        for connection in asking.filter(|c| ends_at(c, &server.id)) {
            let Some(from) = self.node(&connection.from) else { continue };
            if from.role == NodeRole::Gateway || connection.purpose == PlanPurpose::KeyManagerHttps {
                groups.entry(&from.group).or_insert(from);
            }
        }
        groups.contains_key(node.group.as_str()) || groups.values().any(|from| self.pulls_from(from, &node.group))
    }

    /// Whether a node pulls its artifacts from a group.
    fn pulls_from(&self, from: &PlanNode, group: &str) -> bool {
        let pulls = self.out(&from.id, PlanPurpose::ManagementHttps);
        let mut ends = pulls.flat_map(|c| std::iter::once(&c.to).chain(&c.reaches));
        ends.any(|end| self.node(end).is_some_and(|node| node.group == group))
    }
}

/// Whether the connection leads to the endpoint, be it through balancers.
fn ends_at(connection: &PlanConnection, endpoint: &str) -> bool {
    connection.to == endpoint || connection.reaches.iter().any(|end| end == endpoint)
}
