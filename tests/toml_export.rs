//! Node configuration: held against the known defects of the documentation and against the plan it is made from.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic anywhere")]

mod generate;
mod nodes;

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

use generate::any_design;
use meridian::analysis::{Setting, analyse};
use meridian::books::Books;
use meridian::design::history::Revision;
use meridian::design::*;
use meridian::export::Source;
use meridian::export::bundle::{Basis, Content, FilePath};
use meridian::export::planner::{NodeRole, PlanPurpose};
use meridian::export::wso2::hubs::hub_files;
use meridian::{files, templates};
use nodes::*;
use proptest::prelude::*;
use proptest::test_runner::Config;

/// Region three publishes to every node of the other two and is published to by them (B11), under names that no other
/// publisher of the node has (Z4), through JNDI files that stand beside them (Z2) with all five topics (Z1, Z3).
#[test]
fn three_regions_publish_to_every_hub_node_of_the_others() {
    let regions = ["eu", "us", "ap"];
    let made = made(&pattern_1(&regions, ProductVersion::V4_7).0);
    let hubs: Vec<_> = made.plan.nodes.iter().filter(|n| n.role == NodeRole::ControlPlane).collect();
    assert_eq!(hubs.len(), 6);
    for node in &hubs {
        let region = node.region.as_deref().unwrap();
        let folder = format!("{region}/{}/repository", node.id);
        let (mut hosts, mut names, mut sent) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for path in made.paths(".xml").into_iter().filter(|p| p.starts_with(&format!("{folder}/"))) {
            let read = publisher(made.text(path));
            let name = read["attributes"]["name"].as_str().unwrap().to_owned();
            assert!(path.ends_with(&format!("/{name}.xml")), "Z21: {path} holds {name}");
            assert_eq!(read["attributes"].get("processing"), None, "Z5: {path}");
            assert!(names.insert(name.to_lowercase()), "Z4: {name} twice");
            let jndi = read["properties"]["java.naming.provider.url"].as_str().unwrap();
            let jndi = properties(made.text(&format!("{folder}/{}", jndi.strip_prefix("repository/").unwrap())));
            let topic = read["properties"]["transport.jms.Destination"].as_str().unwrap();
            assert_eq!(jndi.get(&format!("topic.{topic}")).map(String::as_str), Some(topic), "Z3: {path}");
            assert_eq!(jndi.keys().filter(|key| key.starts_with("topic.")).count(), 5);
            let broker = &jndi["connectionfactory.TopicConnectionFactory"];
            let [(host, 5672)] = &addresses(broker)[..] else { panic!("{broker}") };
            hosts.insert(host.clone());
            assert!(sent.insert((host.clone(), topic.to_owned())), "{topic} twice");
        }
        let others = hubs.iter().filter(|other| other.region != node.region);
        assert_eq!(hosts, others.map(|other| other.host.clone()).collect(), "{}", node.id);
        assert_eq!(sent.len(), 4 * 5, "Z1");
        // Inside the region only the pair is named, and no publisher leads to it.
        let own = made.node(&format!("{region}/{}", node.id));
        let groups = own["apim"]["event_hub"]["publish"]["url_group"].as_array().unwrap();
        for (_, text) in groups.iter().flat_map(texts) {
            assert!(text.contains(&format!(".{region}.")), "{text}");
        }
    }
}

#[test]
fn publishers_go_where_links_lead_and_nowhere_else() {
    let mut draw = pattern_1(&["eu", "us", "ap"], ProductVersion::V4_6);
    draw.0.links.retain(|_, l| l.purpose != Purpose::HubEvents || (l.from == id("eu-cp") && l.to == id("us-cp")));
    let made = made(&draw.0);
    let xml = made.paths(".xml");
    assert_eq!(xml.len(), 2 * 2 * 5);
    assert!(xml.iter().all(|p| p.starts_with("eu/eu-cp-") && p.contains("RegionUs")), "{xml:?}");
}

