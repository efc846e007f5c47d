//! Node configuration by what is drawn: stores of counters, key managers, databases, environments, what an administrator
//! sets, and the pages of the regions.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic anywhere")]

mod nodes;

use meridian::design::*;
use nodes::*;

#[test]
fn traffic_managers_that_share_counters_are_one_group() {
    let mut draw = pattern_2(ProductVersion::V4_6);
    draw.put("ap-redis", Kind::Redis, "ap", 1).link("ap-tm", "ap-redis", &[Purpose::SharedCounters]);
    let made = made(&draw.0);
    let groups = made.node("ap/ap-gw-1")["apim"]["throttling"]["url_group"].clone();
    assert_eq!(groups.as_array().unwrap().len(), 1, "D5: {groups}");
    assert_eq!(groups[0]["type"], "loadbalance");
    assert_eq!(groups[0]["traffic_manager_auth_urls"].as_array().unwrap().len(), 2);
    let store = made.node("ap/ap-tm-2")["apim"]["distributed_throttling"].clone();
    assert_eq!(store["keyvalue_store"]["host"], "ap-redis.ap.apim.internal");
    assert_eq!(store["keyvalue_store"]["port"], 6379);
    assert_eq!(made.node("eu/eu-gw-1")["apim"]["throttling"]["url_group"].as_array().unwrap().len(), 2, "A39");
}

#[test]
fn traffic_managers_of_another_region_come_last_and_are_left_again() {
    let mut draw = pattern_2(ProductVersion::V4_6);
    draw.link("ap-gw", "eu-tm", &[Purpose::ThrottleDecision]);
    let made = made(&draw.0);
    let throttling = made.node("ap/ap-gw-1")["apim"]["throttling"].clone();
    let hosts = throttling["throttle_decision_endpoints"].as_array().unwrap();
    let regions: Vec<bool> = hosts.iter().map(|h| h.as_str().unwrap().contains(".ap.")).collect();
    assert_eq!(regions, [true, true, false, false]);
    assert_eq!(throttling["sequential_failover_from_beginning"], true, "H9");
    let home = made.node("eu/eu-gw-1")["apim"]["throttling"].clone();
    assert_eq!(home.get("sequential_failover_from_beginning"), None);
}

#[test]
fn encrypted_event_links_use_the_other_port_on_both_sides() {
    let mut draw = pattern_1(&["eu", "us"], ProductVersion::V4_7);
    let purposes = [Purpose::EventStream, Purpose::HubEvents, Purpose::ThrottleDecision];
    draw.links(&purposes, |link| link.tls = true);
    let made = made(&draw.0);
    let gateway = made.node("eu/eu-gw-1");
    let hub = &gateway["apim"]["event_hub"];
    assert_eq!(hub["event_listening_endpoints"][0], "tcp://eu-cp-1.eu.apim.internal:8672");
    assert_eq!(hub["ssl"], hub["jms"]["ssl"]);
    assert!(hub["ssl"].as_str().unwrap().starts_with("true'&amp;ssl_cert_alias='$env{"), "{hub}");
    assert!(!hub["ssl"].as_str().unwrap().ends_with('\''), "{hub}");
    let factory = gateway["apim"]["throttling"]["jms"]["topic_connection_factory"].as_str().unwrap();
    assert_eq!(addresses(factory).iter().map(|(_, port)| *port).collect::<Vec<_>>(), [8672, 8672], "{factory}");
    for folder in ["eu/eu-cp-1", "eu/eu-tm-1"] {
        let broker = made.node(folder)["broker"]["transport"]["amqp"]["ssl_connection"].clone();
        assert_eq!((&broker["port"], &broker["ssl_enabled_protocols"]), (&8672.into(), &"TLSv1.2".into()));
        assert_eq!(broker["keystore"]["password"], "$env{KEYSTORE_PASSWORD}");
    }
    let jndi = properties(made.text("eu/eu-cp-1/repository/conf/jndi-region-us-cp2.properties"));
    let broker = &jndi["connectionfactory.TopicConnectionFactory"];
    assert!(
        broker.contains("brokerlist='tcp://us-cp-2.us.apim.internal:8672?ssl='true'%26ssl_cert_alias="),
        "{broker}"
    );
    assert!(broker.ends_with("''"), "{broker}");
    let tokens: Vec<&str> = made.bundle.placeholders.iter().map(|p| p.token.as_str()).collect();
    assert!(tokens.contains(&"<truststore-password>"), "{tokens:?}");
}

