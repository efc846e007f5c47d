//! `[apim.throttling]`: whom gateways report calls to and who tells them to throttle (A22, A23), what traffic managers
//! tell each other (A26), and counters in a shared store (D5).

use std::collections::BTreeMap;

use crate::export::bundle::Origin;
use crate::export::planner::PlanPurpose;
use crate::export::text::one_line;
use crate::export::wso2::shared_counters;
use crate::export::wso2::sheet::{element, table};
use crate::export::wso2::wiring::{Address, BROKER};

use super::Page;
use super::event_hub::{endpoints, peers, tls_settings};

/// A gateway's side.
pub(super) fn gateway(page: &mut Page<'_, '_>) {
    let decisions = page.wiring.far(page.node, PlanPurpose::ThrottleDecision, &BROKER);
    let listening = endpoints(page, &decisions, &["A23", "B27", "S5", "S7"]);
    if listening.is_none() {
        page.lacks("no link brings throttle decisions; [apim.throttling] throttle_decision_endpoints is left out.");
    }
    let own = |address: &Address<'_>| page.wiring.region(address.endpoint) == page.node.region.as_deref();
    let returns = (decisions.iter().any(own) && !decisions.iter().all(own)).then(|| {
        let why = "After a failure the traffic managers of the own region, listed first, are tried first again.";
        (true, page.by(Origin::stated(why, &["H9", "S30"]), &decisions))
    });
    let why = "Who decides on throttling for this gateway.";
    page.add(
        table("apim.throttling", Origin::stated(why, &["A22", "A23", "S5"]))
            .set_found("throttle_decision_endpoints", Some("every traffic manager that the links lead to"), listening)
            .set_found("sequential_failover_from_beginning", None, returns),
    );
    encrypted(page, &decisions);
    url_groups(page);
}

/// One group for each traffic manager, so that each sees every call (A39); those that share their counters in one store
/// are one group with the calls spread over them (D5).
pub(super) fn url_groups(page: &mut Page<'_, '_>) {
    let plain = page.wiring.far(page.node, PlanPurpose::ThrottleData, &["tcp"]);
    let secured = page.wiring.far(page.node, PlanPurpose::ThrottleData, &["ssl"]);
    if plain.is_empty() {
        page.lacks("no link carries throttle data; [[apim.throttling.url_group]] is left out.");
    }
    let groups = shared_counters::grouped(page.wiring, plain, |address| address.endpoint);
    let secured: BTreeMap<&str, Address<'_>> = secured.into_iter().map(|a| (a.endpoint, a)).collect();
    for (_, members) in groups {
        let urls: Vec<String> = members.iter().map(Address::tcp).collect();
        let auth = members.iter().filter_map(|member| secured.get(member.endpoint));
        let auth: Vec<String> = auth.map(|a| format!("ssl://{}:{}", a.host, a.port.number)).collect();
        if auth.len() < urls.len() {
            page.lacks("throttle data needs a second port for the log-in, and the link names only one port.");
        }
        let (why, facts): (_, &[&'static str]) = match members.len() {
            1 => ("One group for each traffic manager, so that each sees every call.", &["A22", "A39", "S5"]),
            _ => ("One group: these traffic managers share their counters.", &["A39", "D5", "S24"]),
        };
        let mut group = element("apim.throttling.url_group", page.by(Origin::stated(why, facts), &members))
            .set("traffic_manager_urls", urls)
            .set("traffic_manager_auth_urls", auth);
        if members.len() > 1 {
            group = group.set("type", "loadbalance");
        }
        page.add(group);
    }
}

/// What traffic managers of one cluster tell each other: each names the others (Z8).
pub(super) fn duplicate(page: &mut Page<'_, '_>) {
    let nodes = page.wiring.far(page.node, PlanPurpose::ThrottleDuplicate, &BROKER);
    let key = "[apim.throttling] event_duplicate_url";
    let Some((urls, origin)) = peers(page, &nodes, key, &["A26", "D4", "S5", "Z8"]) else { return };
    let why = "Each traffic manager copies its decisions to the others.";
    page.add(
        table("apim.throttling", Origin::stated(why, &["A26", "S5"]))
            .set_by("event_duplicate_url", urls, origin)
            .remark("the other traffic managers of the region (Z8)")
            .set("throttle_decision_endpoints", ["tcp://localhost:5672"]),
    );
}

/// `[apim.distributed_throttling]` of a node whose region keeps its counters in a store.
pub(super) fn shared_counters(page: &mut Page<'_, '_>) {
    let name = one_line(&page.node.group_name);
    let Some(store) = shared_counters::known(page.deployment, page.node) else { return };
    if !page.release.shared_counters {
        page.notes.remark(format!("{name}: counters in Redis or Valkey need 4.6, so the link gives no keys (D5)."));
        return;
    }
    let shared_counters::Store { service, host, port, connection, encrypted } = store;
    let user = page.notes.env("REDIS_USER", "User of the Redis or Valkey store.", false);
    let password = page.notes.env("REDIS_PASSWORD", "Password of that user.", true);
    if encrypted {
        page.notes.remark(format!(
            "{name}: TLS is drawn to {}. The collected facts know it as a key of the Helm chart only, keyvalueStore.ssl \
             (D5): find its name for [apim.distributed_throttling.keyvalue_store] and set it.",
            one_line(&service.name)
        ));
    }
    let origin = match connection.from == page.node.id {
        true => Origin::stated("Counters are kept in the store that the node is linked to.", &["D5", "S24"]),
        false => {
            let why = "The store of the traffic managers of its region: a control plane needs the same keys.";
            Origin::inferred(why, &["D5", "B30", "S24"])
        }
    };
    let origin = page.by(origin, &[]).of(store.elements());
    page.add(
        table("apim.distributed_throttling", origin.clone())
            .set("enable", true)
            .set("type", "redis")
            .set("sync_interval", 1)
            .set("core_pool_size", 5),
    );
    page.add(
        table("apim.distributed_throttling.keyvalue_store", origin)
            .set("host", host)
            .set("port", i64::from(port.number))
            .set("user", user)
            .set("password", password),
    );
}

/// The connection of a gateway to traffic managers whose broker is encrypted (S7).
fn encrypted(page: &mut Page<'_, '_>, decisions: &[Address<'_>]) {
    if !decisions.iter().any(Address::is_encrypted) {
        return;
    }
    let settings = tls_settings(page, "%26");
    let brokers: Vec<String> = decisions
        .iter()
        .map(|address| match address.is_encrypted() {
            true => format!("{}?ssl='{settings}'", address.tcp()),
            false => address.tcp(),
        })
        .collect();
    let meaning = "Password of the administrator, percent-encoded as in any URL.";
    let password = page.notes.env("ADMIN_PASSWORD_ENCODED", meaning, true);
    let why = "Throttle decisions are drawn with TLS. The documentation shows the form for one traffic manager.";
    let origin = page.by(Origin::inferred(why, &["A38", "A49", "S7", "S48"]), decisions);
    page.add(table("apim.throttling.jms", origin).set(
        "topic_connection_factory",
        format!("amqp://{}:{password}@clientid/carbon?brokerlist='{}'", super::event_hub::ADMIN.0, brokers.join(";")),
    ));
}
