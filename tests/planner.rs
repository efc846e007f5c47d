//! The planner format, as a generator of configuration sees it.

#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use meridian::analysis::{Setting, analyse};
use meridian::books::Books;
use meridian::design::history::Revision;
use meridian::design::{
    Component, Database, Decision, Design, Engine, Extent, Gateway, GatewayRuntime, Id, Kind, Level, Link, Meta, Pos,
    ProductVersion, Purpose, Region, RegionRole, Requirements, RuleSetting, Schema as DesignSchema, Site, Spec,
};
use meridian::export::planner::{
    Packaging, Plan, PlanConnection, PlanError, PlanPort, PlanPurpose, Schema, StartAction, Topic, planner_file,
    schema_json, to_json,
};
use meridian::files;
use meridian::rules::waiver_for;
use serde_json::Value;
use sha2::{Digest, Sha256};

fn id(text: &str) -> Id {
    Id::new(text).expect("an id")
}

fn region(name: &str, role: RegionRole) -> Region {
    Region {
        name: name.into(),
        role,
        site: Site::cloud("aws", "eu-central-1"),
        zones: 3,
        pos: Pos(0, 0),
        extent: Extent(600, 400),
        tint: 0,
        requirements: Requirements::default(),
        availability_pct: None,
        notes: String::new(),
    }
}

/// A drawing in a few words: components as (id, kind, region, instances), links as (from, to, purpose).
fn drawing(
    regions: &[(&str, RegionRole)],
    components: &[(&str, Kind, &str, u32)],
    links: &[(&str, &str, Purpose)],
) -> Design {
    let component = |&(name, kind, place, instances): &(&str, Kind, &str, u32)| {
        let place = (!place.is_empty()).then(|| id(place));
        (id(name), Arc::new(Component { region: place, instances, ..Component::new(kind, name) }))
    };
    let link = |(n, &(from, to, purpose)): (usize, &(&str, &str, Purpose))| {
        (id(&format!("l{n:02}")), Arc::new(Link::new(id(from), id(to), purpose)))
    };
    let design = Design {
        meta: Arc::new(Meta { name: "Drawing".into(), ..Meta::default() }),
        regions: regions.iter().map(|(name, role)| (id(name), Arc::new(region(name, *role)))).collect(),
        components: components.iter().map(component).collect(),
        links: links.iter().enumerate().map(link).collect(),
    };
    design.validate().expect("a valid drawing");
    design
}

/// Pattern 2: the control plane in Frankfurt behind a balancer, gateways and traffic managers there and in Mumbai.
fn pattern_2() -> Design {
    use Purpose as P;
    drawing(
        &[("fra", RegionRole::Main), ("mum", RegionRole::Sub)],
        &[
            ("eu-users", Kind::Users, "", 1),
            ("in-users", Kind::Users, "", 1),
            ("gslb", Kind::GlobalLoadBalancer, "", 1),
            ("fra-cp-lb", Kind::LoadBalancer, "fra", 1),
            ("fra-gw-lb", Kind::LoadBalancer, "fra", 1),
            ("fra-cp", Kind::ControlPlane, "fra", 2),
            ("fra-tm", Kind::TrafficManager, "fra", 2),
            ("fra-gw", Kind::Gateway, "fra", 2),
            ("fra-db", Kind::Database, "fra", 1),
            ("mum-tm", Kind::TrafficManager, "mum", 2),
            ("mum-gw", Kind::Gateway, "mum", 3),
            ("mum-orders", Kind::Backend, "mum", 1),
        ],
        &[
            ("eu-users", "gslb", P::ApiTraffic),
            ("in-users", "gslb", P::ApiTraffic),
            ("gslb", "fra-gw-lb", P::ApiTraffic),
            ("gslb", "mum-gw", P::ApiTraffic),
            ("fra-gw-lb", "fra-gw", P::ApiTraffic),
            ("fra-gw", "fra-cp-lb", P::ManagementHttps),
            ("fra-gw", "fra-cp", P::EventStream),
            ("fra-gw", "fra-tm", P::ThrottleData),
            ("fra-gw", "fra-tm", P::ThrottleDecision),
            ("fra-tm", "fra-cp-lb", P::ManagementHttps),
            ("fra-tm", "fra-cp", P::EventStream),
            ("fra-cp-lb", "fra-cp", P::ManagementHttps),
            ("fra-cp", "fra-db", P::Database),
            ("mum-gw", "fra-cp-lb", P::ManagementHttps),
            ("mum-gw", "fra-cp", P::EventStream),
            ("mum-gw", "mum-tm", P::ThrottleData),
            ("mum-gw", "mum-tm", P::ThrottleDecision),
            ("mum-tm", "fra-cp-lb", P::ManagementHttps),
            ("mum-tm", "fra-cp", P::EventStream),
            ("mum-gw", "mum-orders", P::BackendCall),
        ],
    )
}

