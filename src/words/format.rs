//! Numbers as people read them, rounded no finer than they are known. Every number of the panels and of reports comes
//! from here.

use crate::books::Currency;
use crate::estimate::{Derivation, Figure, Unit, last_place, rounded_to};
use crate::failure::reliability::percent_words;

pub use crate::estimate::number;

/// What stands where there is no number.
pub const NONE: &str = "–";

fn dollars(value: f64, digits: i32, max_decimals: i32) -> String {
    let text = number(value.abs(), digits, max_decimals);
    let text = with_cents(&text);
    if value.is_finite() && value < 0.0 { format!("−${text}") } else { format!("${text}") }
}

/// Cents come in pairs.
fn with_cents(text: &str) -> String {
    match text.split_once('.') {
        Some((whole, one)) if one.len() == 1 => format!("{whole}.{one}0"),
        _ => text.to_owned(),
    }
}

fn with_digits(value: f64, unit: Unit, digits: i32) -> String {
    if !value.is_finite() {
        return NONE.into();
    }
    let coarse = if value.abs() >= 10.0 { 0 } else { 1 };
    match unit {
        Unit::Ms if value.abs() >= 10_000.0 => format!("{} s", number(value / 1_000.0, digits, 0)),
        Unit::Ms if value.abs() >= 1_000.0 => format!("{} s", number(value / 1_000.0, digits, 1)),
        Unit::Ms => format!("{} ms", number(value, digits, coarse)),
        Unit::UsdPerMonth | Unit::Usd => dollars(value, digits, if value.abs() >= 10.0 { 0 } else { 2 }),
        Unit::RequestsPerS => format!("{}/s", number(value, digits, coarse)),
        Unit::Percent => format!("{} %", number(value, digits, coarse)),
        Unit::GbPerMonth => format!("{} GB a month", number(value, digits, coarse)),
        Unit::Hours => format!("{} h", number(value, digits, coarse)),
        Unit::Km => format!("{} km", number(value, digits, 0)),
        Unit::Bytes => bytes(value, digits),
        Unit::Count => number(value, digits, 2),
    }
}

fn bytes(value: f64, digits: i32) -> String {
    let mut scaled = value;
    for unit in ["B", "KiB", "MiB", "GiB"] {
        if scaled.abs() < 1_024.0 {
            return format!("{} {unit}", number(scaled, digits, 1));
        }
        scaled /= 1_024.0;
    }
    format!("{} TiB", number(scaled, digits, 1))
}

/// A value with its unit, rounded to three digits: `84 ms`, `$6,940`, `62 %`.
#[must_use]
pub fn value(value: f64, unit: Unit) -> String {
    with_digits(value, unit, 3)
}

/// Minutes of a year as people say them: `53 min`, `2.9 h`, `12 s`.
#[must_use]
pub fn minutes(minutes: f64) -> String {
    if minutes < 1.0 {
        format!("{} s", number(minutes * 60.0, 2, 1))
    } else if minutes < 90.0 {
        format!("{} min", number(minutes, 2, 1))
    } else {
        format!("{} h", number(minutes / 60.0, 2, 1))
    }
}

/// Whether what is missing of a share of the time says more than what is there.
fn is_nearly_whole(value: f64, unit: Unit) -> bool {
    unit == Unit::Percent && (99.0..100.0).contains(&value)
}

/// A share of the time with as many digits as say something: `99.93`.
fn nearly_whole(value: f64) -> String {
    percent_words(1.0 - value / 100.0)
}

/// A value with its unit, as exact as a derivation needs it: `$0.0416`, `124.37 ms`.
#[must_use]
pub fn precise(value: f64, unit: Unit) -> String {
    if !value.is_finite() {
        return NONE.into();
    }
    match unit {
        Unit::Percent if is_nearly_whole(value, unit) => format!("{} %", nearly_whole(value)),
        Unit::Ms => format!("{} ms", number(value, 5, 2)),
        Unit::UsdPerMonth => format!("{} a month", dollars(value, 6, 2)),
        Unit::Usd => dollars(value, 5, 6),
        Unit::RequestsPerS => format!("{}/s", number(value, 5, 2)),
        Unit::Percent => format!("{} %", number(value, 4, 2)),
        Unit::GbPerMonth => format!("{} GB a month", number(value, 5, 2)),
        Unit::Hours => format!("{} h", number(value, 5, 2)),
        Unit::Km => format!("{} km", number(value, 5, 0)),
        Unit::Bytes => bytes(value, 4),
        Unit::Count => number(value, 6, 5),
    }
}

