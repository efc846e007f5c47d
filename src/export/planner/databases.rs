//! Databases, who uses which schema of them, and the sets that replicate each other.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::unionfind::UnionFind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::design::{self, Database, Engine, Id, Kind, Purpose, Replication, Spec};
use crate::topology::Topology;

use super::names::Names;
use super::nodes::{said, time_zone};
use super::places::PlanSize;
use super::words::{PlanEngine, PlanStandby};

/// A database server with schemas of the product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanDatabase {
    /// Id in the design.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Region it stands in; `null` when in none.
    pub region: Option<String>,
    /// Host name in the placeholder domain.
    pub host: String,
    /// Host name that the design fixes, `{n}` standing for the number of the node; `null` when it was made here.
    pub own_host: Option<String>,
    /// Port (A46); `null` for the embedded H2.
    pub port: Option<u16>,
    /// Engine.
    pub engine: PlanEngine,
    /// Engine version as the vendor writes it.
    pub version: String,
    /// Whether the cloud provider runs it.
    pub managed: bool,
    /// Redundancy inside the region.
    pub standby: PlanStandby,
    /// Storage, GiB.
    pub storage_gib: f64,
    /// Number of equal servers.
    pub instances: u32,
    /// Size of each; `null` when not decided.
    pub size: Option<PlanSize>,
    /// Names of the availability zones its servers are spread over; empty when not decided.
    #[serde(default)]
    pub zones: Vec<String>,
    /// Schemas it holds (A9). `WSO2CARBON_DB` and `WSO2MB_DB` are among them only when the design puts them there;
    /// usually they stay on each node (A47).
    pub schemas: Vec<Schema>,
    /// Whether `apim_db` uses the character set latin1, which MySQL 8 needs (A17).
    pub latin1: bool,
    /// Time zone of the server (A47).
    pub time_zone: String,
    /// Number of its region in the key sequences that the design fixes (B15); `null` when it leaves that open.
    pub sequence_start: Option<u32>,
    /// `DCID` that the design fixes (B16); `null` when it leaves that open.
    pub dcid: Option<String>,
    /// Groups that open connections to it.
    pub clients: Vec<DatabaseClient>,
    /// The replication set it belongs to; `null` when it replicates with none.
    pub replication_set: Option<String>,
}

/// A schema of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Schema {
    /// API Manager data and tokens (A9).
    ApimDb,
    /// Registry and users (A9).
    SharedDb,
    /// `WSO2CARBON_DB`, data of one node (A9).
    CarbonDb,
    /// `WSO2MB_DB`, the broker's store of one node (A9).
    MbDb,
}

impl From<design::Schema> for Schema {
    fn from(schema: design::Schema) -> Self {
        match schema {
            design::Schema::Apim => Self::ApimDb,
            design::Schema::Shared => Self::SharedDb,
            design::Schema::Carbon => Self::CarbonDb,
            design::Schema::Broker => Self::MbDb,
        }
    }
}

impl From<Schema> for design::Schema {
    fn from(schema: Schema) -> Self {
        match schema {
            Schema::ApimDb => Self::Apim,
            Schema::SharedDb => Self::Shared,
            Schema::CarbonDb => Self::Carbon,
            Schema::MbDb => Self::Broker,
        }
    }
}

/// A group that uses a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DatabaseClient {
    /// Id of the group.
    pub group: String,
    /// Schemas it needs (A11, A16) of those that the server holds.
    pub schemas: Vec<Schema>,
}

/// Databases that replicate each other, directly or over others.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ReplicationSet {
    /// `replication-1` and so on.
    pub id: String,
    /// Whether more than one member is written to, so that keys must be kept apart (B15, B16).
    pub several_writers: bool,
    /// Members, by region and id.
    pub members: Vec<ReplicationMember>,
    /// The replications drawn between them.
    pub links: Vec<ReplicationLink>,
    /// Folder of the pack with the scripts for this engine (B13); `null` when there is none for it, or when engines
    /// differ.
    pub scripts: Option<String>,
    /// What to know before using it.
    pub notes: Vec<String>,
}

/// A member of a replication set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReplicationMember {
    /// The database.
    pub database: String,
    /// Its region; `null` when it has not been placed.
    pub region: Option<String>,
    /// Number of the member, from 1, and number of members; keys are dealt out by them.
    pub index: u32,
    /// `START WITH` of sequences or seed of identity columns (B15): as the design says, or dealt out; `null` with a
    /// single writer.
    pub sequence_start: Option<u32>,
    /// `INCREMENT BY` of sequences or step of identity columns (B15): the number of regions that the design says, or
    /// of members; `null` with a single writer.
    pub sequence_increment: Option<u32>,
    /// The clause for the tables' script (B15); `null` with a single writer or an engine without one.
    pub sequence_clause: Option<String>,
    /// Default of `IDN_OAUTH2_ACCESS_TOKEN.DCID` (B16): as the design says, or dealt out; `null` with a single writer.
    pub dcid: Option<String>,
}

