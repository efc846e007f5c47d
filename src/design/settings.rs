//! What an administrator sets on the nodes of a group, and rules compare between groups.

use serde::{Deserialize, Serialize};

use super::checked::{self, is_default};
use super::version::ProductVersion;

/// How a product node is installed (A1, A2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Packaging {
    /// As its product version asks for.
    #[default]
    ByVersion,
    /// The common pack started with a profile, up to 4.4.
    Profile,
    /// A distribution of its own, from 4.5.
    Distribution,
}

impl Packaging {
    /// All ways, in the order of menus.
    pub const ALL: [Self; 3] = [Self::ByVersion, Self::Profile, Self::Distribution];

    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::ByVersion => "As the version asks",
            Self::Profile => "Profile of the common pack",
            Self::Distribution => "Distribution of its own",
        }
    }
}

/// Settings of the nodes of a group. Empty texts and `None` mean the usual: one keystore, one encryption key, UTC,
/// the product version of the design.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NodeSettings {
    /// Product version of these nodes where it differs from the design's, for instance during an upgrade (H23).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_version: Option<ProductVersion>,
    /// How the nodes are installed.
    #[serde(skip_serializing_if = "is_default")]
    pub packaging: Packaging,
    /// Host name at which it is reached; `{n}` stands for the number of the node. Empty leaves it to the export.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub host: String,
    /// Name of the primary keystore; all nodes need the same (A43).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub keystore: String,
    /// Name of the symmetric encryption key; from 4.7 all nodes need the same (A42).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub encryption_key: String,
    /// Time zone of the nodes; empty means UTC (A47).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub time_zone: String,
    /// Java heap, GiB; `None` means the product's 2 GiB (E1, E2).
    #[serde(skip_serializing_if = "Option::is_none", with = "checked::optional_quantity")]
    pub heap_gib: Option<f64>,
    /// Domain within which control planes invalidate each other's caches (D2, D15); empty means none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub cache_domain: String,
    /// Host name of the portals; empty means one global name or not decided (H20).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub portal_host: String,
    /// Whether these control planes leave the clean-up of expired revoked tokens to others (H15).
    #[serde(skip_serializing_if = "is_default")]
    pub token_cleanup_off: bool,
}
