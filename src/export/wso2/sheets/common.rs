//! What every node has: names, accounts, stores of keys.

use crate::design::{ProductVersion, is_host};
use crate::export::bundle::Origin;
use crate::export::planner::{NodeRole, PlanNode, PlanPurpose};
use crate::export::text::one_line;
use crate::export::wso2::ADMINISTRATOR;
use crate::export::wso2::planes::has_control_plane;
use crate::export::wso2::sheet::table;
use crate::export::wso2::wiring::{Address, PORTALS};

use super::Page;

/// The lines before the first table.
pub(super) fn head(page: &mut Page<'_, '_>) {
    let node = page.node;
    let region = node.region.as_deref().unwrap_or("none");
    page.sheet.head(&format!("{} {}: {}", node.pack, node.version, one_line(&node.group_name)));
    page.sheet.head(&format!("Node {}, region {region}. Made by Meridian.", node.id));
    page.sheet
        .head("$env{NAME} is an environment variable that the product reads when it starts; PLACEHOLDERS.md lists");
    page.sheet.head("all of them.");
}

/// The tables that every role begins with.
pub(super) fn write(page: &mut Page<'_, '_>) {
    server(page);
    let origin = Origin::stated("Users have an id of their own in the database.", &["S5"]);
    page.add(table("user_store", origin).set("type", "database_unique_id"));
    let why = "Gateways and traffic managers log on to the control plane with this account, so it is the same on \
               every node.";
    let password = page.notes.env("ADMIN_PASSWORD", "Password of the administrator, the same on every node.", true);
    page.add(
        table("super_admin", Origin::stated(why, &["S5", "S48"]))
            .set("username", ADMINISTRATOR)
            .set("password", password)
            .set("create_admin_account", true),
    );
    stores_of_keys(page);
    encryption(page);
}

/// The balancer before the node for what its role offers.
pub(super) fn public_front<'a>(page: &Page<'_, 'a>) -> Option<Address<'a>> {
    let purposes: &[PlanPurpose] = match page.node.role {
        NodeRole::Gateway => &[PlanPurpose::ApiTraffic],
        NodeRole::KeyManager => {
            &[PlanPurpose::KeyManagerHttps, PlanPurpose::PortalAccess, PlanPurpose::ManagementHttps]
        }
        NodeRole::TrafficManager | NodeRole::ControlPlane | NodeRole::AllInOne => &PORTALS,
    };
    page.wiring.front(&page.node.id, purposes, "https")
}

/// The host name of the portals that the design names, when it can be one.
pub(in crate::export) fn portal_host(node: &PlanNode) -> Option<&str> {
    node.settings.portal_host.as_deref().filter(|host| has_control_plane(node.role) && is_host(host))
}

/// Whether the design gives portals of these nodes a name that is no host name.
pub(in crate::export) fn names_no_portal_host(node: &PlanNode) -> bool {
    has_control_plane(node.role) && node.settings.portal_host.as_deref().is_some_and(|host| !is_host(host))
}

fn server(page: &mut Page<'_, '_>) {
    let front = public_front(page);
    let (host, origin) = match (portal_host(page.node), front) {
        (Some(host), _) => {
            let why = "The host name of the portals, as the design names it.";
            (host, page.by(Origin::inferred(why, &["H20"]), &[]))
        }
        (None, Some(front)) => {
            let why = "The public name of the balancer before the node.";
            (front.host, page.by(Origin::stated(why, &["S5"]), &[front]))
        }
        (None, None) => {
            let why = "No balancer stands before the node, so it goes by its own name.";
            (page.node.host.as_str(), page.by(Origin::stated(why, &["S5"]), &[]))
        }
    };
    if names_no_portal_host(page.node) {
        page.notes.remark(format!(
            "{}: the host name of portals that the design gives is none that these nodes can go by; it is not used.",
            one_line(&page.node.group_name)
        ));
    }
    let ip = page.notes.env("NODE_IP", "IP address of the node itself; differs from node to node.", false);
    let ip_origin = Origin::stated("The address at which other nodes reach this one.", &["S5", "S48"]);
    let mut server = table("server", Origin::stated("Who the node is.", &["S5"]));
    server = server.set_by("hostname", host, origin).set_by("node_ip", ip, ip_origin);
    if let Some((role, origin)) = server_role(page) {
        server = server.set_by("server_role", role, origin).remark("A45");
    }
    if matches!(page.node.role, NodeRole::ControlPlane | NodeRole::KeyManager | NodeRole::AllInOne) {
        server = server.set("base_path", "${carbon.protocol}://${carbon.host}:${carbon.management.port}");
    }
    page.add(server);
}

