//! What product versions read and bring along, where they differ.

use crate::design::ProductVersion;

/// How gateways without a database learn of tenants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TenantLoading {
    /// They do not (A13).
    No,
    /// When the key says so (A13).
    OptIn,
    /// Always (A14).
    Always,
}

/// What a version reads and brings along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::export) struct Release {
    pub(super) version: ProductVersion,
    /// `[apim] gateway_type`; `None` leaves it to the pack.
    pub(super) gateway_type: Option<&'static str>,
    /// Options of the URL of the embedded `WSO2CARBON_DB`; `None` leaves the table to the pack.
    pub(super) local_database: Option<&'static str>,
    /// Whether gateways and traffic managers have databases in their packs (A14).
    pub(in crate::export) data_plane_databases: bool,
    pub(super) tenant_loading: TenantLoading,
    /// `[apim.gateway_notification]` (A41).
    pub(super) gateway_notification: bool,
    /// `[apim.distributed_throttling]` (D5).
    pub(in crate::export) shared_counters: bool,
    /// `[encryption]` with a symmetric key (A42).
    pub(in crate::export) symmetric_key: bool,
    /// JWTs are not stored: `[[oauth.extensions.token_types]]` (A44).
    pub(super) jwt_issuer: bool,
    /// `[apim.analytics] type`, and Moesif in place of Choreo (H25).
    pub(super) moesif: bool,
}

const OLDEST: Release = Release {
    version: ProductVersion::V4_2,
    gateway_type: None,
    local_database: None,
    data_plane_databases: true,
    tenant_loading: TenantLoading::No,
    gateway_notification: false,
    shared_counters: false,
    symmetric_key: false,
    jwt_issuer: false,
    moesif: false,
};

/// Every version, oldest first, each as what changes against the one before (S26, S28).
const RELEASES: [Release; 6] = [
    OLDEST,
    Release { version: ProductVersion::V4_3, ..OLDEST },
    Release { version: ProductVersion::V4_4, ..OLDEST },
    Release { version: ProductVersion::V4_5, ..OLDEST },
    V4_6,
    Release {
        version: ProductVersion::V4_7,
        gateway_type: Some("Regular,APK,AWS,Azure,Kong,Envoy,APIPlatform"),
        local_database: Some(";DB_CLOSE_ON_EXIT=FALSE;DB_CLOSE_DELAY=-1"),
        data_plane_databases: false,
        tenant_loading: TenantLoading::Always,
        symmetric_key: true,
        jwt_issuer: true,
        ..V4_6
    },
];

const V4_6: Release = Release {
    version: ProductVersion::V4_6,
    gateway_type: Some("Regular,APK,AWS,Azure,Kong,Envoy"),
    local_database: Some(";DB_CLOSE_ON_EXIT=FALSE"),
    tenant_loading: TenantLoading::OptIn,
    gateway_notification: true,
    shared_counters: true,
    moesif: true,
    ..OLDEST
};

impl Release {
    /// The version of a plan's node; the oldest for a text that is none.
    pub(in crate::export) fn of(version: &str) -> &'static Self {
        RELEASES.iter().find(|release| release.version.to_string() == version).unwrap_or(&OLDEST)
    }

    /// What the collected facts do not say about the version, as a sentence.
    pub(super) fn not_covered(&self) -> Option<String> {
        (self.gateway_type.is_none()).then(|| {
            format!(
                "For {} no source states `[apim] gateway_type` and the options of `[database.local]`: both are left \
                 to the pack. The keys of event hub and throttling are those of 4.6, which the packs share since 4.2.",
                self.version
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_has_its_row() {
        for version in ProductVersion::ALL {
            assert_eq!(Release::of(&version.to_string()).version, version);
        }
        assert_eq!(RELEASES.len(), ProductVersion::ALL.len());
    }
}
