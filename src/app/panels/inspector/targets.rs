//! What the estimates must stay below; a breach becomes a finding.

use egui::Ui;

use crate::app::panels::Cx;
use crate::app::panels::fields::{NumberSpec, menu_item};
use crate::app::panels::paint;
use crate::design::{Capability, Resilience, Targets};

use super::{section, shared};

const MILLISECONDS: NumberSpec = NumberSpec::real("ms", 0.0, 1e9, 10.0);
const SECONDS_LONG: NumberSpec = NumberSpec::real("ms", 0.0, 1e9, 1_000.0);
const SECONDS: NumberSpec = NumberSpec::real("s", 0.0, 1e9, 30.0);
const SHARE: NumberSpec = NumberSpec::real("%", 0.001, 100.0, 0.01);
const DOLLARS: NumberSpec = NumberSpec::real("$", 0.0, 1e12, 500.0);
const PERCENT: NumberSpec = NumberSpec::real("%", 0.0, 100.0, 5.0);

/// A limit with its field.
struct Target {
    words: &'static str,
    about: &'static str,
    unit: NumberSpec,
    field: fn(&mut Targets) -> &mut Option<f64>,
}

/// A limit of one capability with its field.
struct Limit {
    words: &'static str,
    within: &'static str,
    about: &'static str,
    unit: NumberSpec,
    field: fn(&mut Resilience) -> &mut Option<f64>,
}

const RESILIENCE: [Limit; 3] = [
    Limit {
        words: "Back within",
        within: "time to recover",
        about: "How long it may be interrupted by any single failure (RTO).",
        unit: SECONDS,
        field: |r| &mut r.rto_s,
    },
    Limit {
        words: "Changes lost",
        within: "loss of changes",
        about: "Of how long the changes may be lost with any single failure (RPO).",
        unit: SECONDS,
        field: |r| &mut r.rpo_s,
    },
    Limit {
        words: "Available",
        within: "availability",
        about: "Share of the time that it must work.",
        unit: SHARE,
        field: |r| &mut r.availability_pct,
    },
];

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
    let mut each: Vec<bool> = TARGETS.iter().map(|target| (target.field)(&mut targets).is_some()).collect();
    each.extend(targets.resilience.keys().map(|_| true));
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
        for (capability, target) in &targets.resilience {
            resilience_ui(ui, cx, owner, *capability, target);
        }
        add_ui(ui, cx, owner, &targets);
    });
}

/// What one capability must keep to when something fails.
fn resilience_ui(ui: &mut Ui, cx: &mut Cx<'_>, owner: &str, capability: Capability, target: &Resilience) {
    paint::heading(ui, cx.palette, capability.label());
    let state = cx.state;
    let mut form = shared::form(cx, &format!("{owner} {}", capability.id()));
    for field in &RESILIENCE {
        let mut known = target.clone();
        let model = *(field.field)(&mut known);
        if let Some(limit) = form.optional_number(ui, (field.words, field.about), model, "none", field.unit, true) {
            let what = format!("{} of {}", field.within, capability.verb());
            shared::edit_meta(state, form.msgs, &what, true, |m| {
                *(field.field)(m.estimation.targets.resilience.entry(capability).or_default()) = limit;
            });
        }
    }
    if ui.button(format!("Remove the target for {}", shared::within(capability.label()))).clicked() {
        let what = format!("targets of {}", capability.verb());
        shared::edit_meta(state, cx.msgs, &what, false, |m| {
            m.estimation.targets.resilience.remove(&capability);
        });
    }
}

/// Adds a target for a capability that has none.
fn add_ui(ui: &mut Ui, cx: &mut Cx<'_>, owner: &str, targets: &Targets) {
    let state = cx.state;
    let form = shared::form(cx, owner);
    let mut chosen = None;
    form.menu(ui, "Add target for", "…", (200.0, egui::PopupCloseBehavior::CloseOnClick), |ui, palette| {
        for capability in Capability::ALL.iter().filter(|capability| !targets.resilience.contains_key(capability)) {
            if menu_item(ui, palette, capability.label(), "", false).clicked() {
                chosen = Some(*capability);
            }
        }
    });
    if let Some(capability) = chosen {
        let what = format!("targets of {}", capability.verb());
        shared::edit_meta(state, form.msgs, &what, false, |m| {
            m.estimation.targets.resilience.entry(capability).or_default();
        });
    }
}