#[test]
fn a_separate_key_manager_is_asked_and_reports_to_the_control_plane() {
    use Purpose as P;
    let mut draw = pattern_1(&["eu"], ProductVersion::V4_7);
    draw.0.links.retain(|_, link| link.purpose != P::KeyManagerHttps);
    draw.put("eu-km", Kind::KeyManager, "eu", 2).put("eu-km-lb", Kind::LoadBalancer, "eu", 1);
    draw.link("eu-km-lb", "eu-km", &[P::KeyManagerHttps]).link("eu-km", "eu-db", &[P::Database]);
    draw.link("eu-gw", "eu-km-lb", &[P::KeyManagerHttps]).link("eu-cp", "eu-km-lb", &[P::KeyManagerHttps]);
    draw.link("eu-km", "eu-cp-lb", &[P::ManagementHttps, P::TokenNotification]).link(
        "eu-km",
        "eu-cp",
        &[P::EventStream],
    );
    let made = made(&draw.0);
    let url = "https://eu-km-lb.eu.apim.internal/services/";
    for folder in ["eu/eu-gw-1", "eu/eu-cp-2"] {
        assert_eq!(made.node(folder)["apim"]["key_manager"]["service_url"], url);
    }
    let node = made.node("eu/eu-km-1");
    assert_eq!(node["server"]["hostname"], "eu-km-lb.eu.apim.internal");
    assert_eq!(node["apim"]["event_hub"]["event_listening_endpoints"].as_array().unwrap().len(), 2);
    let notify = "https://eu-cp-lb.eu.apim.internal/internal/data/v1/notify";
    assert_eq!(node["event_listener"][0]["properties"]["notification_endpoint"], notify);
    assert!(node["database"]["apim_db"].is_object());
}

#[test]
fn with_identity_server_the_listener_stands_there() {
    let mut draw = pattern_1(&["eu"], ProductVersion::V4_6);
    draw.put("is", Kind::IdentityProvider, "eu", 1).link("is", "eu-cp-lb", &[Purpose::TokenNotification]);
    let product = |product| Spec::IdentityProvider(IdentityProvider { product, ..IdentityProvider::default() });
    draw.component("is", |c| c.spec = product(IdentityProduct::Wso2Is));
    // Rules and gateways do not take one for a key manager that only reports: nobody uses its tokens.
    let reports = made(&draw.0);
    assert!(reports.node("eu/eu-cp-1").get("event_listener").is_some());
    assert!(!reports.text("eu/README.md").contains("/internal/data/v1/notify"));
    assert!(reports.bundle.remarks.iter().any(|r| r.starts_with("is reports revoked tokens, but")));
    draw.link("eu-gw", "is", &[Purpose::Identity]);
    let with = made(&draw.0);
    assert_eq!(with.node("eu/eu-cp-1").get("event_listener"), None, "H4");
    assert!(with.text("eu/README.md").contains("/internal/data/v1/notify"));
    draw.component("is", |c| c.spec = product(IdentityProduct::Okta));
    assert!(made(&draw.0).node("eu/eu-cp-1").get("event_listener").is_some());
}

#[test]
fn what_an_administrator_sets_on_nodes_is_in_their_files() {
    let mut draw = pattern_1(&["eu"], ProductVersion::V4_7);
    draw.component("eu-cp", |c| {
        c.settings = NodeSettings {
            keystore: "prod".into(),
            encryption_key: "key of 2026".into(),
            cache_domain: "eu.cache".into(),
            portal_host: "portal.bank.example".into(),
            heap_gib: Some(4.0),
            token_cleanup_off: true,
            ..NodeSettings::default()
        };
    });
    let made = made(&draw.0);
    let node = made.node("eu/eu-cp-1");
    assert_eq!(node["keystore"]["tls"]["file_name"], "prod.jks");
    assert_eq!(node["keystore"]["tls"]["password"], "$env{KEYSTORE_PASSWORD_PROD}");
    assert_eq!(node["encryption"]["key"], "$env{ENCRYPTION_KEY_KEY_OF_2026}");
    assert_eq!(node["apim"]["cache_invalidation"]["domain"], "eu.cache");
    assert_eq!(node["apim"]["devportal"]["url"], "https://portal.bank.example/devportal");
    assert_eq!(node["apim"]["oauth_config"]["enable_revoke_token_cleanup"], false);
    assert_eq!(made.node("eu/eu-gw-1")["encryption"]["key"], "$env{ENCRYPTION_KEY}");
    assert!(made.text("eu/README.md").contains("| 4 GiB |"));
}

