//! Node configuration of drawings off the beaten track: names that mean something to the product, ports that nothing
//! listens at, balancers over regions, groups of three, stores and key managers that stand aside.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic anywhere")]

mod nodes;

use std::collections::BTreeSet;
use std::sync::Arc;

use meridian::design::*;
use meridian::export::bundle::{Basis, Blocked};
use nodes::*;
use serde_json::json;

/// Gaps, which no rule speaks of.
fn gaps(made: &Made) -> Vec<&Blocked> {
    made.bundle.blocked.iter().filter(|b| b.rule.is_none()).collect()
}

fn gap<'m>(made: &'m Made, words: &str) -> &'m Blocked {
    let found = gaps(made).into_iter().find(|gap| gap.message.contains(words));
    found.unwrap_or_else(|| panic!("{words}: {:#?}", gaps(made)))
}

fn remark<'m>(made: &'m Made, words: &str) -> &'m str {
    let found = made.bundle.remarks.iter().find(|remark| remark.contains(words));
    found.unwrap_or_else(|| panic!("{words}: {:#?}", made.bundle.remarks))
}

/// What the line of a node's file that begins so rests on: its own reason, else that of its table (the narrowest comes first).
fn basis(made: &Made, folder: &str, line: &str) -> Basis {
    let path = format!("{folder}/repository/conf/deployment.toml");
    let file = &made.bundle.files.iter().find(|(p, _)| p.as_str() == path).unwrap().1;
    let at = 1 + made.text(&path).lines().position(|l| l.starts_with(line)).unwrap();
    file.origins_of(at).first().unwrap().basis
}

const EXPANDED: &str = "$ref{super_admin.password} $env{NOPE} $sys{a} $secret{b} ${c}";

#[test]
fn names_stay_what_they_are_when_the_product_starts() {
    let mut draw = pattern_1(&["eu"], ProductVersion::V4_7);
    Arc::make_mut(draw.0.regions.get_mut(&id("eu")).unwrap()).name = EXPANDED.into();
    for component in draw.0.components.values_mut() {
        Arc::make_mut(component).name = EXPANDED.into();
    }
    let made = made(&draw.0);
    let description = made.node("eu/eu-cp-1")["apim"]["gateway"]["environment"][0]["description"].clone();
    assert_eq!(description, "Gateways of $ ref{super_admin.password} $ env{NOPE} $ sys{a} $ secret{b} $ {c}");
    for path in made.paths("deployment.toml") {
        for (key, text) in texts(&toml(made.text(path))) {
            assert!(
                !["$env{NOPE}", "$sys{", "$secret{", "${c}"].iter().any(|mark| text.contains(mark)),
                "{key} = {text}"
            );
        }
    }
    assert!(gaps(&made).is_empty(), "{:#?}", gaps(&made));
}

#[test]
fn keys_that_the_product_would_expand_are_gaps() {
    let mut draw = pattern_2(ProductVersion::V4_7);
    draw.component("ap-gw", |c| c.spec = Spec::Gateway(Gateway { environment: EXPANDED.into(), ..Gateway::default() }));
    draw.component("eu-cp", |c| c.settings.cache_domain = EXPANDED.into());
    let made = made(&draw.0);
    let control_plane = made.node("eu/eu-cp-1");
    assert_eq!(control_plane["apim"].get("cache_invalidation"), None);
    assert_eq!(control_plane["apim"]["gateway"]["environment"].as_array().unwrap().len(), 1);
    assert_eq!(made.node("ap/ap-gw-1")["apim"].get("sync_runtime_artifacts"), None);
    for (words, folder) in
        [("cache domain", "eu/eu-cp-"), ("name of environment", "eu/eu-cp-"), ("labels", "ap/ap-gw-")]
    {
        let gap = gap(&made, words);
        assert!(gap.paths.len() == 2 && gap.paths.iter().all(|p| p.as_str().starts_with(folder)), "{gap:?}");
    }
}