/// Exporters for other platforms take the same files node by node.
#[test]
fn the_files_of_one_node_are_those_of_the_whole() {
    let design = pattern_1(&["eu", "us"], ProductVersion::V4_7).0;
    let made = made(&design);
    let analysis = analyse(&design, Revision::default(), &Setting::of(Books::shipped()));
    let source = Source::of(&design, &analysis, Books::shipped()).unwrap();
    for node in &source.plan.nodes {
        let files = hub_files(&source, node);
        assert_eq!(files.len(), if node.role == NodeRole::ControlPlane { 12 } else { 0 }, "{}", node.id);
        for hub in files {
            let path = [node.region.as_deref().unwrap(), &node.id].into_iter().chain(hub.folder().iter().copied());
            let path = FilePath::of(path.chain([hub.name.as_str()]));
            assert_eq!(made.bundle.files.get(&path), Some(&hub.file));
        }
    }
}

/// Ids that differ only in what a name ignores still give publishers of their own.
#[test]
fn names_of_hubs_differ_whatever_the_ids_are() {
    let mut draw = Draw::new(ProductVersion::V4_6);
    draw.region("eu", RegionRole::Peer).region("us", RegionRole::Peer).region("US", RegionRole::Peer);
    draw.put("here", Kind::ControlPlane, "eu", 1);
    let far = ["us-cp", "us.cp", "us_cp", "US-cp", "cp", "us-cp-1-node", "region-us-cp"];
    for (n, name) in far.into_iter().enumerate() {
        let region = ["us", "us", "us", "US", "us", "us", ""][n];
        draw.put(name, Kind::ControlPlane, region, 2).link("here", name, &[Purpose::HubEvents]);
    }
    let made = made(&draw.0);
    let (jndi, xml) = (made.paths(".properties"), made.paths(".xml"));
    assert_eq!((jndi.len(), xml.len()), (14, 70));
    let names: BTreeSet<String> = jndi.iter().chain(&xml).map(|p| p.to_lowercase()).collect();
    assert_eq!(names.len(), 84);
    assert!(jndi.iter().chain(&xml).all(|p| p.is_ascii()));
}

#[test]
fn a_list_of_brokers_has_one_text_each() {
    for (design, folder) in [
        (pattern_2(ProductVersion::V4_6), "ap/ap-gw-1"),
        (pattern_1(&["eu", "us"], ProductVersion::V4_7), "us/us-tm-2"),
    ] {
        let node = made(&design.0).node(folder);
        let endpoints = node["apim"]["event_hub"]["event_listening_endpoints"].as_array().unwrap();
        assert_eq!(endpoints.len(), 2, "Z6");
        for endpoint in endpoints {
            assert_eq!(addresses(endpoint.as_str().unwrap()).len(), 1, "Z6: {endpoint}");
        }
    }
}

/// Without balancers every address is that of a node, with the port that it really listens on.
#[test]
fn single_nodes_are_named_with_their_port() {
    use Purpose as P;
    let mut draw = Draw::new(ProductVersion::V4_6);
    draw.region("eu", RegionRole::Peer);
    draw.put("cp", Kind::ControlPlane, "eu", 1).put("tm", Kind::TrafficManager, "eu", 1);
    draw.put("gw", Kind::Gateway, "eu", 1).put("db", Kind::Database, "eu", 1).link("cp", "db", &[P::Database]);
    draw.link("gw", "cp", &[P::ManagementHttps, P::EventStream, P::KeyManagerHttps]);
    draw.link("gw", "tm", &[P::ThrottleData, P::ThrottleDecision]);
    draw.link("tm", "cp", &[P::ManagementHttps, P::EventStream]);
    let made = made(&draw.0);
    for folder in ["eu/gw-1", "eu/tm-1"] {
        let node = made.node(folder);
        assert_eq!(node["apim"]["event_hub"]["service_url"], "https://cp-1.eu.apim.internal:9443/services/", "Z7");
        for (path, text) in texts(&node) {
            assert!(!text.contains("${mgt"), "Z15: {folder} {path} = {text}");
        }
        assert_eq!(node.get("transport"), None, "no balancer, no proxy port");
    }
    let control_plane = made.node("eu/cp-1");
    assert_eq!(control_plane["server"]["hostname"], "cp-1.eu.apim.internal");
    assert_eq!(control_plane["apim"]["event_hub"].get("event_duplicate_url"), None);
    let environment = &control_plane["apim"]["gateway"]["environment"][0];
    assert_eq!(environment["https_endpoint"], "https://gw-1.eu.apim.internal:8243");
    assert_eq!(environment["service_url"], "https://gw-1.eu.apim.internal:9443/services/");
    assert_eq!(made.bundle.blocked.iter().filter(|b| b.rule.is_none()).count(), 0, "{:#?}", made.bundle.blocked);
}

