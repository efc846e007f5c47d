//! The table of fields against what a design really holds.

use super::*;
use crate::custom::record::{Cell, Record};
use crate::custom::view::View;
use crate::design::{GatewayRuntime, LoadBalancer, NodeSettings, Packaging, Practices, ProductVersion, Schema};

/// Every record of a view.
fn records<'v>(view: &'v View<'v>, part: Part) -> Vec<Record<'v>> {
    let count = match part {
        Part::Design | Part::Practices => 1,
        Part::Region => view.regions.len(),
        Part::Component => view.components.len(),
        Part::Link => view.links.len(),
        Part::Requirements => 1 + view.regions.len(),
    };
    (0..count).map(|at| view.record(part, at)).collect()
}

/// The drawing with one component of every kind and everything set.
fn rich() -> Design {
    let mut design = drawn();
    for kind in Kind::ALL {
        let mut component = Component::new(kind, kind.label());
        component.region = kind.fits_in_region().then(|| id("fra"));
        component.zones = vec!["a".into()];
        let text = || "x".to_owned();
        component.settings = NodeSettings {
            product_version: Some(ProductVersion::V4_5),
            packaging: Packaging::Profile,
            host: text(),
            keystore: text(),
            encryption_key: text(),
            time_zone: text(),
            heap_gib: Some(4.0),
            cache_domain: text(),
            portal_host: text(),
            token_cleanup_off: true,
        };
        match &mut component.spec {
            Spec::Gateway(gateway) => {
                (gateway.autoscale_max, gateway.runtime) = (Some(4), GatewayRuntime::Platform);
            }
            Spec::Users(users) => users.concurrent_calls = Some(100.0),
            Spec::IdentityProvider(provider) => provider.cluster = text(),
            Spec::Database(database) => {
                let schemas = vec![Schema::Apim, Schema::Broker];
                *database =
                    Database { schemas, latin1: true, sequence_start: Some(2), dcid: text(), ..database.clone() };
            }
            _ => {}
        }
        if let Spec::LoadBalancer(balancer) = &mut component.spec {
            *balancer = LoadBalancer { sticky: true, header_limit_kib: 64 };
        }
        design.components.insert(id(&format!("one-{}", kind.short())), Arc::new(component));
    }
    let answers = Requirements {
        autonomous: Some(true),
        independent_writes: Some(true),
        replication_feasible: Some(true),
        budget_bound: Some(true),
        low_latency: Some(true),
        multi_tenancy: Some(true),
        independent_survival: Some(true),
        data_plane_only: Some(true),
        near_backends: Some(true),
        data_residency: Some("EU".into()),
    };
    design.regions.get_mut("fra").map(Arc::make_mut).expect("there").requirements = answers;
    let mut link = Link::new(id("fra-db"), id("one-db"), Purpose::DbReplication);
    (link.measured_rtt_ms, link.bandwidth_mbps, link.port) = (Some(1.0), Some(10.0), Some(5433));
    design.links.insert(id("replication"), Arc::new(link));
    Arc::make_mut(&mut design.meta).domain = "example.com".into();
    Arc::make_mut(&mut design.meta).practices = Practices {
        webhook_apis: true,
        secondary_user_stores: true,
        burst_limits: true,
        backups_planned: true,
        callbacks_for_all_hosts: true,
        gateways_start_in_turn: true,
        sequences_for_regions: Some(2),
        max_rtt_ms: Some(80.0),
    };
    design
}

