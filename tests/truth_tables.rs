//! Every cell of the truth tables, and the sentences on Pattern 2 and on recovery, against the failure model.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::sync::Arc;

use meridian::books::Books;
use meridian::design::{Capability, Component, Design, Failures, Id, Kind, Link, Purpose, TokenFormat};
use meridian::estimate;
use meridian::failure::{Aftermath, Basis, CellOutcome, Model, Outcome, Place, State};
use meridian::templates;
use meridian::topology::Topology;

/// One cell of the tables.
struct Expected {
    row: [String; 3],
    capability: String,
    state: String,
    is_fact: bool,
    sources: Vec<String>,
}

fn table() -> Vec<Expected> {
    let text = include_str!("expected/failure-truth-tables.csv");
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let read = |record: csv::StringRecord| {
        let at = |n: usize| record.get(n).unwrap().to_owned();
        Expected {
            row: [at(0), at(1), at(2)],
            capability: at(3),
            state: at(4),
            is_fact: at(5) == "FACT",
            sources: at(6).split_whitespace().map(str::to_owned).collect(),
        }
    };
    reader.records().map(|record| read(record.unwrap())).collect()
}

/// Where the model deliberately differs: pattern, failure, view, capability (empty: all), and why.
const DIFFERENCES: [(&str, &str, &str, &str, &str); 4] = [
    (P1_CUT.0, P1_CUT.1, P1_CUT.2, "serve", STATED_ABOVE),
    (P1_CUT.0, P1_CUT.1, P1_CUT.2, "issue", STATED_ABOVE),
    (P1_CUT.0, P1_CUT.1, P1_CUT.2, "gwstart", STATED_ABOVE),
    (
        "P2",
        "sub region lost",
        "lost sub region",
        "throttle",
        "Down, as the table has it for a lost region of Pattern 1 and a lost main region: the traffic managers are gone \
         as well, not only the calls.",
    ),
];

const P1_CUT: (&str, &str, &str) =
    ("P1", "inter-region link cut (replication + JMS)", "effect of remote actions, here");
const STATED_ABOVE: &str = "It is the same cell as in the row before it, for the same failure, and that row has it as a \
                            fact (B2, B7); the model has one basis for one cell.";

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

/// A design to play failures on.
#[derive(Clone)]
struct Drawing(Design);

impl Drawing {
    fn template(name: &str) -> Self {
        Self(templates::get(name).unwrap().design()).with_analytics()
    }

    fn add(&mut self, name: &str, kind: Kind, region: Option<&str>) {
        let mut component = Component::new(kind, name);
        component.region = region.map(id);
        self.0.components.insert(id(name), Arc::new(component));
    }

    fn link(&mut self, from: &str, to: &str, purpose: Purpose) {
        let name = Id::slug(&format!("{from}--{to}--{purpose:?}"));
        self.0.links.insert(name, Arc::new(Link::new(id(from), id(to), purpose)));
    }

    fn unlink(&mut self, test: impl Fn(&Link) -> bool) {
        self.0.links.retain(|_, link| !test(link));
    }

    fn of_kind(&self, test: impl Fn(Kind) -> bool) -> Vec<String> {
        self.0.components.iter().filter(|(_, c)| test(c.kind())).map(|(id, _)| id.to_string()).collect()
    }

    fn with_analytics(mut self) -> Self {
        self.add("analytics", Kind::Analytics, None);
        for gateway in self.of_kind(Kind::has_gateway) {
            self.link(&gateway, "analytics", Purpose::AnalyticsEvents);
        }
        self
    }

    fn with_redis(mut self) -> Self {
        for manager in self.of_kind(|kind| kind == Kind::TrafficManager) {
            let redis = manager.replace("-tm", "-redis");
            let region = manager.replace("-tm", "");
            self.add(&redis, Kind::Redis, Some(&region));
            self.link(&manager, &redis, Purpose::SharedCounters);
        }
        self
    }