/// Pattern 1 over three regions, all databases joined both ways, hubs in a mesh of one direction each way.
fn pattern_1(engine: Engine) -> Design {
    use Purpose as P;
    let regions = ["ams", "dub", "nyc"];
    let mut components = Vec::new();
    for r in regions {
        components.push((format!("{r}-aio"), Kind::AllInOne, r, 2));
        components.push((format!("{r}-db"), Kind::Database, r, 1));
    }
    let mut links = Vec::new();
    for r in regions {
        links.push((format!("{r}-aio"), format!("{r}-db"), P::Database));
        for other in regions.iter().filter(|other| **other != r) {
            links.push((format!("{r}-aio"), format!("{other}-aio"), P::HubEvents));
        }
    }
    links.push(("dub-db".into(), "ams-db".into(), P::DbReplication));
    links.push(("nyc-db".into(), "dub-db".into(), P::DbReplication));
    let components: Vec<_> = components.iter().map(|(c, kind, r, n)| (c.as_str(), *kind, *r, *n)).collect();
    let links: Vec<_> = links.iter().map(|(from, to, p)| (from.as_str(), to.as_str(), *p)).collect();
    let mut design = drawing(&regions.map(|r| (r, RegionRole::Peer)), &components, &links);
    for component in design.components.values_mut().filter(|c| c.kind() == Kind::Database) {
        Arc::make_mut(component).spec = Spec::Database(Database { engine, ..Database::default() });
    }
    design
}

fn plan(design: &Design) -> Plan {
    let books = Books::shipped();
    planner_file(design, &analyse(design, Revision::default(), &Setting::of(books)), books).expect("a plan")
}

fn between<'p>(plan: &'p Plan, from: &str, to: &str, purpose: PlanPurpose) -> &'p PlanConnection {
    let found: Vec<_> =
        plan.connections.iter().filter(|c| c.from == from && c.to == to && c.purpose == purpose).collect();
    assert_eq!(found.len(), 1, "{from} → {to}, {purpose:?}");
    found[0]
}

fn numbers(ports: &[PlanPort]) -> Vec<u16> {
    ports.iter().map(|p| p.number).collect()
}

#[test]
fn pattern_2_resolves_to_the_nodes_and_connections_counted_by_hand() {
    let plan = plan(&pattern_2());
    // Nodes: 2 control planes, 2 + 2 traffic managers, 2 + 3 gateways.
    assert_eq!((plan.counts.nodes, plan.counts.gateways, plan.counts.traffic_managers), (11, 5, 4));
    // Links, each as instances × instances; a balancer, users, a database and a backend are one each.
    let drawn = [1, 1, 1, 3, 2, 2, 4, 4, 4, 2, 4, 2, 2, 3, 6, 6, 6, 2, 4, 3];
    // The control plane pair: 2 copies of events, 2 × 2 hub publishers. Each traffic manager pair: 2.
    let implied = 2 + 4 + 2 + 2;
    assert_eq!(plan.counts.connections, drawn.iter().sum::<usize>() + implied);
    // Out of Mumbai: 3 gateways and 2 traffic managers to the balancer, and each to both control planes.
    assert_eq!(plan.counts.connections_between_regions, 3 + 2 + (3 + 2) * 2);
}

#[test]
fn every_sub_region_node_subscribes_to_every_control_plane_node() {
    let plan = plan(&pattern_2());
    for from in ["mum-gw-1", "mum-gw-2", "mum-gw-3", "mum-tm-1", "mum-tm-2"] {
        for to in ["fra-cp-1", "fra-cp-2"] {
            let c = between(&plan, from, to, PlanPurpose::EventStream);
            assert_eq!((numbers(&c.ports), c.crosses_regions), (vec![5672], true));
            assert_eq!(c.fact, if from.contains("gw") { "A20" } else { "A25" });
        }
    }
}

