//! Configuration of deployments read back as designs: worked examples, trees exported of templates, broken files,
//! secrets, and what differs from a design.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot be set up must fail")]
#![expect(clippy::disallowed_methods, reason = "what a test writes need not be atomic")]

mod nodes;
#[path = "support/program.rs"]
mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use meridian::analysis::{Setting, analyse};
use meridian::books::Books;
use meridian::design::history::Revision;
use meridian::design::{Design, Id, Kind, ProductVersion, Purpose, RegionRole, Spec};
use meridian::export::bundle::FilePath;
use meridian::export::{Form, Options, Source};
use meridian::import::toml::{Drift, Imported, drift, key_drift, read};
use meridian::{files, templates};
use program::run;

type Tree = BTreeMap<FilePath, String>;

/// The text with two words in each other's place.
fn swapped(text: &str, a: &str, b: &str) -> String {
    text.replace(a, "\u{1}").replace(b, a).replace('\u{1}', b)
}

/// A worked example. Its files are there once for each role; the second node of a pair says the same with the names of
/// the two in each other's place.
fn example(name: &str) -> Tree {
    let folder = format!("tests/fixtures/nodes/{name}");
    let read = files::read_tree(Path::new(&folder)).expect("a fixture");
    assert_eq!(read.unread, []);
    let mut tree = Tree::new();
    for (path, text) in &read.texts {
        tree.insert(path.clone(), text.clone());
        for role in ["cp", "gw", "tm"] {
            let (one, two) = (format!("{role}1"), format!("{role}2"));
            if path.parts().nth(1).is_some_and(|node| node == one || node == two) {
                let other = FilePath::parse(&swapped(path.as_str(), &one, &two)).unwrap();
                tree.entry(other).or_insert_with(|| swapped(text, &one, &two));
            }
        }
    }
    tree
}

/// Pattern 1 whole: the other region says the same with the names of the two in each other's place.
fn pattern_1() -> Tree {
    let mut tree = example("pattern-1");
    tree.retain(|path, _| path.parts().next() == Some("eu"));
    let mirrored = |text: &str| {
        let text = swapped(text, ".eu.example.com", ".us.example.com");
        let text = swapped(&swapped(&text, "region-eu", "region-us"), "RegionEu", "RegionUs");
        swapped(&text, "\"eu-gw", "\"us-gw")
    };
    let other: Tree = tree
        .iter()
        .map(|(path, text)| {
            let path = format!("us/{}", mirrored(path.as_str().strip_prefix("eu/").unwrap()));
            (FilePath::parse(&path).unwrap(), mirrored(text))
        })
        .collect();
    tree.extend(other);
    tree
}

fn imported(tree: &Tree) -> Imported {
    read(tree).unwrap_or_else(|error| panic!("{error}"))
}

fn id(text: &str) -> Id {
    Id::new(text).expect("an id")
}

/// Groups by id with the number of their nodes.
fn groups(design: &Design) -> BTreeMap<String, u32> {
    let product = design.components.iter().filter(|(_, c)| c.kind().is_product_node());
    product.map(|(id, c)| (id.to_string(), c.instances)).collect()
}

