//! Databases, shared counters and analytics that nodes use.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::design::{Analytics, AnalyticsProduct, Component, Database, Engine, Id, Kind, Link, Purpose, Schema, Spec};

use super::Found;
use super::connect::add;
use super::endpoint::{Endpoint, endpoint, jdbc, schema};
use super::groups::{Drawing, in_region, own_host, short};
use super::keys::Value;

/// What decides which server it is: the host with its port and engine, or the group whose embedded one it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Server {
    Remote(Engine, Endpoint),
    Embedded(Id),
}

/// A server with its users.
#[derive(Debug, Default)]
struct Used {
    schemas: Vec<Schema>,
    groups: Vec<Id>,
}

/// Draws what nodes use besides each other.
pub(super) fn draw(drawing: &mut Drawing<'_, '_>, found: &mut Found) {
    let mut servers: BTreeMap<Server, Used> = BTreeMap::new();
    let nodes = drawing.nodes;
    for (n, node) in nodes.iter().enumerate() {
        let Some(group) = drawing.group_of.get(n).cloned().flatten() else { continue };
        let kind = drawing.design.components.get(&group).map(|c| c.kind());
        for key in node.keys.iter().filter(|key| key.path.starts_with("database.") && key.path.ends_with(".url")) {
            let table = key.path.split('.').nth(1).unwrap_or_default();
            let (Some(schema), [url]) = (schema(table), key.value.texts()) else { continue };
            key.is_used.set(true);
            let server = match jdbc(url) {
                Some(jdbc) => match jdbc.server {
                    Some(server) => Server::Remote(jdbc.engine, server),
                    // The embedded database of gateways and traffic managers is that of the pack (A12, A14).
                    None if kind.is_some_and(Kind::has_control_plane) || kind == Some(Kind::KeyManager) => {
                        Server::Embedded(group.clone())
                    }
                    None => continue,
                },
                None => {
                    found.not_understood(node.file, key.line, &key.path, "no engine that is known has such a URL");
                    continue;
                }
            };
            let used = servers.entry(server).or_default();
            if !used.schemas.contains(&schema) {
                used.schemas.push(schema);
            }
            if !used.groups.contains(&group) {
                used.groups.push(group.clone());
            }
        }
    }
    for (server, used) in servers {
        database(drawing, &server, used, found);
    }
    counters(drawing, found);
    analytics(drawing);
}

fn database(drawing: &mut Drawing<'_, '_>, server: &Server, mut used: Used, found: &mut Found) {
    used.schemas.sort();
    let (engine, name, port) = match server {
        Server::Remote(engine, server) => (*engine, short(&server.host), server.port),
        Server::Embedded(group) => (Engine::H2, format!("Embedded in {group}"), None),
    };
    let region = region_of(drawing, &name, &used.groups);
    let stem = match server {
        Server::Remote(..) => name.split('.').next().unwrap_or_default().to_owned(),
        Server::Embedded(group) => format!("{group}-db"),
    };
    let id = drawing.design.free_id(&in_region(region.as_ref(), &stem));
    let mut component = Component::new(Kind::Database, name);
    component.region = region;
    component.size = None;
    if let Server::Remote(_, server) = server {
        component.settings.host = own_host(&server.host);
    }
    component.spec = Spec::Database(Database { engine, schemas: used.schemas, ..Database::default() });
    drawing.design.components.insert(id.clone(), Arc::new(component));
    if engine != Engine::H2 {
        let version = Database::default().version;
        let unsaid = "Its version, standby and storage are in no such file, nor who runs it";
        found.doubt(format!("{id}: {unsaid}; {version}, managed, in two zones is assumed."), [id.clone()]);
    }
    for group in used.groups {
        let port = port.filter(|port| Some(*port) != engine.port());
        add(drawing, Link { port, ..Link::new(group, id.clone(), Purpose::Database) });
    }
}

/// The region of a server: that whose folder its host name holds, else that of its first user.
fn region_of(drawing: &Drawing<'_, '_>, host: &str, users: &[Id]) -> Option<Id> {
    let of = |id: &Id| drawing.design.components.get(id).and_then(|c| c.region.clone());
    let regions: Vec<Id> = users.iter().filter_map(of).collect();
    let named = regions.iter().find(|region| host.split('.').any(|label| label == region.as_str()));
    named.or_else(|| regions.first()).cloned()
}

/// Redis or Valkey for shared counters (D5).
fn counters(drawing: &mut Drawing<'_, '_>, found: &mut Found) {
    let nodes = drawing.nodes;
    let mut stores: BTreeMap<(Option<Id>, String), Id> = BTreeMap::new();
    for (n, node) in nodes.iter().enumerate() {
        let Some(group) = drawing.group_of.get(n).cloned().flatten() else { continue };
        let mut hosts = node.keys.iter().filter(|key| {
            key.path.starts_with("apim.distributed_throttling.") && key.path.rsplit('.').next() == Some("host")
        });
        let Some(key) = hosts.next() else { continue };
        key.is_used.set(true);
        let Some(address) = key.value.texts().first().and_then(|text| endpoint(text)) else {
            found.not_understood(node.file, key.line, &key.path, "it is no host name");
            continue;
        };
        let region = drawing.design.components.get(&group).and_then(|c| c.region.clone());
        let there = stores.get(&(region.clone(), address.host.clone())).cloned();
        let store = there.unwrap_or_else(|| {
            let stem = address.host.split('.').next().unwrap_or_default();
            let id = drawing.design.free_id(&in_region(region.as_ref(), stem));
            let mut component = Component::new(Kind::Redis, short(&address.host));
            component.region = region.clone();
            component.size = None;
            component.settings.host = own_host(&address.host);
            drawing.design.components.insert(id.clone(), Arc::new(component));
            stores.insert((region, address.host.clone()), id.clone());
            id
        });
        add(drawing, Link::new(group, store, Purpose::SharedCounters));
    }
}

/// Analytics that gateways publish to, one for each product (H25).
fn analytics(drawing: &mut Drawing<'_, '_>) {
    let nodes = drawing.nodes;
    let mut services: BTreeMap<AnalyticsProduct, Id> = BTreeMap::new();
    for (n, node) in nodes.iter().enumerate() {
        let Some(group) = drawing.group_of.get(n).cloned().flatten() else { continue };
        if node.key("apim.analytics.enable").is_none_or(|key| key.value != Value::Bool(true)) {
            continue;
        }
        let product = match node.text("apim.analytics.type") {
            Some("elk") => AnalyticsProduct::Elk,
            Some("moesif") => AnalyticsProduct::Moesif,
            _ => AnalyticsProduct::Choreo,
        };
        let service = services.get(&product).cloned().unwrap_or_else(|| {
            let id = drawing.design.free_id(&Id::slug(Kind::Analytics.short()));
            let mut component = Component::new(Kind::Analytics, product.label());
            component.spec = Spec::Analytics(Analytics { product });
            drawing.design.components.insert(id.clone(), Arc::new(component));
            services.insert(product, id.clone());
            id
        });
        add(drawing, Link::new(group, service, Purpose::AnalyticsEvents));
    }
}