#[test]
fn balancers_are_passed_through_and_answer_on_the_documented_ports() {
    let plan = plan(&pattern_2());
    let inside = between(&plan, "fra-gw-1", "fra-cp-lb", PlanPurpose::ManagementHttps);
    assert_eq!((numbers(&inside.ports), inside.crosses_regions), (vec![443], false));
    assert_eq!(inside.reaches, ["fra-cp-1", "fra-cp-2"]);
    // Another region reaches the balancer on the servlet port itself (B26).
    let outside = between(&plan, "mum-gw-1", "fra-cp-lb", PlanPurpose::ManagementHttps);
    assert_eq!((numbers(&outside.ports), outside.crosses_regions), (vec![9443], true));
    let pools = |id: &str| -> Vec<(u16, u16, Vec<String>)> {
        let balancer = plan.balancers.iter().find(|b| b.id == id).expect("a balancer");
        balancer.pools.iter().map(|p| (p.listen.number, p.target_port.number, p.targets.clone())).collect()
    };
    let both = |role: &str| vec![format!("fra-{role}-1"), format!("fra-{role}-2")];
    assert_eq!(pools("fra-cp-lb"), [(443, 9443, both("cp")), (9443, 9443, both("cp"))]);
    assert_eq!(pools("fra-gw-lb"), [(80, 8280, both("gw")), (443, 8243, both("gw"))]);
    // A global balancer works by name: callers use the ports of what it leads to, a balancer and bare gateways.
    let users = between(&plan, "eu-users", "gslb", PlanPurpose::ApiTraffic);
    assert_eq!(numbers(&users.ports), [443, 8243, 80, 8280]);
    assert_eq!(users.reaches, ["fra-gw-1", "fra-gw-2", "mum-gw-1", "mum-gw-2", "mum-gw-3"]);
}

#[test]
fn nodes_of_a_pair_know_each_other_without_a_drawn_link() {
    let plan = plan(&pattern_2());
    let peer = between(&plan, "fra-cp-2", "fra-cp-1", PlanPurpose::EventDuplicate);
    assert_eq!((numbers(&peer.ports), peer.fact.as_str(), &peer.link), (vec![5672], "A27", &None));
    let own_hub = between(&plan, "fra-cp-1", "fra-cp-1", PlanPurpose::HubPublish);
    assert_eq!((numbers(&own_hub.ports), own_hub.fact.as_str()), (vec![9611, 9711], "A28"));
    let managers = between(&plan, "mum-tm-1", "mum-tm-2", PlanPurpose::ThrottleDuplicate);
    assert_eq!((numbers(&managers.ports), managers.fact.as_str()), (vec![5672], "A26"));
    let duplicates = plan.connections.iter().filter(|c| c.purpose == PlanPurpose::ThrottleDuplicate);
    assert!(duplicates.clone().all(|c| c.from[..3] == c.to[..3]), "throttling stays in its region (B30)");
    assert_eq!(duplicates.count(), 4);
}

#[test]
fn traffic_managers_pair_up_only_when_they_serve_the_same_gateways() {
    let design = drawing(
        &[("fra", RegionRole::Peer)],
        &[
            ("gw-a", Kind::Gateway, "fra", 1),
            ("gw-b", Kind::Gateway, "fra", 1),
            ("tm-a1", Kind::TrafficManager, "fra", 1),
            ("tm-a2", Kind::TrafficManager, "fra", 1),
            ("tm-b", Kind::TrafficManager, "fra", 1),
        ],
        &[
            ("gw-a", "tm-a1", Purpose::ThrottleData),
            ("gw-a", "tm-a2", Purpose::ThrottleData),
            ("gw-b", "tm-b", Purpose::ThrottleData),
        ],
    );
    let plan = plan(&design);
    let pairs: Vec<(&str, &str)> = plan
        .connections
        .iter()
        .filter(|c| c.purpose == PlanPurpose::ThrottleDuplicate)
        .map(|c| (c.from.as_str(), c.to.as_str()))
        .collect();
    assert_eq!(pairs, [("tm-a1-1", "tm-a2-1"), ("tm-a2-1", "tm-a1-1")]);
}

#[test]
fn the_main_region_starts_first_and_its_control_plane_node_by_node() {
    let plan = plan(&pattern_2());
    let order: Vec<(StartAction, Vec<&str>)> =
        plan.start_order.iter().map(|s| (s.action, s.targets.iter().map(String::as_str).collect())).collect();
    assert_eq!(
        order,
        [
            (StartAction::Stores, vec!["fra-db"]),
            (StartAction::FirstControlPlane, vec!["fra-cp-1"]),
            (StartAction::ControlPlane, vec!["fra-cp-2"]),
            (StartAction::TrafficManagers, vec!["fra-tm-1", "fra-tm-2"]),
            (StartAction::Gateways, vec!["fra-gw-1", "fra-gw-2"]),
            (StartAction::TrafficManagers, vec!["mum-tm-1", "mum-tm-2"]),
            (StartAction::Gateways, vec!["mum-gw-1", "mum-gw-2", "mum-gw-3"]),
        ]
    );
    assert!(plan.start_order.last().expect("steps").facts.contains(&"B23".to_owned()));
    assert!(plan.start_order.iter().zip(1..).all(|(s, n)| s.step == n && !s.reason.is_empty() && !s.facts.is_empty()));
}

