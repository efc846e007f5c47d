//! What the estimates must stay below; a breach becomes a finding.

use egui::Ui;

use crate::app::panels::Cx;
use crate::app::panels::fields::NumberSpec;
use crate::design::Targets;

use super::{section, shared};

const MILLISECONDS: NumberSpec = NumberSpec::real("ms", 0.0, 1e9, 10.0);
const SECONDS_LONG: NumberSpec = NumberSpec::real("ms", 0.0, 1e9, 1_000.0);
const DOLLARS: NumberSpec = NumberSpec::real("$", 0.0, 1e12, 500.0);
const PERCENT: NumberSpec = NumberSpec::real("%", 0.0, 100.0, 5.0);

/// A limit with its field.
struct Target {
    words: &'static str,
    about: &'static str,
    unit: NumberSpec,
    field: fn(&mut Targets) -> &mut Option<f64>,
}

const TARGETS: [Target; 5] = [
    Target {
        words: "API calls, p95",
        about: "95th percentile of an API call that every population must stay below, unless it has a target of its \
                own. No page of the vendor names a limit (F1), so it is yours.",
        unit: MILLISECONDS,
        field: |t| &mut t.api_p95_ms,
    },
    Target {
        words: "Tokens, p95",
        about: "95th percentile of getting an access token.",
        unit: MILLISECONDS,
        field: |t| &mut t.token_p95_ms,
    },
    Target {
        words: "Publishing, p95",
        about: "95th percentile of the time until every region serves a published API.",
        unit: SECONDS_LONG,
        field: |t| &mut t.publish_p95_ms,
    },
    Target {
        words: "Cost a month",
        about: "What a month may cost before tax, in US dollars.",
        unit: DOLLARS,
        field: |t| &mut t.usd_per_month,
    },
    Target {
        words: "Use at peak",
        about: "Highest share of its capacity that any group of nodes may be used at, at peak. The published figures are \
                maxima, so 60 to 70 % is what to plan with.",
        unit: PERCENT,
        field: |t| &mut t.peak_use_pct,
    },
];

/// Draws the targets, folded at first.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, owner: &str, targets: &Targets) {
    let mut targets = targets.clone();
    let each: Vec<bool> = TARGETS.iter().map(|target| (target.field)(&mut targets).is_some()).collect();
    section::show(ui, cx.palette, "Targets", &section::set(&each), |ui| {
        let state = cx.state;
        let mut form = shared::form(cx, owner);
        for target in &TARGETS {
            let model = *(target.field)(&mut targets);
            let caption = (target.words, target.about);
            if let Some(limit) = form.optional_number(ui, caption, model, "none", target.unit, true) {
                let what = format!("target of {}", shared::within(target.words));
                shared::edit_meta(state, form.msgs, &what, true, |m| {
                    *(target.field)(&mut m.estimation.targets) = limit;
                });
            }
        }
    });
}
