//! Databases of a release, as the charts read them: an address and a user; the password comes from a Secret.

use crate::design::Id;
use crate::export::bundle::Origin;
use crate::export::planner::{PlanConnection, PlanDatabase, PlanEngine, Schema};
use crate::export::wso2::jdbc;
use crate::export::wso2::wiring::{Wiring, link};

use super::charts::Chart;
use super::releases::Release;
use super::tokens::{self, Token};
use super::values::Values;

/// What the databases of one release are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Databases<'a> {
    /// The chart asks for none.
    None,
    /// Those embedded in the pack, in the pod.
    Embedded {
        /// Whether `apim_db` is among them.
        apim: bool,
    },
    /// Servers that are drawn.
    Servers {
        /// Of `apim_db`; `None` where nodes of this role have none.
        apim: Option<Server<'a>>,
        /// Of `shared_db`.
        shared: Server<'a>,
    },
    /// The chart needs them, and none is drawn.
    Missing,
}

/// A database server and the connection by which a release reaches it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Server<'a> {
    /// The server.
    pub(super) database: &'a PlanDatabase,
    connection: &'a PlanConnection,
}

impl Server<'_> {
    /// Port at which the release reaches it; `None` for the embedded H2.
    pub(super) fn port(&self) -> Option<u16> {
        jdbc::port(self.connection, self.database)
    }
}

impl<'a> Databases<'a> {
    /// Those of a release.
    pub(super) fn of(wiring: &Wiring<'a>, release: &Release<'_>) -> Self {
        let data_plane = matches!(release.chart, Chart::Gateway | Chart::TrafficManager);
        if data_plane && !release.product().data_plane_databases {
            return Self::None;
        }
        let needs_apim = release.chart != Chart::Gateway;
        let shared = server(wiring, release, Schema::SharedDb);
        let apim = server(wiring, release, Schema::ApimDb);
        match (shared, apim) {
            (Some(shared), apim) if apim.is_some() || !needs_apim => {
                let embedded = [Some(shared), apim].into_iter().flatten().any(|s| s.database.engine == PlanEngine::H2);
                match embedded {
                    true => Self::Embedded { apim: needs_apim },
                    false => Self::Servers { apim: apim.filter(|_| needs_apim), shared },
                }
            }
            _ if data_plane => Self::Embedded { apim: needs_apim },
            _ => Self::Missing,
        }
    }

    /// Whether a password is taken from the Secret.
    pub(super) fn needs_password(&self) -> bool {
        matches!(self, Self::Servers { .. })
    }

    /// Whether `apim_db` is among them.
    pub(super) fn has_apim(&self) -> bool {
        matches!(self, Self::Servers { apim: Some(_), .. } | Self::Embedded { apim: true })
    }

    /// Whether the image needs a driver that it does not have.
    pub(super) fn driver_is_missing(&self) -> bool {
        matches!(self, Self::Servers { .. } | Self::Missing)
    }

    /// The servers, each once.
    pub(super) fn servers(&self) -> Vec<Server<'a>> {
        let Self::Servers { apim, shared } = self else { return Vec::new() };
        let apim = apim.filter(|apim| apim.database.id != shared.database.id);
        apim.into_iter().chain([*shared]).collect()
    }

    /// Writes them.
    pub(super) fn write(&self, values: &mut Values, release: &Release<'_>) {
        match self {
            Self::None | Self::Missing => {}
            Self::Embedded { apim } => embedded(values, release, *apim),
            Self::Servers { apim, shared } => {
                let Some((kind, driver, _)) = jdbc::driver(shared.database.engine) else { return };
                let origin =
                    drawn(shared, release, "The engine of the database, in the product's words.", &["A46", "Z19"]);
                values.configure("databases.type", kind, &origin);
                values.configure("databases.jdbc.driver", driver, &origin);
                if let Some(apim) = apim {
                    let (user, service) = (tokens::APIM_USER, tokens::APIM_SERVICE);
                    address(values, release, "apim_db", apim, user, service);
                }
                address(values, release, "shared_db", shared, tokens::SHARED_USER, tokens::SHARED_SERVICE);
            }
        }
    }

    /// Why the values are not fit to be used, if so.
    pub(super) fn problem(&self, release: &Release<'_>) -> Option<String> {
        match self {
            Self::Missing => Some(format!(
                "{} is connected to no database that holds apim_db and shared_db; the chart needs both (A9).",
                release.group
            )),
            Self::Embedded { .. } if !matches!(release.chart, Chart::Gateway | Chart::TrafficManager) => Some(format!(
                "{} uses the embedded H2: what is in it is lost with the pod, and two pods do not share it (A10).",
                release.group
            )),
            Self::Servers { apim: Some(apim), shared } if apim.database.engine != shared.database.engine => {
                Some(format!(
                    "{} has apim_db and shared_db on different engines; the chart knows one engine for both.",
                    release.group
                ))
            }
            _ => None,
        }
    }
}

/// The server that holds a schema and that a release is linked to.
fn server<'a>(wiring: &Wiring<'a>, release: &Release<'_>, schema: Schema) -> Option<Server<'a>> {
    let (connection, database) = wiring.database_of(release.nodes.first()?, schema)?;
    Some(Server { database, connection })
}

/// What the packs have when nothing is configured (A14).
fn embedded(values: &mut Values, release: &Release<'_>, apim: bool) {
    let origin = Origin::stated(
        "No database is drawn for these nodes; the embedded one of the pack is enough for them.",
        &["A12", "A14", "S26"],
    )
    .of(release.element());
    values.configure("databases.type", "h2", &origin);
    values.configure("databases.jdbc.driver", "org.h2.Driver", &origin);
    let addresses = [("apim_db", jdbc::EMBEDDED_APIM), ("shared_db", jdbc::EMBEDDED_SHARED)];
    for (key, url) in addresses.into_iter().filter(|(key, _)| apim || *key == "shared_db") {
        values.configure(&format!("databases.{key}.url"), url, &origin);
        values.configure(&format!("databases.{key}.username"), jdbc::EMBEDDED_LOG_IN, &origin);
        values.configure(&format!("databases.{key}.password"), jdbc::EMBEDDED_LOG_IN, &origin);
    }
}

fn address(values: &mut Values, release: &Release<'_>, key: &str, server: &Server<'_>, user: Token, oracle: Token) {
    let why = "The database of this region, by its host in the plan and the port of the link.";
    let origin = drawn(server, release, why, &["A34", "A46"]);
    values.configure(
        &format!("databases.{key}.url"),
        jdbc::url(server.database, key, server.port().unwrap_or_default(), oracle.text),
        &origin,
    );
    let origin = Origin::stated("The user is not part of a design.", &["A46"]);
    values.configure(&format!("databases.{key}.username"), user.text, &origin);
}

fn drawn(server: &Server<'_>, release: &Release<'_>, why: &str, facts: &[&'static str]) -> Origin {
    let database = Id::new(&server.database.id).ok();
    Origin::stated(why, facts).of(link(server.connection).into_iter().chain(database).chain(release.element()))
}