/// The broker goes on listening at 5672 whatever the link says.
#[test]
fn a_port_that_nothing_listens_at_is_a_gap_at_both_ends() {
    let mut draw = pattern_1(&["eu", "us"], ProductVersion::V4_7);
    let named = draw.0.links.values_mut().find(|l| l.from == id("eu-gw") && l.purpose == Purpose::EventStream).unwrap();
    Arc::make_mut(named).port = Some(5673);
    let made = made(&draw.0);
    let endpoints = made.node("eu/eu-gw-1")["apim"]["event_hub"]["event_listening_endpoints"].clone();
    assert_eq!(endpoints[0], "tcp://eu-cp-1.eu.apim.internal:5673", "what the design says");
    let gap = gap(&made, "5673");
    assert!(gap.message.starts_with("eu-gw to eu-cp: "), "{gap:?}");
    assert_eq!(gap.elements.len(), 3, "the link and both groups: {gap:?}");
    let ends: BTreeSet<&str> = gap.paths.iter().filter_map(|p| p.as_str().split('/').nth(1)).collect();
    assert_eq!(ends, BTreeSet::from(["eu-gw-1", "eu-gw-2", "eu-cp-1", "eu-cp-2"]));
    // A gap concerns everything that the node is given, not only the main file.
    assert!(gap.paths.iter().any(|p| p.name().starts_with("jndi-")), "{gap:?}");
    assert!(gap.paths.iter().any(|p| p.name().ends_with(".xml")), "{gap:?}");
}

/// Nothing is known of the ports of a Platform Gateway, so nothing can be pulled from one.
#[test]
fn a_platform_gateway_answers_no_configuration() {
    let mut draw = pattern_1(&["eu"], ProductVersion::V4_7);
    let platform = Gateway { runtime: GatewayRuntime::Platform, ..Gateway::default() };
    draw.put("eu-pgw", Kind::Gateway, "eu", 1).component("eu-pgw", |c| c.spec = Spec::Gateway(platform));
    draw.link("eu-gw-lb", "eu-pgw", &[Purpose::ApiTraffic]).link("eu-gw", "eu-pgw", &[Purpose::ApiTraffic]);
    assert!(gaps(&made(&draw.0)).is_empty(), "calls need no port in the files");
    draw.link("eu-gw", "eu-pgw", &[Purpose::ManagementHttps]);
    let made = made(&draw.0);
    let gap = gap(&made, "eu-gw to eu-pgw: no port is known");
    assert!(gap.paths.iter().all(|p| p.as_str().starts_with("eu/eu-gw-")), "{gap:?}");
}

#[test]
fn events_do_not_come_from_a_node_without_a_broker() {
    let mut draw = pattern_1(&["eu"], ProductVersion::V4_7);
    draw.put("eu-gw2", Kind::Gateway, "eu", 1).link("eu-tm", "eu-gw2", &[Purpose::EventStream]);
    gap(&made(&draw.0), "eu-tm to eu-gw2: nothing there listens at 5672.");
}

#[test]
fn a_balancer_that_leads_nowhere_is_a_gap() {
    let mut draw = pattern_1(&["eu"], ProductVersion::V4_7);
    draw.0.links.retain(|_, l| l.from != id("eu-cp-lb"));
    let made = made(&draw.0);
    let gap = gap(&made, "eu-gw to eu-cp-lb: the balancer passes this on to nobody");
    assert!(gap.paths.iter().all(|p| p.as_str().starts_with("eu/eu-gw-")), "{gap:?}");
}

/// The name over regions is what people use; what a node is told about itself must stay in its region.
#[test]
fn a_node_finds_itself_in_its_own_region() {
    use Purpose as P;
    let mut draw = pattern_1(&["eu", "us"], ProductVersion::V4_7);
    draw.0.links.retain(|_, l| !(l.from == id("eu-cp-lb") && l.purpose == P::PortalAccess));
    draw.put("gslb", Kind::GlobalLoadBalancer, "", 1);
    draw.link("gslb", "eu-cp", &[P::PortalAccess]).link("gslb", "us-cp", &[P::PortalAccess, P::ManagementHttps]);
    let made = made(&draw.0);
    let node = made.node("eu/eu-cp-1");
    for table in ["event_hub", "key_manager"] {
        assert_eq!(node["apim"][table]["service_url"], "https://eu-cp-lb.eu.apim.internal/services/", "{table}");
    }
    let notify = "https://eu-cp-lb.eu.apim.internal/internal/data/v1/notify";
    assert_eq!(node["event_listener"][0]["properties"]["notification_endpoint"], notify);
    assert_eq!(node["server"]["hostname"], "gslb.apim.internal");
    assert_eq!(node["apim"]["devportal"]["url"], "https://gslb.apim.internal:9443/devportal");
    assert_eq!(made.node("us/us-cp-1")["server"]["hostname"], "us-cp-lb.us.apim.internal");
}