#[test]
fn the_table_says_what_each_field_really_holds() {
    let design = rich();
    let topology = Topology::of(&design);
    let view = View::new(&topology, "Pattern 1", Books::shipped());
    for (part, fields) in &VIEW {
        assert_eq!(fields.iter().map(|f| f.name).collect::<BTreeSet<_>>().len(), fields.len(), "a name twice");
        for field in *fields {
            assert_eq!(field.part, *part);
            let mut seen = 0;
            for record in records(&view, *part) {
                let value = record.get(field.name).expect("the table is what is read");
                let fits = match (&field.kind, &value) {
                    (_, Cell::Null) => true,
                    (FieldType::Text | FieldType::Note, Cell::Text(_) | Cell::Made(_)) => true,
                    (FieldType::Word(words), Cell::Made(word)) => words().contains(word),
                    (FieldType::Integer, Cell::Integer(_)) | (FieldType::Number, Cell::Number(_)) => true,
                    (FieldType::Bool, Cell::Bool(_)) => true,
                    (FieldType::Record(part), Cell::Record(record)) => record.part == *part,
                    (FieldType::Texts, Cell::List(list)) => list.iter().all(|c| matches!(c, Cell::Text(_))),
                    (FieldType::Integers, Cell::List(list)) => list.iter().all(|c| matches!(c, Cell::Integer(_))),
                    (FieldType::Records(part), Cell::List(list)) => {
                        list.iter().all(|c| matches!(c, Cell::Record(r) if r.part == *part))
                    }
                    _ => false,
                };
                assert!(fits, "{} is {value:?}", field.path());
                if let Cell::List(list) = &value {
                    assert!(list.len() as u64 <= field.most(&view.sizes()), "{} is longer than bounded", field.path());
                }
                seen += usize::from(!matches!(value, Cell::Null));
            }
            assert!(seen > 0, "{} is never set", field.path());
        }
        assert!(view.record(*part, 0).get("nothing").is_none());
    }
    let reference = view_reference();
    assert!(
        VIEW.iter().flat_map(|(_, fields)| *fields).all(|field| reference.contains(&format!("`{}`", field.path())))
    );
}

/// Everything in a design file can be asked about, except how it is drawn.
#[test]
fn whatever_an_architect_can_set_is_in_the_table() {
    fn keys(value: &serde_json::Value, into: &mut BTreeSet<String>) {
        let Some(map) = value.as_object() else { return };
        for (key, value) in map {
            // Variants and groups are not names of settings.
            let grouped = key.starts_with(char::is_uppercase)
                || ["spec", "size", "replication", "site", "settings"].contains(&key.as_str());
            if grouped {
                keys(value, into)
            } else {
                into.insert(key.clone());
            }
        }
    }
    let design = rich();
    let names = |part: Part| -> BTreeSet<&str> {
        VIEW.iter().filter(|(p, _)| *p == part).flat_map(|(_, fields)| fields.iter().map(|f| f.name)).collect()
    };
    let json = |value: Result<serde_json::Value, serde_json::Error>| value.expect("serializes");
    let mut found = BTreeSet::new();
    design.regions.values().for_each(|r| keys(&json(serde_json::to_value(r)), &mut found));
    let drawing = ["pos", "extent", "tint"];
    // A cloud's `region` is called `cloud_region`.
    let missing = |found: &BTreeSet<String>, part: Part, but: &[&str]| -> Vec<String> {
        found
            .iter()
            .filter(|key| !names(part).contains(key.as_str()) && !but.contains(&key.as_str()))
            .cloned()
            .collect()
    };
    let but: Vec<&str> = drawing.into_iter().chain(["region"]).collect();
    assert_eq!(missing(&found, Part::Region, &but), [] as [&str; 0]);
    let mut found = BTreeSet::new();
    design.components.values().for_each(|c| keys(&json(serde_json::to_value(c)), &mut found));
    // Coordinates of users are not asked for.
    let but: Vec<&str> = drawing.into_iter().chain(["latitude_deg", "longitude_deg"]).collect();
    assert_eq!(missing(&found, Part::Component, &but), [] as [&str; 0]);
    let mut found = BTreeSet::new();
    design.links.values().for_each(|l| keys(&json(serde_json::to_value(l)), &mut found));
    assert_eq!(missing(&found, Part::Link, &[]), [] as [&str; 0]);
    let mut found = BTreeSet::new();
    design.regions.values().for_each(|r| keys(&json(serde_json::to_value(&r.requirements)), &mut found));
    assert_eq!(missing(&found, Part::Requirements, &[]), [] as [&str; 0]);
    let mut found = BTreeSet::new();
    keys(&json(serde_json::to_value(&design.meta.practices)), &mut found);
    assert_eq!(missing(&found, Part::Practices, &[]), [] as [&str; 0]);
}
