//! Databases as the product names them: engine, driver and address (A46).

use crate::export::planner::{PlanConnection, PlanDatabase, PlanEngine};

/// `apim_db` as the packs bring it along (A14).
pub(in crate::export) const EMBEDDED_APIM: &str = "jdbc:h2:./repository/database/WSO2AM_DB;DB_CLOSE_ON_EXIT=FALSE";
/// `shared_db` as the packs bring it along (A14).
pub(in crate::export) const EMBEDDED_SHARED: &str =
    "jdbc:h2:./repository/database/WSO2SHARED_DB;DB_CLOSE_ON_EXIT=FALSE";

/// User and password of both, as in the packs: they listen nowhere, so it is no secret.
pub(in crate::export) const EMBEDDED_LOG_IN: &str = "wso2carbon";

/// Port at which a connection reaches its database; `None` for the embedded one.
pub(in crate::export) fn port(connection: &PlanConnection, database: &PlanDatabase) -> Option<u16> {
    connection.ports.first().map(|port| port.number).or(database.port)
}

/// Type, driver and test query of an engine (A46; MySQL by S49); `None` for the embedded one.
pub(in crate::export) fn driver(engine: PlanEngine) -> Option<(&'static str, &'static str, &'static str)> {
    match engine {
        PlanEngine::PostgreSql => Some(("postgre", "org.postgresql.Driver", "SELECT 1")),
        PlanEngine::SqlServer => Some(("mssql", "com.microsoft.sqlserver.jdbc.SQLServerDriver", "SELECT 1")),
        PlanEngine::Oracle => Some(("oracle", "oracle.jdbc.driver.OracleDriver", "SELECT 1 FROM DUAL")),
        PlanEngine::MySql => Some(("mysql", "com.mysql.cj.jdbc.Driver", "SELECT 1")),
        PlanEngine::H2 => None,
    }
}

/// The address of a schema on its server (A46). Oracle knows services instead of schemas.
pub(in crate::export) fn url(database: &PlanDatabase, schema: &str, port: u16, oracle_service: &str) -> String {
    let host = &database.host;
    match database.engine {
        PlanEngine::SqlServer => {
            format!("jdbc:sqlserver://{host}:{port};databaseName={schema};SendStringParametersAsUnicode=false")
        }
        PlanEngine::Oracle => format!("jdbc:oracle:thin:@{host}:{port}/{oracle_service}"),
        PlanEngine::MySql => format!("jdbc:mysql://{host}:{port}/{schema}"),
        PlanEngine::PostgreSql | PlanEngine::H2 => format!("jdbc:postgresql://{host}:{port}/{schema}"),
    }
}