#[test]
fn what_is_not_drawn_is_left_out_and_said() {
    let mut draw = pattern_1(&["eu"], ProductVersion::V4_6);
    draw.0.links.retain(|_, l| !(l.from == id("eu-gw") && l.purpose != Purpose::ThrottleData));
    draw.0.links.retain(|_, l| l.purpose != Purpose::Database);
    let made = made(&draw.0);
    let gateway = made.node("eu/eu-gw-2");
    assert_eq!((gateway["apim"].get("event_hub"), gateway["apim"].get("key_manager")), (None, None));
    assert_eq!(made.node("eu/eu-cp-1")["database"].get("apim_db"), None);
    let gaps: Vec<_> = made.bundle.blocked.iter().filter(|b| b.rule.is_none()).collect();
    for words in ["[apim.event_hub] service_url", "[apim.key_manager] service_url", "apim_db", "throttle decisions"] {
        let gap = gaps.iter().find(|b| b.message.contains(words)).unwrap_or_else(|| panic!("{words}: {gaps:#?}"));
        assert_eq!(gap.paths.len(), 2, "both nodes of the group: {gap:?}");
        assert!(!gap.elements.is_empty(), "{gap:?}");
    }
}

#[test]
fn open_errors_block_the_files_of_those_they_concern() {
    let mut draw = pattern_1(&["eu", "us"], ProductVersion::V4_7);
    draw.component("us-db", |c| c.spec = Spec::Database(Database { engine: Engine::MySql, ..Database::default() }));
    let made = made(&draw.0);
    let blocked: Vec<_> = made.bundle.blocked.iter().filter(|b| b.rule.is_some()).collect();
    assert!(!blocked.is_empty());
    for block in &blocked {
        assert!(block.paths.iter().all(|path| made.bundle.files.contains_key(path)), "{block:?}");
    }
    let of_database = blocked.iter().find(|b| b.elements.contains(&id("us-db"))).expect("a finding about MySQL");
    assert!(of_database.paths.iter().any(|p| p.as_str().starts_with("us/us-cp-1/")), "{of_database:?}");
}

#[test]
fn one_environment_over_two_regions_goes_by_the_balancer_over_both() {
    let mut draw = pattern_2(ProductVersion::V4_6);
    draw.component("ap-gw", |c| c.spec = Kind::Gateway.default_spec());
    let spread = made(&draw.0);
    let environments = spread.node("eu/eu-cp-1")["apim"]["gateway"]["environment"].clone();
    assert_eq!(environments.as_array().unwrap().len(), 1);
    assert_eq!(environments[0]["https_endpoint"], "https://eu-gw-lb.eu.apim.internal");
    assert!(spread.bundle.remarks.iter().any(|r| r.contains("Default spans eu, ap")), "{:#?}", spread.bundle.remarks);
    draw.put("gslb", Kind::GlobalLoadBalancer, "", 1);
    draw.link("gslb", "eu-gw-lb", &[Purpose::ApiTraffic]).link("gslb", "ap-gw-lb", &[Purpose::ApiTraffic]);
    let joined = made(&draw.0);
    let environments = joined.node("eu/eu-cp-1")["apim"]["gateway"]["environment"].clone();
    assert_eq!(environments[0]["https_endpoint"], "https://gslb.apim.internal", "H24");
    assert!(!joined.bundle.remarks.iter().any(|r| r.contains("spans")), "{:#?}", joined.bundle.remarks);
}

#[test]
fn platform_gateways_have_no_file() {
    let mut draw = pattern_2(ProductVersion::V4_7);
    let platform = Gateway { runtime: GatewayRuntime::Platform, ..Gateway::default() };
    draw.component("ap-gw", |c| c.spec = Spec::Gateway(platform));
    let made = made(&draw.0);
    assert!(made.paths("deployment.toml").iter().all(|p| !p.contains("ap-gw")));
    assert!(made.bundle.remarks.iter().any(|r| r.contains("Platform Gateway")));
    assert_eq!(made.node("eu/eu-cp-1")["apim"]["gateway"]["environment"].as_array().unwrap().len(), 1);
}

#[test]
fn profiles_of_old_versions_give_their_role() {
    let made = made(&pattern_2(ProductVersion::V4_3).0);
    for (folder, role) in
        [("eu/eu-cp-1", "control-plane"), ("ap/ap-gw-1", "gateway-worker"), ("ap/ap-tm-1", "traffic-manager")]
    {
        assert_eq!(made.node(folder)["server"]["server_role"], role, "A1, Z17");
    }
    assert!(made.bundle.remarks.iter().any(|r| r.contains("4.3.0")), "{:#?}", made.bundle.remarks);
}

