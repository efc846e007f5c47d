//! The network sheet, as those who open the firewalls see it.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use meridian::design::{Design, Spec};
use meridian::export::Form;
use meridian::export::bundle::Basis;
use meridian::export::network::Firewall;
use meridian::export::planner::Plan;
use proptest::prelude::*;
use serde_json::Value;

mod exported;
mod generate;

use exported::{all, exported, file, template, text, with_source};

/// The lines of a table, by the words of its head.
fn lines(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head: Vec<String> = reader.headers().expect("a head").iter().map(str::to_owned).collect();
    let line = |record: csv::StringRecord| head.iter().cloned().zip(record.iter().map(str::to_owned)).collect();
    reader.records().map(|record| line(record.expect("a line with all columns"))).collect()
}

/// Ports at which each endpoint answers, from the plan as a generator reads it.
fn answering(plan: &Value) -> BTreeMap<String, BTreeSet<u64>> {
    let mut answering: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    let list = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let id = |value: &Value| value["id"].as_str().expect("an id").to_owned();
    for node in list(plan, "nodes") {
        let ports = list(&node, "listens").iter().filter_map(|l| l["port"].as_u64()).collect();
        answering.insert(id(&node), ports);
    }
    for balancer in list(plan, "balancers") {
        let ports = list(&balancer, "pools").iter().filter_map(|pool| pool["listen"]["number"].as_u64()).collect();
        answering.insert(id(&balancer), ports);
    }
    for database in list(plan, "databases") {
        answering.insert(id(&database), database["port"].as_u64().into_iter().collect());
    }
    answering
}

#[test]
fn every_port_is_one_at_which_the_target_answers() {
    for (name, design) in all() {
        let (plan, bundle) = (exported(&design, Form::Planner), exported(&design, Form::Network));
        let plan: Value = serde_json::from_str(text(&plan, "planner.json")).expect("JSON");
        let answering = answering(&plan);
        let lines = lines(text(&bundle, "network.csv"));
        assert!(name == "violations.ron" || !lines.is_empty(), "{name}");
        for line in &lines {
            let Some(ports) = answering.get(&line["to"]).filter(|ports| !ports.is_empty()) else { continue };
            let port: u64 = line["port"].parse().expect("a port");
            // Where the design names another port, or a link leads to the wrong end, the line says so.
            let told = line["note"].starts_with("The design names port") || line["note"].contains("does not listen");
            assert!(ports.contains(&port) || told, "{name}: {line:?} and {ports:?}");
            assert!(!told || name == "violations.ron", "{name}: {line:?}");
        }
        let connections = plan["connections"].as_array().expect("connections");
        let wanted: usize = connections.iter().map(|c| c["ports"].as_array().expect("ports").len().max(1)).sum();
        assert_eq!(lines.len(), wanted, "{name}");
        let sheet = file(&bundle, "network.csv");
        assert_eq!(sheet.origins.len(), lines.len(), "every line has an origin");
        let rules = file(&bundle, "firewall.json");
        let text: Vec<&str> = rules.content.text().expect("text").lines().collect();
        for (n, of) in rules.origins.iter().enumerate() {
            let id = format!("\"id\": \"allow-{:03}\"", n + 1);
            assert!(text[of.first - 1..of.last].iter().any(|line| line.contains(&id)), "{name}: {of:?}");
        }
    }
}

type Way = (String, String, Option<u16>, String, String);

/// Every way that connections take, nodes to themselves left out: what has to be let through.
fn needed(plan: &Plan) -> BTreeSet<Way> {
    let mut needed = BTreeSet::new();
    for c in plan.connections.iter().filter(|c| c.from != c.to) {
        let ports: Vec<Option<u16>> = c.ports.iter().map(|p| Some(p.number)).collect();
        for port in if ports.is_empty() { vec![None] } else { ports } {
            let (purpose, network) = (format!("{:?}", c.purpose), format!("{:?}", c.network));
            needed.insert((c.from.clone(), c.to.clone(), port, purpose, network));
        }
    }
    needed
}

fn allowed(firewall: &Firewall) -> Vec<Way> {
    let of = |rule: &meridian::export::network::Allow| {
        let (purpose, network) = (format!("{:?}", rule.purpose), format!("{:?}", rule.network));
        let way =
            |(from, to): (&str, &str)| (from.to_owned(), to.to_owned(), rule.port, purpose.clone(), network.clone());
        rule.pairs().map(way).collect::<Vec<_>>()
    };
    firewall.allow.iter().flat_map(of).collect()
}

fn assert_exact(design: &Design) {
    with_source(design, |source| {
        let firewall = Firewall::of(&source.plan);
        let allowed = allowed(&firewall);
        assert_eq!(allowed.iter().cloned().collect::<BTreeSet<_>>(), needed(&source.plan));
        assert!(firewall.allow.is_sorted_by_key(|rule| {
            let regions = (&rule.from.region, &rule.to.region);
            (!rule.crosses_regions, matches!(regions, (Some(_), Some(_))))
        }));
    });
}

