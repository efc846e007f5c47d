//! A number that can be argued with: value, range, and the tree it was derived by.

use std::ops::Deref;
use std::sync::Arc;

use serde::Serialize;

use crate::books::{Date, Sourced};

use super::assume::Assumed;

/// Unit of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Milliseconds.
    Ms,
    /// US dollars a month.
    UsdPerMonth,
    /// US dollars for one of something.
    Usd,
    /// Requests a second.
    RequestsPerS,
    /// Percent.
    Percent,
    /// Gigabytes a month.
    GbPerMonth,
    /// Hours a month.
    Hours,
    /// Kilometres.
    Km,
    /// Bytes.
    Bytes,
    /// A count or a ratio without unit.
    Count,
}

/// How far an input can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Quality {
    /// Measured by somebody.
    Measured,
    /// Published, such as a list price.
    Published,
    /// Given by the architect in the design.
    Given,
    /// Given by the company in a book of its own, such as a negotiated price.
    Company,
    /// Computed from other inputs.
    Derived,
    /// A fit or a stand-in for a missing figure.
    Estimated,
    /// Assumed without a source.
    Assumed,
}

/// One node of a derivation: what it is, how it was computed and from what.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Derivation {
    /// What the figure is: "Round trip Mumbai – Frankfurt".
    pub label: String,
    /// The value.
    pub value: f64,
    /// Its unit.
    pub unit: Unit,
    /// The formula in words and symbols; empty for an input.
    pub formula: String,
    /// How far it can be trusted.
    pub quality: Quality,
    /// Source of an input with its date; empty for a computed node.
    pub source: String,
    /// The day, month or year the source speaks of, where it is dated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Lower and upper end of what is plausible, in the unit of the value, where they are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<[f64; 2]>,
    /// The assumption this input is, which a design may make otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assumed: Option<Assumed>,
    /// The inputs.
    pub inputs: Inputs,
}

/// Inputs of a derivation; reads like a slice.
///
/// Many figures rest on the same inputs, so they are shared, not copied.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
#[serde(transparent)]
pub struct Inputs(Arc<Vec<Derivation>>);

impl Inputs {
    /// Adds an input.
    pub fn push(&mut self, input: Derivation) {
        Arc::make_mut(&mut self.0).push(input);
    }
}

impl From<Vec<Derivation>> for Inputs {
    fn from(inputs: Vec<Derivation>) -> Self {
        Self(Arc::new(inputs))
    }
}

impl Deref for Inputs {
    type Target = [Derivation];

    fn deref(&self) -> &[Derivation] {
        &self.0
    }
}

impl<'a> IntoIterator for &'a Inputs {
    type Item = &'a Derivation;
    type IntoIter = std::slice::Iter<'a, Derivation>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl From<crate::books::Quality> for Quality {
    fn from(quality: crate::books::Quality) -> Self {
        use crate::books::Quality as Book;
        match quality {
            Book::Measured => Self::Measured,
            Book::Published => Self::Published,
            Book::Company => Self::Company,
            Book::Derived => Self::Derived,
            Book::Estimate | Book::Suspect => Self::Estimated,
            Book::Assumption => Self::Assumed,
        }
    }
}

impl Derivation {
    /// An input with its source.
    #[must_use]
    pub fn input(
        label: impl Into<String>,
        value: f64,
        unit: Unit,
        quality: Quality,
        source: impl Into<String>,
    ) -> Self {
        Self {
            label: label.into(),
            value,
            unit,
            formula: String::new(),
            quality,
            source: source.into(),
            date: None,
            range: None,
            assumed: None,
            inputs: Inputs::default(),
        }
    }

    /// A value computed from inputs.
    #[must_use]
    pub fn computed(
        label: impl Into<String>,
        value: f64,
        unit: Unit,
        formula: impl Into<String>,
        inputs: Vec<Derivation>,
    ) -> Self {
        Self {
            label: label.into(),
            value,
            unit,
            formula: formula.into(),
            quality: Quality::Derived,
            source: String::new(),
            date: None,
            range: None,
            assumed: None,
            inputs: inputs.into(),
        }
    }

    /// The same with what is plausible about it, in its unit.
    #[must_use]
    pub fn within(self, low: f64, high: f64) -> Self {
        Self { range: Some([low, high]), ..self }
    }

    /// The same with the date of its source.
    #[must_use]
    pub fn dated(self, sourced: &Sourced) -> Self {
        Self { date: Some(sourced.date), ..self }
    }

    /// Every node of the tree, this one first.
    pub fn nodes(&self) -> impl Iterator<Item = &Self> {
        let mut stack = vec![self];
        std::iter::from_fn(move || {
            let node = stack.pop()?;
            stack.extend(&node.inputs);
            Some(node)
        })
    }
}

/// A whole number with commas between thousands.
#[must_use]
pub fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = if value <= -0.5 { "-".to_owned() } else { String::new() };
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with one decimal at most.
pub(super) fn rounded(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A value with its range and derivation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// The best estimate.
    pub value: f64,
    /// Lower end of the plausible range.
    pub low: f64,
    /// Upper end of the plausible range.
    pub high: f64,
    /// Unit of all three.
    pub unit: Unit,
    /// How it was derived.
    pub derivation: Derivation,
}

impl Figure {
    /// The least trusted of its inputs.
    #[must_use]
    pub fn weakest(&self) -> Quality {
        let leaves = self.derivation.nodes().filter(|node| node.inputs.is_empty());
        leaves.map(|leaf| leaf.quality).max().unwrap_or(self.derivation.quality)
    }

    /// The oldest date of its sources.
    #[must_use]
    pub fn oldest(&self) -> Option<Date> {
        self.derivation.nodes().filter_map(|node| node.date).min()
    }
}
