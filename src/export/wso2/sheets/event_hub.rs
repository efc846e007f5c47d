//! `[apim.event_hub]` of those that listen to one (A19, A20, A24, A25, A31) and `[apim.key_manager]` of those that ask
//! one (A21, A30).

use crate::export::bundle::{Basis, Origin};
use crate::export::planner::{NodeRole, PlanBasis, PlanPurpose};
use crate::export::text::one_line;
use crate::export::wso2::sheet::{Section, table};
use crate::export::wso2::wiring::{Address, BROKER};

use super::Page;

/// The administrator's name and password, as other keys of the file refer to them.
pub(in crate::export) const ADMIN: (&str, &str) = ("$ref{super_admin.username}", "$ref{super_admin.password}");

/// A node that pulls from a control plane and listens to all of its event hubs.
pub(super) fn client(page: &mut Page<'_, '_>) {
    let facts: [&'static str; 3] = match page.node.role {
        NodeRole::TrafficManager => ["A24", "A25", "B27"],
        NodeRole::KeyManager => ["A31", "A31", "B27"],
        NodeRole::Gateway | NodeRole::ControlPlane | NodeRole::AllInOne => ["A19", "A20", "B27"],
    };
    let service = page.single(PlanPurpose::ManagementHttps, "[apim.event_hub] service_url").map(|address| {
        let why =
            "Artifacts and policies are pulled from the control plane: its balancer, or the node when it has none.";
        let origin = Origin::stated(why, &[facts[0], facts[2], "S5"]).keeps(&["R-EXP-05", "R-EXP-06"]);
        (address.https("/services/"), page.by(origin, &[address]))
    });
    let hubs = page.wiring.far(page.node, PlanPurpose::EventStream, &BROKER);
    let listening = endpoints(page, &hubs, &[facts[1], facts[2], "S5", "Z6"]);
    if listening.is_none() {
        page.lacks("no event stream leads to a control plane; [apim.event_hub] event_listening_endpoints is left out.");
    }
    if service.is_none() && listening.is_none() {
        return;
    }
    let table =
        log_in("apim.event_hub", Origin::stated("Listens to the event hub of the control plane.", &["S5"]), true)
            .set_found("service_url", Some("the control plane's balancer, or its only node"), service)
            .set_found("event_listening_endpoints", Some("every control plane node, one text each (Z6)"), listening);
    let table = if hubs.iter().any(Address::is_encrypted) { encrypted(page, table, &hubs) } else { table };
    page.add(table);
}

/// Broker addresses with their origin; `None` for none.
pub(super) fn endpoints(
    page: &Page<'_, '_>,
    nodes: &[Address<'_>],
    facts: &[&'static str],
) -> Option<(Vec<String>, Origin)> {
    let why = "Every node that the links lead to, those of the own region first, one text each.";
    let origin = page.by(Origin::stated(why, facts).keeps(&["R-EXP-05", "R-EXP-06"]), nodes);
    (!nodes.is_empty()).then(|| (nodes.iter().map(Address::tcp).collect(), origin))
}

/// How nodes of one cluster name each other (Z8), with its origin; `None` for a node that is alone. Documentation has
/// pairs only: what more of them tell each other is concluded, and three control planes are advised against (C7).
pub(super) fn peers(
    page: &mut Page<'_, '_>,
    nodes: &[Address<'_>],
    key: &str,
    facts: &[&'static str],
) -> Option<(Vec<String>, Origin)> {
    let (urls, mut origin) = endpoints(page, nodes, facts)?;
    let concluded = |node: &Address<'_>| node.by.is_some_and(|c| c.basis == PlanBasis::Inferred);
    if nodes.len() > 1 {
        origin.facts.extend(["C7", "A49"]);
        page.notes.remark(format!(
            "{}: {} nodes name each other in {key}. Documentation and templates know pairs only (C7, A49), so this is \
             concluded; try it before relying on it.",
            one_line(&page.node.group_name),
            nodes.len() + 1
        ));
    }
    if nodes.len() > 1 || nodes.iter().any(concluded) {
        origin.basis = Basis::Inferred;
    }
    Some((urls, origin))
}

/// A table that begins with an account: with what enables it, or without.
pub(super) fn log_in(path: &'static str, origin: Origin, enable: bool) -> Section {
    let section = table(path, origin);
    let section = if enable { section.set("enable", true) } else { section };
    section.set("username", ADMIN.0).set("password", ADMIN.1)
}

/// The settings of TLS that clients of a broker have, between `separator`s (S7). They hold for all addresses at once.
pub(super) fn tls_settings(page: &mut Page<'_, '_>, separator: &str) -> String {
    let keystore = page.node.settings.keystore.clone();
    let mut env = |base, name: Option<&str>, meaning, secret| page.notes.env_of(base, name, meaning, secret);
    let alias = env("BROKER_CERTIFICATE_ALIAS", None, "Alias of the brokers' certificate in the trust store.", false);
    let trust = env("TRUSTSTORE_PATH", None, "Path of the trust store on the node.", false);
    let trust_password = env("TRUSTSTORE_PASSWORD", None, "Password of the trust store.", true);
    let keys = env("KEYSTORE_PATH", keystore.as_deref(), "Path of the primary key store on the node.", false);
    let meaning = "Password of the primary key store, the same on every node.";
    let keys_password = env("KEYSTORE_PASSWORD", keystore.as_deref(), meaning, true);
    [
        "true".to_owned(),
        format!("ssl_cert_alias='{alias}"),
        format!("trust_store='{trust}"),
        format!("trust_store_password='{trust_password}"),
        format!("key_store='{keys}"),
        format!("key_store_password='{keys_password}"),
    ]
    .join(&format!("'{separator}"))
}

fn encrypted(page: &mut Page<'_, '_>, table: Section, hubs: &[Address<'_>]) -> Section {
    if !hubs.iter().all(Address::is_encrypted) {
        page.lacks("some event streams are encrypted and some are not, but the settings of TLS hold for all of them.");
    }
    let settings = tls_settings(page, "&amp;");
    let origin = page.by(Origin::stated("Event streams are drawn with TLS.", &["A36", "S7"]), hubs);
    table
        .set_in("jms", "username", ADMIN.0)
        .set_in("jms", "password", ADMIN.1)
        .set_in("jms", "ssl", settings.as_str())
        .set_by("ssl", settings, origin)
}

/// `[apim.key_manager]` of a gateway.
pub(super) fn key_manager(page: &mut Page<'_, '_>) {
    let Some(address) = page.single(PlanPurpose::KeyManagerHttps, "[apim.key_manager] service_url") else { return };
    let why = "The key manager that the link leads to: the control plane's own, or a separate one.";
    let origin = Origin::stated(why, &["A21", "B27", "S5", "S6", "Z16"]).keeps(&["R-EXP-05", "R-EXP-06"]);
    let origin = page.by(origin, &[address]);
    page.add(
        table("apim.key_manager", origin)
            .set("service_url", address.https("/services/"))
            .set("username", ADMIN.0)
            .set("password", ADMIN.1),
    );
}
