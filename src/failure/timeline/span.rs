//! A length of time that is not known exactly.

use serde::Serialize;

/// A length or a moment in seconds: the least, the expected and the most.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Span {
    /// The least that is plausible, s.
    pub low_s: f64,
    /// The expected value, s.
    pub likely_s: f64,
    /// The most that is plausible, s.
    pub high_s: f64,
    /// Variance around the expected value, s².
    #[serde(skip)]
    variance: f64,
}

impl Span {
    /// Exactly this long.
    #[must_use]
    pub fn exactly(s: f64) -> Self {
        Self { low_s: s, likely_s: s, high_s: s, variance: 0.0 }
    }

    /// Between two ends and most often at `mode_s`: a PERT distribution, whose mean is (low + 4 mode + high) / 6 and
    /// whose variance is (mean − low) (high − mean) / 7.
    #[must_use]
    pub fn pert(low_s: f64, mode_s: f64, high_s: f64) -> Self {
        let (low_s, high_s) = (low_s.min(mode_s), high_s.max(mode_s));
        let mean = (low_s + 4.0 * mode_s + high_s) / 6.0;
        Self { low_s, likely_s: mean, high_s, variance: ((mean - low_s) * (high_s - mean) / 7.0).max(0.0) }
    }

    /// One after the other. Expected values and variances add.
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        Self {
            low_s: self.low_s + next.low_s,
            likely_s: self.likely_s + next.likely_s,
            high_s: self.high_s + next.high_s,
            variance: self.variance + next.variance,
        }
    }

    /// Both side by side, until the later one is done. Where either may be the later one, the expected value is that of
    /// the larger of two normal variables (Clark, The greatest of a finite set of random variables, 1961).
    #[must_use]
    pub fn latest(self, other: Self) -> Self {
        let (low_s, high_s) = (self.low_s.max(other.low_s), self.high_s.max(other.high_s));
        let [earlier, later] = if self.likely_s <= other.likely_s { [self, other] } else { [other, self] };
        let spread = (self.variance + other.variance).sqrt();
        if earlier.high_s <= later.low_s || spread <= 0.0 || spread.is_nan() {
            return Self { low_s, high_s, ..later };
        }
        let ahead = (later.likely_s - earlier.likely_s) / spread;
        let (phi, tail) = (density(ahead), normal(ahead));
        let mean = later.likely_s * tail + earlier.likely_s * (1.0 - tail) + spread * phi;
        let square = |span: Self| span.likely_s * span.likely_s + span.variance;
        let second =
            square(later) * tail + square(earlier) * (1.0 - tail) + (later.likely_s + earlier.likely_s) * spread * phi;
        let likely_s = mean.clamp(low_s, high_s);
        Self { low_s, likely_s, high_s, variance: (second - mean * mean).max(0.0) }
    }
}

/// Density of the normal distribution.
fn density(x: f64) -> f64 {
    (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

/// The normal distribution for x ≥ 0, to 8e-8 (Abramowitz and Stegun 26.2.17).
fn normal(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * x);
    let series = [1.330_274_429, -1.821_255_978, 1.781_477_937, -0.356_563_782, 0.319_381_530]
        .iter()
        .fold(0.0, |sum, factor| (sum + factor) * t);
    1.0 - density(x) * series
}

/// As people read it: seconds up to two minutes, then minutes, hours.
#[must_use]
pub fn time_words(s: f64) -> String {
    let whole = s.round();
    if whole < 100.0 {
        return format!("{whole:.0} s");
    }
    if whole < 3_600.0 {
        let (minutes, seconds) = ((whole / 60.0).floor(), whole % 60.0);
        return if seconds < 0.5 { format!("{minutes:.0} min") } else { format!("{minutes:.0} min {seconds:.0} s") };
    }
    let minutes = (s / 60.0).round();
    let (hours, minutes) = ((minutes / 60.0).floor(), minutes % 60.0);
    if minutes < 0.5 { format!("{hours:.0} h") } else { format!("{hours:.0} h {minutes:.0} min") }
}

/// `2 min 10 s (1 min 40 s to 3 min 5 s)`; the expected value alone where it is exact.
impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&time_words(self.likely_s))?;
        if self.high_s - self.low_s > 0.5 {
            write!(f, " ({} to {})", time_words(self.low_s), time_words(self.high_s))?;
        }
        Ok(())
    }
}