/// The role: the profile the common pack is started with, else always `default`. `None` for a node of which no source
/// says how it is started.
fn server_role(page: &Page<'_, '_>) -> Option<(String, Origin)> {
    let command = page.node.start_command.as_deref()?;
    // The packs from 4.5 on know no profiles, whatever the design says of the packaging.
    let profile = command.split_once("-Dprofile=").filter(|_| page.release.version < ProductVersion::V4_5);
    Some(match profile {
        Some((_, profile)) => {
            let why = "The profile that the common pack is started with.";
            (profile.to_owned(), Origin::stated(why, &["A1", "A45", "Z17"]))
        }
        None => {
            let why = "The packs know no other role.";
            ("default".to_owned(), Origin::stated(why, &["A45", "S26"]).keeps(&["R-EXP-07"]))
        }
    })
}

/// The primary key store's file: the usual one, or that of the name which the design gives.
pub(super) fn keystore_file(page: &Page<'_, '_>) -> String {
    let Some(name) = page.node.settings.keystore.as_deref() else { return "wso2carbon.jks".to_owned() };
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect();
    let plain = plain.trim_start_matches('.');
    let ending = plain.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("jks" | "p12" | "pfx") => plain.to_owned(),
        _ => format!("{plain}.jks"),
    }
}

fn stores_of_keys(page: &mut Page<'_, '_>) {
    let file = keystore_file(page);
    let kind = if file.to_ascii_lowercase().ends_with(".jks") { "JKS" } else { "PKCS12" };
    let name = page.node.settings.keystore.as_deref();
    let meaning = "Password of the primary key store, the same on every node.";
    let password = page.notes.env_of("KEYSTORE_PASSWORD", name, meaning, true);
    let key = page.notes.env_of("KEY_PASSWORD", name, "Password of the key in the primary key store.", true);
    let why = "The same primary key store on every node, since what one encrypts another must read; with replicated \
               databases in every region.";
    page.add(
        table("keystore.tls", page.by(Origin::inferred(why, &["A43", "S48"]), &[]))
            .set("file_name", file)
            .remark("A43: the same store on every node")
            .set("type", kind)
            .set("password", password)
            .set("alias", "wso2carbon")
            .set("key_password", key),
    );
    let password = page.notes.env("TRUSTSTORE_PASSWORD", "Password of the trust store.", true);
    page.add(
        table("truststore", Origin::stated("The certificates that the node trusts.", &["S5", "S48"]))
            .set("file_name", "client-truststore.jks")
            .set("type", "JKS")
            .set("password", password),
    );
}

fn encryption(page: &mut Page<'_, '_>) {
    if !page.release.symmetric_key {
        return;
    }
    let name = page.node.settings.encryption_key.as_deref();
    let meaning = "Symmetric encryption key, 64 hexadecimal digits, the same on every node (A42).";
    let key = page.notes.env_of("ENCRYPTION_KEY", name, meaning, true);
    let why = "One key on all nodes of the deployment; with replicated databases in every region, which is inferred.";
    page.add(
        table("encryption", page.by(Origin::stated(why, &["A42", "S19", "S26", "S48"]), &[]))
            .set("internal_crypto_provider", "org.wso2.carbon.crypto.provider.SymmetricKeyInternalCryptoProvider")
            .set("key", key)
            .remark("A42: the same key on every node"),
    );
}
