//! Numbers as people write them.

/// What a number field accepts and how it shows it.
#[derive(Debug, Clone, Copy)]
pub struct NumberSpec {
    /// Unit behind the number.
    pub unit: &'static str,
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// Step of the arrow keys and of dragging the label.
    pub step: f64,
    /// Whether only whole numbers count.
    pub whole: bool,
}

impl NumberSpec {
    /// Whole numbers from `min` to `max`.
    pub const fn whole(unit: &'static str, min: f64, max: f64) -> Self {
        Self { unit, min, max, step: 1.0, whole: true }
    }

    /// Numbers from `min` to `max`.
    pub const fn real(unit: &'static str, min: f64, max: f64, step: f64) -> Self {
        Self { unit, min, max, step, whole: false }
    }

    /// The number a text says.
    ///
    /// # Errors
    /// A sentence when it says none, or one that does not fit.
    pub fn parse(&self, text: &str) -> Result<f64, String> {
        let plain = without_separators(text.trim()).ok_or("Not a number; decimals take a point")?;
        let value: f64 = plain.parse().map_err(|_| "Not a number".to_owned())?;
        if !value.is_finite() {
            return Err("Not a number".into());
        }
        if self.whole && value.fract().abs() > 0.0 {
            return Err("Whole numbers only".into());
        }
        self.check(value).map(|()| value + 0.0)
    }

    fn check(&self, value: f64) -> Result<(), String> {
        if value >= self.min && value <= self.max {
            return Ok(());
        }
        let unit = if self.unit.is_empty() { String::new() } else { format!(" {}", self.unit) };
        let plain = |v: f64| crate::app::panels::format::number(v, 12, 4);
        Err(if self.max >= 1e12 {
            format!("At least {}{unit}", plain(self.min))
        } else {
            format!("Between {} and {}{unit}", plain(self.min), plain(self.max))
        })
    }
}

/// Takes out spaces and thousands separators; `None` when a comma stands where no thousands are separated.
fn without_separators(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|c| !matches!(c, ' ' | '_' | '\u{a0}')).collect();
    let mut groups = plain.split(',');
    let first = groups.next()?;
    let mut out = first.to_owned();
    let grouped = plain.contains(',');
    if grouped && (first.is_empty() || first.trim_start_matches('-').len() > 3) {
        return None;
    }
    for group in groups {
        let digits = group.split('.').next().unwrap_or_default();
        if digits.len() != 3 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        out.push_str(group);
    }
    Some(out)
}

/// A number as it stands in a field.
pub(super) fn plain(value: Option<f64>) -> String {
    value.map(|v| v.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let spec = NumberSpec::real("ms", 0.0, 1e12, 1.0);
        assert_eq!(spec.parse("1,200.5"), Ok(1_200.5));
        assert_eq!(spec.parse(" 12 000 "), Ok(12_000.0));
        assert!(spec.parse("1,5").is_err(), "a decimal comma must not turn into fifteen");
        assert!(spec.parse("1200,000").is_err());
        assert!(spec.parse("NaN").is_err());
        assert!(spec.parse("inf").is_err());
        assert!(spec.parse("").is_err());
    }

    #[test]
    fn what_does_not_fit_is_said_in_a_sentence() {
        let spec = NumberSpec::whole("", 1.0, 1_000.0);
        assert_eq!(spec.parse("0"), Err("Between 1 and 1,000".into()));
        assert_eq!(spec.parse("2.5"), Err("Whole numbers only".into()));
        assert_eq!(spec.parse("7"), Ok(7.0));
        assert_eq!(NumberSpec::real("ms", 0.0, 1e12, 1.0).parse("-1"), Err("At least 0 ms".into()));
    }
}
