//! The encrypted port of a node's own event broker.

use crate::export::bundle::Origin;
use crate::export::wso2::sheet::{Section, table};

use super::Page;
use super::common::keystore_file;

/// The broker's side of encrypted event links; nothing when none leads here.
pub(super) fn write(page: &mut Page<'_, '_>) {
    let Some(listener) = page.node.listens.iter().find(|l| l.protocol == "amqps") else { return };
    let why = "Event links with TLS lead here; the broker's default is an outdated TLS version.";
    let origin = page.by(Origin::stated(why, &["A36", "S7", "S26"]), &[]);
    let keystore = page.node.settings.keystore.clone();
    let meaning = "Password of the primary key store, the same on every node.";
    let keystore_password = page.notes.env_of("KEYSTORE_PASSWORD", keystore.as_deref(), meaning, true);
    let truststore_password = page.notes.env("TRUSTSTORE_PASSWORD", "Password of the trust store.", true);
    let stores = Stores { keystore: &keystore_file(page), keystore_password, truststore_password };
    ssl_connection(listener.port, &stores, &origin).into_iter().for_each(|section| page.add(section));
}

/// The stores of keys that the broker uses.
pub(in crate::export) struct Stores<'s> {
    /// File of the primary key store.
    pub(in crate::export) keystore: &'s str,
    /// Its password, or what stands for it.
    pub(in crate::export) keystore_password: String,
    /// Password of the trust store, or what stands for it.
    pub(in crate::export) truststore_password: String,
}

/// The tables of the encrypted port: the broker's default is an outdated version of TLS.
pub(in crate::export) fn ssl_connection(port: u16, stores: &Stores<'_>, origin: &Origin) -> [Section; 3] {
    let store = |path, file: &str, password: &str| {
        table(path, origin.clone())
            .set("location", format!("repository/resources/security/{file}"))
            .set("password", password)
            .set("cert_type", "SunX509")
    };
    [
        table("broker.transport.amqp.ssl_connection", origin.clone())
            .set("enabled", true)
            .set("port", i64::from(port))
            .set("ssl_enabled_protocols", "TLSv1.2"),
        store("broker.transport.amqp.ssl_connection.keystore", stores.keystore, &stores.keystore_password),
        store("broker.transport.amqp.ssl_connection.truststore", "client-truststore.jks", &stores.truststore_password),
    ]
}