#[test]
fn the_nodes_of_a_pair_name_each_other() {
    let made = made(&pattern_1(&["eu", "us"], ProductVersion::V4_6).0);
    for (role, table) in [("cp", "event_hub"), ("tm", "throttling")] {
        for (n, other) in [(1, 2), (2, 1)] {
            let node = made.node(&format!("us/us-{role}-{n}"));
            let urls = &node["apim"][table]["event_duplicate_url"];
            assert_eq!(urls, &serde_json::json!([format!("tcp://us-{role}-{other}.us.apim.internal:5672")]), "Z8");
        }
    }
}

#[test]
fn gateways_and_traffic_managers_of_4_7_have_no_database() {
    let mut draw = pattern_2(ProductVersion::V4_7);
    draw.link("eu-gw", "eu-db", &[Purpose::Database]);
    let made = made(&draw.0);
    for folder in ["eu/eu-gw-1", "ap/ap-gw-2", "eu/eu-tm-1", "ap/ap-tm-1"] {
        assert_eq!(made.node(folder).get("database"), None, "Z13, R-EXP-16: {folder}");
    }
    assert!(made.bundle.remarks.iter().any(|r| r.contains("R-EXP-16")), "{:#?}", made.bundle.remarks);
}

/// Z9, Z14, Z16, Z20 and R-EXP-07 over everything that is shipped.
#[test]
fn no_file_of_a_shipped_design_has_a_defect_of_the_documentation() {
    for (name, design) in shipped() {
        let made = made(&design);
        for path in made.paths("deployment.toml") {
            let node = toml(made.text(path));
            for (key, text) in texts(&node) {
                let url = text.contains("://");
                assert!(!url || !text.contains(['[', ']', '<', '>']), "Z14: {name} {path} {key} = {text}");
                assert!(!text.contains("ssl:/") || text.contains("ssl://"), "Z9: {name} {path} {key} = {text}");
            }
            for table in ["key_manager", "event_hub"] {
                let Some(table) = node["apim"].get(table) else { continue };
                assert_eq!(table["username"], "$ref{super_admin.username}", "Z16: {name} {path}");
                assert_eq!(table["password"], "$ref{super_admin.password}", "Z16: {name} {path}");
                let blocked = &made.bundle.blocked;
                let said = blocked
                    .iter()
                    .any(|b| b.message.contains("service_url") && b.paths.iter().any(|p| p.as_str() == path));
                assert!(table["service_url"].is_string() || said, "Z16: {name} {path}");
            }
            for environment in node["apim"]["gateway"]["environment"].as_array().into_iter().flatten() {
                let of = |key: &str| addresses(environment[key].as_str().unwrap());
                let said = made
                    .bundle
                    .blocked
                    .iter()
                    .any(|b| b.message.contains("Z20") && b.paths.iter().any(|p| p.as_str() == path));
                assert_eq!(of("service_url") == of("https_endpoint"), said, "Z20: {name} {path}");
            }
            let planned = made.plan.nodes.iter().find(|n| path.contains(&format!("/{}/", n.id))).unwrap();
            if planned.version.parse::<ProductVersion>().unwrap() >= ProductVersion::V4_5 {
                assert_eq!(node["server"]["server_role"], "default", "R-EXP-07: {name} {path}");
            }
        }
    }
}

/// The all-in-one pair has the event hub that the chart forgets (Z22), and names no other kind of node (Z9).
#[test]
fn an_all_in_one_pair_duplicates_events_and_decisions() {
    let made = made(&simple_scalable(ProductVersion::V4_7).0);
    let node = made.node("eu/eu-aio-1");
    for table in ["event_hub", "throttling"] {
        let urls = node["apim"][table]["event_duplicate_url"].as_array().unwrap();
        assert_eq!(urls, &["tcp://eu-aio-2.eu.apim.internal:5672"], "Z22");
    }
    assert_eq!(node["apim"]["event_hub"]["publish"]["url_group"].as_array().unwrap().len(), 2);
    for (key, text) in texts(&node["apim"]["throttling"]) {
        let [(host, _)] = &addresses(text)[..] else { panic!("{key} = {text}") };
        assert!(host == "localhost" || host.starts_with("eu-aio-"), "Z9: {key} = {text}");
    }
}