fn links(design: &Design, purpose: Purpose) -> BTreeSet<(String, String)> {
    let of = design.links.values().filter(|link| link.purpose == purpose);
    of.map(|link| (link.from.to_string(), link.to.to_string())).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> BTreeSet<(String, String)> {
    pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

/// Findings of severity error about event hubs and throttling, and the recognised pattern.
fn errors(design: &Design) -> (Vec<String>, &'static str) {
    let analysis = analyse(design, Revision::default(), &Setting::of(Books::shipped()));
    let errors = analysis.check.findings.iter().filter(|f| f.severity == meridian::rules::Severity::Error);
    (errors.map(|f| format!("{}: {}", f.rule, f.message)).collect(), analysis.recognition.pattern.label())
}

#[test]
fn pattern_1_is_drawn_with_its_hubs() {
    let found = imported(&pattern_1());
    let design = &found.design;
    assert_eq!(design.meta.product_version, ProductVersion::V4_7);
    assert_eq!(design.regions.keys().map(Id::as_str).collect::<Vec<_>>(), ["eu", "us"]);
    assert!(design.regions.values().all(|r| r.role == RegionRole::Peer));
    let expected: BTreeMap<String, u32> =
        ["eu-cp", "eu-gw", "eu-tm", "us-cp", "us-gw", "us-tm"].iter().map(|id| ((*id).to_owned(), 2)).collect();
    assert_eq!(groups(design), expected);
    assert_eq!(links(design, Purpose::HubEvents), pairs(&[("eu-cp", "us-cp"), ("us-cp", "eu-cp")]));
    let both = |from: &str, to: &str| {
        let pair = |region: &str| (format!("{region}-{from}"), format!("{region}-{to}"));
        BTreeSet::from([pair("eu"), pair("us")])
    };
    let of_gateways_and_managers =
        |to: &str| -> BTreeSet<_> { both("gw", to).union(&both("tm", to)).cloned().collect() };
    assert_eq!(links(design, Purpose::EventStream), of_gateways_and_managers("cp"));
    assert_eq!(links(design, Purpose::KeyManagerHttps), both("gw", "am"));
    assert_eq!(links(design, Purpose::ThrottleData), both("gw", "tm"));
    assert_eq!(links(design, Purpose::ThrottleDecision), both("gw", "tm"));
    assert_eq!(links(design, Purpose::Database), both("cp", "db"));
    assert_eq!(
        links(design, Purpose::ApiTraffic),
        both("gw", "gw").iter().map(|(gw, _)| (gw.replace("-gw", "-gw-lb"), gw.clone())).collect()
    );
    let management = links(design, Purpose::ManagementHttps);
    assert!(
        management.is_superset(&of_gateways_and_managers("am")) && management.is_superset(&both("am", "cp")),
        "{management:?}"
    );
    let host = |id: &str| design.components[&self::id(id)].settings.host.as_str();
    assert_eq!(
        [host("eu-cp"), host("us-tm"), host("eu-db"), host("us-am"), host("eu-gw")],
        ["cp{n}.eu.example.com", "tm{n}.us.example.com", "db.eu.example.com", "am.us.example.com", ""]
    );
    assert_eq!(found.not_understood, []);
    let (errors, pattern) = errors(design);
    // Replication is set up in the databases and in no file of a node, so it has still to be drawn.
    assert!(found.doubts.iter().any(|d| d.text.contains("replication")));
    let wiring: Vec<_> = errors.iter().filter(|e| e.contains("R-CON") || e.contains("R-TOP")).collect();
    assert!(wiring.iter().all(|e| e.contains("not replicated")), "{errors:#?}");
    assert_eq!(pattern, "Pattern 1");
}

#[test]
fn pattern_2_is_drawn_with_its_main_region() {
    let found = imported(&example("pattern-2"));
    let design = &found.design;
    assert_eq!(design.meta.product_version, ProductVersion::V4_6);
    let roles: Vec<_> = design.regions.iter().map(|(id, r)| (id.as_str(), r.role)).collect();
    assert_eq!(roles, [("main-eu", RegionRole::Main), ("sub-ap", RegionRole::Sub)]);
    let ids = ["main-eu-cp", "main-eu-gw", "main-eu-tm", "sub-ap-gw", "sub-ap-tm"];
    assert_eq!(groups(design), ids.iter().map(|id| ((*id).to_owned(), 2)).collect());
    assert_eq!(
        links(design, Purpose::EventStream),
        ["main-eu-gw", "main-eu-tm", "sub-ap-gw", "sub-ap-tm"]
            .iter()
            .map(|from| ((*from).to_owned(), "main-eu-cp".to_owned()))
            .collect()
    );
    assert_eq!(
        links(design, Purpose::ThrottleData),
        pairs(&[("main-eu-gw", "main-eu-tm"), ("sub-ap-gw", "sub-ap-tm")])
    );
    assert!(links(design, Purpose::HubEvents).is_empty());
    let Spec::Gateway(gateway) = &design.components[&id("sub-ap-gw")].spec else { panic!("a gateway") };
    assert_eq!(gateway.environment, "ap");
    assert_eq!(design.components.values().filter(|c| c.kind() == Kind::Database).count(), 1);
    assert_eq!(found.not_understood, []);
    let (errors, pattern) = errors(design);
    assert!(!errors.iter().any(|e| e.contains("R-CON") || e.contains("R-TOP")), "{errors:#?}");
    assert_eq!(pattern, "Pattern 2");
}

#[test]
fn all_in_ones_with_gateways_are_drawn() {
    let found = imported(&example("simple-scalable"));
    let design = &found.design;
    assert_eq!(groups(design), [("eu-aio".to_owned(), 2), ("eu-gw".to_owned(), 2)].into());
    assert_eq!(design.components[&id("eu-aio")].kind(), Kind::AllInOne);
    for purpose in [Purpose::EventStream, Purpose::ThrottleData, Purpose::ThrottleDecision] {
        assert_eq!(links(design, purpose), pairs(&[("eu-gw", "eu-aio")]), "{purpose:?}");
    }
    assert_eq!(found.not_understood, []);
    let (errors, _) = errors(design);
    assert!(!errors.iter().any(|e| e.contains("R-CON") || e.contains("R-TOP")), "{errors:#?}");
}

/// What would be exported of a design.
fn exported(design: &Design) -> Tree {
    let books = Books::shipped();
    let analysis = analyse(design, Revision::default(), &Setting::of(books));
    let source = Source::of(design, &analysis, books).expect("a plan");
    let bundle = Form::Toml.bundle(&source, &Options::default());
    bundle.files.into_iter().filter_map(|(path, file)| Some((path, file.content.text()?.to_owned()))).collect()
}

/// Only what is read of a folder.
fn configuration(tree: Tree) -> Tree {
    tree.into_iter().filter(|(path, _)| !path.name().ends_with(".md")).collect()
}

#[test]
fn what_is_exported_of_a_template_is_read_back_as_it_is_drawn() {
    for template in
        templates::all().iter().filter(|t| t.design().components.values().any(|c| c.kind().is_product_node()))
    {
        let design = template.design();
        let tree = configuration(exported(&design));
        let found = imported(&tree);
        assert_eq!(groups(&found.design), groups(&design), "{}", template.id);
        let drift = drift(&found, &design);
        // Their keys fit several versions, of which the newest that one of them came with is taken.
        assert_eq!(drift.elements, [], "{}", template.id);
        assert_eq!(found.not_understood, [], "{}", template.id);
        assert_eq!(key_drift(&tree, &tree).unwrap(), []);
    }
}

/// How the files of a template differ from it after a change of the files.
fn drift_of(template: &str, change: impl Fn(&mut Tree)) -> (Drift, Design, Tree) {
    let design = templates::get(template).unwrap().design();
    let mut tree = configuration(exported(&design));
    change(&mut tree);
    (drift(&imported(&tree), &design), design, tree)
}

#[test]
fn a_node_that_is_gone_and_an_address_that_is_another_are_found() {
    let (drift, ..) = drift_of("pattern-2", |tree| tree.retain(|path, _| !path.as_str().starts_with("us/us-gw-2/")));
    let told: Vec<_> = drift.elements.iter().map(|e| (e.id.as_str(), e.fields.len())).collect();
    assert_eq!(told, [("us-gw", 1)], "{drift:#?}");
    assert_eq!(drift.elements[0].fields[0].before, "2");
    // The gateways of one region throttle at those of another.
    let (drift, design, tree) = drift_of("pattern-2", |tree| {
        for (_, text) in tree.iter_mut().filter(|(path, _)| path.as_str().starts_with("us/us-gw-")) {
            *text = text.replace("us-tm-1.us.", "in-tm-1.in.").replace("us-tm-2.us.", "in-tm-2.in.");
        }
    });
    let what: BTreeSet<_> = drift.elements.iter().map(|e| (e.what.as_str(), e.change)).collect();
    use meridian::compare::Change::{Added, Removed};
    let expected = [
        ("Throttle data", Added),
        ("Throttle data", Removed),
        ("Throttle decisions", Added),
        ("Throttle decisions", Removed),
    ];
    assert_eq!(what, expected.into());
    let keys = key_drift(&tree, &configuration(exported(&design))).unwrap();
    assert!(!keys.is_empty() && keys.iter().all(|k| k.key.starts_with("apim.throttling") && k.line > 0), "{keys:#?}");
}

#[test]
fn what_is_not_understood_is_listed_with_its_line() {
    let mut tree = example("simple-scalable");
    let path = FilePath::of(["eu", "gw1", "deployment.toml"]);
    let text = tree.get_mut(&path).unwrap();
    text.push_str("\n[apim.own]\nextra = 1\n");
    let line = text.lines().count();
    let stray = text.replace("tcp://aio1.eu.example.com:5672", "tcp://stray.example.com:5672");
    tree.insert(path.clone(), stray);
    tree.insert(FilePath::of(["eu", "odd", "deployment.toml"]), "[server]\nhostname = \"x\"\n".to_owned());
    let found = imported(&tree);
    let told: Vec<_> = found.not_understood.iter().map(|n| (n.file.as_str(), n.line, n.key.as_str())).collect();
    assert!(told.contains(&("eu/gw1/deployment.toml", line, "apim.own.extra")), "{told:?}");
    assert!(told.contains(&("eu/odd/deployment.toml", 0, "")), "{told:?}");
    assert!(found.not_understood.iter().any(|n| n.why.contains("stray.example.com") && n.line > 1), "{told:?}");
}

#[test]
fn broken_files_are_refused_at_their_line() {
    let mut tree = example("simple-scalable");
    let path = FilePath::of(["eu", "gw1", "deployment.toml"]);
    let text = tree[&path].replace("[apim.event_hub]", "[apim.event_hub");
    let line = text
        .lines()
        .position(|l| l == "[apim.event_hub")
        .or_else(|| text.lines().position(|l| l.starts_with("[apim.event_hub ") || l == "[apim.event_hub"))
        .unwrap()
        + 1;
    tree.insert(path, text);
    let error = read(&tree).unwrap_err();
    assert_eq!((error.source_name.as_str(), error.line), ("eu/gw1/deployment.toml", line), "{error}");
    assert!(read(&Tree::new()).unwrap_err().to_string().contains("no such file"));
}

#[test]
fn no_secret_gets_anywhere() {
    let secret = "Hunter2-Hunter2";
    let mut tree = pattern_1();
    for text in tree.values_mut() {
        for open in [
            "<admin-password>",
            "<keystore-password>",
            "<key-password>",
            "<truststore-password>",
            "<64-hex-characters>",
            "<apim_db-password>",
            "<shared_db-password>",
            "<remote-admin-password>",
            "<remote-admin>",
        ] {
            *text = text.replace(open, secret);
        }
        *text = text.replace("https://am.eu", &format!("https://{secret}:{secret}@am.eu"));
        *text = text.replace(":5432/apim_db", &format!(":5432/apim_db?password={secret}"));
    }
    let gateway = FilePath::of(["eu", "gw1", "deployment.toml"]);
    let plain = "throttle_decision_endpoints = [\"tcp://tm1.eu.example.com:5672\"";
    let tls =
        "throttle_decision_endpoints = [\"tcp://tm1.eu.example.com:5672?ssl='true'&trust_store_password='Hunter2'\"";
    let text = tree.get_mut(&gateway).unwrap();
    assert!(text.contains(plain), "{text}");
    *text = text.replace(plain, tls);
    text.push_str("\n[secrets]\nadmin_db = \"[Hunter2]\"\n[apim.ai]\ntoken = \"Hunter2\"\nother = \"Hunter2\"\n");
    text.push_str("list = [\"pwd\", \"Hunter2\"]\nlogins = [{ secret = \"Hunter2\" }]\n[database.own]\n");
    text.push_str("url = \"jdbc:oracle:thin:apim/Hunter2?Hunter2@db:1521/x\"\n");
    let found = imported(&tree);
    assert_eq!(
        links(&found.design, Purpose::ThrottleDecision),
        links(&imported(&pattern_1()).design, Purpose::ThrottleDecision)
    );
    assert!(!format!("{found:?}").to_lowercase().contains("hunter2"));
    let clean = pattern_1();
    let keys = key_drift(&tree, &clean).unwrap();
    let told: Vec<_> = keys.iter().map(|k| (k.key.as_str(), k.files.as_deref().unwrap_or_default())).collect();
    // A value of a key that nobody knows is compared and not told.
    assert!(told.contains(&("apim.ai.other", "a value that is not shown")), "{told:#?}");
    assert!(!keys.iter().any(|k| k.key.contains("password") || k.key == "encryption.key"), "{keys:#?}");
    assert!(!format!("{keys:?}").contains("Hunter2"), "{keys:#?}");
}

#[test]
fn nodes_whose_keys_are_encrypted_otherwise_are_a_group_of_their_own() {
    let mut tree = example("simple-scalable");
    let path = FilePath::of(["eu", "gw2", "deployment.toml"]);
    let text = tree[&path].replace("<64-hex-characters>", "0123456789abcdef");
    tree.insert(path, text);
    let design = imported(&tree).design;
    let gateways: Vec<_> = design.components.values().filter(|c| c.kind() == Kind::Gateway).collect();
    assert_eq!(gateways.len(), 2);
    assert!(
        gateways.iter().any(|c| !c.settings.encryption_key.is_empty() && !c.settings.encryption_key.contains("0123"))
    );
}

/// Writes a tree below a folder.
fn write(tree: &Tree, folder: &Path) {
    for (path, text) in tree {
        let path = folder.join(path.as_str());
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

#[test]
fn the_program_reads_a_folder_and_says_how_it_differs() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let design = templates::get("pattern-1").unwrap().design();
    let mut tree = configuration(exported(&design));
    let nodes = folder.path().join("nodes");
    write(&tree, &nodes);
    let (dir, drawn, made) = (at("nodes"), at("drawn.ron"), at("made.ron"));
    run(&["new", "--template", "pattern-1", "--out", &drawn], "").fine();
    let ran = run(&["import", "toml", &dir, "--out", &made], "");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.contains("0 keys not understood"), "{}", ran.out);
    run(&["fmt", "--check", &made], "").fine();
    let ran = run(&["import", "toml", &dir, "--against", &drawn, "--json"], "");
    let report = ran.report();
    assert_eq!(report["format"], "meridian-import/1");
    assert_eq!((ran.code, report["drift"]["elements"].as_array().unwrap().len()), (0, 0), "{}", ran.out);
    assert_eq!(report["drift"]["keys"].as_array().unwrap().len(), 0, "{}", ran.out);
    tree.retain(|path, _| path.as_str().starts_with("eu/eu-gw-2"));
    for path in tree.keys() {
        std::fs::remove_file(nodes.join(path.as_str())).unwrap();
    }
    let ran = run(&["import", "toml", &dir, "--against", &drawn], "");
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.contains("1 in the files"), "{}", ran.out);
    run(&["import", "toml", &at("none")], "").refused(&format!("{}: there is no such file", at("none")));
}

#[cfg(unix)]
#[test]
fn links_out_of_a_folder_are_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret.toml");
    std::fs::write(&secret, "[server]\n").unwrap();
    let tree = folder.path().join("tree");
    std::fs::create_dir_all(tree.join("eu/gw1")).unwrap();
    std::os::unix::fs::symlink(&secret, tree.join("eu/gw1/deployment.toml")).unwrap();
    std::os::unix::fs::symlink(folder.path(), tree.join("eu/loop")).unwrap();
    let read = files::read_tree(&tree).unwrap();
    assert!(read.texts.is_empty());
    assert_eq!(read.unread.len(), 2);
}

