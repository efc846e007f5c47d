//! What an edit would change, in a few words: for the list of quick fixes and for the ghost on the canvas.

use crate::outlook::Outlook;
use crate::rules::{Finding, Severity};

use super::format;

/// `−1 error`, `+2 notes`: how many findings of a severity vanish and appear.
fn counts(outlook: &Outlook) -> Vec<String> {
    let of = |list: &[Finding], severity| list.iter().filter(|f| f.severity == severity).count();
    let mut words = Vec::new();
    for (sign, list) in [('−', &outlook.delta.vanishes), ('+', &outlook.delta.appears)] {
        for severity in Severity::ALL {
            let n = of(list, severity);
            if n > 0 {
                let s = if n == 1 { "" } else { "s" };
                words.push(format!("{sign}{n} {}{s}", severity.label().to_lowercase()));
            }
        }
    }
    words
}

/// A signed difference of whole units, such as `+$62`, or `±$0`.
fn signed(difference: f64, before: &str, after: &str) -> String {
    let rounded = difference.round();
    let sign = match rounded {
        d if d > 0.0 => '+',
        d if d < 0.0 => '−',
        _ => '±',
    };
    format!("{sign}{before}{}{after}", format::number(rounded.abs(), 12, 0))
}

/// Findings, cost, latency and nodes that stand alone, each as a phrase.
#[must_use]
pub fn phrases(outlook: &Outlook) -> Vec<String> {
    let mut words = counts(outlook);
    if words.is_empty() {
        words.push("no change in problems".into());
    }
    let (rate, sign) = (outlook.currency.per_usd, outlook.currency.sign());
    match outlook.usd_per_month {
        [Some(before), Some(after)] => words.push(signed((after - before) * rate, &sign, " a month")),
        [None, Some(after)] => words.push(signed(after * rate, &sign, " a month")),
        _ => {}
    }
    let ms = |ms: Option<f64>| ms.map_or_else(|| "no time".into(), |ms| format::number(ms, 12, 0));
    for (name, [before, after]) in &outlook.calls {
        let unit = if after.is_some() { " ms" } else { "" };
        words.push(format!("p95 {name} {} → {}{unit}", ms(*before), ms(*after)));
    }
    if outlook.calls.is_empty() && outlook.p95_ms.iter().all(Option::is_some) {
        words.push("p95 ±0 ms".into());
    }
    let [before, after] = outlook.single_nodes;
    words.push(if before == after {
        format!("single nodes {after}")
    } else {
        format!("single nodes {before} → {after}")
    });
    words
}

/// The phrases in one line.
#[must_use]
pub fn line(outlook: &Outlook) -> String {
    phrases(outlook).join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::Currency;
    use crate::rules::Delta;

    #[test]
    fn consequences_are_told_in_one_line() {
        let finding = |severity| Finding::sample("R-X", severity, "x");
        let outlook = Outlook {
            delta: Delta {
                vanishes: vec![finding(Severity::Error), finding(Severity::Error)],
                appears: vec![finding(Severity::Info)],
                changes: Vec::new(),
            },
            usd_per_month: [Some(1_000.0), Some(2_234.4)],
            currency: Currency::default(),
            p95_ms: [Some(80.2), Some(80.0)],
            calls: vec![("Asia".into(), [Some(312.4), Some(148.0)]), ("Oslo".into(), [Some(1_000.0), None])],
            single_nodes: [2, 0],
        };
        assert_eq!(
            line(&outlook),
            "−2 errors · +1 note · +$1,234 a month · p95 Asia 312 → 148 ms · p95 Oslo 1,000 → no time · single nodes 2 → 0"
        );
    }
}