#[test]
fn control_planes_of_one_region_duplicate_events_at_the_plain_port() {
    let mut draw = pattern_1(&["eu"], ProductVersion::V4_7);
    draw.put("eu-cp2", Kind::ControlPlane, "eu", 1).link("eu-cp2", "eu-db", &[Purpose::Database]);
    draw.link("eu-cp", "eu-cp2", &[Purpose::HubEvents]).links(&[Purpose::HubEvents], |link| link.tls = true);
    let made = made(&draw.0);
    let urls = made.node("eu/eu-cp-1")["apim"]["event_hub"]["event_duplicate_url"].clone();
    let expected = BTreeSet::from(["tcp://eu-cp-2.eu.apim.internal:5672", "tcp://eu-cp2-1.eu.apim.internal:5672"]);
    assert_eq!(urls.as_array().unwrap().iter().map(|u| u.as_str().unwrap()).collect::<BTreeSet<_>>(), expected);
    remark(&made, "plain port");
}

#[test]
fn tls_that_no_fact_has_a_key_for_is_said() {
    let mut draw = pattern_2(ProductVersion::V4_7);
    draw.put("eu-redis", Kind::Redis, "eu", 1).link("eu-tm", "eu-redis", &[Purpose::SharedCounters]);
    assert!(!made(&draw.0).bundle.remarks.iter().any(|r| r.contains("TLS")));
    draw.links(&[Purpose::Database, Purpose::SharedCounters], |link| link.tls = true);
    let made = made(&draw.0);
    remark(
        &made,
        "TLS is drawn to eu-db, but no collected fact names the option of the driver. Add it to [database.apim_db] url",
    );
    remark(&made, "eu-tm: TLS is drawn to eu-redis");
}

#[test]
fn control_planes_know_the_store_of_their_traffic_managers() {
    let mut draw = pattern_2(ProductVersion::V4_6);
    draw.put("eu-redis", Kind::Redis, "eu", 1).link("eu-tm", "eu-redis", &[Purpose::SharedCounters]);
    let made = made(&draw.0);
    for folder in ["eu/eu-cp-1", "eu/eu-tm-2"] {
        let store = made.node(folder)["apim"]["distributed_throttling"]["keyvalue_store"].clone();
        assert_eq!(store["host"], "eu-redis.eu.apim.internal", "D5: {folder}");
    }
    assert_eq!(basis(&made, "eu/eu-cp-1", "[apim.distributed_throttling]"), Basis::Inferred);
    assert_eq!(basis(&made, "eu/eu-tm-1", "[apim.distributed_throttling]"), Basis::Stated);
    assert_eq!(made.node("ap/ap-tm-1")["apim"].get("distributed_throttling"), None);
    let mut elsewhere = pattern_2(ProductVersion::V4_6);
    elsewhere.put("ap-redis", Kind::Redis, "ap", 1).link("ap-tm", "ap-redis", &[Purpose::SharedCounters]);
    assert_eq!(nodes::made(&elsewhere.0).node("eu/eu-cp-1")["apim"].get("distributed_throttling"), None);
}

#[test]
fn folders_stay_apart_whatever_regions_are_called() {
    let mut draw = Draw::new(ProductVersion::V4_7);
    let regions = ["eu", "eu.", "EU", "PLACEHOLDERS.md", "no-region"];
    for (n, region) in regions.into_iter().chain([""]).enumerate() {
        if !region.is_empty() {
            draw.region(region, RegionRole::Peer);
        }
        draw.put(&format!("cp{n}"), Kind::ControlPlane, region, 1);
    }
    let made = made(&draw.0);
    assert_eq!(made.paths("/README.md").len(), 6, "{:#?}", made.paths(""));
    assert_eq!(made.paths("deployment.toml").len(), 6);
    let folded: BTreeSet<String> = made.paths("").into_iter().map(str::to_lowercase).collect();
    assert_eq!(folded.len(), made.bundle.files.len());
    for path in &folded {
        let inside = folded.iter().find(|other| other.starts_with(&format!("{path}/")));
        assert_eq!(inside, None, "{path} is a file and a folder");
    }
}

