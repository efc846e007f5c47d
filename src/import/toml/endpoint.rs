//! Addresses as configuration writes them: `tcp://host:5672`, `https://host/services/`, JDBC URLs.

use crate::design::{Engine, Schema};

/// A host and, where it is said, its port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Endpoint {
    /// Host name or IP address, in lower case.
    pub(super) host: String,
    /// Port number; `None` when it is not said, or a variable.
    pub(super) port: Option<u16>,
}

/// Reads an address; `None` when it has no host. Accounts in it are left out.
pub(super) fn endpoint(text: &str) -> Option<Endpoint> {
    let rest = text.trim().split_once("://").map_or(text.trim(), |(_, rest)| rest);
    let authority = rest.split(['/', '?', ';', '#']).next().unwrap_or_default();
    let authority = authority.rsplit('@').next().unwrap_or_default();
    host_and_port(authority)
}

/// The addresses of a text that joins several by commas, which the product reads as one (Z6).
pub(super) fn endpoints(text: &str) -> Vec<Endpoint> {
    text.split(',').filter_map(endpoint).collect()
}

fn host_and_port(authority: &str) -> Option<Endpoint> {
    // Variables such as ${mgt.transport.https.port} hold no colon, addresses of IPv6 stand in brackets.
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':')),
        None => authority.rsplit_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
    };
    let host = host.trim().to_ascii_lowercase();
    let sound = !host.is_empty() && host.len() <= 253 && !host.chars().any(|c| c.is_control() || c.is_whitespace());
    sound.then(|| Endpoint { host, port: port.and_then(|port| port.parse().ok()) })
}

/// Whether the host is the node itself.
pub(super) fn is_own(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "::1" | "0.0.0.0") || host.starts_with("${") || host.starts_with("$env{")
}

/// Whether a text stands for something that nobody has supplied yet, such as `<ip>` or `$env{NODE_IP}`.
pub(super) fn is_placeholder(text: &str) -> bool {
    text.is_empty() || text.contains('<') || text.contains('{')
}

/// A database server as a JDBC URL names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Jdbc {
    /// Its engine.
    pub(super) engine: Engine,
    /// Where it is; `None` for the embedded H2.
    pub(super) server: Option<Endpoint>,
}

/// Reads a JDBC URL.
pub(super) fn jdbc(url: &str) -> Option<Jdbc> {
    let rest = url.trim().strip_prefix("jdbc:")?;
    let (scheme, rest) = rest.split_once(':')?;
    let engine = match scheme.to_ascii_lowercase().as_str() {
        "postgresql" => Engine::PostgreSql,
        "mysql" | "mariadb" => Engine::MySql,
        "sqlserver" => Engine::SqlServer,
        "oracle" => Engine::Oracle,
        "h2" => return Some(Jdbc { engine: Engine::H2, server: None }),
        _ => return None,
    };
    let server = match engine {
        // thin:@host:1521/service, thin:@//host:1521/service or thin:@host:1521:sid
        Engine::Oracle => {
            let address = rest.rsplit_once('@')?.1.trim_start_matches('/');
            let mut parts = address.split(['/', ':', '?']);
            let host = parts.next()?;
            let port = parts.next().and_then(|port| port.parse().ok());
            Endpoint { port, ..host_and_port(host)? }
        }
        _ => endpoint(rest.trim_start_matches('/'))?,
    };
    Some(Jdbc { engine, server: Some(server) })
}

/// The schema that a table of configuration is about.
pub(super) fn schema(table: &str) -> Option<Schema> {
    match table {
        "apim_db" => Some(Schema::Apim),
        "shared_db" => Some(Schema::Shared),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Option<(String, Option<u16>)> {
        endpoint(text).map(|e| (e.host, e.port))
    }

    #[test]
    fn addresses_are_read_without_accounts() {
        assert_eq!(told("tcp://CP1.eu:5672"), Some(("cp1.eu".into(), Some(5672))));
        assert_eq!(told("https://am.eu/services/"), Some(("am.eu".into(), None)));
        assert_eq!(told("https://u:p@am.eu:9443/x"), Some(("am.eu".into(), Some(9443))));
        assert_eq!(told("https://localhost:${mgt.transport.https.port}/x"), Some(("localhost".into(), None)));
        assert_eq!(told("tcp://[fe80::1]:5672"), Some(("fe80::1".into(), Some(5672))));
        assert_eq!(told(""), None);
        assert_eq!(endpoints("tcp://a:1,tcp://b:2").len(), 2);
    }

    #[test]
    fn every_engine_has_its_own_form() {
        let server = |url: &str| jdbc(url).map(|j| (j.engine, j.server.map(|s| (s.host, s.port))));
        let at = |host: &str, port| Some((host.to_owned(), Some(port)));
        assert_eq!(server("jdbc:postgresql://db.eu:5432/apim_db"), Some((Engine::PostgreSql, at("db.eu", 5432))));
        assert_eq!(server("jdbc:mysql://db:3306/apim?useSSL=false"), Some((Engine::MySql, at("db", 3306))));
        let mssql = "jdbc:sqlserver://db:1433;databaseName=apim;user=a;password=b";
        assert_eq!(server(mssql), Some((Engine::SqlServer, at("db", 1433))));
        for oracle in
            ["jdbc:oracle:thin:@db:1521/apim", "jdbc:oracle:thin:@//db:1521/apim", "jdbc:oracle:thin:a/b@db:1521:x"]
        {
            assert_eq!(server(oracle), Some((Engine::Oracle, at("db", 1521))), "{oracle}");
        }
        assert_eq!(server("jdbc:h2:./repository/database/WSO2AM_DB"), Some((Engine::H2, None)));
        assert_eq!(server("jdbc:db2://x:1/y"), None);
    }
}