#[test]
fn a_tree_without_regions_is_one_region() {
    let tree: Tree =
        example("simple-scalable").into_iter().map(|(path, text)| (FilePath::of(path.parts().skip(1)), text)).collect();
    let found = imported(&tree);
    assert_eq!(found.design.regions.len(), 1);
    assert_eq!(links(&found.design, Purpose::ThrottleData), pairs(&[("region-gw", "region-aio")]));
    assert!(found.doubts.iter().any(|d| d.text.contains("no folders for regions")));
}

#[test]
fn nothing_that_a_terminal_obeys_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let mut tree = example("simple-scalable");
    let text = tree.get_mut(&FilePath::of(["eu", "gw1", "deployment.toml"])).unwrap();
    text.push_str("\n[apim.own]\n\"\\u001b]0;x\\u009b\" = \"\\u001b[2J\"\n");
    let nodes = folder.path().join("nodes");
    write(&tree, &nodes);
    let (dir, drawn) = (nodes.display().to_string(), folder.path().join("drawn.ron").display().to_string());
    run(&["new", "--template", "simple-scalable", "--out", &drawn], "").fine();
    for options in [&["--against", drawn.as_str()][..], &["--against", &drawn, "--json"]] {
        let ran = run(&[&["import", "toml", &dir], options].concat(), "");
        assert!(ran.out.contains("apim.own."), "{}", ran.out);
        let obeyed = |c: char| c.is_control() && c != '\n';
        assert!(!ran.out.contains(obeyed) && !ran.err.contains(obeyed), "{:?}", ran.out);
    }
}

