//! Numbers rounded no finer than they are known.

use super::figure::Figure;

/// Most digits of a figure that is not known exactly.
const MOST_DIGITS: i32 = 4;
/// Digits of a figure without a range.
const USUAL_DIGITS: i32 = 3;

/// Power of ten at or below a number above zero.
fn magnitude(value: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "the magnitude of a finite float is small")]
    let magnitude = value.abs().log10().floor() as i32;
    magnitude
}

/// The last place that counts of a number that lies between `low` and `high`, as a power of ten: 2 for hundreds.
///
/// The distance to the nearer end is worth two digits when it begins with less than 3.55, else one, as physicists round
/// errors: 2,400 leaves hundreds, 6,000 thousands.
#[must_use]
pub fn last_place(value: f64, low: f64, high: f64) -> i32 {
    let (down, up) = (value - low, high - value);
    // An end that is the value itself says nothing of how well the other one is known.
    let off = if down > 0.0 && up > 0.0 { down.min(up) } else { (high - low) / 2.0 };
    let largest = value.abs().max(high.abs());
    if !largest.is_finite() || largest < 1e-9 {
        return 0;
    }
    let finest = |digits: i32| magnitude(largest) + 1 - digits;
    if off.is_nan() || off <= largest * 1e-9 {
        return finest(USUAL_DIGITS);
    }
    let place = magnitude(off);
    let leading = off / 10f64.powi(place);
    let place = if leading < 3.55 {
        place - 1
    } else if leading < 9.5 {
        place
    } else {
        place + 1
    };
    // A value small against its range keeps one digit, or nothing would be left of it.
    let coarsest = if value.abs() < 1e-9 { place } else { magnitude(value) };
    place.min(coarsest).max(finest(MOST_DIGITS))
}

/// `value` rounded to tens to the power of `place`, with that many decimals at least down to `max_decimals`, and
/// thousands separated.
#[must_use]
pub fn rounded_to(value: f64, place: i32, max_decimals: i32) -> String {
    let place = place.max(-max_decimals);
    let unit = 10f64.powi(place);
    // Below one unit of the last digit the division is exact enough, above it the multiplication is.
    let rounded =
        if place >= 0 { (value / unit).round() * unit } else { (value * unit.recip()).round() / unit.recip() };
    let decimals = usize::try_from(-place).unwrap_or(0);
    let text = format!("{:.decimals$}", rounded.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::new();
    if rounded < 0.0 && text.chars().any(|c| c.is_ascii_digit() && c != '0') {
        out.push('−');
    }
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// `value` rounded to `digits` significant digits, with at most `max_decimals` decimals, no zeros at their end, and
/// thousands separated; a dash for what is no number.
#[must_use]
pub fn number(value: f64, digits: i32, max_decimals: i32) -> String {
    if !value.is_finite() {
        return "–".into();
    }
    if value.abs() < 1e-9 {
        return "0".into();
    }
    let text = rounded_to(value, magnitude(value) + 1 - digits, max_decimals);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A figure with its range, without unit, all three rounded alike: `17,900 (16,200–21,000)`.
#[must_use]
pub fn with_range(figure: &Figure) -> String {
    let Figure { value, low, high, .. } = *figure;
    if !value.is_finite() {
        return "–".into();
    }
    let place = last_place(value, low, high);
    let decimals = if value.abs() >= 10.0 { 0 } else { 2 };
    if high <= low {
        return number(value, USUAL_DIGITS, decimals);
    }
    let [low, high] = [low, high].map(|end| rounded_to(end, place, decimals));
    if low == high {
        return rounded_to(value, place, decimals);
    }
    format!("{} ({low}–{high})", rounded_to(value, place, decimals))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::{Derivation, Quality, Unit};

    fn shown(value: f64, low: f64, high: f64) -> String {
        let derivation = Derivation::input("x", value, Unit::Count, Quality::Given, "");
        with_range(&Figure { value, low, high, unit: Unit::Count, derivation })
    }

    #[test]
    fn the_range_says_how_many_digits_count() {
        assert_eq!(shown(17_893.0, 16_212.0, 20_987.0), "17,900 (16,200–21,000)");
        assert_eq!(shown(84.23, 71.2, 96.8), "84 (71–97)");
        assert_eq!(shown(843.0, 400.0, 1_300.0), "800 (400–1,300)");
        assert_eq!(shown(2.413, 1.93, 2.94), "2.4 (1.9–2.9)");
        assert_eq!(shown(4.0, 4.0, 4.0), "4");
        assert_eq!(shown(11_843.0, 11_843.0, 11_843.0), "11,800");
    }

    #[test]
    fn a_range_much_wider_than_the_value_leaves_it_a_digit() {
        assert_eq!(shown(31.0, 30.0, 900.0), "31 (30–900)");
        assert_eq!(shown(31.0, 31.0, 900.0), "30 (30–900)");
        assert_eq!(shown(0.0, 0.0, 300.0), "0 (0–300)");
        assert_eq!(shown(f64::NAN, 0.0, 1.0), "–");
    }

    #[test]
    fn a_very_sharp_range_does_not_promise_more_than_four_digits() {
        assert_eq!(shown(123_456.0, 123_455.0, 123_457.0), "123,500");
    }
}