/// Templates and sample designs.
fn shipped() -> Vec<(String, Design)> {
    let mut all: Vec<(String, Design)> = templates::all().iter().map(|t| (t.id.to_owned(), t.design())).collect();
    for entry in fs::read_dir("saved-designs").unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "ron") {
            all.push((path.display().to_string(), files::read_design(&path).expect("a sample").0));
        }
    }
    assert!(all.len() > 7);
    all
}

/// Whether something answers at this host and port: a listener of a node or a pool of a balancer. Databases and services
/// are set up by others, so they answer where the drawing says.
fn is_open(made: &Made, host: &str, port: u16) -> bool {
    let plan = &made.plan;
    let asked =
        |endpoint: &str| plan.connections.iter().any(|c| c.to == endpoint && c.ports.iter().any(|p| p.number == port));
    let node = plan.nodes.iter().any(|n| n.host == host && n.listens.iter().any(|l| l.port == port));
    let balancer = plan.balancers.iter().any(|b| {
        // Balancers before gateways pass WebSocket calls on at the gateways' own ports; the region's page says so.
        let sockets = [9099, 8099].contains(&port);
        let apis = || b.pools.iter().any(|pool| pool.purposes.contains(&PlanPurpose::ApiTraffic));
        b.host == host && (b.pools.iter().any(|p| p.listen.number == port) || (sockets && apis()))
    });
    let database = plan.databases.iter().any(|d| d.host == host && (d.port == Some(port) || asked(&d.id)));
    let service = plan.services.iter().any(|s| s.host.as_deref() == Some(host) && asked(&s.id));
    let portal = plan.nodes.iter().any(|n| n.settings.portal_host.as_deref() == Some(host));
    node || balancer || database || service || portal
}

/// Whether the file is said not to fit because of a port at which nothing listens, or of which nothing is known.
fn is_said(made: &Made, path: &FilePath, port: u16) -> bool {
    let named = format!("The design names port {port} ");
    let number = port.to_string();
    let names = |message: &str| message.split(|c: char| !c.is_alphanumeric()).any(|word| word == number);
    made.bundle.blocked.iter().any(|b| {
        let deaf = b.message.contains("nothing there listens at ") && names(&b.message);
        let said = [named.as_str(), "passes this on to nobody", "no port is known at which a Platform Gateway answers"];
        b.paths.contains(path) && (deaf || said.iter().any(|words| b.message.contains(words)))
    })
}

/// Whether the text is nothing but a mark that something else is put in for.
fn is_mark(text: &str) -> bool {
    let inside = |open: &str, close: char| text.strip_prefix(open).and_then(|t| t.strip_suffix(close));
    let name = ["$env{", "$ref{", "${"].iter().find_map(|open| inside(open, '}')).or_else(|| inside("<", '>'));
    name.is_some_and(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)))
}

/// Secrets in a value that stand there in the open: the value itself by what its key is called, log-ins in addresses,
/// and passwords among the settings of a connection.
fn open_secrets<'v>(key: &str, value: &'v str) -> Vec<&'v str> {
    let last = key.rsplit('.').next().unwrap_or_default().to_lowercase();
    // The embedded databases of the packs have this password, which is no secret.
    let embedded = key.starts_with("database.") && value == "wso2carbon";
    let whole =
        last.contains("password") || ["moesifkey", "auth_token"].contains(&last.as_str()) || key == "encryption.key";
    let mut found: Vec<&str> = if whole && !embedded { vec![value] } else { Vec::new() };
    let settings = value.match_indices("password='").map(|(at, mark)| &value[at + mark.len()..]);
    found.extend(settings.map(|rest| rest.split('\'').next().unwrap()));
    let log_ins = value.match_indices("://").map(|(at, mark)| &value[at + mark.len()..]);
    let authority = log_ins.filter_map(|rest| Some(rest.split(['/', '\'', ';']).next()?.rsplit_once('@')?.0));
    found.extend(authority.filter_map(|log_in| Some(log_in.split_once(':')?.1)));
    found.retain(|secret| !is_mark(secret));
    found
}