/// Pattern 1 over two regions of the distributed set-up.
fn distributed_pattern_1() -> Design {
    use Purpose as P;
    drawing(
        &[("ams", RegionRole::Peer), ("dub", RegionRole::Peer)],
        &[
            ("ams-gw", Kind::Gateway, "ams", 12),
            ("ams-tm", Kind::TrafficManager, "ams", 2),
            ("ams-cp", Kind::ControlPlane, "ams", 2),
            ("ams-db", Kind::Database, "ams", 1),
            ("dub-gw", Kind::Gateway, "dub", 2),
            ("dub-tm", Kind::TrafficManager, "dub", 2),
            ("dub-cp", Kind::ControlPlane, "dub", 2),
            ("dub-db", Kind::Database, "dub", 1),
        ],
        &[
            ("ams-cp", "ams-db", P::Database),
            ("dub-cp", "dub-db", P::Database),
            ("ams-cp", "dub-cp", P::HubEvents),
            ("dub-cp", "ams-cp", P::HubEvents),
            ("ams-db", "dub-db", P::DbReplication),
        ],
    )
}

/// What of the product a step starts: control planes first, gateways last; `None` for stores and their replication.
fn place_in_order(action: StartAction) -> Option<u8> {
    match action {
        StartAction::Stores | StartAction::Replication => None,
        StartAction::FirstControlPlane => Some(0),
        StartAction::ControlPlane => Some(1),
        StartAction::KeyManagers => Some(2),
        StartAction::TrafficManagers => Some(3),
        StartAction::Gateways => Some(4),
    }
}

#[test]
fn both_patterns_start_region_by_region_control_plane_before_traffic_managers_before_gateways() {
    for (design, regions) in [(pattern_2(), ["fra", "mum"]), (distributed_pattern_1(), ["ams", "dub"])] {
        let plan = plan(&design);
        let steps: Vec<_> = plan.start_order.iter().filter(|s| place_in_order(s.action).is_some()).collect();
        let mut visited: Vec<&str> = steps.iter().filter_map(|s| s.region.as_deref()).collect();
        visited.dedup();
        assert_eq!(visited, regions, "one region is finished before the next one begins");
        for region in regions {
            let here: Vec<_> = steps.iter().filter(|s| s.region.as_deref() == Some(region)).collect();
            assert!(here.is_sorted_by_key(|s| place_in_order(s.action)), "{region}: {here:#?}");
            let planes = here.iter().filter(|s| place_in_order(s.action) <= Some(1));
            assert!(planes.clone().all(|s| s.targets.len() == 1), "control planes start one by one: {here:#?}");
            let first: Vec<_> = here.iter().filter(|s| s.action == StartAction::FirstControlPlane).collect();
            assert_eq!(first.len(), usize::from(planes.count() > 0), "{region}");
        }
        let started: Vec<&str> = steps.iter().flat_map(|s| &s.targets).map(String::as_str).collect();
        let once: BTreeSet<&str> = started.iter().copied().collect();
        assert_eq!((started.len(), once.len()), (plan.counts.nodes, plan.counts.nodes), "each node starts once");
    }
}

