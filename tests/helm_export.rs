//! Helm values, as somebody sees them who installs the charts: read by another YAML reader and held against the worked
//! example, the keys of the charts and the plan.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may panic anywhere")]

mod generate;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use generate::any_design;
use meridian::analysis::{Setting, analyse};
use meridian::books::Books;
use meridian::design::draft::Draft;
use meridian::design::history::Revision;
use meridian::design::{
    Component, Database, Design, Engine, Gateway, GatewayRuntime, Id, Kind, Network, NodeSettings, NodeSize,
    ProductVersion, Purpose, Requirements, Spec, file,
};
use meridian::export::bundle::{Bundle, FilePath, Syntax};
use meridian::export::helm::{Branch, Chart, Keys};
use meridian::export::planner::{Plan, planner_file};
use meridian::export::{Form, Options, Source};
use meridian::templates;
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_norway::Value;

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

fn exported(design: &Design) -> (Bundle, Plan) {
    let books = Books::shipped();
    let analysis = analyse(design, Revision::default(), &Setting::of(books));
    let source = Source::of(design, &analysis, books).unwrap();
    let bundle = Form::Helm.bundle(&source, &Options::default());
    (bundle, source.plan)
}

fn bundle(design: &Design) -> Bundle {
    exported(design).0
}

fn template(name: &str, version: ProductVersion) -> Design {
    at_version(templates::get(name).unwrap().design(), version)
}

fn at_version(mut design: Design, version: ProductVersion) -> Design {
    Arc::make_mut(&mut design.meta).product_version = version;
    design
}

/// The design with one component changed.
fn with(mut design: Design, component: &str, change: impl FnOnce(&mut Component)) -> Design {
    change(Arc::make_mut(design.components.get_mut(&id(component)).unwrap()));
    design.validate().unwrap();
    design
}

/// Every shipped design.
fn samples() -> Vec<(String, Design)> {
    let mut all: Vec<(String, Design)> =
        templates::all().iter().map(|t| (format!("template {}", t.id), t.design())).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("saved-designs");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    for path in paths.iter().filter(|p| p.extension().is_some_and(|e| e == "ron")) {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        all.push((name.clone(), file::from_ron(&fs::read_to_string(path).unwrap(), &name).unwrap()));
    }
    all
}

fn text<'b>(bundle: &'b Bundle, path: &str) -> &'b str {
    let path = FilePath::parse(path).unwrap();
    let file = bundle.files.get(&path).unwrap_or_else(|| panic!("{path} is missing: {:?}", bundle.files.keys()));
    file.content.text().unwrap()
}

fn documents(text: &str) -> Vec<Value> {
    use serde::Deserialize as _;
    serde_norway::Deserializer::from_str(text).map(|document| Value::deserialize(document).expect("YAML")).collect()
}

fn values(bundle: &Bundle, path: &str) -> Value {
    let mut found = documents(text(bundle, path));
    assert_eq!(found.len(), 1, "{path}");
    found.remove(0)
}

fn objects(bundle: &Bundle, region: &str) -> Vec<Value> {
    let path = FilePath::of([region, "extra-objects.yaml"]);
    bundle.files.get(&path).map(|file| documents(file.content.text().unwrap())).unwrap_or_default()
}

fn at<'v>(value: &'v Value, path: &str) -> &'v Value {
    path.split('.').fold(value, |value, part| match part.parse::<usize>() {
        Ok(n) if value.is_sequence() => &value[n],
        _ => value.get(part).unwrap_or(&Value::Null),
    })
}

fn has(value: &Value, path: &str) -> bool {
    let (parent, key) = path.rsplit_once('.').unwrap();
    at(value, parent).get(key).is_some()
}

fn configuration<'v>(value: &'v Value, path: &str) -> &'v Value {
    at(value, &format!("wso2.apim.configurations.{path}"))
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_sequence().expect("a list").iter().map(|v| v.as_str().expect("a text")).collect()
}

