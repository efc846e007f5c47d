//! What is done with the databases of a region before the first node starts: scripts, sequences, schemas.

use crate::design::Id;
use crate::export::bundle::Origin;
use crate::export::planner::{PlanDatabase, PlanEngine, ReplicationMember, ReplicationSet, Schema};

use super::wiring::Wiring;
use crate::export::markdown::{Markdown, code, plain};

/// The sheet of a region, or of what stands in none.
pub(super) fn write(wiring: &Wiring<'_>, region: Option<&str>) -> Markdown {
    let mut text = Markdown::default();
    let place = region.map_or_else(|| "outside of regions".to_owned(), |r| format!("of region {}", code(r)));
    text.heading(1, &format!("Databases {place}"));
    let utc = Origin::stated("All nodes and databases on UTC.", &["A47", "F4"]);
    text.paragraph("Server and clients run on UTC: another time zone can break tokens when the clock changes (A47).")
        .because(utc);
    let local = Origin::stated("Embedded, on each node.", &["A9", "A47"]);
    text.paragraph(
        "`WSO2CARBON_DB` and `WSO2MB_DB` stay embedded on each node and are neither shared nor replicated (A9, A47).",
    )
    .because(local);
    for database in wiring.plan.databases.iter().filter(|d| d.region.as_deref() == region) {
        one(wiring, &mut text, database);
    }
    text
}

/// What the sheet calls a schema, and whether the product's nodes share it.
fn schema_name(schema: Schema) -> (&'static str, bool) {
    match schema {
        Schema::ApimDb => ("apim_db", true),
        Schema::SharedDb => ("shared_db", true),
        Schema::CarbonDb => ("WSO2CARBON_DB", false),
        Schema::MbDb => ("WSO2MB_DB", false),
    }
}

fn names(schemas: &[Schema]) -> String {
    schemas.iter().map(|s| code(schema_name(*s).0)).collect::<Vec<_>>().join(", ")
}

fn one(wiring: &Wiring<'_>, text: &mut Markdown, database: &PlanDatabase) {
    let id = Id::new(&database.id).ok();
    text.heading(2, &format!("{} ({})", plain(&database.name), code(&database.id)));
    let address = match database.port {
        Some(port) => format!("{}:{port}", database.host),
        None => "embedded in each node; for development only (A10)".to_owned(),
    };
    let clients = database.clients.iter().map(|c| format!("{} for {}", code(&c.group), names(&c.schemas)));
    let clients: Vec<String> = clients.collect();
    let facts = [
        format!("Engine: {} {}", engine(database.engine), plain(&database.version)),
        format!("Address: {}", if database.port.is_some() { code(&address) } else { address }),
        format!("Schemas: {}", names(&database.schemas)),
        format!("Used by: {}", if clients.is_empty() { "no group".to_owned() } else { clients.join("; ") }),
        format!("Time zone in the design: {}", plain(&database.time_zone)),
    ];
    text.list(facts).because(Origin::drawn("As drawn.", id.clone()));
    let set = set_of(wiring, database);
    create(text, database);
    scripts(text, database, set);
    if let Some((set, member)) = set {
        replication(text, database, set, member);
    }
}

/// The set that the database replicates in, and its part in it.
fn set_of<'a>(wiring: &Wiring<'a>, database: &PlanDatabase) -> Option<(&'a ReplicationSet, &'a ReplicationMember)> {
    let set = wiring.plan.replication_sets.iter().find(|set| Some(&set.id) == database.replication_set.as_ref())?;
    Some((set, set.members.iter().find(|member| member.database == database.id)?))
}

fn engine(engine: PlanEngine) -> &'static str {
    match engine {
        PlanEngine::PostgreSql => "PostgreSQL",
        PlanEngine::MySql => "MySQL",
        PlanEngine::SqlServer => "SQL Server",
        PlanEngine::Oracle => "Oracle",
        PlanEngine::H2 => "H2",
    }
}

/// The databases themselves, for MySQL with the character set it needs (A17).
fn create(text: &mut Markdown, database: &PlanDatabase) {
    let shared = database.schemas.iter().map(|s| schema_name(*s)).filter(|(_, shared)| *shared).map(|(name, _)| name);
    let statement = |name: &str| match database.engine {
        PlanEngine::MySql if name == "apim_db" => Some(format!("CREATE DATABASE {name} CHARACTER SET latin1;")),
        PlanEngine::MySql | PlanEngine::PostgreSql | PlanEngine::SqlServer => Some(format!("CREATE DATABASE {name};")),
        PlanEngine::Oracle | PlanEngine::H2 => None,
    };
    let statements: Vec<String> = shared.filter_map(statement).collect();
    if database.engine == PlanEngine::MySql {
        let latin = "On MySQL 8 `apim_db` is made in the character set latin1 (A17).";
        text.paragraph(latin).because(Origin::stated("MySQL 8 needs it.", &["A17", "S34"]).keeps(&["R-DB-11"]));
    }
    if !statements.is_empty() {
        text.code("sql", &statements);
    }
}

