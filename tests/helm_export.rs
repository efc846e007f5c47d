//! Helm values, as somebody sees them who installs the charts: held against the worked example, the keys of the charts,
//! the plan and the rules for what is exported.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may panic anywhere")]

mod generate;
#[path = "support/helm.rs"]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use generate::any_design;
use meridian::analysis::{Setting, analyse};
use meridian::books::Books;
use meridian::design::ProductVersion;
use meridian::design::history::Revision;
use meridian::export::bundle::FilePath;
use meridian::export::helm::Chart;
use meridian::export::planner::planner_file;
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_norway::Value;
use support::*;

#[test]
fn every_sample_on_every_branch_gives_values_that_the_charts_know() {
    for (name, design) in samples() {
        for version in [ProductVersion::V4_5, ProductVersion::V4_6, ProductVersion::V4_7] {
            let design = at_version(design.clone(), version);
            let (bundle, plan) = exported(&design);
            let what = format!("{name} at {version}");
            check(&bundle, &plan, &what);
            let groups: BTreeSet<&str> = plan.nodes.iter().map(|n| n.group.as_str()).collect();
            assert!(bundle.files.len() > groups.len(), "{what}");
            assert_eq!(bundle, exported(&design).0, "{what}");
        }
    }
}

#[test]
fn every_line_of_values_says_why_it_is_there() {
    for (name, design) in samples() {
        let bundle = bundle(&design);
        for (path, file) in &bundle.files {
            let lines = file.content.text().unwrap().lines();
            for (n, line) in (1..).zip(lines) {
                let opens_a_map = line.ends_with(':');
                if path.name().ends_with("-values.yaml") && n > 1 && !opens_a_map {
                    let origins = file.origins_of(n);
                    assert!(!origins.is_empty(), "{name}: {path} line {n}: {line}");
                    assert!(origins.iter().all(|o| !o.facts.is_empty() || !o.elements.is_empty()), "{path} line {n}");
                }
            }
        }
    }
}

#[test]
fn origins_stand_at_the_lines_they_speak_of() {
    let bundle = bundle(&template("pattern-1", ProductVersion::V4_7));
    let path = FilePath::parse("eu/eu-cp-values.yaml").unwrap();
    let file = &bundle.files[&path];
    let of = |key: &str| {
        let lines: Vec<&str> = file.content.text().unwrap().lines().collect();
        let n = lines.iter().position(|l| l.trim_start().starts_with(key)).unwrap() + 1;
        file.origins_of(n)[0].clone()
    };
    assert!(of("highAvailability: true").facts.contains(&"D6"));
    assert!(of("oauth2JWKSUrl").rules.contains(&"R-EXP-15"));
    assert!(of("encryptionKeyKey").rules.contains(&"R-EXP-08"));
    assert!(of("serviceName").rules.contains(&"R-EXP-14"));
    assert!(of("extraVolumeMounts").elements.contains(&id("us-cp")));
}

#[test]
fn every_origin_rests_on_facts_and_documents_that_the_books_have() {
    let facts = Books::shipped().facts();
    for (name, design) in samples() {
        for (path, file) in &bundle(&design).files {
            for fact in file.origins.iter().flat_map(|o| &o.origin.facts) {
                assert!(facts.fact(fact).is_some() || facts.document(fact).is_some(), "{name}: {path} cites {fact}");
            }
        }
    }
}

/// Why a value of the worked example is another one here.
fn differs(path: &str) -> Option<&'static str> {
    let reasons = [
        ("wso2.apim.configurations.encryption.key", "the chart's default; the Secret is what counts"),
        ("wso2.deployment.resources.", "the sizes of the template, not of the example"),
        ("wso2.deployment.maxReplicas", "the template's gateways do not scale by themselves"),
        ("wso2.apim.configurations.gateway.environments.0.description", "words"),
    ];
    reasons.into_iter().find(|(part, _)| path.starts_with(part)).map(|(_, why)| why)
}

/// Why there is a key that the worked example does not have.
fn added(path: &str) -> Option<&'static str> {
    let reasons = [
        ("wso2.apim.version", "the default of the branch, said nevertheless"),
        ("wso2.apim.configurations.extraConfigs", "links between the hubs of the template are encrypted"),
        ("kubernetes.gatewayAPI.backendTLSPolicy.", "pods speak HTTPS, and the example's Gateway would not"),
        ("kubernetes.gatewayAPI.gateway.enabled", "each way in is switched on or off, also where the default fits"),
        ("kubernetes.gatewayAPI.websocket.enabled", "the same"),
        ("kubernetes.gatewayAPI.websub.enabled", "the same"),
        ("kubernetes.ingress.", "the same; and the chart's example is no name for a traffic manager"),
        ("kubernetes.route.", "the same"),
    ];
    reasons.into_iter().find(|(part, _)| path.starts_with(part)).map(|(_, why)| why)
}

