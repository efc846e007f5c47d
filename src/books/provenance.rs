//! Where a shipped figure comes from: source, date, quality.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// How much a figure can be trusted, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// Somebody measured exactly this.
    Measured,
    /// Stated by the provider or the vendor (a list price, a documented coordinate).
    Published,
    /// Given by the user's own company, such as a price it has negotiated; no shipped table says so.
    #[serde(skip_deserializing)]
    Company,
    /// Calculated from published or measured figures by a rule that is known to hold.
    Derived,
    /// Calculated by a rule that may not hold here; the note says which.
    Estimate,
    /// Chosen by us because no figure is available.
    Assumption,
    /// Published, but contradicted by other figures.
    Suspect,
}

impl Quality {
    /// The word shown next to a figure.
    pub fn label(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Published => "published",
            Self::Company => "given by the company",
            Self::Derived => "derived",
            Self::Estimate => "estimate",
            Self::Assumption => "assumption",
            Self::Suspect => "suspect",
        }
    }

    /// Whether a total that uses the figure must be counted as partly estimated.
    pub fn is_estimated(self) -> bool {
        matches!(self, Self::Estimate | Self::Assumption | Self::Suspect)
    }
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// The day, month or year of a source. An unknown part sorts first, so that the oldest of
/// several dates is never understated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Year of the Gregorian calendar.
    pub year: u16,
    /// Month 1 to 12, if known.
    pub month: Option<u8>,
    /// Day of the month 1 to 31, if known.
    pub day: Option<u8>,
}

impl Date {
    /// A full date; the caller vouches that it exists.
    pub const fn ymd(year: u16, month: u8, day: u8) -> Self {
        Self { year, month: Some(month), day: Some(day) }
    }
}

/// The text is not `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a date (YYYY, YYYY-MM or YYYY-MM-DD)")]
pub struct DateError(String);

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let wrong = || DateError(text.to_owned());
        let mut parts = text.split('-');
        let year = parts.next().filter(|part| part.len() == 4).and_then(|part| part.parse().ok()).ok_or_else(wrong)?;
        let mut two_digits = |max: u8| match parts.next() {
            None => Ok(None),
            Some(part) => part
                .parse::<u8>()
                .ok()
                .filter(|number| part.len() == 2 && (1..=max).contains(number))
                .map(Some)
                .ok_or_else(wrong),
        };
        let month = two_digits(12)?;
        let day = two_digits(31)?;
        if parts.next().is_some() {
            return Err(wrong());
        }
        Ok(Self { year, month, day })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

impl Serialize for Date {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The text, kept as long as the program runs and each text once: so an origin read from a file is as small and as free
/// to copy as a shipped one. Only for texts of bounded length that come from files people write.
pub(super) fn kept(text: &str) -> &'static str {
    static KEPT: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut all = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = all.get(text) {
        return known;
    }
    let new: &'static str = Box::leak(text.into());
    all.insert(new);
    new
}

/// Source, date and quality of one figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sourced {
    /// The source in words, with its licence in [`super::SourceBook`].
    pub source: &'static str,
    /// When the source was written or measured.
    pub date: Date,
    /// How the figure came about.
    pub quality: Quality,
    /// The figure is known to be old enough that it may have changed.
    pub stale: bool,
}

impl Sourced {
    /// The same origin with another quality, for a figure calculated from this one.
    #[must_use]
    pub fn with_quality(self, quality: Quality) -> Self {
        Self { quality, ..self }
    }

    /// The same origin for a figure that is at best `quality`: never raises the quality.
    #[must_use]
    pub fn at_best(self, quality: Quality) -> Self {
        self.with_quality(self.quality.max(quality))
    }
}

impl fmt::Display for Sourced {
    /// `published 2023-02-20 (may be out of date): rosa-calculator …`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.quality, self.date)?;
        if self.stale {
            f.write_str(" (may be out of date)")?;
        }
        write!(f, ": {}", self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_parse_print_and_sort_with_the_unknown_part_first() {
        for text in ["2025", "2026-11", "2026-07-30"] {
            assert_eq!(text.parse::<Date>().map(|d| d.to_string()), Ok(text.to_owned()));
        }
        for text in ["", "25", "2025-13", "2025-1", "2025-01-32", "2025-01-01-01", "soon"] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        let year = "2025".parse::<Date>().ok();
        let day = "2025-01-01".parse::<Date>().ok();
        assert!(year < day);
    }

    #[test]
    fn a_calculated_figure_is_never_better_than_its_origin() {
        let origin = Sourced { source: "list", date: Date::ymd(2026, 1, 1), quality: Quality::Estimate, stale: false };
        assert_eq!(origin.at_best(Quality::Derived).quality, Quality::Estimate);
        let published = origin.with_quality(Quality::Published);
        assert_eq!(published.at_best(Quality::Estimate).quality, Quality::Estimate);
    }
}