#[test]
fn settings_of_nodes_and_databases_reach_the_plan() {
    let mut design = pattern_1(Engine::SqlServer);
    Arc::make_mut(&mut design.meta).practices.sequences_for_regions = Some(5);
    let change = |design: &mut Design, of: &str, change: &dyn Fn(&mut Component)| {
        change(Arc::make_mut(design.components.get_mut(&id(of)).expect("a component")));
    };
    change(&mut design, "nyc-aio", &|c| {
        c.settings.time_zone = "America/New_York".into();
        c.settings.heap_gib = Some(4.0);
        c.settings.product_version = Some(ProductVersion::V4_4);
        c.settings.token_cleanup_off = true;
    });
    change(&mut design, "nyc-db", &|c| {
        let database = Database {
            engine: Engine::SqlServer,
            schemas: vec![DesignSchema::Apim],
            sequence_start: Some(4),
            dcid: "NYC".into(),
            ..Database::default()
        };
        c.spec = Spec::Database(database);
    });
    let plan = plan(&design);
    let node = |of: &str| plan.nodes.iter().find(|n| n.id == of).expect("a node");
    let (own, usual) = (node("nyc-aio-1"), node("ams-aio-1"));
    assert_eq!((own.version.as_str(), usual.version.as_str()), ("4.4.0", "4.6.0"));
    assert_eq!((own.settings.time_zone.as_str(), usual.settings.time_zone.as_str()), ("America/New_York", "UTC"));
    assert_eq!((own.settings.heap_gib, usual.settings.heap_gib), (Some(4.0), None));
    assert_eq!((own.settings.cleans_up_tokens, usual.settings.cleans_up_tokens), (false, true));
    let database = plan.databases.iter().find(|d| d.id == "nyc-db").expect("a database");
    assert_eq!(database.schemas, [Schema::ApimDb]);
    assert_eq!(database.clients[0].schemas, [Schema::ApimDb], "clients find only what is there");
    let keys: Vec<_> = plan.replication_sets[0]
        .members
        .iter()
        .map(|m| (m.sequence_clause.as_deref().unwrap_or_default(), m.dcid.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(keys, [("IDENTITY(1,5)", "DC1"), ("IDENTITY(2,5)", "DC2"), ("IDENTITY(4,5)", "NYC")]);
}

#[test]
fn a_waived_finding_stands_beside_the_open_ones_with_its_reason() {
    let mut design = pattern_2();
    let found = plan(&design).findings;
    let books = Books::shipped();
    let analysis = analyse(&design, Revision::default(), &Setting::of(books));
    let first = analysis.check.findings.first().expect("a finding");
    assert_eq!(found[0].seen.len(), first.seen.len());
    let day = "2027-01-31".parse().expect("a date");
    let waiver = waiver_for(first, "Moves out in spring", "Operations", Some(day));
    let meta = Arc::make_mut(&mut design.meta);
    meta.waivers.insert(waiver);
    meta.rules.insert("R-DRAW-01".into(), RuleSetting { level: Level::Off, reason: String::new() });
    let plan = plan(&design);
    assert_eq!((plan.findings.len() + 1, plan.counts.waived), (found.len(), 1));
    let waived = &plan.waived[0];
    assert_eq!((&waived.finding, waived.reason.as_str()), (&found[0], "Moves out in spring"));
    assert_eq!((waived.owner.as_deref(), waived.expires.as_deref()), (Some("Operations"), Some("2027-01-31")));
    assert_eq!((plan.rules_off[0].rule.as_str(), &plan.rules_off[0].reason), ("R-DRAW-01", &None));
}

#[test]
fn many_gateways_start_ten_at_a_time() {
    let design = drawing(&[("fra", RegionRole::Peer)], &[("gw", Kind::Gateway, "fra", 23)], &[]);
    let batches: Vec<usize> = plan(&design).start_order.iter().map(|s| s.targets.len()).collect();
    assert_eq!(batches, [10, 10, 3]);
}

#[test]
fn replicated_databases_deal_out_their_keys() {
    // The worked example of the scripts' read-me: three datacenters, 1/3, 2/3, 3/3 (B15), and DC1 to DC3 (B16).
    let cases = [
        (Engine::PostgreSql, Some("START WITH 2 INCREMENT BY 3"), Some("dbscripts/multi-dc/Postgresql")),
        (Engine::Oracle, Some("START WITH 2 INCREMENT BY 3 NOCACHE"), Some("dbscripts/multi-dc/OGG/oracle")),
        (Engine::SqlServer, Some("IDENTITY(2,3)"), Some("dbscripts/multi-dc/SQLServer/mssql")),
        (Engine::MySql, None, None),
    ];
    for (engine, clause, scripts) in cases {
        let plan = plan(&pattern_1(engine));
        let [set] = plan.replication_sets.as_slice() else { panic!("one set: {:?}", plan.replication_sets) };
        assert!(set.several_writers);
        assert_eq!(set.scripts.as_deref(), scripts);
        let members: Vec<_> =
            set.members.iter().map(|m| (m.database.as_str(), m.sequence_start, m.sequence_increment)).collect();
        assert_eq!(members, [("ams-db", Some(1), Some(3)), ("dub-db", Some(2), Some(3)), ("nyc-db", Some(3), Some(3))]);
        assert_eq!(set.members[1].sequence_clause.as_deref(), clause);
        assert_eq!(set.members[2].dcid.as_deref(), Some("DC3"));
        let unsupported = plan.unresolved.iter().any(|u| u.topic == Topic::Replication);
        assert_eq!(unsupported, scripts.is_none(), "{engine:?}");
    }
}

#[test]
fn a_copy_that_nobody_writes_to_shares_the_keys() {
    let mut design = pattern_1(Engine::PostgreSql);
    for link in design.links.values_mut() {
        if let Some(replication) = &mut Arc::make_mut(link).replication {
            replication.bidirectional = false;
        }
    }
    let plan = plan(&design);
    assert!(!plan.replication_sets[0].several_writers);
    assert!(plan.replication_sets[0].members.iter().all(|m| m.sequence_start.is_none() && m.dcid.is_none()));
}

#[test]
fn pattern_1_joins_each_database_before_its_control_plane_starts() {
    let plan = plan(&pattern_1(Engine::Oracle));
    let of_dublin: Vec<StartAction> =
        plan.start_order.iter().filter(|s| s.region.as_deref() == Some("dub")).map(|s| s.action).collect();
    assert_eq!(
        of_dublin,
        [StartAction::Stores, StartAction::Replication, StartAction::FirstControlPlane, StartAction::ControlPlane]
    );
    // Each all-in-one node publishes to each of the four in other regions.
    let hubs = plan.connections.iter().filter(|c| c.purpose == PlanPurpose::HubEvents);
    assert!(hubs.clone().all(|c| c.crosses_regions && numbers(&c.ports) == [5672]));
    assert_eq!(hubs.count(), 6 * 4);
}

#[test]
fn packaging_and_commands_follow_the_version() {
    let mut design = pattern_2();
    Arc::make_mut(&mut design.meta).product_version = ProductVersion::V4_4;
    let old = plan(&design);
    Arc::make_mut(&mut design.meta).product_version = ProductVersion::V4_5;
    let new = plan(&design);
    let start =
        |plan: &Plan| -> BTreeSet<String> { plan.nodes.iter().filter_map(|n| n.start_command.clone()).collect() };
    assert_eq!((old.product.packaging, new.product.packaging), (Packaging::Profiles, Packaging::Distributions));
    assert!(start(&old).iter().all(|c| c.starts_with("api-manager.sh -Dprofile=")), "{:?}", start(&old));
    assert_eq!(start(&new), ["api-cp.sh", "gateway.sh", "traffic-manager.sh"].map(str::to_owned).into());
}

#[test]
fn encryption_of_events_moves_them_to_the_other_port() {
    let mut design = pattern_2();
    for link in design.links.values_mut().filter(|l| l.purpose == Purpose::EventStream) {
        Arc::make_mut(link).tls = true;
    }
    let plan = plan(&design);
    assert_eq!(numbers(&between(&plan, "mum-gw-1", "fra-cp-1", PlanPurpose::EventStream).ports), [8672]);
    let listens =
        |id: &str| plan.nodes.iter().find(|n| n.id == id).expect("a node").listens.iter().any(|l| l.port == 8672);
    assert!(listens("fra-cp-1") && !listens("fra-tm-1"));
}

#[test]
fn a_port_named_at_a_link_takes_the_place_of_the_usual_one_on_both_sides() {
    let mut design = pattern_2();
    let mut name = |from: &str, to: &str, purpose: Purpose, port: u16| {
        let fits = |l: &&mut Arc<Link>| l.from == id(from) && l.to == id(to) && l.purpose == purpose;
        Arc::make_mut(design.links.values_mut().find(fits).expect("a link")).port = Some(port);
    };
    name("mum-gw", "fra-cp-lb", Purpose::ManagementHttps, 10443);
    name("gslb", "fra-gw-lb", Purpose::ApiTraffic, 8443);
    name("mum-gw", "fra-cp", Purpose::EventStream, 5673);
    name("mum-gw", "mum-tm", Purpose::ThrottleData, 9711);
    let plan = plan(&design);
    let events = between(&plan, "mum-gw-1", "fra-cp-1", PlanPurpose::EventStream);
    assert_eq!(events.ports, [PlanPort { number: 5673, protocol: "amqp" }]);
    let note = "The design names port 5673 in place of 5672; the listening side has to be set so.";
    assert_eq!(events.note.as_deref(), Some(note));
    let unnamed = between(&plan, "fra-gw-1", "fra-cp-1", PlanPurpose::EventStream);
    assert_eq!((numbers(&unnamed.ports), &unnamed.note), (vec![5672], &None));
    // Throttle data needs both of its ports, whichever is named.
    assert_eq!(numbers(&between(&plan, "mum-gw-1", "mum-tm-1", PlanPurpose::ThrottleData).ports), [9611, 9711]);
    let listens = |balancer: &str| -> BTreeSet<u16> {
        let balancer = plan.balancers.iter().find(|b| b.id == balancer).expect("a balancer");
        balancer.pools.iter().map(|p| p.listen.number).collect()
    };
    assert_eq!(listens("fra-cp-lb"), BTreeSet::from([443, 9443, 10443]));
    assert_eq!(listens("fra-gw-lb"), BTreeSet::from([8443]));
    let users = between(&plan, "eu-users", "gslb", PlanPurpose::ApiTraffic);
    assert_eq!(users.ports.iter().filter(|p| p.number == 8443).count(), 1);
}

#[test]
fn control_planes_drawn_apart_in_one_region_are_peers_and_not_listed_twice() {
    let design = drawing(
        &[("fra", RegionRole::Peer)],
        &[("one", Kind::ControlPlane, "fra", 1), ("two", Kind::ControlPlane, "fra", 1)],
        &[("one", "two", Purpose::HubEvents)],
    );
    let plan = plan(&design);
    let drawn = between(&plan, "one-1", "two-1", PlanPurpose::EventDuplicate);
    assert_eq!((drawn.link.as_deref(), drawn.fact.as_str()), (Some("l00"), "A27"));
    assert_eq!(between(&plan, "two-1", "one-1", PlanPurpose::EventDuplicate).link, None);
    assert!(plan.connections.iter().all(|c| c.purpose != PlanPurpose::HubEvents));
}

#[test]
fn every_port_a_connection_uses_is_listened_on() {
    for design in [pattern_2(), pattern_1(Engine::PostgreSql)] {
        let plan = plan(&design);
        let open: BTreeMap<&str, BTreeSet<u16>> = plan
            .nodes
            .iter()
            .map(|n| (n.id.as_str(), n.listens.iter().map(|l| l.port).collect()))
            .chain(plan.balancers.iter().map(|b| (b.id.as_str(), b.pools.iter().map(|p| p.listen.number).collect())))
            .chain(plan.databases.iter().map(|d| (d.id.as_str(), d.port.into_iter().collect())))
            .collect();
        for c in &plan.connections {
            let closed = |port: &&PlanPort| !open.get(c.to.as_str()).is_some_and(|ports| ports.contains(&port.number));
            if open.contains_key(c.to.as_str()) {
                assert_eq!(c.ports.iter().find(closed), None, "{} → {}, {:?}", c.from, c.to, c.purpose);
            }
        }
    }
}

#[test]
fn ids_and_host_names_are_unique_and_every_end_exists() {
    let mut design = pattern_2();
    // A service that already has the id an instance would get, and a group that differs only in case.
    let twin = Component { region: Some(id("fra")), ..Component::new(Kind::Backend, "twin") };
    design.components.insert(id("fra-gw-1"), Arc::new(twin));
    let upper = Component { region: Some(id("fra")), ..Component::new(Kind::Gateway, "upper") };
    design.components.insert(id("FRA-gw"), Arc::new(upper));
    let plan = plan(&design);
    let ends: Vec<&str> = plan
        .nodes
        .iter()
        .map(|n| n.id.as_str())
        .chain(plan.balancers.iter().map(|b| b.id.as_str()))
        .chain(plan.services.iter().map(|s| s.id.as_str()))
        .chain(plan.databases.iter().map(|d| d.id.as_str()))
        .chain(plan.populations.iter().map(|p| p.id.as_str()))
        .collect();
    let known: BTreeSet<&str> = ends.iter().copied().collect();
    assert_eq!(known.len(), ends.len(), "an id is used twice");
    for c in &plan.connections {
        for end in [&c.from, &c.to].into_iter().chain(&c.reaches) {
            assert!(known.contains(end.as_str()), "{end} is not in the plan");
        }
    }
    let hosts: Vec<&str> = plan.nodes.iter().map(|n| n.host.as_str()).collect();
    assert_eq!(hosts.iter().collect::<BTreeSet<_>>().len(), hosts.len());
    assert!(hosts.contains(&"mum-gw-3.mum.apim.internal"), "{hosts:?}");
    assert!(plan.domain.placeholder && plan.unresolved.iter().any(|u| u.topic == Topic::Domain));
}

#[test]
fn every_gateway_node_has_an_id_of_its_own() {
    // From 4.6 each gateway needs a gateway_id that no other has (A41); ids of groups are made to run into each other.
    let design = drawing(
        &[("fra", RegionRole::Peer), ("mum", RegionRole::Peer)],
        &[
            ("gw", Kind::Gateway, "fra", 12),
            ("gw-1", Kind::Gateway, "mum", 11),
            ("gw-1-1", Kind::Gateway, "mum", 1),
            ("gw-1-2", Kind::Backend, "mum", 1),
            ("gw-2", Kind::AllInOne, "fra", 2),
        ],
        &[],
    );
    let plan = plan(&design);
    let ids: Vec<&str> = plan.nodes.iter().filter(|n| n.gateway_environment.is_some()).map(|n| n.id.as_str()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 12 + 11 + 1 + 2, "{ids:?}");
    assert!(ids.iter().all(|id| !id.is_empty()));
}

#[test]
fn the_same_design_gives_the_same_bytes_and_another_one_another_hash() {
    let design = pattern_2();
    let text = to_json(&plan(&design));
    assert_eq!(text, to_json(&plan(&design.clone())));
    assert!(text.ends_with("}\n"));
    let mut renamed = design.clone();
    Arc::make_mut(&mut renamed.meta).name = "Other".into();
    assert_ne!(plan(&design).design.sha256, plan(&renamed).design.sha256);
}

#[test]
fn the_hash_is_that_of_the_canonical_file() {
    let design = pattern_2();
    let text = meridian::design::file::to_ron(&design).expect("writes");
    let hash: String = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(plan(&design).design.sha256, hash);
}

#[test]
fn groups_too_large_to_resolve_are_refused() {
    let design = drawing(
        &[("fra", RegionRole::Peer)],
        &[("a", Kind::Gateway, "fra", 1_000), ("b", Kind::ControlPlane, "fra", 1_000)],
        &[("a", "b", Purpose::EventStream), ("a", "b", Purpose::ManagementHttps)],
    );
    let books = Books::shipped();
    let refused = planner_file(&design, &analyse(&design, Revision::default(), &Setting::of(books)), books);
    assert_eq!(refused.err(), Some(PlanError::TooLarge));
}

#[test]
fn balancers_in_a_ring_end_in_a_note_and_not_in_a_loop() {
    let design = drawing(
        &[("fra", RegionRole::Peer)],
        &[
            ("gw", Kind::Gateway, "fra", 1),
            ("lb-a", Kind::LoadBalancer, "fra", 1),
            ("lb-b", Kind::LoadBalancer, "fra", 1),
        ],
        &[
            ("gw", "lb-a", Purpose::ManagementHttps),
            ("lb-a", "lb-b", Purpose::ManagementHttps),
            ("lb-b", "lb-a", Purpose::ManagementHttps),
        ],
    );
    let plan = plan(&design);
    assert!(between(&plan, "gw-1", "lb-a", PlanPurpose::ManagementHttps).reaches.is_empty());
    assert!(plan.unresolved.iter().any(|u| u.topic == Topic::Balancer && u.subject.as_deref() == Some("lb-a")));
}

/// Every design of the repository, with its file name.
fn saved_designs() -> Vec<(PathBuf, Design)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("saved-designs");
    let entries = std::fs::read_dir(&folder).expect("the folder of saved designs");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "ron"));
    paths.sort();
    assert!(!paths.is_empty(), "{} holds no design", folder.display());
    paths
        .into_iter()
        .map(|path| {
            let (design, _) = files::read_design(&path).expect("a saved design opens");
            (path, design)
        })
        .collect()
}