/// The example's names as those of the template.
fn renamed(text: &str, region: &str) -> String {
    let mut out = text.to_owned();
    for (chart, short) in [("acp", "cp"), ("tm", "tm")] {
        out = out.replace(&format!("apim-{chart}-wso2am"), &format!("{region}-{short}-wso2am"));
    }
    out = out.replace("apim-gw-wso2am", &format!("{region}-gw-wso2am"));
    out = out.replace(&format!("db.{region}.example.com"), &format!("{region}-db.{region}.apim.internal"));
    out = out.replace(&format!("am.{region}.example.com"), &format!("{region}-cp-lb.{region}.apim.internal"));
    // Callers come through the balancer over regions, and a route matches the name that they use.
    out = out.replace(&format!("gw.{region}.example.com"), "gslb.apim.internal");
    out = out.replace(&format!("ws.{region}.example.com"), "websocket.gslb.apim.internal");
    out = out.replace(&format!("websub.{region}.example.com"), "websub.gslb.apim.internal");
    out = out.replace("apim-acp-xregion", &format!("{region}-cp-event-hubs"));
    out.replace("\"xregion\"", "\"event-hubs\"")
}

#[test]
fn the_worked_example_of_pattern_1_is_what_comes_out() {
    let bundle = bundle(&template("pattern-1", ProductVersion::V4_7));
    let mut expected: BTreeMap<(&str, &str), BTreeMap<&str, String>> = BTreeMap::new();
    for line in include_str!("expected/helm-pattern-1.tsv").lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [region, release, path, value] = cells[..] else { panic!("{line}") };
        expected.entry((region, release)).or_default().insert(path, renamed(value, region));
    }
    assert_eq!(expected.len(), 6);
    for ((region, release), expected) in expected {
        let name = release.replace("apim-acp", "cp").replace("apim-", "");
        let mut found = Vec::new();
        let values = values(&bundle, &format!("{region}/{region}-{name}-values.yaml"));
        flat(&values, "", false, &mut found);
        let found: BTreeMap<&str, &String> = found.iter().map(|(path, value)| (path.as_str(), value)).collect();
        for (path, value) in &expected {
            if differs(path).is_none() {
                assert_eq!(found.get(path), Some(&value), "{region} {release}: {path}");
            }
        }
        for (path, value) in found {
            assert!(expected.contains_key(path) || added(path).is_some(), "{region} {release}: {path} = {value}");
        }
    }
}

#[test]
fn r_exp_08_charts_of_4_7_take_the_encryption_key_from_a_secret() {
    for (version, key) in [(ProductVersion::V4_7, Some("encryptionKey")), (ProductVersion::V4_6, None)] {
        let bundle = bundle(&template("pattern-1", version));
        for file in files(&bundle) {
            let secret = configuration(&file.values, "existingSecret");
            assert_eq!(secret["secretName"], "apim-secret");
            assert_eq!(secret.get("encryptionKeyKey").and_then(Value::as_str), key, "{}", file.path);
        }
        let readme = text(&bundle, "eu/README.md");
        assert_eq!(readme.contains("--from-literal=encryptionKey='<encryption-key>'"), key.is_some());
    }
}

#[test]
fn r_exp_09_the_example_property_of_the_user_store_is_taken_away() {
    for file in files(&bundle(&template("simple-scalable", ProductVersion::V4_6))) {
        assert!(has(&file.values, "wso2.apim.configurations.userStore.properties"));
        assert!(configuration(&file.values, "userStore.properties").is_null(), "{}", file.path);
    }
}

#[test]
fn r_exp_10_gateways_listen_to_the_event_hub() {
    for version in [ProductVersion::V4_5, ProductVersion::V4_6, ProductVersion::V4_7] {
        for name in ["pattern-1", "pattern-2", "simple-scalable"] {
            let bundle = bundle(&template(name, version));
            let gateways: Vec<_> = files(&bundle).into_iter().filter(|f| f.chart == Chart::Gateway).collect();
            assert!(!gateways.is_empty());
            for file in gateways {
                assert_eq!(configuration(&file.values, "eventhub.enabled"), &Value::Bool(true), "{}", file.path);
                assert_eq!(texts(configuration(&file.values, "eventhub.urls")).len(), 2, "{}", file.path);
            }
        }
    }
}

#[test]
fn r_exp_11_sub_regions_find_the_control_plane_at_9443() {
    let bundle = bundle(&template("pattern-2", ProductVersion::V4_6));
    for (file, servlet) in
        [("us/us-tm", "km.serviceUrl"), ("us/us-tm", "eventhub.serviceUrl"), ("us/us-gw", "km.serviceUrl")]
    {
        let values = values(&bundle, &format!("{file}-values.yaml"));
        assert_eq!(configuration(&values, servlet), "eu-cp-lb.eu.apim.internal");
    }
    let over_both =
        objects(&bundle, "eu").into_iter().find(|o| at(o, "metadata.name") == "eu-cp-wso2am-acp-xregion").unwrap();
    assert_eq!(at(&over_both, "spec.ports.0.port"), &Value::from(9443));
    assert_eq!(at(&over_both, "spec.selector.deployment"), "eu-cp-wso2am-acp");
    assert_eq!(at(&over_both, "spec.selector").as_mapping().unwrap().len(), 1, "both instances");
    assert!(
        text(&bundle, "dns.md")
            .contains("| `eu-cp-lb.eu.apim.internal` | the address of Service `eu-cp-wso2am-acp-xregion`")
    );
    assert!(text(&bundle, "us/README.md").contains("Only when the control plane in `eu` is ready"));
}

