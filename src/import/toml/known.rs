//! Which keys are known, and what each node's keys were used for.

use super::groups::Drawing;
use super::keys::{Key, Value};
use super::{Found, Understood};

/// Keys and tables that are known and say nothing that is drawn: accounts, key stores, ports behind balancers,
/// settings that are the same everywhere.
const WITHOUT_A_MARK: [&str; 44] = [
    "server.node_ip",
    "server.base_path",
    "server.offset",
    "server.hostname",
    "server.server_role",
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
    "apim.gateway.environment",
    "apim.devportal.url",
    "apim.publisher.url",
    "apim.event_hub.enable",
    "apim.event_hub.username",
    "apim.event_hub.password",
    "apim.event_hub.ssl",
    "apim.event_hub.jms",
    "apim.event_hub.publish.url_group.urls",
    "apim.event_hub.publish.url_group.auth_urls",
    "apim.key_manager.username",
    "apim.key_manager.password",
    "apim.key_manager.type",
    "apim.throttling.event_duplicate_url",
    "apim.throttling.sequential_failover_from_beginning",
    "apim.throttling.jms.topic_connection_factory",
    "apim.throttling.url_group.traffic_manager_auth_urls",
    "apim.throttling.url_group.type",
    "apim.analytics",
    "apim.distributed_throttling",
    "apim.cache_invalidation",
    "apim.sync_runtime_artifacts",
    "apim.gateway_notification",
    "apim.oauth_config.enable_revoke_token_cleanup",
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
            if let Some(why) = why_not(key) {
                found.not_understood(node.file, key.line, &key.path, why);
            } else if key.is_used.get() {
                let (file, path) = (node.file.to_string(), key.path.clone());
                found.understood.push(Understood { file, line: key.line, key: path, element: group.clone() });
            }
        }
    }
    // What could not be followed was not understood, whatever the key is.
    let open: std::collections::BTreeSet<(String, usize, String)> =
        found.not_understood.iter().map(|n| (n.file.clone(), n.line, n.key.clone())).collect();
    found.understood.retain(|u| !open.contains(&(u.file.clone(), u.line, u.key.clone())));
}

/// Why a key was not understood; `None` when it was used, or is known to say nothing that is drawn.
fn why_not(key: &Key) -> Option<&'static str> {
    let is_known = is_below(&key.path, &WITHOUT_A_MARK);
    match key.value {
        _ if is_offset(key) => Some("every port of the node is shifted, which a drawing has no word for"),
        _ if key.is_used.get() => None,
        Value::Secret(_) if !is_known || is_database_url(&key.path) => {
            Some("it may hold an account or a password, so nothing of it was kept")
        }
        _ if !is_known => Some("this program makes nothing of the key"),
        _ => None,
    }
}

fn is_database_url(path: &str) -> bool {
    path.starts_with("database.") && path.ends_with(".url")
}

fn is_below(path: &str, tables: &[&str]) -> bool {
    let below = |table: &&str| path.strip_prefix(*table).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    tables.iter().any(below)
}

fn is_offset(key: &Key) -> bool {
    key.path == "server.offset" && !matches!(key.value, Value::Number(0)) && key.value.texts() != ["0"]
}