/// `value` in the scale of the figure, rounded as the figure's range allows.
fn rounded(figure: &Figure, value: f64, scale: f64, max_decimals: i32) -> String {
    if !value.is_finite() {
        return NONE.into();
    }
    let [best, low, high] = [figure.value, figure.low, figure.high].map(|v| v * scale);
    let place = last_place(best, low, high);
    if high > low { rounded_to(value * scale, place, max_decimals) } else { number(value * scale, 3, max_decimals) }
}

/// The best estimate alone, rounded as its range allows; thousands of dollars become `$11.8k`.
#[must_use]
pub fn headline(figure: &Figure) -> String {
    let v = figure.value;
    if !v.is_finite() || v.abs() < 1e-9 {
        return value(v, figure.unit);
    }
    if is_nearly_whole(v, figure.unit) {
        return format!("{} %", nearly_whole(v));
    }
    let coarse = if v.abs() >= 10.0 { 0 } else { 1 };
    let sign = if v < 0.0 { "−" } else { "" };
    let dollars = |scale: f64, decimals: i32| {
        let text = rounded(figure, v, scale, decimals);
        format!("{sign}${}", with_cents(text.trim_start_matches('−')))
    };
    let plain = |unit: &str, scale: f64, decimals: i32| format!("{}{unit}", rounded(figure, v, scale, decimals));
    match figure.unit {
        Unit::UsdPerMonth | Unit::Usd if v.abs() >= 1e6 => format!("{sign}${}M", rounded(figure, v.abs(), 1e-6, 2)),
        Unit::UsdPerMonth | Unit::Usd if v.abs() >= 1e4 => format!("{sign}${}k", rounded(figure, v.abs(), 1e-3, 1)),
        Unit::UsdPerMonth | Unit::Usd => dollars(1.0, if v.abs() >= 10.0 { 0 } else { 2 }),
        Unit::Ms if v.abs() >= 1_000.0 => plain(" s", 1e-3, if v.abs() >= 10_000.0 { 0 } else { 1 }),
        Unit::Ms => plain(" ms", 1.0, coarse),
        Unit::RequestsPerS => plain("/s", 1.0, coarse),
        Unit::Percent => plain(" %", 1.0, coarse),
        Unit::GbPerMonth | Unit::Hours | Unit::Km | Unit::Bytes | Unit::Count => value(v, figure.unit),
    }
}

fn nearly_whole_range(low: f64, high: f64) -> String {
    let (low, high) = (nearly_whole(low), nearly_whole(high));
    if low == high { String::new() } else { format!("{low}–{high}") }
}

/// The range without unit: `71–97`; empty when there is none worth telling.
#[must_use]
pub fn range(figure: &Figure) -> String {
    if is_nearly_whole(figure.value, figure.unit) {
        return nearly_whole_range(figure.low, figure.high);
    }
    // Both ends are written in the unit the value itself is written in.
    let coarse = if figure.value.abs() >= 10.0 { 0 } else { 1 };
    let (scale, decimals) = match figure.unit {
        Unit::Ms if figure.value.abs() >= 10_000.0 => (1e-3, 0),
        Unit::Ms if figure.value.abs() >= 1_000.0 => (1e-3, 1),
        Unit::UsdPerMonth | Unit::Usd => (1.0, 2 * coarse),
        _ => (1.0, coarse),
    };
    let [low, high] = [figure.low, figure.high].map(|end| rounded(figure, end, scale, decimals));
    if low == high { String::new() } else { format!("{low}–{high}") }
}

