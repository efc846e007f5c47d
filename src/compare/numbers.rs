//! Numbers side by side, rounded so that a difference is told only where it can be seen.

use serde::Serialize;

use crate::estimate::{Figure, Unit, grouped};

/// An estimate without its derivation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Amount {
    /// The best estimate.
    pub value: f64,
    /// Lower end of the plausible range.
    pub low: f64,
    /// Upper end of the plausible range.
    pub high: f64,
}

impl Amount {
    /// A number without a range.
    #[must_use]
    pub fn exact(value: f64) -> Self {
        Self { value, low: value, high: value }
    }

    /// The sum of both.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { value: self.value + other.value, low: self.low + other.low, high: self.high + other.high }
    }

    fn overlaps(self, other: Self) -> bool {
        self.low <= other.high && other.low <= self.high
    }
}

impl From<&Figure> for Amount {
    fn from(figure: &Figure) -> Self {
        Self { value: figure.value, low: figure.low, high: figure.high }
    }
}

/// What one side says about a quantity.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reading {
    /// A number.
    Known(Amount),
    /// Why there is no number, as a sentence.
    Unknown(String),
    /// What it is about is not there.
    Absent,
}

impl Reading {
    /// The number, if there is one.
    #[must_use]
    pub fn amount(&self) -> Option<Amount> {
        match self {
            Self::Known(amount) if amount.value.is_finite() => Some(*amount),
            _ => None,
        }
    }
}

impl From<Option<Amount>> for Reading {
    fn from(amount: Option<Amount>) -> Self {
        amount.map_or(Self::Absent, Self::Known)
    }
}

/// How two readings stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// They read the same.
    Same,
    /// They differ by less than is known about them: their ranges overlap.
    WithinUncertainty,
    /// They differ.
    Differs,
}

/// A quantity before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quantity {
    /// What the design before says.
    pub before: Reading,
    /// What the design after says.
    pub after: Reading,
    /// Unit of both.
    pub unit: Unit,
    /// After minus before, both as they are shown; `None` without two numbers.
    pub difference: Option<f64>,
    /// How they stand to each other.
    pub verdict: Verdict,
}

/// The smallest difference that is shown at a value.
fn step(value: f64, unit: Unit) -> f64 {
    let size = value.abs();
    match unit {
        Unit::Ms if size >= 999.5 => 100.0,
        Unit::UsdPerMonth | Unit::Usd if size < 9.995 => 0.01,
        Unit::Count => 1.0,
        Unit::UsdPerMonth | Unit::Usd => 1.0,
        _ if size < 9.95 => 0.1,
        _ => 1.0,
    }
}

/// A value to the nearest step. Steps are a hundredth, a tenth, one or a hundred.
fn rounded(value: f64, step: f64) -> f64 {
    if step >= 1.0 { (value / step).round() * step } else { (value * step.recip()).round() / step.recip() }
}

impl Quantity {
    /// The reading of a count.
    #[must_use]
    pub fn whole(count: usize) -> Reading {
        #[expect(clippy::cast_precision_loss, reason = "counts of a design are far below 2^53")]
        Reading::Known(Amount::exact(count as f64))
    }

    /// Two readings side by side.
    #[must_use]
    pub fn of(before: Reading, after: Reading, unit: Unit) -> Self {
        let (difference, verdict) = match (before.amount(), after.amount()) {
            (Some(a), Some(b)) => {
                let step = step(a.value, unit).max(step(b.value, unit));
                let difference = rounded(rounded(b.value, step) - rounded(a.value, step), step);
                let verdict = match () {
                    () if difference.abs() < step / 2.0 => Verdict::Same,
                    () if a.overlaps(b) => Verdict::WithinUncertainty,
                    () => Verdict::Differs,
                };
                (Some(if verdict == Verdict::Same { 0.0 } else { difference }), verdict)
            }
            (None, None) if before == after => (None, Verdict::Same),
            _ => (None, Verdict::Differs),
        };
        Self { before, after, unit, difference, verdict }
    }

    /// Whether both sides read the same.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.verdict == Verdict::Same
    }

    fn step(&self) -> f64 {
        let steps = [&self.before, &self.after].map(|side| side.amount().map(|amount| step(amount.value, self.unit)));
        steps.into_iter().flatten().fold(0.0, f64::max)
    }

    /// Both sides in words, with their ranges, and the difference with its sign; empty where there is none.
    #[must_use]
    pub fn words(&self) -> [String; 3] {
        let step = self.step();
        let side = |reading: &Reading| match (reading.amount(), reading) {
            (Some(amount), _) => with_range(amount, self.unit, step),
            (None, Reading::Unknown(why)) => why.clone(),
            (None, _) => "–".to_owned(),
        };
        let difference = match (self.difference, self.verdict) {
            (_, Verdict::Same) => "same".to_owned(),
            (Some(difference), _) => signed(difference, self.unit, step),
            (None, _) => String::new(),
        };
        [side(&self.before), side(&self.after), difference]
    }

    /// Both sides and the difference as numbers, as exact as they are shown.
    #[must_use]
    pub fn numbers(&self) -> [Option<f64>; 3] {
        let step = self.step();
        let side = |reading: &Reading| reading.amount().map(|amount| rounded(amount.value, step));
        [side(&self.before), side(&self.after), self.difference]
    }
}

