//! Versions of WSO2 API Manager that a design can name.

use serde::{Deserialize, Serialize};

use super::provenance::{Date, Quality, Sourced};
use super::table::{BookError, SourceBook, Table};

/// How the parts of the product are delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Packaging {
    /// One pack; a profile at start-up chooses the part (4.2 to 4.4, A1).
    Profiles,
    /// A distribution for each part, besides the all-in-one pack (4.5 and later, A2).
    Distributions,
}

impl Packaging {
    /// The fact that says so.
    pub const fn fact_id(self) -> &'static str {
        match self {
            Self::Profiles => "A1",
            Self::Distributions => "A2",
        }
    }
}

/// A part of the product that runs as a process of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Runtime {
    /// Everything in one process.
    AllInOne,
    /// Publisher, developer portal, key manager, event hub.
    ControlPlane,
    /// Gateway only.
    Gateway,
    /// Traffic manager only.
    TrafficManager,
    /// Key manager only.
    KeyManager,
}

/// A released version.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionInfo {
    /// Such as `4.6.0`.
    pub version: String,
    /// Day of the release tag.
    pub ga_date: Date,
    /// How its parts are delivered.
    pub packaging: Packaging,
    /// Source, date and quality.
    pub sourced: Sourced,
}

impl VersionInfo {
    /// The command that starts a part (A1, A3, A4), from the directory `bin`; `None` where the
    /// documentation names none: 4.2 to 4.4 have no stated profile for a separate key manager.
    pub const fn start_command(&self, runtime: Runtime) -> Option<&'static str> {
        Some(match (self.packaging, runtime) {
            (_, Runtime::AllInOne) => "api-manager.sh",
            (Packaging::Profiles, Runtime::ControlPlane) => "api-manager.sh -Dprofile=control-plane",
            (Packaging::Profiles, Runtime::Gateway) => "api-manager.sh -Dprofile=gateway-worker",
            (Packaging::Profiles, Runtime::TrafficManager) => "api-manager.sh -Dprofile=traffic-manager",
            (Packaging::Profiles, Runtime::KeyManager) => return None,
            (Packaging::Distributions, Runtime::ControlPlane) => "api-cp.sh",
            (Packaging::Distributions, Runtime::Gateway) => "gateway.sh",
            (Packaging::Distributions, Runtime::TrafficManager) => "traffic-manager.sh",
            // A copy of the control plane pack, optimised once by the profile set-up.
            (Packaging::Distributions, Runtime::KeyManager) => "profileSetup.sh -Dprofile=key-manager && api-cp.sh",
        })
    }
}

/// The versions, oldest first.
#[derive(Debug)]
pub struct VersionBook {
    versions: Vec<VersionInfo>,
}

#[derive(Deserialize)]
struct Row {
    version: String,
    tag_date: String,
    packaging: Packaging,
    quality: Quality,
    source: String,
}

impl VersionBook {
    pub(super) fn parse(table: Table, sources: &'static SourceBook) -> Result<Self, BookError> {
        let mut versions = table.read(|row: Row| {
            version_number(&row.version).ok_or_else(|| format!("\"{}\" is not a version", row.version))?;
            Ok(VersionInfo {
                ga_date: row.tag_date.parse().map_err(|error| format!("{error}"))?,
                packaging: row.packaging,
                sourced: sources.sourced(&row.source, row.quality, false)?,
                version: row.version,
            })
        })?;
        versions.sort_by_key(|info| version_number(&info.version));
        Ok(Self { versions })
    }

    /// Every version, oldest first.
    pub fn all(&self) -> &[VersionInfo] {
        &self.versions
    }

    /// The version with this number, such as `4.6.0`.
    pub fn get(&self, version: &str) -> Option<&VersionInfo> {
        self.versions.iter().find(|info| info.version == version)
    }

    /// The newest version.
    pub fn latest(&self) -> Option<&VersionInfo> {
        self.versions.last()
    }
}

/// `4.6.0` as a number that sorts, or `None`.
pub(super) fn version_number(version: &str) -> Option<[u32; 3]> {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().ok());
    let number = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::Books;

    #[test]
    fn profiles_end_with_4_4_and_every_version_starts_a_gateway() {
        let book = Books::shipped().versions();
        for info in book.all() {
            let minor = version_number(&info.version).map(|[_, minor, _]| minor);
            let profiles = minor < Some(5);
            assert_eq!(info.packaging == Packaging::Profiles, profiles, "{}", info.version);
            let gateway = info.start_command(Runtime::Gateway).expect("every version has one");
            assert_eq!(gateway.contains("-Dprofile=gateway-worker"), profiles);
        }
        assert_eq!(book.latest().map(|info| info.version.as_str()), Some("4.7.0"));
        let date = book.get("4.6.0").map(|info| info.ga_date.to_string());
        assert_eq!(date.as_deref(), Some("2025-10-29"));
        assert!(book.get("4.6").is_none());
    }

    #[test]
    fn versions_sort_by_number() {
        assert!(version_number("4.10.0") > version_number("4.9.9"));
        assert_eq!(version_number("4.6"), None);
        assert_eq!(version_number("4.6.0.1"), None);
        assert_eq!(version_number("4.6.x"), None);
    }
}