/// The scripts of the pack: those for several data centres where databases replicate (B13).
fn scripts(text: &mut Markdown, database: &PlanDatabase, set: Option<(&ReplicationSet, &ReplicationMember)>) {
    let holds = |schema| database.schemas.contains(&schema);
    let name = match database.engine {
        PlanEngine::PostgreSql => "postgresql",
        PlanEngine::MySql => "mysql",
        PlanEngine::SqlServer => "mssql",
        PlanEngine::Oracle => "oracle",
        PlanEngine::H2 => return,
    };
    let (shared, apim, origin) = match set.map(|(set, _)| set.scripts.as_deref()) {
        Some(Some(folder)) => {
            let sequences = database.engine == PlanEngine::Oracle;
            let files = |below: &str| {
                let sequence = sequences.then(|| code(&format!("{folder}/{below}sequence.sql"))).into_iter();
                sequence.chain([code(&format!("{folder}/{below}tables.sql"))]).collect::<Vec<_>>().join(", then ")
            };
            let why = "Scripts for databases that replicate; 23c of Oracle has its own beside them.";
            (files(""), files("apimgt/"), Origin::stated(why, &["B13", "S3"]))
        }
        Some(None) => {
            let what = "The pack has no scripts for replication between these engines (B12, B13).";
            text.paragraph(what).because(Origin::stated(what, &["B12", "B13"]));
            return;
        }
        None => {
            let file = |below: &str| code(&format!("dbscripts/{below}{name}.sql"));
            (file(""), file("apimgt/"), Origin::stated("Scripts of the pack for one data centre.", &["B13"]))
        }
    };
    let mut steps = Vec::new();
    if holds(Schema::SharedDb) {
        steps.push(format!("`shared_db`: run {shared}"));
    }
    if holds(Schema::ApimDb) {
        steps.push(format!("`apim_db`: run {apim}"));
    }
    if !steps.is_empty() {
        text.paragraph("Tables, by the scripts of the pack, before the first node starts:");
        text.list(steps).because(origin);
    }
}

fn replication(text: &mut Markdown, database: &PlanDatabase, set: &ReplicationSet, member: &ReplicationMember) {
    text.heading(3, "Replication");
    let links = set.links.iter().map(|link| {
        let both = if link.bidirectional { "both ways" } else { "one way" };
        format!("{} to {}, {both}: {}", code(&link.from), code(&link.to), names(&link.schemas))
    });
    let elements = set.links.iter().filter_map(|link| Id::new(&link.link).ok());
    text.list(links).because(Origin::drawn("As drawn.", elements));
    if let (Some(start), Some(increment)) = (member.sequence_start, member.sequence_increment) {
        let what = format!(
            "Keys are dealt out: this database starts with {start} and steps by {increment}, so that no two write the \
             same one (B15). Before the scripts run, in both of them:"
        );
        let origin = Origin::stated("Each region has its own keys.", &["B15", "S27"]).of(Id::new(&database.id).ok());
        text.paragraph(&what).because(origin);
        if let Some(clause) = &member.sequence_clause {
            let line = match database.engine {
                PlanEngine::SqlServer => format!("-- every identity column: {clause}"),
                _ => format!("-- every CREATE SEQUENCE ends with: {clause}"),
            };
            text.code("sql", &[line]);
        }
    }
    if let Some(dcid) = &member.dcid {
        let origin = Origin::stated("Part of a unique key of the tokens.", &["B16", "S27"]);
        text.paragraph("The column `DCID` of `IDN_OAUTH2_ACCESS_TOKEN` has this default here (B16):").because(origin);
        text.code("sql", &[format!("-- DCID … DEFAULT '{}'", dcid.replace('\'', "''"))]);
    }
    if database.engine == PlanEngine::PostgreSql {
        let hints = "Hints of a community guide: `wal_level = logical`, `track_commit_timestamp = on`; with pglogical \
                     `forward_origins := '{}'` and, on empty tables, `synchronize_data := false` (H20).";
        text.paragraph(hints).because(Origin::inferred("A third party's text.", &["H20", "S33"]));
    }
    if !set.notes.is_empty() {
        text.list(set.notes.iter().map(|note| plain(note)));
    }
}