#[test]
fn the_region_pages_say_what_is_installed_and_made() {
    let mut draw = pattern_1(&["eu", "us"], ProductVersion::V4_7);
    draw.meta(|meta| meta.practices.secondary_user_stores = true);
    let pattern_1 = made(&draw.0);
    let sheet = pattern_1.text("us/databases.md");
    for words in [
        "dbscripts/multi-dc/Postgresql/tables.sql",
        "dbscripts/multi-dc/Postgresql/apimgt/tables.sql",
        "START WITH 2 INCREMENT BY 2",
        "DEFAULT 'DC2'",
        "UTC",
    ] {
        assert!(sheet.contains(words), "{words}\n{sheet}");
    }
    let page = pattern_1.text("us/README.md");
    for words in
        ["PostgreSQL JDBC driver: `us-cp-1`, `us-cp-2`", "repository/components/lib", "userstores", "`api-cp.sh`"]
    {
        assert!(page.contains(words), "{words}\n{page}");
    }
    assert!(page.contains("| `us-cp-1.us.apim.internal` | 5672 amqp | `eu` |"), "{page}");
    let pattern_2 = made(&nodes::pattern_2(ProductVersion::V4_6).0);
    let page = pattern_2.text("eu/README.md");
    for words in
        ["| `eu-cp-lb.eu.apim.internal` | 9443 https | `ap` |", "| `eu-cp-2.eu.apim.internal` | 5672 amqp | `ap` |"]
    {
        assert!(page.contains(words), "{words}\n{page}");
    }
    let mut mysql = nodes::simple_scalable(ProductVersion::V4_6);
    mysql.component("eu-db", |c| c.spec = Spec::Database(Database { engine: Engine::MySql, ..Database::default() }));
    let mysql = made(&mysql.0);
    assert!(mysql.text("eu/databases.md").contains("CREATE DATABASE apim_db CHARACTER SET latin1;"));
    assert_eq!(mysql.node("eu/eu-aio-1")["database"]["apim_db"]["driver"], "com.mysql.cj.jdbc.Driver");
}

#[test]
fn addresses_of_databases_are_those_of_their_engine() {
    let url = |engine| {
        let mut draw = nodes::simple_scalable(ProductVersion::V4_6);
        draw.component("eu-db", |c| c.spec = Spec::Database(Database { engine, ..Database::default() }));
        let table = made(&draw.0).node("eu/eu-aio-1")["database"]["shared_db"].clone();
        (table["type"].as_str().unwrap().to_owned(), table["url"].as_str().unwrap().to_owned())
    };
    let host = "eu-db.eu.apim.internal";
    let text = |kind: &str, url: String| (kind.to_owned(), url);
    assert_eq!(url(Engine::PostgreSql), text("postgre", format!("jdbc:postgresql://{host}:5432/shared_db")));
    let flags = "databaseName=shared_db;SendStringParametersAsUnicode=false";
    assert_eq!(url(Engine::SqlServer), text("mssql", format!("jdbc:sqlserver://{host}:1433;{flags}")));
    assert_eq!(url(Engine::Oracle), text("oracle", format!("jdbc:oracle:thin:@{host}:1521/$env{{ORACLE_SERVICE}}")));
    assert_eq!(url(Engine::MySql), text("mysql", format!("jdbc:mysql://{host}:3306/shared_db")));
    assert_eq!(url(Engine::H2).0, "h2");
}

#[test]
fn moesif_gets_its_key_from_the_environment_and_choreo_ends_with_4_5() {
    let mut draw = pattern_2(ProductVersion::V4_6);
    draw.put("usage", Kind::Analytics, "", 1).link("ap-gw", "usage", &[Purpose::AnalyticsEvents]);
    let moesif = made(&draw.0);
    let analytics = moesif.node("ap/ap-gw-1")["apim"]["analytics"].clone();
    assert_eq!((&analytics["enable"], &analytics["type"]), (&true.into(), &"moesif".into()));
    assert_eq!(analytics["properties"]["moesifKey"], "$env{MOESIF_KEY}");
    assert_eq!(moesif.node("eu/eu-gw-1")["apim"]["analytics"]["enable"], false);
    draw.component("usage", |c| c.spec = Spec::Analytics(Analytics { product: AnalyticsProduct::Choreo }));
    let choreo = made(&draw.0);
    assert_eq!(choreo.node("ap/ap-gw-1")["apim"]["analytics"]["enable"], false);
    assert!(choreo.bundle.blocked.iter().any(|b| b.message.contains("Choreo")));
    draw.meta(|meta| meta.product_version = ProductVersion::V4_5);
    let old = made(&draw.0).node("ap/ap-gw-1")["apim"]["analytics"].clone();
    assert_eq!((&old["enable"], &old["auth_token"]), (&true.into(), &"$env{CHOREO_AUTH_TOKEN}".into()));
}