    /// Tokens come from an identity provider, not from the key managers.
    fn with_identity_provider(mut self) -> Self {
        self.add("idp", Kind::IdentityProvider, None);
        self.unlink(|link| link.purpose == Purpose::KeyManagerHttps || link.purpose == Purpose::TokenNotification);
        for node in self.of_kind(|kind| kind.has_gateway() || kind.has_control_plane() || kind == Kind::Users) {
            self.link(&node, "idp", Purpose::Identity);
        }
        for balancer in self.of_kind(|kind| kind == Kind::LoadBalancer) {
            if balancer.ends_with("cp-lb") {
                self.link("idp", &balancer, Purpose::TokenNotification);
            }
        }
        self
    }

    /// Key managers of their own in Frankfurt, and opaque tokens.
    fn with_key_managers(mut self) -> Self {
        self.add("eu-km", Kind::KeyManager, Some("eu"));
        self.unlink(|link| link.purpose == Purpose::KeyManagerHttps || link.purpose == Purpose::TokenNotification);
        for node in self.of_kind(|kind| kind.has_gateway() || kind.has_control_plane()) {
            self.link(&node, "eu-km", Purpose::KeyManagerHttps);
        }
        self.link("eu-km", "eu-cp-lb", Purpose::TokenNotification);
        self.link("eu-km", "eu-db", Purpose::Database);
        let mut meta = (*self.0.meta).clone();
        meta.tokens = TokenFormat::Opaque;
        self.0.meta = Arc::new(meta);
        self
    }

    /// Both regions of Pattern 1 with all-in-one nodes.
    fn all_in_one_regions(mut self) -> Self {
        for region in ["eu", "us"] {
            for kind in ["gw", "tm", "cp"] {
                let gone = id(&format!("{region}-{kind}"));
                self.0.components.remove(&gone);
                self.0.links.retain(|_, link| link.from != gone && link.to != gone);
            }
            self.add(&format!("{region}-aio"), Kind::AllInOne, Some(region));
        }
        for (region, other) in [("eu", "us"), ("us", "eu")] {
            let nodes = format!("{region}-aio");
            let component = Arc::make_mut(self.0.components.get_mut(&id(&nodes)).unwrap());
            component.instances = 2;
            self.link(&format!("{region}-api-lb"), &nodes, Purpose::ApiTraffic);
            self.link(&format!("{region}-cp-lb"), &nodes, Purpose::PortalAccess);
            self.link(&nodes, &format!("{region}-cp-lb"), Purpose::TokenNotification);
            self.link(&nodes, &format!("{region}-db"), Purpose::Database);
            self.link(&nodes, &format!("{region}-backend"), Purpose::BackendCall);
            self.link(&nodes, &format!("{other}-aio"), Purpose::HubEvents);
            self.link(&nodes, "analytics", Purpose::AnalyticsEvents);
        }
        self
    }

    fn model(&self) -> Model {
        self.0.validate().unwrap();
        let topology = Topology::of(&self.0);
        let estimates = estimate::estimate(&topology, Books::shipped());
        Model::of(&topology, &estimates)
    }

    fn outcome(&self, failures: &[&str]) -> Outcome {
        let failures: Failures = failures.iter().map(|failure| failure.parse().unwrap()).collect();
        self.model().outcome(&self.0, &failures)
    }
}

/// One way to play a row: a design, what fails in it, and the regions to look at.
struct Play {
    drawing: Drawing,
    failures: Vec<String>,
    seen_from: Vec<&'static str>,
}