#[test]
fn the_check_for_secrets_sees_them_all() {
    for (key, value) in [
        ("super_admin.password", "hunter2"),
        ("apim.analytics.properties.moesifKey", "hunter2"),
        ("apim.analytics.auth_token", "x$env{A}"),
        ("encryption.key", "00ff"),
        ("apim.event_hub.jms.ssl", "true'&amp;trust_store_password='hunter2'&amp;key_store='k"),
        ("apim.throttling.jms.topic_connection_factory", "amqp://admin:hunter2@clientid/carbon?brokerlist='tcp://a:1'"),
        ("connectionfactory.TopicConnectionFactory", "amqp://admin:hunter2@clientid/carbon"),
    ] {
        assert_eq!(open_secrets(key, value).len(), 1, "{key}");
    }
    assert!(open_secrets("keystore.tls.password", "$env{KEYSTORE_PASSWORD}").is_empty());
}

/// What holds for whatever is exported.
fn holds_in_general(name: &str, design: &Design) {
    let made = made(design);
    let book = Books::shipped().facts();
    assert_eq!(nodes::made(design).bundle, made.bundle, "{name}: twice the same");
    for (path, file) in &made.bundle.files {
        let at = || format!("{name} {path}");
        assert_eq!(FilePath::parse(path.as_str()).as_ref(), Some(path), "{}", at());
        let Content::Text(text) = &file.content else { panic!("{} is no text", at()) };
        let lines: Vec<&str> = text.lines().collect();
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{}", at());
        for origin in &file.origins {
            assert!(1 <= origin.first && origin.first <= origin.last && origin.last <= lines.len(), "{}", at());
            assert!(!lines[origin.first - 1].is_empty(), "{}: an empty line has a reason", at());
            let cites = origin.origin.facts.is_empty() == (origin.origin.basis == Basis::Design);
            assert!(cites && !origin.origin.why.is_empty(), "{}: {origin:?}", at());
            for fact in &origin.origin.facts {
                assert!(book.fact(fact).is_some() || book.document(fact).is_some(), "{}: {fact} is unknown", at());
            }
            let drawn = |id| design.components.contains_key(id) || design.links.contains_key(id);
            assert!(origin.origin.elements.iter().all(drawn), "{}: {origin:?}", at());
        }
        let values: Vec<(String, String)> = match path.name().rsplit('.').next().unwrap() {
            "toml" => {
                let covered: BTreeSet<usize> = file.origins.iter().flat_map(|o| o.first..=o.last).collect();
                let told = |n: usize, line: &str| line.is_empty() || line.starts_with('#') || covered.contains(&n);
                assert!((1..).zip(&lines).all(|(n, line)| told(n, line)), "{}: a line without a reason", at());
                texts(&toml(text)).into_iter().map(|(key, text)| (key, text.to_owned())).collect()
            }
            "properties" => properties(text).into_iter().collect(),
            "xml" => {
                publisher(text);
                Vec::new()
            }
            _ => Vec::new(),
        };
        for (key, value) in values {
            for (host, port) in addresses(&value) {
                let open = host == "localhost" || is_open(&made, &host, port) || is_said(&made, path, port);
                assert!(open, "{}: {key} = {value}", at());
            }
            assert_eq!(open_secrets(&key, &value), [""; 0], "{}: {key} = {value}", at());
        }
        for token in text.match_indices("$env{").map(|(at, _)| text[at..].split_inclusive('}').next().unwrap()) {
            let known = made.bundle.placeholders.iter().any(|p| p.token == token) || token == "$env{NAME}";
            assert!(known, "{}: {token} is not listed", at());
        }
    }
    for placeholder in &made.bundle.placeholders {
        let listed = made.text("PLACEHOLDERS.md").contains(&placeholder.token);
        assert!(listed, "{name}: {} is not in the list", placeholder.token);
    }
    for block in &made.bundle.blocked {
        assert!(block.paths.iter().all(|path| made.bundle.files.contains_key(path)), "{name}: {block:?}");
    }
}

