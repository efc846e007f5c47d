//! What stands in the files until somebody replaces it, and the names of what must exist in a cluster beforehand.

use crate::export::bundle::Placeholder;
use crate::export::planner::Plan;

/// Name of the file with what must be filled in.
pub(super) use crate::export::wso2::PLACEHOLDERS as FILE;

/// Secret with the passwords of administrator and databases and, from 4.7, the encryption key.
pub(super) const SECRET: &str = "apim-secret";
/// Secret with the passwords of key stores and trust store, from 4.6.
pub(super) const STORE_SECRET: &str = "apim-jks-secret";
/// Secret with the key stores and the trust store as files.
pub(super) const STORES: &str = "apim-keystore-secret";
/// Secret with the certificate that callers see.
pub(super) const CERTIFICATE: &str = "apim-tls";
/// ConfigMap with the certificate of the authority that signed those of the nodes.
pub(super) const AUTHORITY: &str = "apim-ca-cert";
/// Namespace of every release.
pub(super) const NAMESPACE: &str = "apim";

/// Keys of [`SECRET`].
pub(super) const ADMIN_PASSWORD: &str = "adminPassword";
pub(super) const APIM_DB_PASSWORD: &str = "apimDbPassword";
pub(super) const SHARED_DB_PASSWORD: &str = "sharedDbPassword";
pub(super) const ENCRYPTION_KEY: &str = "encryptionKey";
/// Keys of [`STORE_SECRET`].
pub(super) const STORE_PASSWORD: &str = "tlsPassword";
pub(super) const STORE_KEY_PASSWORD: &str = "tlsKeyPassword";
pub(super) const TRUST_PASSWORD: &str = "trustPassword";

/// A text that somebody must replace.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    /// As it stands in the files.
    pub(super) text: &'static str,
    meaning: &'static str,
    secret: bool,
}

const fn plain(text: &'static str, meaning: &'static str) -> Token {
    Token { text, meaning, secret: false }
}

const fn secret(text: &'static str, meaning: &'static str) -> Token {
    Token { text, meaning, secret: true }
}

pub(super) const REGISTRY: Token = plain("<registry>", "The registry that the cluster pulls images from.");
pub(super) const APIM_USER: Token = plain("<apim_db-user>", "User of apim_db in the region's own database.");
pub(super) const SHARED_USER: Token = plain("<shared_db-user>", "User of shared_db in the region's own database.");
pub(super) const APIM_SERVICE: Token = plain("<apim_db-service>", "Service name of apim_db in Oracle.");
pub(super) const SHARED_SERVICE: Token = plain("<shared_db-service>", "Service name of shared_db in Oracle.");
pub(super) const GATEWAY_CLASS: Token = plain("<gateway-class>", "Class of the Gateway API controller in the cluster.");
pub(super) const IDENTITY_SERVER: Token =
    plain("<identity-server-host>", "Host name of the WSO2 Identity Server that is the key manager.");
pub(super) const MOESIF_KEY: Token = secret("<moesif-key>", "Key of the application in Moesif.");
pub(super) const CHOREO_ENDPOINT: Token = plain("<choreo-endpoint>", "Address that Choreo gives for usage events.");
pub(super) const CHOREO_KEY: Token = secret("<choreo-key>", "Key that Choreo gives for usage events.");
pub(super) const REDIS_USER: Token = plain("<redis-user>", "User of the store of shared counters.");
pub(super) const REDIS_PASSWORD: Token = secret("<redis-password>", "Password of the store of shared counters.");
pub(super) const KEYSTORE_PASSWORD: Token = secret("<keystore-password>", "Password of the primary key store.");
pub(super) const KEY_PASSWORD: Token = secret("<key-password>", "Password of the key in the primary key store.");
pub(super) const TRUSTSTORE_PASSWORD: Token = secret("<truststore-password>", "Password of the trust store.");
const ADMIN: Token = secret("<admin-password>", "Password of the administrator, the same in all regions.");
const APIM_PASSWORD: Token = secret("<apim_db-password>", "Password of the user of apim_db.");
const SHARED_PASSWORD: Token = secret("<shared_db-password>", "Password of the user of shared_db.");
const ENCRYPTION: Token =
    secret("<encryption-key>", "The symmetric encryption key, 64 hexadecimal digits, the same on all nodes (A42).");

/// What is put into a Secret, by its key.
pub(super) const SECRET_VALUES: [(&str, Token); 7] = [
    (ADMIN_PASSWORD, ADMIN),
    (APIM_DB_PASSWORD, APIM_PASSWORD),
    (SHARED_DB_PASSWORD, SHARED_PASSWORD),
    (ENCRYPTION_KEY, ENCRYPTION),
    (STORE_PASSWORD, KEYSTORE_PASSWORD),
    (STORE_KEY_PASSWORD, KEY_PASSWORD),
    (TRUST_PASSWORD, TRUSTSTORE_PASSWORD),
];

const ALL: [Token; 19] = [
    REGISTRY,
    APIM_USER,
    SHARED_USER,
    APIM_SERVICE,
    SHARED_SERVICE,
    GATEWAY_CLASS,
    IDENTITY_SERVER,
    MOESIF_KEY,
    CHOREO_ENDPOINT,
    CHOREO_KEY,
    REDIS_USER,
    REDIS_PASSWORD,
    KEYSTORE_PASSWORD,
    KEY_PASSWORD,
    TRUSTSTORE_PASSWORD,
    ADMIN,
    APIM_PASSWORD,
    SHARED_PASSWORD,
    ENCRYPTION,
];

/// Stands for the addresses that connections from a region come from.
pub(super) fn addresses_of(region: &str) -> String {
    format!("<addresses-of-{region}>")
}

/// Those of the tokens that a text holds.
pub(super) fn found(text: &str, plan: &Plan) -> Vec<Placeholder> {
    let placeholder = |token: &str, meaning: &str, secret| Placeholder {
        token: token.to_owned(),
        meaning: meaning.to_owned(),
        secret,
        by_product: false,
    };
    let fixed = ALL.iter().filter(|token| text.contains(token.text));
    let mut found: Vec<Placeholder> = fixed.map(|t| placeholder(t.text, t.meaning, t.secret)).collect();
    for region in &plan.regions {
        let token = addresses_of(&region.id);
        if text.contains(&token) {
            let meaning = "Addresses that connections from this region come from, as 10.0.0.0/16: nobody else reaches the \
                           ports that are opened for it.";
            found.push(placeholder(&token, meaning, false));
        }
    }
    found
}