fn play(drawing: &Drawing, failures: &[&str], seen_from: &[&'static str]) -> Play {
    let failures = failures.iter().map(|failure| (*failure).to_owned()).collect();
    Play { drawing: drawing.clone(), failures, seen_from: seen_from.to_vec() }
}

/// The same in every one of these regions: `@` stands for it.
fn in_each(drawing: &Drawing, failures: &[&str], regions: &[&'static str]) -> Vec<Play> {
    let of = |region: &&'static str| Play {
        drawing: drawing.clone(),
        failures: failures.iter().map(|failure| failure.replace('@', region)).collect(),
        seen_from: vec![*region],
    };
    regions.iter().map(of).collect()
}

fn plays([pattern, failure, view]: [&str; 3]) -> Vec<Play> {
    let (drawing, regions): (Drawing, &[&'static str]) = match pattern {
        "P1" => (Drawing::template("pattern-1"), &["eu", "us"]),
        "P2" => (Drawing::template("pattern-2"), &["eu", "in", "us"]),
        "single" => (Drawing::template("all-in-one-ha"), &["eu"]),
        _ => unreachable!("pattern {pattern}"),
    };
    let cut = "link:eu-db--us-db--db-replication";
    match (pattern, failure, view) {
        ("P1", "region lost", "other regions") => {
            vec![play(&drawing, &["region:eu"], &["us"]), play(&drawing, &["region:us"], &["eu"])]
        }
        ("P1", "region lost", "lost region") => in_each(&drawing, &["region:@"], regions),
        ("P1", "inter-region link cut (replication + JMS)", _) => in_each(&drawing, &["cut:eu/us"], regions),
        ("P1", "replication broken only (JMS works)", _) => in_each(&drawing, &[cut], regions),
        ("P1", "one of two control planes lost", _) => in_each(&drawing, &["nodes:@-cp/1"], regions),
        ("P1", "all control planes of one region lost (DB, TM, GW alive)", "affected region") => {
            in_each(&drawing, &["component:@-cp"], regions)
        }
        ("P1", "all control planes of one region lost (DB, TM, GW alive)", "other regions") => {
            vec![play(&drawing, &["component:eu-cp"], &["us"]), play(&drawing, &["component:us-cp"], &["eu"])]
        }
        ("P1", "one of two all-in-one nodes lost", _) => {
            let mut plays = in_each(&drawing.all_in_one_regions(), &["nodes:@-aio/1"], regions);
            plays.extend(in_each(&Drawing::template("all-in-one-ha"), &["nodes:@-aio/1"], &["eu"]));
            plays
        }
        ("P1", "all all-in-one nodes of a region lost", _) => {
            let mut plays = in_each(&drawing.all_in_one_regions(), &["component:@-aio"], regions);
            plays.extend(in_each(&Drawing::template("all-in-one-ha"), &["component:@-aio"], &["eu"]));
            plays
        }
        (_, "one gateway lost", _) => in_each(&drawing, &["nodes:@-gw/1"], regions),
        (_, "all gateways of a region lost", _) => in_each(&drawing, &["component:@-gw"], regions),
        (_, "one of two traffic managers lost", _) => in_each(&drawing, &["nodes:@-tm/1"], regions),
        (_, "all traffic managers of a region lost", _) => in_each(&drawing, &["component:@-tm"], regions),
        (_, "gateway load balancer lost", _) => in_each(&drawing, &["component:@-api-lb"], regions),
        (_, "analytics cloud unreachable", _) => in_each(&drawing, &["component:analytics"], regions),
        (_, "Redis/Valkey of distributed throttling lost", _) => {
            in_each(&drawing.with_redis(), &["component:@-redis"], regions)
        }
        ("P1", "external IdP lost", _) => in_each(&drawing.with_identity_provider(), &["component:idp"], regions),
        ("P2", "all (separate) key managers lost", _) => {
            in_each(&drawing.with_key_managers(), &["component:eu-km"], regions)
        }
        ("P2", "main region lost", "sub region") => vec![play(&drawing, &["region:eu"], &["in", "us"])],
        ("P2", "main region lost", "main region") => vec![play(&drawing, &["region:eu"], &["eu"])],
        ("P2", "link main <-> sub cut", "sub region") => in_each(&drawing, &["cut:eu/@"], &["in", "us"]),
        ("P2", "link main <-> sub cut", "main region") => vec![play(&drawing, &["cut:eu/in"], &["eu"])],
        ("P2", "sub region lost", "main and other sub regions") => vec![play(&drawing, &["region:in"], &["eu", "us"])],
        ("P2", "sub region lost", "lost sub region") => in_each(&drawing, &["region:@"], &["in", "us"]),
        ("P2", "one of two control planes lost", _) => vec![play(&drawing, &["nodes:eu-cp/1"], &["eu", "in", "us"])],
        ("P2", "all control planes lost (rest of main alive)", "sub region") => {
            vec![play(&drawing, &["component:eu-cp"], &["in", "us"])]
        }
        ("P2", "all control planes lost (rest of main alive)", "main region") => {
            vec![play(&drawing, &["component:eu-cp"], &["eu"])]
        }
        ("P2", "JMS 5672 blocked, HTTPS 9443 open", "sub region") => {
            in_each(&drawing, &["link:@-gw--eu-cp--event-stream", "link:@-tm--eu-cp--event-stream"], &["in", "us"])
        }
        ("single", "region lost", "region") => {
            let mut plays = in_each(&drawing, &["region:@"], regions);
            plays.extend(in_each(&Drawing::template("simple-scalable"), &["region:@"], regions));
            plays
        }
        other => unreachable!("nobody plays {other:?}"),
    }
}

/// The capability of a column, seen from `view`.
fn capability(column: &str, view: &str) -> Capability {
    let plain = Capability::by_id(column).unwrap();
    if view != "effect of remote actions, here" {
        return plain;
    }
    match plain {
        Capability::Revoke => Capability::RemoteRevoke,
        Capability::Publish => Capability::RemotePublish,
        Capability::Apps => Capability::RemoteApps,
        Capability::Admin => Capability::RemoteAdmin,
        same => same,
    }
}

fn accepts(word: &str, state: State) -> bool {
    match word {
        "OK" => matches!(state, State::Works | State::Stale | State::CannotRestart),
        "DEG" => matches!(state, State::Degraded | State::Stale),
        "LOST" => state == State::Down,
        "NA" => state == State::Idle,
        _ => unreachable!("state {word}"),
    }
}

/// What is wrong with a cell, in words.
fn wrong(expected: &Expected, cell: Option<&CellOutcome>) -> Option<String> {
    let Some(cell) = cell else { return Some("is not offered".to_owned()) };
    if !accepts(&expected.state, cell.state) {
        return Some(format!("is {:?} (table: {})", cell.state, expected.state));
    }
    if (cell.basis == Basis::Stated) != expected.is_fact {
        return Some(format!("rests on {:?} (table: fact {}) {:?}", cell.basis, expected.is_fact, cell.facts));
    }
    let missing = expected.sources.iter().find(|source| !cell.facts.contains(&source.as_str()));
    missing.filter(|_| expected.is_fact).map(|source| format!("does not name {source}, only {:?}", cell.facts))
}

#[test]
fn every_cell_of_the_truth_tables() {
    let table = table();
    assert_eq!(table.len(), 37 * 9);
    let rows: BTreeSet<&[String; 3]> = table.iter().map(|cell| &cell.row).collect();
    let mut unexpected = Vec::new();
    let mut differing: BTreeSet<usize> = BTreeSet::new();
    for row in rows {
        let [pattern, failure, view] = row.each_ref().map(String::as_str);
        for play in plays([pattern, failure, view]) {
            let failures: Vec<&str> = play.failures.iter().map(String::as_str).collect();
            let outcome = play.drawing.outcome(&failures);
            for region in &play.seen_from {
                for expected in table.iter().filter(|cell| cell.row == *row) {
                    let place = Place::Region(id(region));
                    let cell = outcome.cell(capability(&expected.capability, view), &place);
                    let Some(wrong) = wrong(expected, cell) else { continue };
                    let known = DIFFERENCES.iter().position(|(p, f, v, c, _)| {
                        [*p, *f, *v] == [pattern, failure, view] && (c.is_empty() || *c == expected.capability)
                    });
                    match known {
                        Some(known) => {
                            differing.insert(known);
                        }
                        None => unexpected.push(format!(
                            "{pattern} {failure}, {view} ({failures:?}, {region}): {} {wrong}",
                            expected.capability
                        )),
                    }
                }
            }
        }
    }
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
    assert_eq!(differing.len(), DIFFERENCES.len(), "a difference in the list is none: {differing:?}");
}

/// What the overview of the patterns says of Pattern 2: its sub regions go on handling calls and throttling with the
/// data they have (B22), their gateways cannot be started (B23), and they catch up afterwards (B22).
#[test]
fn sub_regions_of_pattern_2_go_on_without_the_main_region() {
    let drawing = Drawing::template("pattern-2");
    for failures in [["region:eu"].as_slice(), &["component:eu-cp"], &["cut:eu/in", "cut:eu/us"]] {
        let outcome = drawing.outcome(failures);
        for region in ["in", "us"] {
            let cell = |capability| outcome.cell(capability, &Place::Region(id(region))).unwrap();
            for capability in [Capability::Serve, Capability::Throttle] {
                let cell = cell(capability);
                assert!(cell.state.goes_on() && cell.state > State::Degraded, "{failures:?} {region} {capability:?}");
                assert!(cell.unmet.iter().any(|unmet| unmet.state == State::Stale), "on existing data");
                assert!(cell.unmet.iter().any(|unmet| unmet.state == State::CannotRestart));
                assert_eq!((cell.basis, cell.facts.as_slice()), (Basis::Stated, ["B22"].as_slice()));
            }
            let start = cell(Capability::GatewayStart);
            assert_eq!(
                (start.state, start.basis, start.facts.as_slice()),
                (State::Down, Basis::Stated, ["B23"].as_slice())
            );
        }
        let Aftermath { resync, .. } = outcome.aftermath();
        assert!(resync.iter().any(|sentence| sentence.contains("gateways load what they missed")), "{resync:?}");
    }
    let outcome = drawing.outcome(&[]);
    assert!(outcome.cells.values().all(|cell| cell.state == State::Works && cell.unmet.is_empty()));
}

/// Events between hubs that are cut off are gone (H6), and gateways are not told of rows that come later.
#[test]
fn changes_of_pattern_1_that_were_missed_need_somebody() {
    let drawing = Drawing::template("pattern-1");
    let Aftermath { lost, resync, by_hand } = drawing.outcome(&["cut:eu/us"]).aftermath();
    assert!(lost.iter().any(|sentence| sentence.starts_with("Events")), "{lost:?}");
    assert!(resync.iter().any(|sentence| sentence.starts_with("Replication")), "{resync:?}");
    assert!(by_hand.iter().any(|sentence| sentence.contains("restart the gateways")), "{by_hand:?}");
    let aftermath = drawing.outcome(&["link:eu-db--us-db--db-replication"]).aftermath();
    assert!(!aftermath.lost.iter().any(|sentence| sentence.starts_with("Events")), "the hubs still heard each other");
    assert!(!aftermath.by_hand.is_empty());
    let aftermath = drawing.outcome(&["component:eu-tm"]).aftermath();
    assert!(aftermath.resync.iter().any(|sentence| sentence.contains("policies")), "{aftermath:?}");
}

/// A population is told when the region that serves it lacks what another one has, and when another one serves it.
#[test]
fn users_are_told_what_does_not_work_where_they_are_served() {
    let drawing = Drawing::template("pattern-1");
    let users = Place::Population(id("users-eu"));
    for failure in ["component:eu-tm", "region:eu", "component:eu-api-lb"] {
        let outcome = drawing.outcome(&[failure]);
        assert_eq!(outcome.state(Capability::Throttle, &users), Some(State::Degraded), "{failure}");
    }
    assert_eq!(drawing.outcome(&["component:us-tm"]).state(Capability::Throttle, &users), Some(State::Works));
    let outcome = drawing.outcome(&["component:eu-cp"]);
    assert_eq!(outcome.state(Capability::Revoke, &users), Some(State::Degraded));
}
