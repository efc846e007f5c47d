//! Which node or balancer a host name stands for. No file says how the others call a node, so that has to be found out
//! from its folder, its address and the public names.

use std::collections::{BTreeMap, BTreeSet};

use super::endpoint::{endpoint, is_own, is_placeholder};
use super::tree::Node;

/// What a host name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The node that names it.
    Own,
    /// Another node, by its number.
    Node(usize),
    /// A balancer, by its number.
    Front(usize),
    /// Nothing that is known.
    Unknown,
}

/// A public name with nodes behind it in one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Front {
    /// Host name.
    pub(super) host: String,
    /// Folder of the region.
    pub(super) region: String,
    /// The nodes that go by this name.
    pub(super) nodes: Vec<usize>,
}

/// The host names of a tree.
pub(super) struct Hosts {
    /// Nodes by the name of their folder as a label of a host name.
    by_label: BTreeMap<String, Vec<usize>>,
    by_address: BTreeMap<String, usize>,
    regions: Vec<String>,
    /// All public names with balancers: first those that nodes have, in order of name and region.
    fronts: Vec<Front>,
    /// Their numbers by host name.
    by_front: BTreeMap<String, Vec<usize>>,
    /// Nodes that go by their public name, as no balancer stands before them.
    alone: BTreeMap<String, usize>,
}

impl Hosts {
    pub(super) fn of(nodes: &[Node<'_>]) -> Self {
        let mut hosts = Self {
            by_label: BTreeMap::new(),
            by_address: BTreeMap::new(),
            regions: nodes.iter().map(|node| node.region.clone()).collect(),
            fronts: Vec::new(),
            by_front: BTreeMap::new(),
            alone: BTreeMap::new(),
        };
        let mut public: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
        for (n, node) in nodes.iter().enumerate() {
            hosts.by_label.entry(label(&node.name)).or_default().push(n);
            let written = |path: &str| node.text(path).filter(|text| !is_placeholder(text));
            if let Some(address) = written("server.node_ip") {
                hosts.by_address.insert(address.to_ascii_lowercase(), n);
            }
            if let Some(name) = written("server.hostname").and_then(endpoint) {
                public.entry((name.host, node.region.clone())).or_default().push(n);
            }
        }
        let mut names: BTreeMap<&str, usize> = BTreeMap::new();
        for ((host, _), members) in &public {
            *names.entry(host).or_default() += members.len();
        }
        let alone: BTreeSet<String> =
            names.into_iter().filter(|(_, n)| *n == 1).map(|(host, _)| host.to_owned()).collect();
        for ((host, region), members) in public {
            match members.as_slice() {
                [one] if alone.contains(&host) && !nodes.get(*one).is_some_and(|n| has_balancer(n, &host)) => {
                    hosts.alone.insert(host, *one);
                }
                _ => {
                    hosts.add_front(Front { host, region, nodes: members });
                }
            }
        }
        hosts
    }

    /// All public names with balancers, by their numbers.
    pub(super) fn fronts(&self) -> &[Front] {
        &self.fronts
    }

    /// Adds a balancer and gives its number.
    pub(super) fn add_front(&mut self, front: Front) -> usize {
        let n = self.fronts.len();
        self.by_front.entry(front.host.clone()).or_default().push(n);
        self.fronts.push(front);
        n
    }

    /// What a host name stands for in the file of node `from`.
    pub(super) fn target(&self, host: &str, from: usize) -> Target {
        if is_own(host) {
            return Target::Own;
        }
        let node = |n: usize| if n == from { Target::Own } else { Target::Node(n) };
        let region = self.regions.get(from).map_or("", String::as_str);
        // The public name of a balancer may begin like a folder, so it is looked for first.
        let fronts = self.by_front.get(host).map(Vec::as_slice).unwrap_or_default();
        let near = fronts.iter().find(|n| self.fronts.get(**n).is_some_and(|front| front.region == region));
        if let Some(n) = near.or_else(|| fronts.first()) {
            return Target::Front(*n);
        }
        if let Some(n) = self.by_address.get(host).or_else(|| self.alone.get(host)) {
            return node(*n);
        }
        let whole = self.by_label.get(&label(host));
        let first = host.split('.').next().unwrap_or_default();
        let named = whole.or_else(|| self.by_label.get(&label(first))).map(Vec::as_slice).unwrap_or_default();
        let rest: BTreeSet<&str> = host.split('.').skip(1).collect();
        let fit = |n: &usize| (self.fit(*n, &rest, region), std::cmp::Reverse(*n));
        named.iter().copied().max_by_key(fit).map_or(Target::Unknown, node)
    }

    /// How well the region of a node fits the rest of a host name and the region of whoever names it.
    fn fit(&self, n: usize, rest: &BTreeSet<&str>, from: &str) -> u8 {
        let region = self.regions.get(n).map_or("", String::as_str);
        let name = label(region);
        let parts = || name.split('-').any(|part| rest.contains(part));
        match () {
            () if rest.contains(name.as_str()) => 3,
            () if parts() => 2,
            () if region == from => 1,
            () => 0,
        }
    }
}

/// Whether a balancer stands before a node that is alone with its public name: it answers on a port that is not the
/// node's, and the name is not that of the node's folder.
fn has_balancer(node: &Node<'_>, host: &str) -> bool {
    let proxied = node.has("transport.https.properties.proxyPort") || node.has("transport.http.properties.proxyPort");
    proxied && label(host.split('.').next().unwrap_or_default()) != label(&node.name)
}

/// A text as a label of a host name.
fn label(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect()
}
