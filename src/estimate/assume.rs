//! Everything the estimates assume: figures for which no source speaks and the drawing has no field.
//!
//! Each is a value with the range that widens the result, and says what it rests on. They appear as leaves in the
//! derivations and, all together, in the report.

use super::figure::{Derivation, Quality, Unit};

/// An assumed figure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Assumption {
    label: &'static str,
    /// The value the estimate uses.
    pub value: f64,
    /// Lower end of what is plausible.
    pub low: f64,
    /// Upper end of what is plausible.
    pub high: f64,
    unit: Unit,
    quality: Quality,
    basis: &'static str,
}

impl Assumption {
    const fn new(label: &'static str, [value, low, high]: [f64; 3], unit: Unit, basis: &'static str) -> Self {
        Self { label, value, low, high, unit, quality: Quality::Assumed, basis }
    }

    /// The assumption as a leaf of a derivation.
    pub fn node(&self) -> Derivation {
        let source = format!("{}; plausible {} to {}", self.basis, self.low, self.high);
        Derivation::input(self.label, self.value, self.unit, self.quality, source)
    }
}

/// Round trips that open a connection.
pub(super) const SET_UP_TRIPS: Assumption = Assumption::new(
    "Round trips to open a connection",
    [2.0, 1.0, 3.0],
    Unit::Count,
    "TCP one and TLS 1.3 one; TLS 1.2 needs one more, a resumed session one less",
);
/// Share of opaque tokens the gateway does not find in its cache.
pub(super) const CACHE_MISS_PCT: Assumption = Assumption::new(
    "Opaque tokens not in the gateway's cache",
    [10.0, 2.0, 50.0],
    Unit::Percent,
    "no published figure; it falls with the lifetime of the cache",
);
/// Database queries of one token.
pub(super) const TOKEN_QUERIES: Assumption =
    Assumption::new("Database queries for one token", [4.0, 3.0, 6.0], Unit::Count, "engineering estimate; measure it");
/// Time of one query in the database.
pub(super) const QUERY_MS: Assumption =
    Assumption::new("Time of one query in the database", [1.0, 0.3, 5.0], Unit::Ms, "engineering estimate; measure it");
/// Round trips of a portal page one after the other.
pub(super) const PORTAL_TRIPS: Assumption = Assumption::new(
    "Round trips of a portal page that wait for each other",
    [3.0, 2.0, 6.0],
    Unit::Count,
    "page, scripts, then data; engineering estimate",
);
/// Server time of a portal page, all its requests together.
pub(super) const PORTAL_SERVER_MS: Assumption = Assumption::new(
    "Server time of a portal page",
    [50.0, 20.0, 250.0],
    Unit::Ms,
    "no published figure; its upper end is taken as the 99th percentile",
);
/// Database queries of a portal page.
pub(super) const PORTAL_QUERIES: Assumption =
    Assumption::new("Database queries of a portal page", [4.0, 2.0, 10.0], Unit::Count, "engineering estimate");
/// Database writes of a publication.
pub(super) const PUBLISH_WRITES: Assumption =
    Assumption::new("Database queries of a publication", [10.0, 5.0, 30.0], Unit::Count, "engineering estimate");
/// Time a gateway needs to deploy an artifact it has pulled.
pub(super) const DEPLOY_MS: Assumption = Assumption::new(
    "Time a gateway needs to deploy an API it has pulled",
    [2_000.0, 500.0, 10_000.0],
    Unit::Ms,
    "no published figure; its upper end is taken as the 99th percentile",
);
/// Delay of database replication apart from the network.
pub(super) const REPLICATION_MS: Assumption = Assumption {
    quality: Quality::Estimated,
    ..Assumption::new(
        "Delay of database replication apart from the network",
        [5_000.0, 1_000.0, 30_000.0],
        Unit::Ms,
        "log reader and distribution agents poll every 5 s by default; its upper end is taken as the 99th percentile",
    )
};
/// Bytes of the throttling event of one call.
pub(super) const EVENT_BYTES: Assumption = Assumption::new(
    "Size of the throttling event of one call",
    [512.0, 256.0, 2_048.0],
    Unit::Bytes,
    "no published figure",
);
/// Bytes of the usage event of one call.
pub(super) const USAGE_BYTES: Assumption = Assumption::new(
    "Size of the usage event of one call",
    [1_024.0, 512.0, 4_096.0],
    Unit::Bytes,
    "no published figure",
);
/// Bytes of one question to a key manager, both ways together.
pub(super) const VALIDATION_BYTES: Assumption = Assumption::new(
    "Size of a token check, there and back",
    [2_048.0, 1_024.0, 4_096.0],
    Unit::Bytes,
    "no published figure",
);
/// Traffic of events, pulls and replication each way.
pub(super) const BACKGROUND_GB: Assumption = Assumption::new(
    "Events, pulls or replication each way",
    [5.0, 0.5, 50.0],
    Unit::GbPerMonth,
    "no published figure; about 2 kB a second",
);
/// Share of new connections that ask the provider's name servers.
pub(super) const DNS_QUERY_PCT: Assumption = Assumption::new(
    "New connections that lead to a DNS query at the provider",
    [10.0, 1.0, 100.0],
    Unit::Percent,
    "resolvers and clients answer the others from their cache",
);
/// New connections a second in one load-balancer capacity unit.
pub(super) const UNIT_CONNECTIONS: Assumption = Assumption::new(
    "New connections a second in one capacity unit",
    [25.0, 25.0, 50.0],
    Unit::Count,
    "the application balancer of AWS; check against the price list",
);
/// Gigabytes an hour in one load-balancer capacity unit.
pub(super) const UNIT_GB_PER_HOUR: Assumption = Assumption::new(
    "GB an hour in one capacity unit",
    [1.0, 1.0, 1.0],
    Unit::Count,
    "AWS 1 GB an hour, Azure 2.22 Mbit/s; check against the price list",
);

/// All assumptions, for the report.
#[must_use]
pub fn assumptions() -> Vec<Derivation> {
    [
        SET_UP_TRIPS,
        CACHE_MISS_PCT,
        TOKEN_QUERIES,
        QUERY_MS,
        PORTAL_TRIPS,
        PORTAL_SERVER_MS,
        PORTAL_QUERIES,
        PUBLISH_WRITES,
        DEPLOY_MS,
        REPLICATION_MS,
        EVENT_BYTES,
        USAGE_BYTES,
        VALIDATION_BYTES,
        BACKGROUND_GB,
        DNS_QUERY_PCT,
        UNIT_CONNECTIONS,
        UNIT_GB_PER_HOUR,
    ]
    .iter()
    .map(Assumption::node)
    .collect()
}
