//! Product versions a design can target.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A version of WSO2 API Manager that Meridian knows (facts A1 to A4; releases as tagged in source S26).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProductVersion {
    major: u8,
    minor: u8,
    patch: u8,
}

/// A text that names no known product version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is not a known product version: use one of 4.2.0, 4.3.0, 4.4.0, 4.5.0, 4.6.0, 4.7.0")]
pub struct UnknownVersion {
    /// What was given.
    pub text: String,
}

impl ProductVersion {
    /// 4.2.0 (2023-03-11).
    pub const V4_2: Self = Self::minor_release(2);
    /// 4.3.0 (2024-04-08).
    pub const V4_3: Self = Self::minor_release(3);
    /// 4.4.0 (2024-10-25), the first with PostgreSQL replication scripts (B12).
    pub const V4_4: Self = Self::minor_release(4);
    /// 4.5.0 (2025-03-08), the first with separate distributions (A2).
    pub const V4_5: Self = Self::minor_release(5);
    /// 4.6.0 (2025-10-29).
    pub const V4_6: Self = Self::minor_release(6);
    /// 4.7.0 (2026-04-23), the first whose gateways and traffic managers ship without a database (A14).
    pub const V4_7: Self = Self::minor_release(7);
    /// Every known version, oldest first.
    pub const ALL: [Self; 6] = [Self::V4_2, Self::V4_3, Self::V4_4, Self::V4_5, Self::V4_6, Self::V4_7];

    const fn minor_release(minor: u8) -> Self {
        Self { major: 4, minor, patch: 0 }
    }
}

impl fmt::Display for ProductVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl FromStr for ProductVersion {
    type Err = UnknownVersion;
    fn from_str(text: &str) -> Result<Self, UnknownVersion> {
        Self::ALL
            .into_iter()
            .find(|v| v.to_string() == text)
            .ok_or_else(|| UnknownVersion { text: text.chars().take(40).collect() })
    }
}

impl Serialize for ProductVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ProductVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