#[test]
fn r_exp_12_every_broker_that_other_regions_connect_to_has_an_address_of_its_own() {
    let drawn = template("pattern-1", ProductVersion::V4_7);
    let mut plain = drawn.clone();
    plain.links.values_mut().for_each(|link| Arc::make_mut(link).tls = false);
    // The files of the hubs name the port of encrypted events; the templates of the charts know the plain one only.
    for (design, port) in [(drawn, 8672), (plain, 5672), (template("pattern-2", ProductVersion::V4_6), 5672)] {
        let bundle = bundle(&design);
        for n in 1..=2 {
            let name = format!("eu-cp-wso2am-acp-{n}-xregion");
            let service = objects(&bundle, "eu").into_iter().find(|o| at(o, "metadata.name") == name.as_str()).unwrap();
            assert_eq!(at(&service, "spec.type"), "LoadBalancer");
            assert_eq!(at(&service, "spec.selector.node"), format!("eu-cp-wso2am-acp-{n}").as_str());
            let ports = at(&service, "spec.ports").as_sequence().unwrap();
            let ports: Vec<u64> = ports.iter().map(|p| p["port"].as_u64().unwrap()).collect();
            assert_eq!(ports, [port]);
            assert!(texts(at(&service, "spec.loadBalancerSourceRanges")).contains(&"<addresses-of-us>"));
            let row = format!("| `eu-cp-{n}.eu.apim.internal` | the address of Service `{name}`");
            assert!(text(&bundle, "dns.md").contains(&row));
        }
    }
    let one_region = bundle(&template("all-in-one-ha", ProductVersion::V4_6));
    assert!(!one_region.files.keys().any(|path| path.name() == "extra-objects.yaml"));
}

#[test]
fn r_exp_13_the_way_in_follows_the_branch() {
    for (version, open, closed) in [
        (ProductVersion::V4_7, "gatewayAPI", "ingress"),
        (ProductVersion::V4_6, "ingress", "gatewayAPI"),
        (ProductVersion::V4_5, "ingress", "gatewayAPI"),
    ] {
        for file in files(&bundle(&template("pattern-2", version))).iter().filter(|f| f.chart == Chart::Gateway) {
            let way = |technology: &str| at(&file.values, &format!("kubernetes.{technology}.gateway.enabled")).clone();
            assert_eq!((way(open), way(closed)), (Value::Bool(true), Value::Bool(false)), "{}", file.path);
            // Charts before 4.7 take the host name of the nodes from the Ingress only when this says so.
            let whole = at(&file.values, "kubernetes.ingress.enabled").as_bool();
            assert_eq!(whole, (version < ProductVersion::V4_7).then_some(true), "{}", file.path);
        }
    }
}

#[test]
fn r_exp_14_environments_name_the_service_that_the_chart_of_the_gateways_has() {
    let bundle = bundle(&template("pattern-2", ProductVersion::V4_6));
    let values = values(&bundle, "eu/eu-cp-values.yaml");
    let environments = configuration(&values, "gateway.environments").as_sequence().unwrap();
    let by_name: BTreeMap<&str, &Value> = environments.iter().map(|e| (e["name"].as_str().unwrap(), e)).collect();
    assert_eq!(by_name.keys().copied().collect::<Vec<_>>(), ["Default", "in", "us"]);
    assert_eq!(by_name["Default"]["serviceName"], "eu-gw-wso2am-universal-gw-service");
    assert_eq!(by_name["us"]["serviceName"], "us-api-lb.us.apim.internal");
    for environment in environments {
        assert_eq!(environment["servicePort"], 9443);
    }
    // An API of one region is called by the name of that region: behind the balancer over regions others lack it.
    assert_eq!(by_name["us"]["httpHostname"], "us-api-lb.us.apim.internal");
    assert_eq!(by_name["Default"]["httpHostname"], "eu-api-lb.eu.apim.internal");
}

proptest! {
    #![proptest_config(Config { cases: 48, failure_persistence: None, ..Config::default() })]

    #[test]
    fn any_design_gives_values_that_can_be_used(design in any_design(), version in 3_usize..6) {
        let design = at_version(design, ProductVersion::ALL[version]);
        let books = Books::shipped();
        let analysis = analyse(&design, Revision::default(), &Setting::of(books));
        if planner_file(&design, &analysis, books).is_ok() {
            let (bundle, plan) = exported(&design);
            check_files(&bundle, &plan, "random");
            prop_assert_eq!(&bundle, &exported(&design).0);
            for path in bundle.files.keys() {
                prop_assert_eq!(FilePath::parse(path.as_str()), Some(path.clone()));
            }
        }
    }
}