/// The tree with every file where `place` puts it, given its region, its node and the rest of its path.
fn moved(tree: &Tree, place: impl Fn(&str, &str, &str) -> String) -> Tree {
    let file = |(path, text): (&FilePath, &String)| {
        let parts: Vec<&str> = path.as_str().splitn(3, '/').collect();
        (FilePath::parse(&place(parts[0], parts[1], parts[2])).unwrap(), text.clone())
    };
    tree.iter().map(file).collect()
}

#[test]
fn usual_layouts_are_read_alike() {
    let plain = imported(&pattern_1()).design;
    let conf = |rest: &str| match rest {
        "deployment.toml" => "repository/conf/deployment.toml".to_owned(),
        rest => rest.to_owned(),
    };
    let with_packs = moved(&pattern_1(), |region, node, rest| format!("{region}/{node}/wso2am-4.7.0/{}", conf(rest)));
    let with_stages = moved(&pattern_1(), |region, node, rest| format!("{region}/prod/{node}/{}", conf(rest)));
    for tree in [with_packs, with_stages] {
        let found = imported(&tree);
        assert_eq!(groups(&found.design), groups(&plain));
        assert_eq!(links(&found.design, Purpose::HubEvents), links(&plain, Purpose::HubEvents));
        assert_eq!(links(&found.design, Purpose::ThrottleData), links(&plain, Purpose::ThrottleData));
        assert!(found.doubts.iter().any(|doubt| doubt.text.contains("taken for")), "{:?}", found.doubts);
    }
}

