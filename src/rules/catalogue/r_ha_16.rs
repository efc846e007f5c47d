//! R-HA-16: all nodes have the same primary keystore.

use std::collections::BTreeMap;

use crate::design::{GatewayRuntime, NodeSettings};
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-16",
    title: "All product nodes have the same primary keystore.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "Those nodes cannot read stored passwords and keys, so their connections and logins fail.",
    why: "Secrets in the registry are encrypted with the primary keystore and can be read with the same one only.",
    remedy: "Give every node the same primary keystore.",
    sources: &[source("A43", S5)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if let Some(mixture) = Mixture::of(cx, |s| &s.keystore) {
        mixture.report(cx, "keystore", found);
    }
}

fn fixes(cx: &Context<'_>, _: &Finding, list: &mut FixList<'_>) {
    if let Some(mixture) = Mixture::of(cx, |s| &s.keystore) {
        mixture.offer(cx, "keystore", |s| &mut s.keystore, list);
    }
}

/// A setting that all product nodes should have alike and do not.
pub struct Mixture<'a> {
    usual: &'a str,
    others: BTreeMap<&'a str, Vec<Node<'a>>>,
    nodes: Vec<Node<'a>>,
}

impl<'a> Mixture<'a> {
    /// `None` when all are alike. What most nodes have is the usual. Platform gateways have neither keystore nor key.
    pub fn of(cx: &Context<'a>, read: fn(&NodeSettings) -> &str) -> Option<Self> {
        let platform =
            |n: &Node<'_>| matches!(&n.component.spec, Spec::Gateway(g) if g.runtime == GatewayRuntime::Platform);
        let nodes: Vec<Node<'a>> = cx.which(Kind::is_product_node).filter(|n| !platform(n)).collect();
        let mut others: BTreeMap<&str, Vec<Node<'_>>> = BTreeMap::new();
        for node in &nodes {
            others.entry(read(&node.component.settings).trim()).or_default().push(*node);
        }
        if others.len() < 2 {
            return None;
        }
        let count = |nodes: &[Node<'_>]| nodes.iter().map(|n| u64::from(n.component.instances)).sum::<u64>();
        let usual = others.iter().rev().max_by_key(|(_, nodes)| count(nodes)).map(|(value, _)| *value)?;
        others.remove(usual);
        Some(Self { usual, others, nodes })
    }

    fn odd(&self) -> Vec<Node<'a>> {
        self.others.values().flatten().copied().collect()
    }

    /// One finding about all nodes that differ.
    pub fn report(&self, cx: &Context<'_>, what: &'static str, found: &mut Breaches) {
        let odd = self.odd();
        let places: Vec<String> = odd.iter().take(enough_names()).map(|n| cx.place(*n)).collect();
        let verb = if odd.len() == 1 { "has" } else { "have" };
        let message = format!("{} {verb} another {what} than the other nodes", list_of(&places, odd.len()));
        let values: Vec<String> = self.others.keys().map(|v| quoted(v)).collect();
        found
            .at(odd.iter().map(|n| n.id), message)
            .seen("differing value", values.join(", "))
            .seen("usual value", quoted(self.usual));
    }

    /// Offers the usual value for those that differ, and theirs for all when it is one.
    pub fn offer(
        &self,
        cx: &Context<'_>,
        what: &str,
        write: fn(&mut NodeSettings) -> &mut String,
        list: &mut FixList<'_>,
    ) {
        let named =
            |value: &str| if value.is_empty() { format!("the usual {what}") } else { format!("{what} {value}") };
        let odd = self.odd();
        let mut give = |label: String, nodes: &[Node<'_>], value: &str| {
            list.offer(label, |d| {
                for node in nodes {
                    d.component(node.id, |c| value.clone_into(write(&mut c.settings)));
                }
            });
        };
        let places: Vec<String> = odd.iter().take(enough_names()).map(|n| cx.place(*n)).collect();
        give(format!("Use {} at {}", named(self.usual), list_of(&places, odd.len())), &odd, self.usual);
        if let [value] = self.others.keys().copied().collect::<Vec<_>>().as_slice() {
            give(format!("Use {} everywhere", named(value)), &self.nodes, value);
        }
    }
}

fn quoted(value: &str) -> String {
    if value.is_empty() { "the usual".to_owned() } else { value.to_owned() }
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().with("mumbai-tm", |c| c.settings.keystore = "mumbai.jks".into()).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    let keystore = |s: Sketch, id: &str| s.with(id, |c| c.settings.keystore = "wso2prod.jks".into());
    let nodes = ["frankfurt-cp", "frankfurt-gw", "frankfurt-tm", "mumbai-gw", "mumbai-tm"];
    nodes.into_iter().fold(pattern_2(), keystore).design()
}

#[test]
fn what_fewer_nodes_have_is_what_differs() {
    let keystore = |s: Sketch, id: &str| s.with(id, |c| c.settings.keystore = "wso2prod.jks".into());
    let nodes = ["frankfurt-cp", "frankfurt-gw", "frankfurt-tm", "mumbai-gw"];
    let said = found(&nodes.into_iter().fold(pattern_2(), keystore).design(), RULE.id);
    let expected = "Traffic manager in Mumbai has another keystore than the other nodes";
    assert_eq!(said, [(vec!["mumbai-tm".to_owned()], expected.to_owned())]);
}