/// One drawn replication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReplicationLink {
    /// Id of the link.
    pub link: String,
    /// The database that sends.
    pub from: String,
    /// The database that receives.
    pub to: String,
    /// Whether it runs both ways.
    pub bidirectional: bool,
    /// What it carries.
    pub schemas: Vec<Schema>,
}

const BOTH: [Schema; 2] = [Schema::ApimDb, Schema::SharedDb];

/// Schemas a kind of node needs: gateways only the shared one, all others both (A11, A16).
fn needed(kind: Kind) -> Option<Vec<Schema>> {
    match kind {
        Kind::Gateway => Some(vec![Schema::SharedDb]),
        Kind::ControlPlane | Kind::KeyManager | Kind::AllInOne | Kind::TrafficManager => Some(BOTH.to_vec()),
        _ => None,
    }
}

/// Databases in order of id.
pub(super) fn databases(topology: &Topology<'_>, names: &Names<'_>, sets: &[ReplicationSet]) -> Vec<PlanDatabase> {
    let member_of: BTreeMap<&str, &str> =
        sets.iter().flat_map(|set| set.members.iter().map(|m| (m.database.as_str(), set.id.as_str()))).collect();
    let mut databases = Vec::new();
    for node in topology.of_kind(Kind::Database) {
        let Spec::Database(spec) = &node.component.spec else { continue };
        databases.push(PlanDatabase {
            id: node.id.to_string(),
            name: node.component.name.clone(),
            region: node.component.region.as_ref().map(Id::to_string),
            host: names.host(node.id.as_str()).unwrap_or_default().to_owned(),
            own_host: said(&node.component.settings.host),
            port: spec.engine.port(),
            engine: spec.engine.into(),
            version: spec.version.clone(),
            managed: spec.managed,
            standby: spec.standby.into(),
            storage_gib: spec.storage_gib,
            instances: node.component.instances,
            size: node.component.size.map(PlanSize::from),
            zones: node.component.zones.clone(),
            schemas: spec.schemas.iter().map(|&s| s.into()).collect(),
            latin1: spec.latin1,
            time_zone: time_zone(&node.component.settings),
            sequence_start: spec.sequence_start,
            dcid: said(&spec.dcid),
            clients: clients(topology, node.id, spec),
            replication_set: member_of.get(node.id.as_str()).map(|&set| set.to_owned()),
        });
    }
    databases
}

fn clients(topology: &Topology<'_>, database: &Id, spec: &Database) -> Vec<DatabaseClient> {
    let held: BTreeSet<Schema> = spec.schemas.iter().map(|&s| s.into()).collect();
    let groups: BTreeMap<&Id, Kind> = topology
        .into(database)
        .into_iter()
        .filter(|(edge, _)| edge.link.purpose == Purpose::Database)
        .map(|(_, node)| (node.id, node.component.kind()))
        .collect();
    let client = |(id, kind): (&Id, Kind)| {
        let schemas = needed(kind)?.into_iter().filter(|s| held.contains(s)).collect();
        Some(DatabaseClient { group: id.to_string(), schemas })
    };
    groups.into_iter().filter_map(client).collect()
}

/// Replication sets, in order of their first member.
pub(super) fn replication_sets(topology: &Topology<'_>) -> Vec<ReplicationSet> {
    let mut members: Vec<(Option<&Id>, &Id, &Database)> = topology
        .of_kind(Kind::Database)
        .filter_map(|node| match &node.component.spec {
            Spec::Database(spec) => Some((node.component.region.as_ref(), node.id, spec)),
            _ => None,
        })
        .collect();
    members.sort_by_key(|(region, id, _)| (*region, *id));
    let number: BTreeMap<&Id, usize> = members.iter().enumerate().map(|(n, (_, id, _))| (*id, n)).collect();
    let mut together = UnionFind::new(members.len());
    let mut links: BTreeMap<&Id, (usize, ReplicationLink)> = BTreeMap::new();
    for (id, link) in &topology.design.links {
        let (Some(&from), Some(&to)) = (number.get(&link.from), number.get(&link.to)) else { continue };
        if link.purpose != Purpose::DbReplication {
            continue;
        }
        together.union(from, to);
        let settings = link.replication.clone().unwrap_or_default();
        let drawn = ReplicationLink {
            link: id.to_string(),
            from: link.from.to_string(),
            to: link.to.to_string(),
            bidirectional: settings.bidirectional,
            schemas: carried(&settings),
        };
        links.insert(id, (from, drawn));
    }
    let mut drawn_in: BTreeMap<usize, Vec<ReplicationLink>> = BTreeMap::new();
    for (from, link) in links.into_values() {
        drawn_in.entry(together.find(from)).or_default().push(link);
    }
    let mut by_set: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for n in 0..members.len() {
        by_set.entry(together.find(n)).or_default().push(n);
    }
    let mut sets: Vec<(Vec<usize>, Vec<ReplicationLink>)> =
        by_set.into_iter().filter_map(|(root, of)| drawn_in.remove(&root).map(|links| (of, links))).collect();
    sets.sort_by(|(a, _), (b, _)| a.cmp(b));
    let set = |(n, (of, links)): (usize, (Vec<usize>, Vec<ReplicationLink>))| {
        let of: Vec<_> = of.into_iter().filter_map(|m| members.get(m).copied()).collect();
        replication_set(n + 1, &of, links, topology.design.meta.practices.sequences_for_regions)
    };
    sets.into_iter().enumerate().map(set).collect()
}