#[test]
fn every_export_satisfies_the_shipped_schema() {
    let schema: Value =
        serde_json::from_str(include_str!("../assets/planner.schema.json")).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let mut own = pattern_2();
    let gateway = own.components.get_mut(&id("mum-gw")).expect("mum-gw");
    Arc::make_mut(gateway).zones = vec!["a".into(), "b".into()];
    let runtime = GatewayRuntime::Platform;
    Arc::make_mut(gateway).spec = Spec::Gateway(Gateway { autoscale_max: Some(6), runtime, ..Gateway::default() });
    Arc::make_mut(&mut own.meta).decisions.push(Decision {
        region: Some(id("mum")),
        title: "Pattern for Mumbai".into(),
        criteria: vec!["data_plane_only".into()],
        recommended: "pattern-2".into(),
        chosen: "pattern-2".into(),
        reasons: Vec::new(),
        product_version: ProductVersion::V4_6,
        date: Some("2026-11-25".parse().expect("a date")),
        owner: String::new(),
        notes: String::new(),
    });
    let built = [own, pattern_1(Engine::Oracle), Design::default()].map(|d| (PathBuf::from("built in code"), d));
    for (path, design) in saved_designs().into_iter().chain(built) {
        let instance: Value = serde_json::from_str(&to_json(&plan(&design))).expect("a plan is JSON");
        let errors: Vec<String> =
            validator.iter_errors(&instance).map(|e| format!("{} at {}", e, e.instance_path())).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
    }
}

