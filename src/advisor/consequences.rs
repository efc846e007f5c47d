//! What a pattern brings with it.

use serde::Serialize;

use super::criteria::DocumentedPattern;
use super::sources::{Backing, S3, S4, S8, S21, S26, S30, S35, documented, inferred, overview};
use crate::design::ProductVersion;
use crate::rules::Versions;

/// Something to know before choosing a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Consequence {
    /// The pattern that brings it.
    pub pattern: DocumentedPattern,
    /// What it is, as a sentence.
    pub text: &'static str,
    /// What that rests on.
    #[serde(flatten)]
    pub backing: Backing,
}

type Row = (Versions, &'static str, Backing);

static PATTERN_1: [Row; 10] = [
    (
        Versions::ALL,
        "Each region has all components: for availability 2 control planes, 2 traffic managers, 2 gateways and a \
         database.",
        documented("C3", S8),
    ),
    (Versions::ALL, "It takes more nodes than Pattern 2.", overview("B3")),
    (
        Versions::ALL,
        "2 schemas, apim_db and shared_db, are replicated in both directions between all regions.",
        documented("B5", S3),
    ),
    (
        Versions::up_to(ProductVersion::V4_3),
        "Replication was tested with Oracle and SQL Server only, on virtual machines.",
        documented("B12", S3),
    ),
    (
        Versions::from(ProductVersion::V4_4),
        "Replication was tested with Oracle, SQL Server and PostgreSQL only, on virtual machines.",
        documented("B12", S3),
    ),
    (
        Versions::ALL,
        "Every control plane node publishes to those of all other regions on port 5672: among N regions that is N × (N − 1) \
         directions.",
        documented("B11", S3),
    ),
    (
        Versions::ALL,
        "That publishing is set up by hand: up to 5 event publishers and a JNDI file on each control plane node for each \
         other region.",
        documented("B9", S3),
    ),
    (
        Versions::ALL,
        "Events sent while the connection between regions is down are lost, so revoked tokens may stay valid in the other \
         region.",
        inferred("H6", S30),
    ),
    (
        Versions::ALL,
        "A region that is lost takes with it what it had not yet replicated: the recovery point is the replication lag.",
        inferred("H21", S21),
    ),
    (
        Versions::ALL,
        "Every region publishes APIs, registers applications and issues tokens by itself and goes on when others are \
         lost.",
        overview("B2"),
    ),
];

static PATTERN_2: [Row; 12] = [
    (
        Versions::ALL,
        "Each sub region has gateways and traffic managers only: for availability 2 of each.",
        inferred("C3", S8),
    ),
    (Versions::ALL, "No database is replicated.", overview("B21")),
    (
        Versions::up_to(ProductVersion::V4_6),
        "Gateways and traffic managers of a sub region get by with the built-in H2 databases of their packs.",
        inferred("A14", S26),
    ),
    (
        Versions::from(ProductVersion::V4_7),
        "Gateways and traffic managers of a sub region are shipped without a database.",
        documented("A14", S26),
    ),
    (
        Versions::ALL,
        "The main region opens 2 ports to the sub regions: 9443 of the load balancer in front of the control plane and \
         5672 of each control plane node.",
        documented("B26", S4),
    ),
    (Versions::ALL, "Publishing, applications and administration happen in the main region only.", overview("B20")),
    (
        Versions::ALL,
        "While the main region is out of reach, sub regions serve and throttle with what they have and catch up \
         afterwards.",
        overview("B22"),
    ),
    (
        Versions::up_to(ProductVersion::V4_2),
        "4.2 does not pull again what it missed after a reconnection; 4.3 does.",
        documented("H8", S30),
    ),
    (
        Versions::ALL,
        "Gateways of a sub region cannot start or restart without the main control plane.",
        overview("B23"),
    ),
    (Versions::ALL, "Tokens are issued in the main region only.", inferred("H5", S35)),
    (Versions::up_to(ProductVersion::V4_5), "Tenants are not supported.", overview("B24")),
    (
        Versions::from(ProductVersion::V4_6),
        "The documentation excludes tenants; the request to lift that, since gateways need no database for them any \
         more, is still open.",
        documented("B24", S30),
    ),
];

/// Throttling is the same in both.
const PER_REGION: (&str, Backing) =
    ("Throttling counts in each region by itself: a limit of N lets through up to N in every region.", overview("B30"));

/// What to know about Pattern 1 where tenants ask for it, although the reason in the product is gone.
const TENANTS_SINCE_4_6: (&str, Backing) = (
    "Since 4.6 gateways need no database for tenants, so Pattern 2 may serve them, too; its documentation still excludes \
     them, so ask WSO2 before choosing it for less cost (R-TOP-08).",
    inferred("B24", S30),
);

/// What Pattern 1 brings where tenants are served, beside the rest.
pub(super) fn with_tenants(version: ProductVersion) -> Option<Consequence> {
    let (text, backing) = TENANTS_SINCE_4_6;
    (version >= ProductVersion::V4_6).then_some(Consequence { pattern: DocumentedPattern::Pattern1, text, backing })
}

/// What the pattern brings in this version.
pub(super) fn consequences(pattern: DocumentedPattern, version: ProductVersion) -> Vec<Consequence> {
    let rows: &[Row] = match pattern {
        DocumentedPattern::Pattern1 => &PATTERN_1,
        DocumentedPattern::Pattern2 => &PATTERN_2,
    };
    let rows =
        rows.iter().filter(|(versions, ..)| versions.include(version)).map(|&(_, text, backing)| (text, backing));
    rows.chain([PER_REGION]).map(|(text, backing)| Consequence { pattern, text, backing }).collect()
}