#[test]
fn inline_tables_are_read_and_what_nobody_reads_is_not_understood() {
    let mut tree = example("simple-scalable");
    let path = FilePath::of(["eu", "gw1", "deployment.toml"]);
    let text = &tree[&path];
    let inline = "[apim.throttling]\nurl_group = [{ traffic_manager_urls = [\"tcp://aio1.eu.example.com:9611\"] }]\n";
    let rest = text.split("[[apim.throttling.url_group]]").next().unwrap();
    assert!(rest.contains("[apim.throttling]\n"), "{rest}");
    let rest = rest.replace("[apim.throttling]\n", inline);
    let unknown = "[apim.throttling.own]\nx = 1\n[apim.event_hub.own]\ny = 2\n[apim.key_manager.own]\nz = 3\n";
    tree.insert(path.clone(), format!("{rest}\n{unknown}"));
    tree.remove(&FilePath::of(["eu", "gw2", "deployment.toml"]));
    let found = imported(&tree);
    assert_eq!(links(&found.design, Purpose::ThrottleData), pairs(&[("eu-gw", "eu-aio")]));
    let understood: Vec<_> = found.understood.iter().map(|u| (u.file.as_str(), u.key.as_str())).collect();
    assert!(understood.contains(&(path.as_str(), "apim.throttling.url_group.traffic_manager_urls")), "{understood:?}");
    for key in ["apim.throttling.own.x", "apim.event_hub.own.y", "apim.key_manager.own.z"] {
        assert!(found.not_understood.iter().any(|n| n.key == key), "{key}");
        assert!(!understood.iter().any(|(_, understood)| *understood == key), "{key}");
    }
}