#[test]
fn the_schema_refuses_what_is_no_plan() {
    let schema: Value = serde_json::from_str(&schema_json()).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let good: Value = serde_json::from_str(&to_json(&plan(&pattern_2()))).expect("a plan is JSON");
    assert!(validator.is_valid(&good));
    type Spoil = fn(&mut Value);
    let spoils: [Spoil; 5] = [
        |v| v["format"] = "meridian-planner/2".into(),
        |v| v["nodes"][0]["role"] = "butler".into(),
        |v| v["connections"][0]["ports"][0]["number"] = 70_000.into(),
        |v| v["design"]["sha256"] = "short".into(),
        |v| drop(v.as_object_mut().expect("an object").remove("start_order")),
    ];
    for (n, spoil) in spoils.into_iter().enumerate() {
        let mut bad = good.clone();
        spoil(&mut bad);
        assert!(!validator.is_valid(&bad), "spoil {n} was accepted");
    }
}

#[test]
fn the_shipped_schema_is_the_one_of_this_program_and_explains_every_field() {
    let shipped = include_str!("../assets/planner.schema.json");
    assert!(
        shipped == schema_json(),
        "assets/planner.schema.json is stale: run `cargo run -- schema planner --out assets/planner.schema.json`"
    );
    let schema: Value = serde_json::from_str(shipped).expect("the schema is JSON");
    let types = schema["$defs"].as_object().expect("definitions").values().chain([&schema]);
    for properties in types.filter_map(|t| t.get("properties")?.as_object()) {
        for (name, property) in properties {
            assert!(
                property.get("description").is_some() || property.get("const").is_some(),
                "{name} is not explained"
            );
        }
    }
}