/// The range of a step of a derivation with its unit: `71–97 ms`; empty when there is none worth telling.
#[must_use]
pub fn plausible(node: &Derivation) -> String {
    let Some([low, high]) = node.range else { return String::new() };
    if is_nearly_whole(node.value, node.unit) {
        let range = nearly_whole_range(low, high);
        return if range.is_empty() { range } else { format!("{range} %") };
    }
    let place = last_place(node.value, low, high);
    let decimals = if node.unit == Unit::Usd { 6 } else { 2 };
    let [low, high] = [low, high].map(|end| rounded_to(end, place, decimals));
    if low == high {
        return String::new();
    }
    match node.unit {
        Unit::Ms => format!("{low}–{high} ms"),
        Unit::UsdPerMonth | Unit::Usd => format!("${low}–{high}"),
        Unit::RequestsPerS => format!("{low}–{high}/s"),
        Unit::Percent => format!("{low}–{high} %"),
        Unit::GbPerMonth => format!("{low}–{high} GB a month"),
        Unit::Hours => format!("{low}–{high} h"),
        Unit::Km => format!("{low}–{high} km"),
        Unit::Bytes => format!("{low}–{high} bytes"),
        Unit::Count => format!("{low}–{high}"),
    }
}

/// The range in percent of the value when it is about symmetric: `±9 %`; otherwise both ends in brackets.
#[must_use]
pub fn deviation(figure: &Figure) -> String {
    if figure.value.abs() <= 0.0 || range(figure).is_empty() {
        return String::new();
    }
    let (down, up) = (figure.value - figure.low, figure.high - figure.value);
    let pct = |part: f64| part / figure.value.abs() * 100.0;
    let wider = pct(up.max(down));
    if (pct(up) - pct(down)).abs() <= (0.25 * wider).max(1.0) {
        format!("±{} %", number(wider, 2, i32::from(wider < 1.0)))
    } else {
        format!("({})", range(figure))
    }
}

/// Estimate and range: `84 ms (71–97)`.
#[must_use]
pub fn figure(figure: &Figure) -> String {
    let range = range(figure);
    if range.is_empty() { headline(figure) } else { format!("{} ({range})", headline(figure)) }
}

/// A figure whose dollars a month became an amount in this currency, to be formatted and given the currency's sign.
fn converted(figure: &Figure, currency: &Currency) -> Figure {
    if figure.unit != Unit::UsdPerMonth {
        return figure.clone();
    }
    let rate = currency.per_usd;
    let (value, low, high) = (figure.value * rate, figure.low * rate, figure.high * rate);
    Figure { value, low, high, unit: figure.unit, derivation: figure.derivation.clone() }
}

/// As [`headline`], a monthly cost in the currency in which people want to see it.
#[must_use]
pub fn headline_in(figure: &Figure, currency: &Currency) -> String {
    headline(&converted(figure, currency)).replacen('$', &currency.sign(), 1)
}

/// As [`figure`], a monthly cost in the currency in which people want to see it.
#[must_use]
pub fn figure_in(of: &Figure, currency: &Currency) -> String {
    figure(&converted(of, currency)).replacen('$', &currency.sign(), 1)
}

/// As [`deviation`], of a monthly cost in the currency in which people want to see it.
#[must_use]
pub fn deviation_in(of: &Figure, currency: &Currency) -> String {
    deviation(&converted(of, currency))
}

/// US dollars a month in the currency in which people want to see them: `€6,390`.
#[must_use]
pub fn money(usd: f64, currency: &Currency) -> String {
    value(usd * currency.per_usd, Unit::UsdPerMonth).replacen('$', &currency.sign(), 1)
}

