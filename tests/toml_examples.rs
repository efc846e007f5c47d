//! Node configuration, held against worked examples.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic anywhere")]

mod nodes;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use meridian::design::{ProductVersion, Purpose};
use nodes::*;
use serde_json::Value;

/// Puts the words of a design in place of those of an example.
fn mapped(value: &Value, words: &[(&str, &str)]) -> Value {
    match value {
        Value::String(text) => {
            let mut text = text.clone();
            for (from, to) in words {
                text = text.replace(from, to);
            }
            Value::String(text)
        }
        Value::Array(items) => items.iter().map(|v| mapped(v, words)).collect(),
        Value::Object(map) => {
            // What an environment is called is free text.
            let keys = map.iter().filter(|(key, _)| *key != "description");
            Value::Object(keys.map(|(key, v)| (key.clone(), mapped(v, words))).collect())
        }
        other => other.clone(),
    }
}

/// What stands for secrets in the examples and here.
const TOKENS: [(&str, &str); 11] = [
    // The administrator is the same everywhere.
    ("<remote-admin>", "admin"),
    ("<remote-admin-password>", "<admin-password-encoded>"),
    ("<admin-password>", "$env{ADMIN_PASSWORD}"),
    ("<keystore-password>", "$env{KEYSTORE_PASSWORD}"),
    ("<key-password>", "$env{KEY_PASSWORD}"),
    ("<truststore-password>", "$env{TRUSTSTORE_PASSWORD}"),
    ("<64-hex-characters>", "$env{ENCRYPTION_KEY}"),
    ("<apim_db-user>", "$env{APIM_DB_USER}"),
    ("<apim_db-password>", "$env{APIM_DB_PASSWORD}"),
    ("<shared_db-user>", "$env{SHARED_DB_USER}"),
    ("<shared_db-password>", "$env{SHARED_DB_PASSWORD}"),
];

/// Holds a node's files against the worked example of it: the same tables, keys and values.
fn reproduces(made: &Made, example: &str, regions: &[&str], portal_balancer: &str) {
    let mut words: Vec<(String, String)> = TOKENS.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    for region in regions {
        for role in ["cp", "tm", "gw", "aio"] {
            for n in 1..=2 {
                let node = format!("{region}-{role}-{n}");
                words.push((format!("<ip-of-{role}{n}.{region}>"), "$env{NODE_IP}".into()));
                words.push((format!("{role}{n}.{region}.example.com"), format!("{node}.{region}.apim.internal")));
                words.push((format!("{region}-{role}{n}"), node));
            }
        }
        for (name, component) in [("am", portal_balancer), ("gw", "gw-lb"), ("tm", "tm-lb"), ("db", "db")] {
            let host = format!("{region}-{component}.{region}.apim.internal");
            words.push((format!("{name}.{region}.example.com"), host));
        }
    }
    let words: Vec<(&str, &str)> = words.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let root = Path::new("tests/fixtures/nodes").join(example);
    for place in fs::read_dir(&root).unwrap() {
        for node in fs::read_dir(place.unwrap().path()).unwrap() {
            let folder = node.unwrap().path();
            let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
            let region = folder.parent().unwrap().file_name().unwrap().to_str().unwrap();
            let region = region.rsplit('-').next().unwrap();
            let (role, n) = name.split_at(name.len() - 1);
            let ours = format!("{region}/{region}-{role}-{n}");
            let expected = toml(&fs::read_to_string(folder.join("deployment.toml")).unwrap());
            let (expected, got) = (mapped(&expected, &words), mapped(&made.node(&ours), &[]));
            assert_eq!(pretty(&got), pretty(&expected), "{example}: {ours}");
            same_hub_files(made, &folder, &ours, &words);
        }
    }
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

/// The JNDI files and publishers beside `deployment.toml`, by the same names.
fn same_hub_files(made: &Made, example: &Path, ours: &str, words: &[(&str, &str)]) {
    let mut expected = BTreeSet::new();
    for folder in ["repository/conf", "repository/deployment/server/eventpublishers"] {
        let Ok(files) = fs::read_dir(example.join(folder)) else { continue };
        for file in files {
            let file = file.unwrap();
            let path = format!("{ours}/{folder}/{}", file.file_name().to_str().unwrap());
            let text = fs::read_to_string(file.path()).unwrap();
            if path.ends_with(".xml") {
                assert_eq!(publisher(made.text(&path)), publisher(&text), "{path}");
            } else {
                let read = |text: &str| serde_json::to_value(properties(text)).unwrap();
                assert_eq!(read(made.text(&path)), mapped(&read(&text), words), "{path}");
            }
            expected.insert(path);
        }
    }
    let got: BTreeSet<String> = made.bundle.files.keys().map(|p| p.as_str().to_owned()).collect();
    let got = got.into_iter().filter(|p| p.starts_with(&format!("{ours}/")) && !p.ends_with("deployment.toml"));
    assert_eq!(got.collect::<BTreeSet<_>>(), expected);
}

#[test]
fn the_worked_example_of_pattern_1_is_reproduced() {
    let made = made(&pattern_1(&["eu", "us"], ProductVersion::V4_7).0);
    reproduces(&made, "pattern-1", &["eu", "us"], "cp-lb");
}

#[test]
fn the_worked_example_of_pattern_2_is_reproduced() {
    let mut draw = pattern_2(ProductVersion::V4_6);
    draw.meta(|meta| meta.requirements.multi_tenancy = Some(true));
    draw.link("eu-gw", "eu-db", &[Purpose::Database]).link("eu-tm", "eu-db", &[Purpose::Database]);
    reproduces(&made(&draw.0), "pattern-2", &["eu", "ap"], "cp-lb");
}

#[test]
fn the_worked_example_of_simple_scalable_is_reproduced() {
    let made = made(&simple_scalable(ProductVersion::V4_7).0);
    reproduces(&made, "simple-scalable", &["eu"], "aio-lb");
}
