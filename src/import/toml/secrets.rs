//! What of a value may be kept: everything but accounts, passwords and the like. Where it cannot be told what is
//! secret, nothing is kept.

/// Parts of the names of keys that hold accounts, passwords and the like.
const KEYS: [&str; 8] = ["password", "passphrase", "pwd", "secret", "credential", "username", "token", "key"];

/// Parts of the names of tables that hold nothing else.
const TABLES: [&str; 5] = ["password", "passphrase", "pwd", "secret", "credential"];

/// Words of a text that has a password among other things, such as settings of TLS.
const WORDS: [&str; 4] = ["password", "passphrase", "pwd", "secret"];

/// What ends the host of an address.
const AFTER_HOST: [char; 4] = ['/', '?', '#', ';'];
/// What ends the part of an address that may be kept: parameters often name an account.
const PARAMETERS: [char; 3] = ['?', '#', ';'];

/// Whether a key of this name holds a secret.
pub(super) fn is_secret(name: &str) -> bool {
    name.eq_ignore_ascii_case("user") || has_part(name, &KEYS)
}

/// Whether everything below a table of this name is secret.
pub(super) fn hides_all(table: &str) -> bool {
    has_part(table, &TABLES)
}

fn has_part(text: &str, parts: &[&str]) -> bool {
    let text = text.to_ascii_lowercase();
    parts.iter().any(|part| text.contains(part))
}

/// A text without accounts and parameters of the addresses in it; `None` when it may still hold a secret.
pub(super) fn kept(text: &str) -> Option<String> {
    let kept = match text.strip_prefix("jdbc:") {
        Some(url) => format!("jdbc:{}", jdbc(url)?),
        None if text.contains("://") => addresses(text)?,
        None => text.to_owned(),
    };
    (!has_part(&kept, &WORDS)).then_some(kept)
}

/// Addresses that may be joined by commas. A part that is no address may be what a comma left of an account.
fn addresses(text: &str) -> Option<String> {
    let bare = !text.contains('@') && !text.contains(PARAMETERS);
    let kept: Option<Vec<String>> = text
        .split(',')
        .map(|part| match part.split_once("://") {
            Some((scheme, rest)) => Some(format!("{scheme}://{}", host_and_path(rest)?)),
            None => bare.then(|| part.to_owned()),
        })
        .collect();
    Some(kept?.join(","))
}

/// What follows the scheme of an address. An `@` behind the host may end an account with unusual characters.
fn host_and_path(rest: &str) -> Option<String> {
    let (authority, path) = rest.split_at(rest.find(AFTER_HOST).unwrap_or(rest.len()));
    if path.contains('@') {
        return None;
    }
    let host = authority.rsplit('@').next().unwrap_or_default();
    Some(format!("{host}{}", before_parameters(path)))
}

fn before_parameters(text: &str) -> &str {
    text.split(PARAMETERS).next().unwrap_or_default()
}

/// A JDBC URL after its first word. Oracle writes the account before the only `@`.
fn jdbc(url: &str) -> Option<String> {
    if let Some((driver, rest)) = url.strip_prefix("oracle:").and_then(|rest| rest.split_once(':')) {
        let (_, address) = rest.split_once('@').filter(|(_, address)| !address.contains('@'))?;
        return Some(format!("oracle:{driver}:@{}", before_parameters(address)));
    }
    match url.split_once("://") {
        Some((scheme, rest)) => Some(format!("{scheme}://{}", host_and_path(rest)?)),
        None => (!url.contains('@')).then(|| before_parameters(url).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_kept_without_accounts() {
        for (text, left) in [
            ("jdbc:mysql://a:hunter2@db:3306/x?password=hunter2", "jdbc:mysql://db:3306/x"),
            ("jdbc:oracle:thin:a/hunter2@db:1521/x", "jdbc:oracle:thin:@db:1521/x"),
            ("jdbc:oracle:thin:apim/hun?ter2@db:1521/x", "jdbc:oracle:thin:@db:1521/x"),
            ("jdbc:oracle:thin:apim/hun;ter2@//db:1521/x?y=z", "jdbc:oracle:thin:@//db:1521/x"),
            ("jdbc:sqlserver://db:1433;user=a;password=hunter2", "jdbc:sqlserver://db:1433"),
            ("jdbc:h2:./repository/database/X;PASSWORD=hunter2", "jdbc:h2:./repository/database/X"),
            ("https://a:hunter2@am.eu/services/", "https://am.eu/services/"),
            ("tcp://tm:8672?ssl='true'&trust_store_password='hunter2'", "tcp://tm:8672"),
            ("tcp://a:hunter2@cp1:5672,tcp://a:hunter2@cp2:5672", "tcp://cp1:5672,tcp://cp2:5672"),
            ("amqp://admin:hunter2@clientid/carbon?brokerlist='tcp://cp1:5672'", "amqp://clientid/carbon"),
            ("Production and Sandbox", "Production and Sandbox"),
        ] {
            assert_eq!(kept(text).as_deref(), Some(left), "{text}");
        }
    }

    #[test]
    fn nothing_is_kept_where_it_cannot_be_told_what_is_secret() {
        for text in [
            "jdbc:mysql://a:hun?ter2@db:3306/x",
            "jdbc:postgresql://a:hun/ter2@db:5432/x",
            "jdbc:oracle:thin:apim/hun@ter2@db:1521/x",
            "jdbc:oracle:thin:apim/hunter2",
            "https://a:hun,ter2@am.eu/x",
            "https://am.eu/x?password='hun,ter2'",
            "true'&trust_store_password='hunter2",
        ] {
            assert_eq!(kept(text), None, "{text}");
        }
    }
}