#[test]
fn what_only_the_files_have_gets_an_id_of_its_own() {
    let design = templates::get("pattern-2").unwrap().design();
    let tree = configuration(exported(&design));
    let mut found = imported(&tree);
    // Two groups that are not drawn, one with the id of something else that is.
    let region = design.regions.keys().next().unwrap();
    let [one, two] = [id(&format!("{region}-own")), id(&format!("{region}-own-2"))];
    for id in [&one, &two] {
        let group = meridian::design::Component::new(Kind::KeyManager, "Keys");
        found.design.components.insert(id.clone(), group.into());
    }
    let mut with = design.clone();
    with.components.insert(one.clone(), meridian::design::Component::new(Kind::Database, "Own").into());
    let elements = drift(&found, &with).elements;
    let added: BTreeSet<&Id> =
        elements.iter().filter(|e| e.change == meridian::compare::Change::Added).map(|e| &e.id).collect();
    assert!(added.len() == 2 && !added.contains(&one) && added.contains(&two), "{elements:#?}");
}

#[test]
fn regions_with_a_number_in_common_are_not_the_same() {
    use meridian::design::Site;
    let design = |site: &str| {
        let mut draw = nodes::simple_scalable(ProductVersion::V4_6).0;
        let region = std::sync::Arc::make_mut(draw.regions.get_mut(&id("eu")).unwrap());
        (region.name, region.site) = (site.to_owned(), Site::cloud("aws", site));
        draw
    };
    let tree =
        moved(&configuration(exported(&design("eu-west-1"))), |_, node, rest| format!("us-east-1/{node}/{rest}"));
    let drift = drift(&imported(&tree), &design("eu-west-1"));
    let region = drift.elements.iter().find(|e| e.id.as_str() == "eu").expect("another site");
    assert!(region.fields.iter().any(|field| field.before.contains("eu-west-1") && field.after.contains("us-east-1")));
}