/// Schemas that a replication carries.
pub(super) fn carried(settings: &Replication) -> Vec<Schema> {
    let apim = settings.apim_db.then_some(Schema::ApimDb);
    let shared = settings.shared_db.then_some(Schema::SharedDb);
    apim.into_iter().chain(shared).collect()
}

/// `for_regions` is the number of regions that keys were dealt out for before.
fn replication_set(
    n: usize,
    members: &[(Option<&Id>, &Id, &Database)],
    links: Vec<ReplicationLink>,
    for_regions: Option<u32>,
) -> ReplicationSet {
    let drawn: BTreeSet<(&str, &str)> = links.iter().map(|l| (l.from.as_str(), l.to.as_str())).collect();
    let both_ways = |l: &ReplicationLink| l.bidirectional || drawn.contains(&(l.to.as_str(), l.from.as_str()));
    let several_writers = links.iter().any(both_ways);
    // Fewer than there are would let two regions write the same key (R-DB-03 warns about it).
    let drawn_members = u32::try_from(members.len()).unwrap_or(u32::MAX);
    let count = for_regions.unwrap_or(0).max(drawn_members);
    let member = |(index, (region, id, database)): (u32, &(Option<&Id>, &Id, &Database))| {
        let start = database.sequence_start.unwrap_or(index);
        let dcid = || said(&database.dcid).unwrap_or_else(|| format!("DC{start}"));
        ReplicationMember {
            database: id.to_string(),
            region: region.map(Id::to_string),
            index,
            sequence_start: several_writers.then_some(start),
            sequence_increment: several_writers.then_some(count),
            sequence_clause: several_writers.then(|| clause(database.engine, start, count)).flatten(),
            dcid: several_writers.then(dcid),
        }
    };
    let engines: BTreeSet<Engine> = members.iter().map(|(_, _, database)| database.engine).collect();
    let scripts = match engines.first() {
        Some(engine) if engines.len() == 1 => scripts(*engine),
        _ => None,
    };
    let mut notes = Vec::new();
    if several_writers {
        notes.push(
            "Start and increment are fixed when the tables are made: keep the numbers a running database was made \
             with, and plan the increment for the regions to come (inferred from B15)."
                .to_owned(),
        );
        if members.iter().any(|(_, _, database)| database.managed) {
            notes.push(
                "Replication both ways was tested with databases on virtual machines; ask the cloud provider about \
                 the limits of the managed one (B14)."
                    .to_owned(),
            );
        }
    }
    ReplicationSet {
        id: format!("replication-{n}"),
        several_writers,
        members: (1..).zip(members).map(member).collect(),
        links,
        scripts: scripts.map(str::to_owned),
        notes,
    }
}

fn clause(engine: Engine, start: u32, count: u32) -> Option<String> {
    match engine {
        Engine::Oracle => Some(format!("START WITH {start} INCREMENT BY {count} NOCACHE")),
        Engine::PostgreSql => Some(format!("START WITH {start} INCREMENT BY {count}")),
        Engine::SqlServer => Some(format!("IDENTITY({start},{count})")),
        Engine::MySql | Engine::H2 => None,
    }
}

fn scripts(engine: Engine) -> Option<&'static str> {
    match engine {
        Engine::Oracle => Some("dbscripts/multi-dc/OGG/oracle"),
        Engine::SqlServer => Some("dbscripts/multi-dc/SQLServer/mssql"),
        Engine::PostgreSql => Some("dbscripts/multi-dc/Postgresql"),
        Engine::MySql | Engine::H2 => None,
    }
}