/// One account for the whole deployment, so one password to put into the files of the brokers.
#[test]
fn the_administrator_is_the_same_in_every_region() {
    let made = made(&pattern_1(&["eu", "us", "ap"], ProductVersion::V4_7).0);
    for path in made.paths(".properties") {
        let url = &properties(made.text(path))["connectionfactory.TopicConnectionFactory"];
        assert!(url.starts_with("amqp://admin:<admin-password-encoded>@clientid/"), "{path}: {url}");
    }
    assert_eq!(made.node("us/us-cp-1")["super_admin"]["username"], "admin");
    let by_hand = made.bundle.placeholders.iter().filter(|p| !p.by_product).map(|p| p.token.as_str());
    assert_eq!(by_hand.collect::<Vec<_>>(), ["<admin-password-encoded>"]);
}

#[test]
fn what_three_nodes_tell_each_other_is_concluded() {
    let mut draw = pattern_1(&["eu"], ProductVersion::V4_7);
    assert_eq!(basis(&made(&draw.0), "eu/eu-cp-1", "event_duplicate_url"), Basis::Stated);
    draw.component("eu-cp", |c| c.instances = 3).component("eu-tm", |c| c.instances = 3);
    let made = made(&draw.0);
    for (role, table) in [("cp", "event_hub"), ("tm", "throttling")] {
        let folder = format!("eu/eu-{role}-2");
        let urls = made.node(&folder)["apim"][table]["event_duplicate_url"].clone();
        let other = |n: u32| format!("tcp://eu-{role}-{n}.eu.apim.internal:5672");
        assert_eq!(urls, json!([other(1), other(3)]));
        assert_eq!(basis(&made, &folder, "event_duplicate_url"), Basis::Inferred);
        let text = made.text(&format!("{folder}/repository/conf/deployment.toml"));
        assert!(!text.contains("the other traffic manager ") && !text.contains("the other control plane node "));
        remark(&made, &format!("eu-{role}: 3 nodes name each other in [apim.{table}]"));
    }
}

#[test]
fn drivers_go_where_files_name_a_database() {
    let page = |version| {
        let mut draw = pattern_2(version);
        draw.link("eu-gw", "eu-db", &[Purpose::Database]).link("eu-tm", "eu-db", &[Purpose::Database]);
        made(&draw.0).text("eu/README.md").to_owned()
    };
    let driver = "PostgreSQL JDBC driver: `eu-cp-1`, `eu-cp-2`";
    let new = page(ProductVersion::V4_7);
    assert!(new.lines().any(|line| line.ends_with(driver)), "{new}");
    let old = page(ProductVersion::V4_6);
    assert!(old.contains(&format!("{driver}, `eu-gw-1`, `eu-gw-2`, `eu-tm-1`, `eu-tm-2`")), "{old}");
}

/// H4, whichever link of the drawing says it.
#[test]
fn an_identity_server_that_gateways_ask_is_the_key_manager() {
    let mut draw = pattern_1(&["eu", "us"], ProductVersion::V4_6);
    draw.put("is", Kind::IdentityProvider, "eu", 1).link("eu-gw", "is", &[Purpose::Identity]);
    let product = |product| Spec::IdentityProvider(IdentityProvider { product, ..IdentityProvider::default() });
    draw.component("is", |c| c.spec = product(IdentityProduct::Wso2Is));
    let with = made(&draw.0);
    assert_eq!(with.node("eu/eu-cp-1").get("event_listener"), None, "H4");
    assert!(with.node("us/us-cp-1").get("event_listener").is_some(), "nobody asks it there");
    draw.component("is", |c| c.spec = product(IdentityProduct::Okta));
    assert!(made(&draw.0).node("eu/eu-cp-1").get("event_listener").is_some());
}

#[test]
fn an_address_is_no_host_name_of_several_nodes() {
    let mut draw = pattern_1(&["eu"], ProductVersion::V4_7);
    draw.component("eu-cp", |c| c.settings.host = "10.0.0.5".into());
    assert_eq!(draw.0.validate().unwrap_err().field, "host");
    draw.component("eu-cp", |c| c.settings.host = "10.0.0.{n}".into());
    assert_eq!(
        made(&draw.0).node("eu/eu-gw-1")["apim"]["event_hub"]["event_listening_endpoints"][1],
        "tcp://10.0.0.2:5672"
    );
    draw.component("eu-cp", |c| (c.settings.host, c.instances) = ("10.0.0.5".into(), 1));
    draw.0.validate().unwrap();
}