/// Every scalar with its path; numbers of entries in it, or `[]` when `entries` is set.
fn flat(value: &Value, path: &str, entries: bool, found: &mut Vec<(String, String)>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Mapping(map) if !map.is_empty() => {
            map.iter().for_each(|(key, value)| flat(value, &below(key.as_str().unwrap()), entries, found));
        }
        Value::Sequence(items) if !items.is_empty() => {
            for (n, item) in items.iter().enumerate() {
                let place = match (entries, item.is_mapping()) {
                    (true, true) => format!("{path}[]"),
                    (true, false) => path.to_owned(),
                    (false, _) => below(&n.to_string()),
                };
                flat(item, &place, entries, found);
            }
        }
        scalar => found.push((path.to_owned(), serde_json::to_string(scalar).unwrap())),
    }
}

/// A file of values: its path, region's folder, release, chart and branch, as its first line says.
struct File<'b> {
    path: &'b FilePath,
    folder: &'b str,
    release: String,
    chart: Chart,
    branch: Branch,
    values: Value,
}

fn files(bundle: &Bundle) -> Vec<File<'_>> {
    let mut files = Vec::new();
    for (path, file) in bundle.files.iter().filter(|(path, _)| path.name().ends_with("-values.yaml")) {
        let text = file.content.text().unwrap();
        let words: Vec<&str> = text.lines().next().unwrap().split([' ', ',']).filter(|w| !w.is_empty()).collect();
        let [_, "Values", "for", "release", release, "of", "chart", chart, version, "branch", branch] = words[..]
        else {
            panic!("{words:?}")
        };
        let chart = Chart::ALL.into_iter().find(|c| c.name() == chart).unwrap();
        let branch = Branch::ALL.into_iter().find(|b| format!("{}.", b.label()) == branch).unwrap();
        assert_eq!(version, chart.version(branch));
        files.push(File {
            path,
            folder: path.parts().next().unwrap(),
            release: release.to_owned(),
            chart,
            branch,
            values: values(bundle, path.as_str()),
        });
    }
    files
}

