//! The encrypted port of a node's own event broker.

use crate::export::bundle::Origin;
use crate::export::wso2::sheet::table;

use super::Page;
use super::common::keystore_file;

/// The broker's side of encrypted event links; nothing when none leads here.
pub(super) fn write(page: &mut Page<'_, '_>) {
    let Some(listener) = page.node.listens.iter().find(|l| l.protocol == "amqps") else { return };
    let why = "Event links with TLS lead here; the broker's default is an outdated TLS version.";
    let origin = page.by(Origin::stated(why, &["A36", "S7", "S26"]), &[]);
    let keystore = page.node.settings.keystore.clone();
    let meaning = "Password of the primary key store, the same on every node.";
    let key_password = page.notes.env_of("KEYSTORE_PASSWORD", keystore.as_deref(), meaning, true);
    let trust_password = page.notes.env("TRUSTSTORE_PASSWORD", "Password of the trust store.", true);
    let folder = "repository/resources/security";
    page.add(
        table("broker.transport.amqp.ssl_connection", origin.clone())
            .set("enabled", true)
            .set("port", i64::from(listener.port))
            .set("ssl_enabled_protocols", "TLSv1.2"),
    );
    page.add(
        table("broker.transport.amqp.ssl_connection.keystore", origin.clone())
            .set("location", format!("{folder}/{}", keystore_file(page)))
            .set("password", key_password)
            .set("cert_type", "SunX509"),
    );
    page.add(
        table("broker.transport.amqp.ssl_connection.truststore", origin)
            .set("location", format!("{folder}/client-truststore.jks"))
            .set("password", trust_password)
            .set("cert_type", "SunX509"),
    );
}