/// A count with its noun: `1 problem`, `3 problems`.
#[must_use]
pub fn counted(n: usize, one: &str, many: &str) -> String {
    #[expect(clippy::cast_precision_loss, reason = "counts of drawn things are small")]
    let text = number(n as f64, 12, 0);
    if n == 1 { format!("1 {one}") } else { format!("{text} {many}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::Quality;

    fn fig(value: f64, low: f64, high: f64, unit: Unit) -> Figure {
        Figure { value, low, high, unit, derivation: Derivation::input("x", value, unit, Quality::Given, "") }
    }

    #[test]
    fn figures_read_as_in_a_report() {
        assert_eq!(figure(&fig(84.23, 71.2, 96.8, Unit::Ms)), "84 ms (71–97)");
        assert_eq!(headline(&fig(11_843.2, 10_780.0, 12_900.0, Unit::UsdPerMonth)), "$11.8k");
        assert_eq!(deviation(&fig(11_843.2, 10_780.0, 12_900.0, Unit::UsdPerMonth)), "±9 %");
        assert_eq!(headline(&fig(1_234_567.0, 1_234_567.0, 1_234_567.0, Unit::UsdPerMonth)), "$1.23M");
        assert_eq!(value(6_943.4, Unit::UsdPerMonth), "$6,940");
        assert_eq!(value(3.4, Unit::UsdPerMonth), "$3.40");
        assert_eq!(value(62.4, Unit::Percent), "62 %");
        assert_eq!(value(5_812.0, Unit::RequestsPerS), "5,810/s");
        assert_eq!(figure(&fig(2_410.0, 1_900.0, 2_900.0, Unit::Ms)), "2.4 s (1.9–2.9)");
        assert_eq!(figure(&fig(5.0, 5.0, 5.0, Unit::Ms)), "5 ms");
    }

    #[test]
    fn a_wide_range_takes_digits_away() {
        assert_eq!(headline(&fig(11_843.0, 6_000.0, 18_000.0, Unit::UsdPerMonth)), "$12k");
        assert_eq!(headline(&fig(843.0, 400.0, 1_300.0, Unit::UsdPerMonth)), "$800");
    }

    #[test]
    fn a_skewed_range_shows_both_ends() {
        assert_eq!(deviation(&fig(100.0, 95.0, 180.0, Unit::Ms)), "(95–180)");
        assert_eq!(deviation(&fig(100.0, 100.0, 100.0, Unit::Ms)), "");
    }

    #[test]
    fn costs_are_shown_in_the_currency_of_the_company() {
        let of = |code: &str| Currency { code: code.into(), per_usd: 0.92, sourced: None };
        let cost = fig(1_000.0, 1_000.0, 1_000.0, Unit::UsdPerMonth);
        assert_eq!(headline_in(&cost, &of("EUR")), "€920");
        assert_eq!(figure_in(&cost, &of("CHF")), "CHF\u{a0}920");
        assert_eq!(money(-100.0, &of("GBP")), "−£92");
        assert_eq!(headline_in(&fig(84.0, 84.0, 84.0, Unit::Ms), &of("EUR")), "84 ms");
        let wide = fig(11_843.2, 10_780.0, 12_900.0, Unit::UsdPerMonth);
        assert_eq!(figure_in(&wide, &Currency::default()), figure(&wide));
        assert!(figure_in(&wide, &of("EUR")).starts_with("€11k ("), "{}", figure_in(&wide, &of("EUR")));
        let skewed = fig(1_000.0, 1_000.0, 2_000.0, Unit::UsdPerMonth);
        assert_ne!(deviation_in(&skewed, &of("EUR")), deviation(&skewed), "both ends are converted too");
    }

    #[test]
    fn odd_values_never_print_as_numbers() {
        for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(value(odd, Unit::Ms), NONE);
            assert_eq!(precise(odd, Unit::Usd), NONE);
        }
        assert_eq!(value(0.0, Unit::Ms), "0 ms");
        assert_eq!(value(-12.0, Unit::UsdPerMonth), "−$12");
        assert_eq!(number(-0.000_1, 3, 1), "0");
    }

    #[test]
    fn derivations_keep_what_a_price_needs() {
        assert_eq!(precise(0.0416, Unit::Usd), "$0.0416");
        assert_eq!(precise(124.366, Unit::Ms), "124.37 ms");
        assert_eq!(precise(6_943.417, Unit::UsdPerMonth), "$6,943.42 a month");
        assert_eq!(precise(4_096.0, Unit::Bytes), "4 KiB");
    }

    #[test]
    fn counts_agree_with_their_nouns() {
        assert_eq!(counted(1, "link", "links"), "1 link");
        assert_eq!(counted(12_000, "link", "links"), "12,000 links");
    }
}