#[test]
fn rules_allow_exactly_what_connects() {
    for (_, design) in all() {
        assert_exact(&design);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rules_of_any_design_allow_exactly_what_connects(design in generate::any_design()) {
        assert_exact(&design);
    }
}

/// Ports of the rules between regions, in the file for programs.
fn between_regions(design: &Design) -> BTreeSet<u64> {
    let bundle = exported(design, Form::Network);
    let firewall: Value = serde_json::from_str(text(&bundle, "firewall.json")).expect("JSON");
    assert_eq!(firewall["default"], "deny");
    let rules = firewall["allow"].as_array().expect("rules");
    let crossing = rules.iter().filter(|rule| rule["crosses_regions"] == true);
    crossing.map(|rule| rule["port"].as_u64().expect("a port")).collect()
}

/// The same design with events that are not encrypted, as documentation shows them.
fn plain(mut design: Design) -> Design {
    design.links.values_mut().for_each(|link| Arc::make_mut(link).tls = false);
    design
}

#[test]
fn pattern_2_opens_the_two_ports_that_are_documented() {
    let design = template("pattern-2");
    assert_eq!(between_regions(&plain(design.clone())), BTreeSet::from([5672, 9443]), "B26");
    assert_eq!(between_regions(&design), BTreeSet::from([8672, 9443]), "the template encrypts events (A36)");
}

#[test]
fn pattern_1_opens_the_event_hubs_and_the_replication_of_its_databases() {
    let design = template("pattern-1");
    let port = |spec: &Spec| if let Spec::Database(db) = spec { db.engine.port() } else { None };
    let databases: BTreeSet<u64> = design.components.values().filter_map(|c| port(&c.spec)).map(u64::from).collect();
    let with = |hub: u64| databases.iter().copied().chain([hub]).collect::<BTreeSet<u64>>();
    assert_eq!(between_regions(&plain(design.clone())), with(5672), "B5, B10");
    assert_eq!(between_regions(&design), with(8672), "the template encrypts events (A36)");
}

/// A rule that rests on a conclusion says so, in the table and in the origin of its line.
#[test]
fn rules_carry_what_they_rest_on() {
    let mut seen = BTreeSet::new();
    for (name, design) in all() {
        let bundle = exported(&design, Form::Network);
        let basis = |of: &[BTreeMap<String, String>], key: &str, id: &str| -> BTreeSet<String> {
            of.iter().filter(|line| line[key].split(' ').any(|word| word == id)).map(|l| l["basis"].clone()).collect()
        };
        let (rules, connections) = (lines(text(&bundle, "firewall.csv")), lines(text(&bundle, "network.csv")));
        for ((n, rule), origin) in rules.iter().enumerate().zip(&file(&bundle, "firewall.csv").origins) {
            let of: Vec<&str> = rule["links and facts"]
                .split(' ')
                .filter(|id| design.links.keys().any(|link| link.as_str() == *id))
                .collect();
            for link in &of {
                assert!(!basis(&connections, "link", link).is_empty(), "{name}, line {n}: {link}");
            }
            if let [link] = of.as_slice() {
                assert!(basis(&connections, "link", link).contains(&rule["basis"]), "{name}: {rule:?}");
            }
            assert_eq!(rule["basis"] == "inferred", origin.origin.basis == Basis::Inferred, "{name}: {rule:?}");
            seen.insert(rule["basis"].clone());
        }
    }
    assert!(seen.contains("inferred") && seen.contains("documented"), "{seen:?}");
}

#[test]
fn a_rule_without_a_port_says_that_it_is_open() {
    let mut open = 0;
    for (name, design) in all() {
        let bundle = exported(&design, Form::Network);
        let file: Value = serde_json::from_str(text(&bundle, "firewall.json")).expect("JSON");
        let rules = file["allow"].as_array().expect("rules");
        for (rule, line) in rules.iter().zip(lines(text(&bundle, "firewall.csv"))) {
            let port = rule["port"].as_u64().map_or_else(|| "to be supplied".to_owned(), |port| port.to_string());
            assert_eq!(line["port"], port, "{name}");
            open += usize::from(rule["port"].is_null());
        }
    }
    assert!(open > 0, "some design leads to a service whose port nobody knows");
}

#[test]
fn the_sheet_names_hosts_and_no_ranges() {
    let mut design = template("pattern-2");
    let gateways = |spec: &Spec| matches!(spec, Spec::Gateway(_));
    for (n, component) in design.components.values_mut().filter(|c| gateways(&c.spec)).enumerate() {
        Arc::make_mut(component).instances = if n == 0 { 9 } else { 3 };
    }
    let bundle = exported(&design, Form::Network);
    let sheet = text(&bundle, "network.md");
    let rules: Vec<&str> = sheet.lines().filter(|line| line.starts_with("| allow-")).collect();
    assert!(rules.iter().any(|line| line.contains(" and 8 more)")), "{rules:?}");
    assert!(!rules.iter().any(|line| line.contains(" hosts, ")), "{rules:?}");
}

#[test]
fn everything_else_is_denied_and_no_name_is_a_formula() {
    let mut design = template("pattern-2");
    for component in design.components.values_mut() {
        Arc::make_mut(component).name = "=HYPERLINK(\"http://x\";\"a|b\")".into();
    }
    let bundle = exported(&design, Form::Network);
    let lines = lines(text(&bundle, "firewall.csv"));
    let last = lines.last().expect("lines");
    assert_eq!((last["rule"].as_str(), last["action"].as_str()), ("default", "deny"));
    assert!(lines.iter().rev().skip(1).all(|line| line["action"] == "allow" && line["from name"].starts_with("'=")));
    for (path, file) in &bundle.files {
        let text = file.content.text().expect("text");
        if path.name().ends_with(".csv") {
            assert!(!text.lines().flat_map(|line| line.split(',')).any(|cell| cell.starts_with(['=', '@'])), "{path}");
        }
    }
    let sheet = text(&bundle, "network.md");
    let bars = |line: &str| line.replace("\\|", "").matches('|').count();
    let tables = sheet.lines().filter(|line| line.starts_with('|')).map(bars).collect::<BTreeSet<_>>();
    assert!(tables.iter().all(|bars| (4..=8).contains(bars)), "{tables:?}");
}