/// Services of all releases of a folder with their ports, as the charts make them.
fn services(files: &[File<'_>], folder: &str) -> BTreeMap<String, BTreeSet<u16>> {
    let mut services: BTreeMap<String, BTreeSet<u16>> = BTreeMap::new();
    for file in files.iter().filter(|file| file.folder == folder) {
        services.entry(file.chart.service(&file.release)).or_default().extend(file.chart.ports());
        let pair = at(&file.values, "wso2.deployment.highAvailability") == &Value::Bool(true);
        for n in 1..=if pair { 2 } else { 1 } {
            let name = file.chart.instance_service(&file.release, n);
            services.entry(name).or_default().extend(file.chart.instance_ports());
        }
    }
    services
}

/// Every host that values name, with the ports that the chart adds or the values give.
fn named_hosts(values: &Value) -> Vec<(String, Vec<u16>)> {
    let mut found = Vec::new();
    let mut add = |value: &Value, ports: &[u16]| {
        found.extend(value.as_str().map(|host| (host.to_owned(), ports.to_vec())));
    };
    for key in ["km.serviceUrl", "km.serviceName", "eventhub.serviceUrl", "throttling.serviceUrl"] {
        add(configuration(values, key), &[9443]);
    }
    for (key, ports) in [("eventhub.urls", &[5672][..]), ("throttling.urls", &[5672, 9611, 9711])] {
        configuration(values, key).as_sequence().into_iter().flatten().for_each(|host| add(host, ports));
    }
    for environment in configuration(values, "gateway.environments").as_sequence().into_iter().flatten() {
        add(&environment["serviceName"], &[9443]);
    }
    let keys = configuration(values, "oauth_config.oauth2JWKSUrl").as_str();
    if let Some(host) = keys.and_then(|url| url.strip_prefix("https://")?.strip_suffix(":9443/oauth2/jwks")) {
        found.push((host.to_owned(), vec![9443]));
    }
    found
}

/// What must hold for every export.
fn check(bundle: &Bundle, plan: &Plan, what: &str) {
    check_files(bundle, plan, what);
    placeholders_are_listed(bundle, what);
}

/// The same for designs whose texts may hold anything.
fn check_files(bundle: &Bundle, plan: &Plan, what: &str) {
    let files = files(bundle);
    let plan_hosts: BTreeSet<&str> =
        plan.nodes.iter().map(|n| n.host.as_str()).chain(plan.balancers.iter().map(|b| b.host.as_str())).collect();
    for file in &files {
        // Every key is one that the chart of this branch knows.
        let keys = Keys::of(file.branch, file.chart);
        let mut found = Vec::new();
        flat(&file.values, "", true, &mut found);
        for (path, _) in &found {
            assert!(
                keys.knows(path),
                "{what}: {} has {path}, unknown to {:?} {:?}",
                file.path,
                file.chart,
                file.branch
            );
        }
        // Every Service that is named is made by a release of the same region, and has the ports.
        let services = services(&files, file.folder);
        for (host, ports) in named_hosts(&file.values) {
            match services.get(&host) {
                Some(known) => {
                    assert!(ports.iter().all(|p| known.contains(p)), "{what}: {} {host} {ports:?}", file.path);
                }
                None => {
                    assert!(plan_hosts.contains(host.as_str()), "{what}: {} names {host}", file.path);
                    let row = format!("| `{host}` |");
                    assert!(text(bundle, "dns.md").contains(&row), "{what}: {host} of {} is not in dns.md", file.path);
                }
            }
        }
        // Exactly one way in is open.
        let open: BTreeSet<&str> = ["gatewayAPI", "ingress", "route"]
            .into_iter()
            .filter(|technology| {
                let routes = at(&file.values, &format!("kubernetes.{technology}"));
                let mut routes = routes.as_mapping().into_iter().flatten().map(|(_, route)| route);
                routes.any(|route| route.get("enabled") == Some(&Value::Bool(true)) && route.get("hostname").is_some())
            })
            .collect();
        let expected = usize::from(file.chart != Chart::TrafficManager);
        assert!(open.len() == expected, "{what}: {} opens {open:?}", file.path);
        // Copies of one instance are no pair.
        if file.chart != Chart::Gateway {
            assert!(!has(&file.values, "wso2.deployment.replicas"), "{what}: {}", file.path);
        }
    }
    assert!(bundle.blocked.iter().all(|b| !b.message.contains("has no key")), "{what}: {:?}", bundle.blocked);
    names_fit(&files, what);
    for (path, file) in &bundle.files {
        let Some(text) = file.content.text() else { panic!("{path} is no text") };
        if file.syntax == Syntax::Yaml {
            documents(text);
        }
        for origin in &file.origins {
            let lines = text.lines().count();
            assert!(1 <= origin.first && origin.first <= origin.last && origin.last <= lines, "{path} {origin:?}");
        }
    }
}

/// Names of objects stay within what Kubernetes takes, and no two releases of a region share one.
fn names_fit(files: &[File<'_>], what: &str) {
    let mut taken = BTreeSet::new();
    for file in files {
        assert!(file.release.len() <= 53, "{what}: {}", file.release);
        let own: BTreeSet<String> = (1..=2)
            .map(|n| file.chart.instance_service(&file.release, n))
            .chain([file.chart.service(&file.release)])
            .collect();
        for name in own {
            let label = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(name.len() <= 63 && name.chars().all(label), "{what}: {name}");
            assert!(name.starts_with(|c: char| c.is_ascii_lowercase()), "{what}: {name}");
            assert!(taken.insert((file.folder, name.clone())), "{what}: {name} twice");
        }
    }
}

/// Whatever stands in angle brackets is a placeholder, and every placeholder stands somewhere.
fn placeholders_are_listed(bundle: &Bundle, what: &str) {
    let listed: BTreeSet<&str> = bundle.placeholders.iter().map(|p| p.token.as_str()).collect();
    for (path, file) in bundle.files.iter().filter(|(_, f)| f.syntax == Syntax::Yaml) {
        let text = file.content.text().unwrap();
        let in_xml = |token: &str| token.contains([' ', '/', '\n', '?']) || token == "<eventPublisher>";
        for (start, _) in text.match_indices('<') {
            let Some(end) = text[start..].find('>') else { continue };
            let token = &text[start..=start + end];
            assert!(in_xml(token) || listed.contains(token), "{what}: {path} has {token}, which is not listed");
        }
    }
    for placeholder in &bundle.placeholders {
        let stands = |f: &meridian::export::bundle::ExportFile| f.content.text().unwrap().contains(&placeholder.token);
        assert!(bundle.files.values().any(stands), "{what}: {} stands nowhere", placeholder.token);
    }
    if !bundle.placeholders.is_empty() {
        let list = text(bundle, "PLACEHOLDERS.md");
        assert!(listed.iter().all(|token| list.contains(&format!("`{token}`"))), "{what}");
    }
}

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

#[test]
fn calls_by_the_name_of_the_balancer_over_regions_find_a_route() {
    for (version, kind, host) in [
        (ProductVersion::V4_7, "HTTPRoute", "spec.hostnames.0"),
        (ProductVersion::V4_6, "Ingress", "spec.rules.0.host"),
    ] {
        let bundle = bundle(&template("pattern-2", version));
        let objects = objects(&bundle, "us");
        let route = objects.iter().find(|o| o["kind"] == kind).unwrap();
        assert_eq!(at(route, host), "gslb.apim.internal");
        let backend = match kind {
            "HTTPRoute" => at(route, "spec.rules.0.backendRefs.0.name"),
            _ => at(route, "spec.rules.0.http.paths.0.backend.service.name"),
        };
        assert_eq!(backend, "us-gw-wso2am-universal-gw-service");
        if let Some(gateway) = objects.iter().find(|o| o["kind"] == "Gateway") {
            let listeners = at(gateway, "spec.listeners").as_sequence().unwrap();
            let listener = listeners.iter().find(|l| l["name"] == at(route, "spec.parentRefs.0.sectionName").clone());
            assert_eq!(listener.unwrap()["hostname"], "gslb.apim.internal");
        }
        // Where every region serves the same APIs, the chart's own route has that name.
        let same = self::objects(&self::bundle(&template("pattern-1", version)), "us");
        assert!(same.iter().all(|o| o["kind"] != kind));
    }
}

#[test]
fn brokers_that_other_regions_publish_to_with_tls_are_configured_for_it() {
    let drawn = template("pattern-1", ProductVersion::V4_7);
    let mut plain = drawn.clone();
    plain.links.values_mut().for_each(|link| Arc::make_mut(link).tls = false);
    let values = |design| values(&bundle(design), "eu/eu-cp-values.yaml");
    let text = values(&drawn);
    let text = configuration(&text, "extraConfigs").as_str().unwrap();
    let toml: BTreeMap<String, serde_json::Value> = basic_toml::from_str(text).unwrap();
    let ssl = &toml["broker"]["transport"]["amqp"]["ssl_connection"];
    assert_eq!((&ssl["port"], &ssl["enabled"]), (&8672.into(), &true.into()));
    assert_eq!(ssl["ssl_enabled_protocols"], "TLSv1.2");
    assert_eq!(ssl["keystore"]["password"], "$ref{keystore.tls.password}");
    assert!(!has(&values(&plain), "wso2.apim.configurations.extraConfigs"));
}

#[test]
fn ports_that_links_name_are_taken() {
    let mut design = template("pattern-1", ProductVersion::V4_7);
    let to_database = |l: &&mut Arc<meridian::design::Link>| l.purpose == Purpose::Database && l.from == id("eu-cp");
    Arc::make_mut(design.links.values_mut().find(to_database).unwrap()).port = Some(6543);
    for link in design.links.values_mut().filter(|l| l.purpose == Purpose::HubEvents) {
        let link = Arc::make_mut(link);
        (link.tls, link.port) = (false, Some(5999));
    }
    let bundle = bundle(&design);
    let values = values(&bundle, "eu/eu-cp-values.yaml");
    let url = configuration(&values, "databases.shared_db.url");
    assert_eq!(url, "jdbc:postgresql://eu-db.eu.apim.internal:6543/shared_db");
    assert!(text(&bundle, "dns.md").contains("| `eu-db.eu.apim.internal` | the database server | 6543 |"));
    // The pods' broker stays where the chart has it.
    let service = objects(&bundle, "eu").into_iter().find(|o| o["kind"] == "Service").unwrap();
    assert_eq!(at(&service, "spec.ports.0.port").as_u64(), Some(5999));
    assert_eq!(at(&service, "spec.ports.0.targetPort").as_u64(), Some(5672));
}

#[test]
fn pods_whose_heap_takes_all_their_memory_are_no_use() {
    for (memory_gib, blocked, said) in [(2.0, true, false), (2.5, false, true), (4.0, false, false)] {
        let design = with(template("pattern-1", ProductVersion::V4_7), "eu-cp", |c| {
            c.size = Some(NodeSize { vcpu: 2.0, memory_gib, disk_gib: 20.0 });
        });
        let bundle = bundle(&design);
        assert_eq!(bundle.blocked.iter().any(|b| b.message.contains("they are killed")), blocked, "{memory_gib}");
        assert_eq!(bundle.remarks.iter().any(|r| r.contains("are left beside the heap")), said, "{memory_gib}");
    }
}

#[test]
fn r_exp_15_the_keys_of_tokens_have_an_address() {
    let url = |bundle: &Bundle, path: &str| {
        configuration(&values(bundle, path), "oauth_config.oauth2JWKSUrl").as_str().unwrap().to_owned()
    };
    let one = bundle(&template("pattern-1", ProductVersion::V4_7));
    assert_eq!(url(&one, "us/us-cp-values.yaml"), "https://us-cp-wso2am-acp-service:9443/oauth2/jwks");
    // Gateways of sub regions know no Service of another cluster.
    let two = bundle(&template("pattern-2", ProductVersion::V4_7));
    assert_eq!(url(&two, "eu/eu-cp-values.yaml"), "https://eu-cp-lb.eu.apim.internal:9443/oauth2/jwks");
    let all_in_one = bundle(&template("all-in-one-ha", ProductVersion::V4_7));
    let [file] = &files(&all_in_one)[..] else { panic!("one release") };
    let service = file.chart.service(&file.release);
    assert_eq!(url(&all_in_one, file.path.as_str()), format!("https://{service}:9443/oauth2/jwks"));
}

#[test]
fn hub_files_are_mounted_under_the_names_that_the_secret_has() {
    let bundle = bundle(&template("pattern-1", ProductVersion::V4_7));
    for region in ["eu", "us"] {
        let values = values(&bundle, &format!("{region}/{region}-cp-values.yaml"));
        let secret = objects(&bundle, region).into_iter().find(|o| o["kind"] == "Secret").unwrap();
        assert_eq!(at(&values, "kubernetes.extraVolumes.0.secret.secretName"), at(&secret, "metadata.name"));
        let names: BTreeSet<&str> =
            secret["stringData"].as_mapping().unwrap().keys().map(|k| k.as_str().unwrap()).collect();
        let mounts = at(&values, "kubernetes.extraVolumeMounts").as_sequence().unwrap();
        assert_eq!(mounts.len(), 12, "two remote nodes, one JNDI file and five publishers each");
        for mount in mounts {
            let (path, sub) = (mount["mountPath"].as_str().unwrap(), mount["subPath"].as_str().unwrap());
            assert!(names.contains(sub) && path.ends_with(&format!("/{sub}")), "{path}");
            let folder = if sub.ends_with(".properties") { "conf/" } else { "deployment/server/eventpublishers/" };
            assert!(path.starts_with(&format!("/home/wso2carbon/wso2-config-volume/repository/{folder}")), "{path}");
        }
        for (name, text) in secret["stringData"].as_mapping().unwrap() {
            let (name, text) = (name.as_str().unwrap(), text.as_str().unwrap());
            if name.ends_with(".xml") {
                roxmltree::Document::parse(text).unwrap();
            } else {
                let other = if region == "eu" { "us" } else { "eu" };
                assert!(text.contains(&format!(".{other}.apim.internal:8672")), "{text}");
            }
        }
    }
}

#[test]
fn listeners_of_the_gateway_are_those_that_the_routes_attach_to() {
    let bundle = bundle(&template("pattern-1", ProductVersion::V4_7));
    let gateway = objects(&bundle, "eu").into_iter().find(|o| o["kind"] == "Gateway").unwrap();
    let listeners: BTreeMap<&str, &str> = at(&gateway, "spec.listeners")
        .as_sequence()
        .unwrap()
        .iter()
        .map(|l| (l["name"].as_str().unwrap(), l["hostname"].as_str().unwrap()))
        .collect();
    let expected = BTreeMap::from([
        ("control-plane-https", "eu-cp-lb.eu.apim.internal"),
        ("gateway-https", "gslb.apim.internal"),
        ("websocket-https", "websocket.gslb.apim.internal"),
        ("websub-https", "websub.gslb.apim.internal"),
    ]);
    assert_eq!(listeners, expected);
    for (path, key) in [("eu/eu-cp", "controlPlane"), ("eu/eu-gw", "gateway")] {
        let values = values(&bundle, &format!("{path}-values.yaml"));
        assert_eq!(at(&values, "kubernetes.gatewayAPI.gatewayName"), at(&gateway, "metadata.name"));
        assert!(listeners.values().any(|host| at(&values, &format!("kubernetes.gatewayAPI.{key}.hostname")) == *host));
    }
}

#[test]
fn databases_follow_the_branch() {
    let of = |version| bundle(&template("pattern-2", version));
    let (old, new) = (of(ProductVersion::V4_6), of(ProductVersion::V4_7));
    // Sub regions have no database: before 4.7 the charts need the embedded one to be named, then none.
    let sub = values(&old, "us/us-gw-values.yaml");
    assert_eq!(configuration(&sub, "databases.type"), "h2");
    assert!(!has(&values(&new, "us/us-gw-values.yaml"), "wso2.apim.configurations.databases"));
    assert!(!has(&values(&new, "eu/eu-tm-values.yaml"), "wso2.apim.configurations.databases"));
    for bundle in [&old, &new] {
        let main = values(bundle, "eu/eu-cp-values.yaml");
        assert_eq!(configuration(&main, "databases.type"), "postgre");
        let url = configuration(&main, "databases.apim_db.url");
        assert_eq!(url, "jdbc:postgresql://eu-db.eu.apim.internal:5432/apim_db");
        assert!(!has(&main, "wso2.apim.configurations.databases.apim_db.password"), "a Secret has it");
        assert_eq!(configuration(&main, "existingSecret.apimDBPasswordKey"), "apimDbPassword");
    }
}

#[test]
fn groups_are_pairs_or_single_nodes_and_nothing_else() {
    let of = |n: u32| {
        let design = with(template("pattern-1", ProductVersion::V4_7), "eu-cp", |c| c.instances = n);
        let design = with(design, "eu-tm", |c| c.instances = n);
        bundle(&design)
    };
    for (n, pair) in [(1, false), (2, true), (3, true)] {
        let bundle = of(n);
        for path in ["eu/eu-cp-values.yaml", "eu/eu-tm-values.yaml"] {
            let values = values(&bundle, path);
            assert_eq!(at(&values, "wso2.deployment.highAvailability"), &Value::Bool(pair), "{n} {path}");
            let path = FilePath::parse(path).unwrap();
            let mut blocked = bundle.blocked.iter().filter(|b| b.paths.contains(&path));
            assert_eq!(
                blocked.any(|b| b.message.contains("runs 2 at most")),
                n > 2,
                "{n} {path}: {:?}",
                bundle.blocked
            );
        }
        let urls = configuration(&values(&bundle, "eu/eu-gw-values.yaml"), "eventhub.urls").clone();
        assert_eq!(texts(&urls).len(), usize::min(n as usize, 2));
    }
}

#[test]
fn gateways_scale_as_drawn() {
    let design = with(template("pattern-1", ProductVersion::V4_6), "eu-gw", |c| {
        c.instances = 3;
        c.spec = Spec::Gateway(Gateway { autoscale_max: Some(7), ..Gateway::default() });
    });
    let bundle = bundle(&design);
    let counts = |path: &str| {
        let values = values(&bundle, path);
        ["replicas", "minReplicas", "maxReplicas"]
            .map(|k| at(&values, &format!("wso2.deployment.{k}")).as_u64().unwrap())
    };
    assert_eq!(counts("eu/eu-gw-values.yaml"), [3, 3, 7]);
    assert_eq!(counts("us/us-gw-values.yaml"), [2, 2, 2]);
}

#[test]
fn pairs_of_all_in_one_nodes_get_the_event_hub_that_the_chart_leaves_out() {
    let (bundle, plan) = exported(&template("simple-scalable", ProductVersion::V4_7));
    let file = files(&bundle).into_iter().find(|f| f.chart == Chart::AllInOne).unwrap();
    let extra = configuration(&file.values, "extraConfigs").as_str().unwrap();
    let toml: BTreeMap<String, serde_json::Value> = basic_toml::from_str(extra).unwrap();
    let hub = &toml["apim"]["event_hub"];
    let urls: Vec<&str> =
        hub["publish"]["url_group"].as_array().unwrap().iter().map(|g| g["urls"][0].as_str().unwrap()).collect();
    let services = [1, 2].map(|n| format!("tcp://{}:9611", file.chart.instance_service(&file.release, n)));
    assert_eq!(urls, services);
    // Gateways use the all-in-one nodes as control plane and traffic managers.
    let gateway = files(&bundle).into_iter().find(|f| f.chart == Chart::Gateway).unwrap();
    for key in ["eventhub.urls", "throttling.urls"] {
        let names = [1, 2].map(|n| file.chart.instance_service(&file.release, n));
        assert_eq!(texts(configuration(&gateway.values, key)), names, "{key}");
    }
    // The all-in-one nodes are no gateways here, so callers get to their portals only.
    assert!(plan.nodes.iter().any(|n| n.group == file.release));
    assert_eq!(at(&file.values, "kubernetes.gatewayAPI.gateway.enabled"), &Value::Bool(false));
    assert_eq!(at(&file.values, "kubernetes.gatewayAPI.management.enabled"), &Value::Bool(true));
}

#[test]
fn one_balancer_for_portals_and_calls_gives_two_names() {
    let bundle = bundle(&template("all-in-one-ha", ProductVersion::V4_7));
    let [file] = &files(&bundle)[..] else { panic!("one release") };
    let host = |key: &str| at(&file.values, &format!("kubernetes.gatewayAPI.{key}.hostname")).as_str().unwrap();
    let names: BTreeSet<&str> = ["management", "gateway", "websocket", "websub"].map(host).into();
    assert_eq!(names.len(), 4, "{names:?}");
    for name in names {
        assert!(text(&bundle, "dns.md").contains(&format!("| `{name}` |")), "{name}");
    }
}

#[test]
fn what_the_charts_cannot_say_is_said() {
    // Before 4.5, and Platform Gateways.
    let old = bundle(&template("pattern-1", ProductVersion::V4_4));
    assert!(old.files.is_empty() && !old.remarks.is_empty());
    let platform = with(template("pattern-1", ProductVersion::V4_7), "eu-gw", |c| {
        c.spec = Spec::Gateway(Gateway { runtime: GatewayRuntime::Platform, ..Gateway::default() });
    });
    let platform = bundle(&platform);
    assert!(!platform.files.keys().any(|p| p.as_str().contains("eu-gw")));
    assert!(platform.remarks.iter().any(|r| r.contains("eu-gw") && r.contains("Platform")), "{:?}", platform.remarks);
    // Encrypted events: over the internet they must not go as they are.
    let mut design = template("pattern-2", ProductVersion::V4_6);
    let link = design.links.values_mut().find(|l| l.purpose == Purpose::EventStream && l.tls).unwrap();
    Arc::make_mut(link).network = Network::Public;
    let public = bundle(&design);
    assert!(public.blocked.iter().any(|b| b.message.contains("encrypted over the internet")), "{:?}", public.blocked);
    // Databases inside the pod.
    let h2 = with(template("pattern-1", ProductVersion::V4_7), "eu-db", |c| {
        c.spec = Spec::Database(Database { engine: Engine::H2, ..Database::default() });
    });
    assert!(bundle(&h2).blocked.iter().any(|b| b.message.contains("embedded H2")));
}

#[test]
fn settings_of_nodes_choose_names_of_secrets_and_portals() {
    let settings = NodeSettings {
        keystore: "Prod Store/2".into(),
        encryption_key: "eu key".into(),
        portal_host: "Portal.Example.com".into(),
        heap_gib: Some(3.5),
        cache_domain: "a \"domain\"".into(),
        ..NodeSettings::default()
    };
    let design = with(template("pattern-1", ProductVersion::V4_7), "eu-cp", |c| c.settings = settings);
    let bundle = bundle(&design);
    let values = values(&bundle, "eu/eu-cp-values.yaml");
    assert_eq!(configuration(&values, "security.jksSecretName"), "apim-keystore-secret.prod-store-2");
    assert_eq!(configuration(&values, "existingSecret.encryptionKeyKey"), "encryptionKey.eu-key");
    assert_eq!(at(&values, "kubernetes.gatewayAPI.controlPlane.hostname"), "portal.example.com");
    assert_eq!(at(&values, "wso2.deployment.resources.jvm.memory.xmx"), "3584m");
    let extra = configuration(&values, "extraConfigs").as_str().unwrap();
    let toml: BTreeMap<String, serde_json::Value> = basic_toml::from_str(extra).unwrap();
    assert_eq!(toml["apim"]["cache_invalidation"]["domain"], "a \"domain\"");
}

/// Gateways, traffic managers and control plane in one region, with a key manager, shared counters and tenants.
#[test]
fn key_managers_shared_counters_and_tenants_are_written_where_the_branch_knows_them() {
    let design = |version| {
        let mut draft = Draft::of(&template("pattern-1", version));
        let eu = id("eu");
        let redis = draft.add(Some(&eu), Kind::Redis, "Counters");
        let km = draft.add(Some(&eu), Kind::KeyManager, "Key manager");
        for (from, to, purpose) in [
            (&id("eu-tm"), &redis, Purpose::SharedCounters),
            (&id("eu-cp"), &km, Purpose::KeyManagerHttps),
            (&km, &id("eu-cp"), Purpose::EventStream),
            (&km, &id("eu-cp-lb"), Purpose::ManagementHttps),
            (&km, &id("eu-db"), Purpose::Database),
        ] {
            draft.connect(from, to, &[purpose]);
        }
        let mut design = draft.design().clone();
        let requirements = Requirements { multi_tenancy: Some(true), ..Requirements::default() };
        Arc::make_mut(&mut design.meta).requirements = requirements;
        (design, redis, km)
    };
    for version in [ProductVersion::V4_5, ProductVersion::V4_6, ProductVersion::V4_7] {
        let (design, redis, km) = design(version);
        let (bundle, plan) = exported(&design);
        check(&bundle, &plan, "with key manager");
        let has_counters = version > ProductVersion::V4_5;
        for release in ["eu-tm", "eu-cp"] {
            let values = values(&bundle, &format!("eu/{release}-values.yaml"));
            let host = configuration(&values, "distributedThrottling.keyvalueStore.host");
            let expected = format!("{redis}.eu.apim.internal");
            assert_eq!(host.as_str(), has_counters.then_some(expected.as_str()), "{release} {version}");
            let user = configuration(&values, "distributedThrottling.keyvalueStore.user");
            assert_eq!(user.as_str(), has_counters.then_some("<redis-user>"), "{release} {version}");
            let tls = configuration(&values, "distributedThrottling.keyvalueStore.ssl").as_bool();
            let known = release == "eu-tm" && version == ProductVersion::V4_7;
            let drawn = design.links.values().any(|l| l.purpose == Purpose::SharedCounters && l.tls);
            assert_eq!(tls, known.then_some(drawn), "{release} {version}");
        }
        let gateway = values(&bundle, "eu/eu-gw-values.yaml");
        let grouped = configuration(&gateway, "distributedThrottling.enable");
        assert_eq!(grouped.as_bool(), has_counters.then_some(true), "{version}");
        let tenants = configuration(&gateway, "syncRuntimeArtifacts.tenantLoading.enabled");
        assert_eq!(tenants.as_bool(), (version > ProductVersion::V4_5).then_some(true), "{version}");
        let service = format!("{km}-wso2am-km-service");
        let plane = values(&bundle, "eu/eu-cp-values.yaml");
        assert_eq!(configuration(&plane, "km.serviceName"), service.as_str());
        let keys = configuration(&plane, "oauth_config.oauth2JWKSUrl");
        assert_eq!(keys, format!("https://{service}:9443/oauth2/jwks").as_str());
    }
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
