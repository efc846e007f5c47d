//! Helm values read by another YAML reader, and what must hold for all of them.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "only tests use it")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use meridian::analysis::{Setting, analyse};
use meridian::books::Books;
use meridian::design::history::Revision;
use meridian::design::{Component, Design, Id, ProductVersion, file};
use meridian::export::bundle::{Bundle, FilePath, Syntax};
use meridian::export::helm::{Branch, Chart, Keys};
use meridian::export::planner::Plan;
use meridian::export::{Form, Options, Source};
use meridian::templates;
use serde_norway::Value;

pub fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

pub fn exported(design: &Design) -> (Bundle, Plan) {
    let books = Books::shipped();
    let analysis = analyse(design, Revision::default(), &Setting::of(books));
    let source = Source::of(design, &analysis, books).unwrap();
    let bundle = Form::Helm.bundle(&source, &Options::default());
    (bundle, source.plan)
}

pub fn bundle(design: &Design) -> Bundle {
    exported(design).0
}

pub fn template(name: &str, version: ProductVersion) -> Design {
    at_version(templates::get(name).unwrap().design(), version)
}

pub fn at_version(mut design: Design, version: ProductVersion) -> Design {
    Arc::make_mut(&mut design.meta).product_version = version;
    design
}

/// The design with one component changed.
pub fn with(mut design: Design, component: &str, change: impl FnOnce(&mut Component)) -> Design {
    change(Arc::make_mut(design.components.get_mut(&id(component)).unwrap()));
    design.validate().unwrap();
    design
}

/// Every shipped design.
pub fn samples() -> Vec<(String, Design)> {
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

pub fn text<'b>(bundle: &'b Bundle, path: &str) -> &'b str {
    let path = FilePath::parse(path).unwrap();
    let file = bundle.files.get(&path).unwrap_or_else(|| panic!("{path} is missing: {:?}", bundle.files.keys()));
    file.content.text().unwrap()
}

pub fn documents(text: &str) -> Vec<Value> {
    use serde::Deserialize as _;
    serde_norway::Deserializer::from_str(text).map(|document| Value::deserialize(document).expect("YAML")).collect()
}

pub fn values(bundle: &Bundle, path: &str) -> Value {
    let mut found = documents(text(bundle, path));
    assert_eq!(found.len(), 1, "{path}");
    found.remove(0)
}

pub fn objects(bundle: &Bundle, region: &str) -> Vec<Value> {
    let path = FilePath::of([region, "extra-objects.yaml"]);
    bundle.files.get(&path).map(|file| documents(file.content.text().unwrap())).unwrap_or_default()
}

pub fn at<'v>(value: &'v Value, path: &str) -> &'v Value {
    path.split('.').fold(value, |value, part| match part.parse::<usize>() {
        Ok(n) if value.is_sequence() => &value[n],
        _ => value.get(part).unwrap_or(&Value::Null),
    })
}

pub fn has(value: &Value, path: &str) -> bool {
    let (parent, key) = path.rsplit_once('.').unwrap();
    at(value, parent).get(key).is_some()
}

pub fn configuration<'v>(value: &'v Value, path: &str) -> &'v Value {
    at(value, &format!("wso2.apim.configurations.{path}"))
}

pub fn texts(value: &Value) -> Vec<&str> {
    value.as_sequence().expect("a list").iter().map(|v| v.as_str().expect("a text")).collect()
}

/// Every scalar with its path; numbers of entries in it, or `[]` when `entries` is set.
pub fn flat(value: &Value, path: &str, entries: bool, found: &mut Vec<(String, String)>) {
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
pub struct File<'b> {
    pub path: &'b FilePath,
    pub folder: &'b str,
    pub release: String,
    pub chart: Chart,
    pub branch: Branch,
    pub values: Value,
}

pub fn files(bundle: &Bundle) -> Vec<File<'_>> {
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
pub fn services(files: &[File<'_>], folder: &str) -> BTreeMap<String, BTreeSet<u16>> {
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
pub fn named_hosts(values: &Value) -> Vec<(String, Vec<u16>)> {
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
pub fn check(bundle: &Bundle, plan: &Plan, what: &str) {
    check_files(bundle, plan, what);
    placeholders_are_listed(bundle, what);
}

/// The same for designs whose texts may hold anything.
pub fn check_files(bundle: &Bundle, plan: &Plan, what: &str) {
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
pub fn names_fit(files: &[File<'_>], what: &str) {
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
pub fn placeholders_are_listed(bundle: &Bundle, what: &str) {
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