/// What asks through a balancer asks as well: the files and the rule agree.
#[test]
fn an_identity_server_behind_a_balancer_is_the_key_manager() {
    use Purpose as P;
    let mut draw = pattern_1(&["eu"], ProductVersion::V4_6);
    draw.put("is", Kind::IdentityProvider, "eu", 2).put("is-lb", Kind::LoadBalancer, "eu", 1);
    draw.link("eu-gw", "is-lb", &[P::Identity]).link("is-lb", "is", &[P::Identity]);
    let product = IdentityProduct::Wso2Is;
    draw.component("is", |c| {
        c.spec = Spec::IdentityProvider(IdentityProvider { product, ..IdentityProvider::default() });
    });
    draw.0.links.retain(|_, link| link.purpose != P::TokenNotification);
    let silent = made(&draw.0);
    assert_eq!(silent.node("eu/eu-cp-1").get("event_listener"), None, "H4");
    let of_rule = |made: &Made| made.bundle.blocked.iter().any(|b| b.rule.as_deref() == Some("R-CON-16"));
    assert!(of_rule(&silent), "{:#?}", silent.bundle.blocked);
    draw.link("is", "eu-cp-lb", &[P::TokenNotification]);
    assert!(!of_rule(&made(&draw.0)));
}

/// Gateways belong to the control plane that they pull from; the events of another one change nothing.
#[test]
fn environments_are_those_of_the_gateways_that_pull() {
    let mut draw = pattern_1(&["eu", "us"], ProductVersion::V4_7);
    draw.component("us-gw", |c| c.spec = Spec::Gateway(Gateway { environment: "us".into(), ..Gateway::default() }));
    draw.link("us-gw", "eu-cp", &[Purpose::EventStream]);
    let of = |draw: &Draw, folder: &str| -> Vec<String> {
        let environments = made(&draw.0).node(folder)["apim"]["gateway"]["environment"].clone();
        let all = environments.as_array().into_iter().flatten();
        all.map(|environment| environment["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(of(&draw, "eu/eu-cp-1"), ["Default"]);
    assert_eq!(of(&draw, "us/us-cp-1"), ["us"]);
    draw.0.links.retain(|_, l| !(l.from == id("us-gw") && l.purpose == Purpose::ManagementHttps));
    assert_eq!(of(&draw, "eu/eu-cp-1"), ["Default", "us"], "no pull is drawn, so the events say it");
}

#[test]
fn a_host_of_portals_is_a_host_name() {
    let mut draw = pattern_1(&["eu"], ProductVersion::V4_7);
    draw.component("eu-cp", |c| c.settings.portal_host = "-portal.example.com".into());
    let made = made(&draw.0);
    assert_eq!(made.node("eu/eu-cp-1")["server"]["hostname"], "eu-cp-lb.eu.apim.internal");
    remark(&made, "host name of portals");
}

/// Settings of portals mean nothing to nodes without any.
#[test]
fn a_host_of_portals_on_other_roles_says_nothing() {
    let mut draw = pattern_1(&["eu"], ProductVersion::V4_7);
    draw.component("eu-gw", |c| c.settings.portal_host = "portal.example.com".into());
    draw.component("eu-tm", |c| c.settings.portal_host = "-portal.example.com".into());
    let made = made(&draw.0);
    assert!(!made.bundle.remarks.iter().any(|r| r.contains("host name of portals")), "{:#?}", made.bundle.remarks);
}

fn identity_server(draw: &mut Draw, name: &str) {
    let spec = IdentityProvider { product: IdentityProduct::Wso2Is, ..IdentityProvider::default() };
    draw.put(name, Kind::IdentityProvider, "eu", 1).component(name, |c| c.spec = Spec::IdentityProvider(spec));
}

/// A balancer passes on by links of the same purpose where it has some, in the plan and for everybody who reads it.
#[test]
fn an_identity_server_beside_a_key_manager_is_none_itself() {
    use Purpose as P;
    let mut draw = pattern_1(&["eu"], ProductVersion::V4_7);
    draw.0.links.retain(|_, link| link.purpose != P::KeyManagerHttps);
    identity_server(&mut draw, "is");
    draw.put("eu-km-lb", Kind::LoadBalancer, "eu", 1).link("eu-km-lb", "is", &[P::PortalAccess]);
    draw.link("eu-gw", "eu-km-lb", &[P::KeyManagerHttps]).link("eu-cp", "eu-km-lb", &[P::KeyManagerHttps]);
    let without = made(&draw.0);
    assert_eq!(without.node("eu/eu-cp-1").get("event_listener"), None, "they share the port, so it is asked");
    draw.put("eu-km", Kind::KeyManager, "eu", 1).link("eu-km-lb", "eu-km", &[P::KeyManagerHttps]);
    draw.link("eu-km", "eu-cp-lb", &[P::ManagementHttps, P::TokenNotification]);
    draw.link("eu-km", "eu-cp", &[P::EventStream]).link("eu-km", "eu-db", &[P::Database]);
    let with = made(&draw.0);
    assert!(with.node("eu/eu-cp-1").get("event_listener").is_some());
    assert!(!with.text("eu/README.md").contains("Identity Server is the key manager"));
    assert!(!with.bundle.blocked.iter().any(|b| b.rule.as_deref() == Some("R-CON-16")), "{:#?}", with.bundle.blocked);
}

#[test]
fn the_listener_that_a_control_plane_lacks_is_said() {
    let mut draw = pattern_1(&["eu"], ProductVersion::V4_7);
    identity_server(&mut draw, "is");
    draw.link("eu-gw", "is", &[Purpose::Identity]);
    let made = made(&draw.0);
    assert!(remark(&made, "[[event_listener]] is left out").starts_with("eu-cp: is is its key manager"));
    let page = made.text("eu/README.md");
    for words in
        ["## On is", "`https://eu-cp-lb.eu.apim.internal:443/internal/data/v1/notify`", "registered as key manager"]
    {
        assert!(page.contains(words), "nobody draws where it reports: {words}\n{page}");
    }
}

#[test]
fn a_store_behind_a_balancer_is_reached_by_the_balancer() {
    let mut draw = pattern_2(ProductVersion::V4_7);
    draw.put("eu-redis", Kind::Redis, "eu", 1).put("eu-redis-lb", Kind::LoadBalancer, "eu", 1);
    draw.link("eu-tm", "eu-redis-lb", &[Purpose::SharedCounters]);
    draw.link("eu-redis-lb", "eu-redis", &[Purpose::SharedCounters]);
    let made = made(&draw.0);
    for folder in ["eu/eu-cp-1", "eu/eu-tm-2"] {
        let store = made.node(folder)["apim"]["distributed_throttling"]["keyvalue_store"].clone();
        assert_eq!(
            (&store["host"], &store["port"]),
            (&"eu-redis-lb.eu.apim.internal".into(), &6379.into()),
            "{folder}"
        );
    }
    let groups = made.node("eu/eu-gw-1")["apim"]["throttling"]["url_group"].clone();
    assert_eq!((groups.as_array().unwrap().len(), &groups[0]["type"]), (1, &"loadbalance".into()), "D5: {groups}");
}

/// Nothing says which control plane the traffic managers belong to, so it is that of their region.
#[test]
fn control_planes_know_the_store_of_traffic_managers_that_stand_alone() {
    let mut draw = pattern_1(&["eu", "us"], ProductVersion::V4_6);
    draw.put("eu-redis", Kind::Redis, "eu", 1).link("eu-tm", "eu-redis", &[Purpose::SharedCounters]);
    draw.0.links.retain(|_, link| link.from != id("eu-tm") || link.purpose == Purpose::SharedCounters);
    let made = made(&draw.0);
    let store = made.node("eu/eu-cp-1")["apim"]["distributed_throttling"]["keyvalue_store"].clone();
    assert_eq!(store["host"], "eu-redis.eu.apim.internal");
    assert_eq!(made.node("us/us-cp-1")["apim"].get("distributed_throttling"), None);
}

#[test]
fn gateways_that_only_hear_events_are_concluded_to_belong_there() {
    let mut draw = pattern_1(&["eu"], ProductVersion::V4_7);
    assert_eq!(basis(&made(&draw.0), "eu/eu-cp-1", "[[apim.gateway.environment]]"), Basis::Stated);
    draw.0.links.retain(|_, link| !(link.from == id("eu-gw") && link.purpose == Purpose::ManagementHttps));
    assert_eq!(basis(&made(&draw.0), "eu/eu-cp-1", "[[apim.gateway.environment]]"), Basis::Inferred);
}
