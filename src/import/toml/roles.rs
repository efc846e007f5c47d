//! What a node runs, by the keys it has; and which product version has such keys.

use std::collections::BTreeSet;

use crate::design::{Kind, ProductVersion};

use super::endpoint::{endpoints, is_own};
use super::keys::Key;
use super::tree::Node;

/// What a node runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Role {
    /// The kind of its group.
    pub(super) kind: Kind,
    /// Why it may be another one, as the end of a sentence; `None` where its keys leave no doubt.
    pub(super) doubt: Option<&'static str>,
}

/// The role of a node; `None` when its keys fit none.
pub(super) fn role(node: &Node<'_>) -> Option<Role> {
    let sure = |kind| Some(Role { kind, doubt: None });
    // Up to 4.4 the profile writes its name here; from 4.5 it is always "default" (A1, A45).
    if let Some(kind) = node.text("server.server_role").and_then(of_profile) {
        return sure(kind);
    }
    let own_hub =
        node.has("apim.event_hub.publish") || node.has("apim.gateway.environment") || node.points(EVENTS, true);
    let decides = node.points(DECISIONS, true);
    let labels = node.has("apim.sync_runtime_artifacts.gateway.gateway_labels");
    let publishes = node.has("apim.throttling.url_group");
    if own_hub {
        let manages_itself = node.points("apim.gateway.environment.service_url", true);
        return sure(if decides || labels || publishes || manages_itself {
            Kind::AllInOne
        } else {
            Kind::ControlPlane
        });
    }
    if labels || publishes || node.points(DECISIONS, false) {
        return sure(Kind::Gateway);
    }
    if decides {
        return sure(Kind::TrafficManager);
    }
    if !node.points(EVENTS, false) && !node.has("apim.event_hub.service_url") {
        return None;
    }
    if node.has("event_listener") {
        return sure(Kind::KeyManager);
    }
    let doubt = Some("it listens to the event hub of another node, and no key says what else it does");
    Some(Role { kind: Kind::TrafficManager, doubt })
}

/// Where a node listens to events, and to throttle decisions.
const EVENTS: &str = "apim.event_hub.event_listening_endpoints";
const DECISIONS: &str = "apim.throttling.throttle_decision_endpoints";

/// The role of a profile of the common pack (A1).
fn of_profile(name: &str) -> Option<Kind> {
    match name {
        "gateway-worker" => Some(Kind::Gateway),
        "traffic-manager" => Some(Kind::TrafficManager),
        "control-plane" => Some(Kind::ControlPlane),
        "api-key-manager" | "key-manager" => Some(Kind::KeyManager),
        _ => None,
    }
}

/// The oldest product version that has all of these nodes' keys, with the keys that say so; `None` when none does.
pub(super) fn version(nodes: &[Node<'_>]) -> Option<(ProductVersion, BTreeSet<&'static str>)> {
    let mut signs: BTreeSet<(ProductVersion, &'static str)> = BTreeSet::new();
    for node in nodes {
        signs.extend(SIGNS.iter().filter(|(_, key, _)| node.has(key)).map(|(version, _, why)| (*version, *why)));
        let contains = |path: &str, part: &str| node.texts(path).any(|(text, _)| text.contains(part));
        if contains("apim.gateway_type", "APIPlatform") {
            signs.insert((ProductVersion::V4_7, "apim.gateway_type names APIPlatform (S26)"));
        }
        if contains("database.local.url", "DB_CLOSE_DELAY") {
            signs.insert((ProductVersion::V4_7, "database.local has DB_CLOSE_DELAY (S26)"));
        }
        if contains("apim.analytics.type", "moesif") {
            signs.insert((ProductVersion::V4_6, "analytics of the type moesif (H25)"));
        }
        if node.text("server.server_role").and_then(of_profile).is_some() {
            signs.insert((ProductVersion::V4_4, "server_role is that of a profile (A1, A45)"));
        }
    }
    let newest = signs.iter().map(|(version, _)| *version).max()?;
    let why = signs.into_iter().filter(|(version, _)| *version == newest).map(|(_, why)| why).collect();
    Some((newest, why))
}

/// Keys that came with a version.
const SIGNS: [(ProductVersion, &str, &str); 5] = [
    (ProductVersion::V4_7, "encryption", "there is a symmetric key (A42)"),
    (ProductVersion::V4_7, "oauth.extensions.token_types", "token types are configured (A44)"),
    (ProductVersion::V4_6, "apim.gateway_notification", "gateways notify the control plane (A41)"),
    (ProductVersion::V4_6, "apim.distributed_throttling", "counters are shared over Redis (D5)"),
    (ProductVersion::V4_5, "apim.analytics.config_endpoint", "analytics of Choreo (H25)"),
];

impl Node<'_> {
    /// The texts of a key with their lines, of all elements of an array of tables.
    pub(super) fn texts(&self, path: &str) -> impl Iterator<Item = (&str, usize)> {
        let keys = self.keys.iter().filter(move |key| key.path == path);
        let used = keys.inspect(|key| key.is_used.set(key.is_used.get() || !key.value.texts().is_empty()));
        used.flat_map(|key| key.value.texts().iter().map(|text| (text.as_str(), key.line)))
    }

    /// The first key of this path.
    pub(super) fn key(&self, path: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.path == path).inspect(|key| key.is_used.set(true))
    }

    /// The first text of a key.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.texts(path).next().map(|(text, _)| text)
    }

    /// Whether some address of a key is the node's own, or that of another.
    fn points(&self, path: &str, own: bool) -> bool {
        self.texts(path).flat_map(|(text, _)| endpoints(text)).any(|e| is_own(&e.host) == own)
    }

    /// Whether there is this key or table.
    pub(super) fn has(&self, path: &str) -> bool {
        let below = |key: &str| key.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        self.keys.iter().any(|key| below(&key.path))
    }
}
