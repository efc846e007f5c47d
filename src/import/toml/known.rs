//! Which keys are known, and what each node's keys were used for.

use super::groups::Drawing;
use super::keys::{Key, Value};
use super::{Found, Understood};

/// Keys and tables that a drawing is made of.
const DRAWN: [&str; 17] = [
    "server.hostname",
    "server.server_role",
    "database.apim_db.url",
    "database.shared_db.url",
    "apim.gateway.environment",
    "apim.devportal.url",
    "apim.event_hub.event_listening_endpoints",
    "apim.event_hub.service_url",
    "apim.event_hub.event_duplicate_url",
    "apim.event_hub.publish.url_group",
    "apim.key_manager.service_url",
    "apim.throttling",
    "apim.sync_runtime_artifacts.gateway.gateway_labels",
    "event_listener.properties.notification_endpoint",
    "apim.analytics",
    "apim.distributed_throttling",
    "apim.cache_invalidation",
];

/// Keys and tables that are known and say nothing that is drawn: accounts, key stores, ports behind balancers,
/// settings that are the same everywhere.
const WITHOUT_A_MARK: [&str; 24] = [
    "server.node_ip",
    "server.base_path",
    "server.offset",
    "user_store",
    "super_admin",
    "keystore",
    "truststore",
    "encryption",
    "transport",
    "broker.transport.amqp.ssl_connection",
    "database.local",
    "database.apim_db",
    "database.shared_db",
    "apim.gateway_type",
    "apim.event_hub",
    "apim.key_manager",
    "apim.sync_runtime_artifacts",
    "apim.gateway_notification",
    "apim.oauth_config.enable_revoke_token_cleanup",
    "apim.publisher.url",
    "oauth.extensions.token_types",
    "event_handler",
    "event_listener",
    "service_provider.sp_name_regex",
];

/// Sorts the keys of all nodes that were drawn into those that are understood and those that are not.
pub(super) fn sort(drawing: &Drawing<'_, '_>, found: &mut Found) {
    for (node, group) in drawing.nodes.iter().zip(&drawing.group_of) {
        let Some(group) = group else { continue };
        for key in &node.keys {
            if is_offset(key) {
                let why = "every port of the node is shifted, which a drawing has no word for";
                found.not_understood(node.file, key.line, &key.path, why);
            } else if is_below(&key.path, &DRAWN) {
                let (file, key) = (node.file.to_string(), key);
                let understood = Understood { file, line: key.line, key: key.path.clone(), element: group.clone() };
                found.understood.push(understood);
            } else if !is_below(&key.path, &WITHOUT_A_MARK) {
                found.not_understood(node.file, key.line, &key.path, "this program does not know the key");
            }
        }
    }
    // What could not be followed was not understood, whatever the key is.
    let open: std::collections::BTreeSet<(String, usize, String)> =
        found.not_understood.iter().map(|n| (n.file.clone(), n.line, n.key.clone())).collect();
    found.understood.retain(|u| !open.contains(&(u.file.clone(), u.line, u.key.clone())));
}

fn is_below(path: &str, tables: &[&str]) -> bool {
    let below = |table: &&str| path.strip_prefix(*table).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    tables.iter().any(below)
}

fn is_offset(key: &Key) -> bool {
    key.path == "server.offset" && !matches!(key.value, Value::Number(0)) && key.value.texts() != ["0"]
}