/// A number without its unit.
fn digits(value: f64, step: f64) -> String {
    let value = rounded(value, step);
    if step >= 1.0 {
        return grouped(value.abs());
    }
    let decimals = if step < 0.05 { 2 } else { 1 };
    format!("{:.decimals$}", value.abs())
}

/// Value, unit and what goes before it.
fn in_unit(value: f64, unit: Unit, step: f64) -> [String; 3] {
    let plain = |unit: &str| [String::new(), digits(value, step), unit.to_owned()];
    match unit {
        Unit::Ms if step >= 100.0 => [String::new(), digits(value / 1_000.0, 0.1), " s".to_owned()],
        Unit::Ms => plain(" ms"),
        Unit::UsdPerMonth | Unit::Usd => ["$".to_owned(), digits(value, step), String::new()],
        Unit::Percent => plain(" %"),
        Unit::RequestsPerS => plain("/s"),
        Unit::GbPerMonth => plain(" GB a month"),
        Unit::Hours => plain(" h"),
        Unit::Km => plain(" km"),
        Unit::Bytes => plain(" bytes"),
        Unit::Count => plain(""),
    }
}

fn with_range(amount: Amount, unit: Unit, step: f64) -> String {
    let [currency, value, behind] = in_unit(amount.value, unit, step);
    let minus = if rounded(amount.value, step) < 0.0 { "−" } else { "" };
    let [low, high] = [amount.low, amount.high].map(|end| in_unit(end, unit, step)[1].clone());
    let range = if low == high { String::new() } else { format!(" ({low}–{high})") };
    format!("{minus}{currency}{value}{behind}{range}")
}

fn signed(difference: f64, unit: Unit, step: f64) -> String {
    let [currency, value, behind] = in_unit(difference, unit, step);
    format!("{}{currency}{value}{behind}", if difference < 0.0 { '−' } else { '+' })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantity(before: [f64; 3], after: [f64; 3], unit: Unit) -> Quantity {
        let [before, after] = [before, after].map(|[low, value, high]| Reading::Known(Amount { value, low, high }));
        Quantity::of(before, after, unit)
    }

    #[test]
    fn what_is_shown_the_same_is_the_same() {
        let same = quantity([80.0, 84.2, 90.0], [80.0, 84.4, 90.0], Unit::Ms);
        assert_eq!((same.verdict, same.difference), (Verdict::Same, Some(0.0)));
        assert_eq!(same.words(), ["84 ms (80–90)", "84 ms (80–90)", "same"]);
        let cents = quantity([9.0, 9.0, 9.0], [9.01, 9.01, 9.01], Unit::UsdPerMonth);
        assert_eq!(cents.words(), ["$9.00", "$9.01", "+$0.01"]);
    }

    #[test]
    fn a_difference_is_that_of_the_numbers_shown_and_says_how_much_it_means() {
        let close = quantity([71.0, 84.4, 97.0], [75.0, 88.6, 99.0], Unit::Ms);
        assert_eq!(close.words()[2], "+5 ms");
        assert_eq!(close.verdict, Verdict::WithinUncertainty);
        let far = quantity([8.0, 8.4, 9.0], [70.0, 84.0, 97.0], Unit::Ms);
        assert_eq!(
            (far.words(), far.verdict),
            (["8 ms (8–9)", "84 ms (70–97)", "+76 ms"].map(str::to_owned), Verdict::Differs)
        );
        let slow = quantity([9_000.0; 3], [12_340.0; 3], Unit::Ms);
        assert_eq!(slow.words(), ["9.0 s", "12.3 s", "+3.3 s"]);
        let cheaper = quantity([11_905.4; 3], [11_843.0; 3], Unit::UsdPerMonth);
        assert_eq!(cheaper.words(), ["$11,905", "$11,843", "−$62"]);
    }

    #[test]
    fn where_one_side_has_no_number_there_is_no_difference_to_tell() {
        let gone = Quantity::of(Reading::Known(Amount::exact(5.0)), Reading::Absent, Unit::Percent);
        assert_eq!(gone.words(), ["5.0 %", "–", ""]);
        let why = || Reading::Unknown("no gateway is reachable".into());
        assert!(Quantity::of(why(), why(), Unit::Ms).is_same());
    }
}
