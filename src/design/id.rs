//! Stable, readable identifiers of everything drawn.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Longest accepted id, in bytes.
pub const MAX_ID_LEN: usize = 64;

/// The identifier of a region, component or link.
///
/// Ids share one namespace over the whole design, never change when an element is renamed or moved, and are
/// written to files and exports. Allowed: ASCII letters, digits, `-`, `_` and `.`, starting with a letter or
/// digit, at most [`MAX_ID_LEN`] bytes; so an id can stand in a path, a host name or a URL without escaping.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(Arc<str>);

/// Why a text cannot be an [`Id`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{text}\" cannot be an id: use letters, digits, '-', '_' or '.', starting with a letter or digit, at most 64 characters"
)]
pub struct InvalidId {
    /// The offending text, shortened.
    pub text: String,
}

impl Id {
    /// Checks `text` and makes an id of it.
    ///
    /// # Errors
    /// [`InvalidId`] when the text is empty, too long or holds another character than those allowed.
    pub fn new(text: &str) -> Result<Self, InvalidId> {
        let mut bytes = text.bytes();
        let valid = text.len() <= MAX_ID_LEN
            && bytes.next().is_some_and(|b| b.is_ascii_alphanumeric())
            && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        if valid { Ok(Self(Arc::from(text))) } else { Err(InvalidId { text: text.chars().take(80).collect() }) }
    }

    /// Makes an id out of any text: lower case, everything else than letters and digits becomes `-`.
    /// An empty result becomes `x`. The length leaves room for a numeric suffix.
    #[must_use]
    pub fn slug(text: &str) -> Self {
        let mut out = String::new();
        for c in text.chars() {
            if c.is_ascii_alphanumeric() {
                out.push(c.to_ascii_lowercase());
            } else if !out.is_empty() && !out.ends_with('-') {
                out.push('-');
            }
            if out.len() >= MAX_ID_LEN - 12 {
                break;
            }
        }
        let out = out.trim_end_matches('-');
        Self(Arc::from(if out.is_empty() { "x" } else { out }))
    }

    /// `self` with `-n` appended, cut so that the result is still an id.
    #[must_use]
    pub(crate) fn with_number(&self, n: usize) -> Self {
        let suffix = format!("-{n}");
        // Ids are ASCII, so every byte is a boundary.
        let stem = self.0.get(..self.0.len().min(MAX_ID_LEN - suffix.len())).unwrap_or("x");
        Self(Arc::from(format!("{stem}{suffix}")))
    }

    /// What stands before a trailing `-n`, as [`Id::with_number`] appends it; `None` without such a number.
    pub(crate) fn without_number(&self) -> Option<Self> {
        let (stem, number) = self.0.rsplit_once('-')?;
        let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        (is_number && !stem.is_empty()).then(|| Self(Arc::from(stem)))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

impl Borrow<str> for Id {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stay_harmless_in_paths() {
        for bad in ["", "../etc", "a/b", "-x", ".hidden", "a b", "é", "\"", &"x".repeat(65)] {
            assert!(Id::new(bad).is_err(), "{bad:?} was accepted");
        }
        assert!(Id::new("eu-west.gw_1").is_ok());
    }

    #[test]
    fn numbering_never_makes_an_id_too_long() {
        let long = Id::new(&"x".repeat(MAX_ID_LEN)).unwrap();
        for n in [2, 10, 123_456] {
            let numbered = long.with_number(n);
            assert!(Id::new(numbered.as_str()).is_ok(), "{numbered}");
            assert!(numbered.as_str().ends_with(&format!("-{n}")));
        }
    }

    #[test]
    fn any_text_has_a_slug() {
        assert_eq!(Id::slug("Frankfurt (main)!").as_str(), "frankfurt-main");
        assert_eq!(Id::slug("日本").as_str(), "x");
        for text in ["../../x", "A".repeat(500).as_str(), " - "] {
            let slug = Id::slug(text);
            assert!(Id::new(slug.as_str()).is_ok(), "{slug}");
        }
    }
}
