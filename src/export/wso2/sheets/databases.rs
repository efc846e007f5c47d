//! The databases of a node.

use crate::export::bundle::Origin;
use crate::export::planner::{NodeRole, PlanConnection, PlanDatabase, PlanEngine, PlanNode, PlanPurpose, Schema};
use crate::export::text::one_line;
use crate::export::wso2::jdbc;
use crate::export::wso2::releases::Release;
use crate::export::wso2::sheet::{Section, table};
use crate::export::wso2::wiring::{Wiring, element, link};

use super::Page;

/// One of the two databases that nodes share.
struct Shared {
    path: &'static str,
    schema: Schema,
    name: &'static str,
    /// The embedded database that the packs bring along.
    embedded: &'static str,
    user: &'static str,
    password: &'static str,
}

/// `apim_db`: APIs, applications, tokens (A9).
const APIM: Shared = Shared {
    path: "database.apim_db",
    schema: Schema::ApimDb,
    name: "apim_db",
    embedded: jdbc::EMBEDDED_APIM,
    user: "APIM_DB_USER",
    password: "APIM_DB_PASSWORD",
};

/// `shared_db`: registry and users (A9).
const SHARED: Shared = Shared {
    path: "database.shared_db",
    schema: Schema::SharedDb,
    name: "shared_db",
    embedded: jdbc::EMBEDDED_SHARED,
    user: "SHARED_DB_USER",
    password: "SHARED_DB_PASSWORD",
};

/// Both of them.
const BOTH: [Shared; 2] = [APIM, SHARED];

/// The databases that a role uses (A9, A11).
fn of_role(role: NodeRole) -> &'static [Shared] {
    match role {
        NodeRole::Gateway => &[SHARED],
        NodeRole::TrafficManager | NodeRole::ControlPlane | NodeRole::KeyManager | NodeRole::AllInOne => &BOTH,
    }
}

/// The databases that `deployment.toml` of a node names, of those that it is linked to.
pub(in crate::export::wso2) fn named_by<'a>(
    wiring: &Wiring<'a>,
    node: &PlanNode,
) -> impl Iterator<Item = &'a PlanDatabase> {
    let data_plane = matches!(node.role, NodeRole::Gateway | NodeRole::TrafficManager);
    let none = data_plane && !Release::of(&node.version).data_plane_databases;
    let all = if none { &[] } else { of_role(node.role) };
    all.iter().filter_map(move |of| Some(wiring.database_of(node, of.schema)?.1))
}

/// Databases of a node that cannot do without: the drawn ones; what is not drawn is a gap.
pub(super) fn required(page: &mut Page<'_, '_>) {
    for of in of_role(page.node.role) {
        match page.wiring.database_of(page.node, of.schema) {
            Some((connection, database)) => external(page, of, connection, database),
            None => page.lacks(&format!("no database link leads to {}; its table is left out.", of.name)),
        }
    }
}

/// Databases of a node that has embedded ones in its pack: the drawn ones in their place. From 4.7 there are none, and
/// what is drawn is not written (A14, Z13).
pub(super) fn optional(page: &mut Page<'_, '_>) {
    if !page.release.data_plane_databases {
        if page.wiring.out(&page.node.id, PlanPurpose::Database).next().is_some() {
            page.notes.remark(format!(
                "{}: from 4.7 these nodes use no database, so the drawn link gives no table (A14, Z13, R-EXP-16).",
                one_line(&page.node.group_name)
            ));
        }
        return;
    }
    for of in of_role(page.node.role) {
        match page.wiring.database_of(page.node, of.schema) {
            Some((connection, database)) => external(page, of, connection, database),
            None => {
                let why = "The embedded database of the pack; this node needs no other.";
                let origin = page.by(Origin::stated(why, &["A12", "A14"]), &[]);
                page.add(embedded(of, origin));
            }
        }
    }
}

/// `WSO2CARBON_DB`, which stays on the node (A9, A47).
pub(super) fn local(page: &mut Page<'_, '_>) {
    if let Some(options) = page.release.local_database {
        let why = "Each node's own, never shared or replicated.";
        page.add(
            table("database.local", Origin::stated(why, &["A9", "A47", "S26"]))
                .comment("WSO2CARBON_DB: each node's own, never shared or replicated (A9)")
                .set("url", format!("jdbc:h2:./repository/database/WSO2CARBON_DB{options}")),
        );
    }
}

fn embedded(of: &Shared, origin: Origin) -> Section {
    table(of.path, origin)
        .comment("The embedded database of the pack")
        .set("type", "h2")
        .set("url", of.embedded)
        .set("username", jdbc::EMBEDDED_LOG_IN)
        .set("password", jdbc::EMBEDDED_LOG_IN)
}

/// The address of a database on its server.
fn url(page: &mut Page<'_, '_>, of: &Shared, database: &PlanDatabase, port: u16) -> String {
    let service = match database.engine {
        PlanEngine::Oracle => {
            page.notes.env("ORACLE_SERVICE", "Name of the Oracle service that holds the schemas.", false)
        }
        _ => String::new(),
    };
    jdbc::url(database, of.name, port, &service)
}

fn external(page: &mut Page<'_, '_>, of: &Shared, connection: &PlanConnection, database: &PlanDatabase) {
    let why = format!("{} on the database that the node is linked to.", of.name);
    let origin = page
        .by(Origin::stated(why, &["A34", "A46", "S46"]), &[])
        .of(link(connection).into_iter().chain(element(page.wiring, &database.id)));
    let port = jdbc::port(connection, database);
    let (Some((kind, driver, query)), Some(port)) = (jdbc::driver(database.engine), port) else {
        page.add(embedded(of, origin));
        return;
    };
    if page.wiring.is_drawn_with_tls(connection) {
        page.notes.remark(format!(
            "{}: TLS is drawn to {}, but no collected fact names the option of the driver. Add it to [{}] url, and the \
             certificate of the database to the trust store.",
            one_line(&page.node.group_name),
            one_line(&database.name),
            of.path
        ));
    }
    let url = url(page, of, database, port);
    let user = page.notes.env(of.user, &format!("Database user of {} in the node's region.", of.name), false);
    let password = page.notes.env(of.password, &format!("Password of the database user of {}.", of.name), true);
    page.add(
        table(of.path, origin)
            .set("type", kind)
            .set("url", url)
            .set("username", user)
            .set("password", password)
            .set("driver", driver)
            .set("validationQuery", query)
            .set_in("pool_options", "maxActive", 50)
            .set_in("pool_options", "maxWait", 30_000),
    );
}