/// Groups of one and three, several groups of a role in one region, and all-in-ones in several regions.
fn variety(version: ProductVersion) -> Vec<(&'static str, Design)> {
    use Purpose as P;
    let sized = |n: u32| {
        let mut draw = pattern_1(&["eu", "us"], version);
        for component in draw.0.components.values_mut().filter(|c| c.kind().is_product_node()) {
            Arc::make_mut(component).instances = n;
        }
        draw.0
    };
    let mut groups = pattern_1(&["eu", "us"], version);
    for (name, kind, of) in [
        ("eu-cp-b", Kind::ControlPlane, "eu-cp"),
        ("eu-tm-b", Kind::TrafficManager, "eu-tm"),
        ("eu-gw-b", Kind::Gateway, "eu-gw"),
    ] {
        groups.put(name, kind, "eu", 2);
        let own: Vec<Link> = groups.0.links.values().map(|l| l.as_ref().clone()).collect();
        for link in own.into_iter().filter(|l| l.from == id(of) || l.to == id(of)) {
            let end = |end: &Id| if *end == id(of) { name.to_owned() } else { end.to_string() };
            groups.link(&end(&link.from), &end(&link.to), &[link.purpose]);
        }
    }
    let mut all_in_ones = Draw::new(version);
    for region in ["eu", "us"] {
        let [aio, lb, db] = ["aio", "lb", "db"].map(|role| format!("{region}-{role}"));
        all_in_ones.region(region, RegionRole::Peer).put(&aio, Kind::AllInOne, region, 2);
        all_in_ones.put(&lb, Kind::LoadBalancer, region, 1).put(&db, Kind::Database, region, 1);
        all_in_ones.link(&lb, &aio, &[P::ApiTraffic, P::PortalAccess]).link(&aio, &db, &[P::Database]);
    }
    all_in_ones.link("eu-db", "us-db", &[P::DbReplication]);
    all_in_ones.link("eu-aio", "us-aio", &[P::HubEvents]).link("us-aio", "eu-aio", &[P::HubEvents]);
    vec![("one", sized(1)), ("three", sized(3)), ("groups", groups.0), ("all-in-ones", all_in_ones.0)]
}

#[test]
fn sizes_and_versions_hold_in_general() {
    for version in [ProductVersion::V4_2, ProductVersion::V4_4, ProductVersion::V4_5, ProductVersion::V4_7] {
        for (name, design) in variety(version) {
            holds_in_general(&format!("{name} {version}"), &design);
            let hubs = made(&design).paths(".properties").len();
            let expected = match name {
                "one" => 2,
                "three" => 18,
                "groups" => 16,
                _ => 8,
            };
            assert_eq!(hubs, expected, "{name}: every hub node publishes to every one of the other region");
        }
    }
}

#[test]
fn everything_shipped_holds_in_general() {
    for (name, design) in shipped() {
        holds_in_general(&name, &design);
    }
}

proptest! {
    #![proptest_config(Config { cases: 120, failure_persistence: None, ..Config::default() })]

    #[test]
    fn any_design_holds_in_general(mut design in any_design()) {
        for component in design.components.values_mut() {
            let component = Arc::make_mut(component);
            component.instances = component.instances.min(3);
        }
        prop_assume!(design.validate().is_ok());
        holds_in_general("random", &design);
    }
}

#[test]
fn names_that_break_formats_break_nothing() {
    let mut draw = pattern_1(&["eu", "us"], ProductVersion::V4_7);
    let awful = "\"'\\ \u{1f642} </name> & $x | `code` ../../etc";
    for component in draw.0.components.values_mut() {
        Arc::make_mut(component).name = awful.into();
    }
    for region in draw.0.regions.values_mut() {
        Arc::make_mut(region).name = awful.into();
    }
    draw.component("us-gw", |c| c.spec = Spec::Gateway(Gateway { environment: awful.into(), ..Gateway::default() }));
    draw.component("us-db", |c| c.spec = Spec::Database(Database { dcid: "D'C`2".into(), ..Database::default() }));
    holds_in_general("awful", &draw.0);
    let made = made(&draw.0);
    let labels = made.node("us/us-gw-1")["apim"]["sync_runtime_artifacts"]["gateway"]["gateway_labels"].clone();
    let environment = made.node("us/us-cp-1")["apim"]["gateway"]["environment"][0]["name"].clone();
    assert_eq!(labels[0], awful);
    assert_eq!(environment, awful, "A40: both sides spell it alike");
}

#[test]
fn a_drawing_of_thousands_of_nodes_is_refused_not_written() {
    let mut draw = Draw::new(ProductVersion::V4_6);
    draw.region("eu", RegionRole::Peer);
    for n in 0..25 {
        draw.put(&format!("gw{n}"), Kind::Gateway, "eu", 1_000);
    }
    let made = made(&draw.0);
    assert!(made.bundle.files.is_empty());
    assert_eq!(made.bundle.blocked.len(), 1);
}
