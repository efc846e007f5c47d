//! What the design says about rules: how seriously they are taken, and which findings are waived.

use egui::{Id as WidgetId, Ui};

use crate::app::Msg;
use crate::app::panels::{Cx, paint};
use crate::design::{Design, Id, Level, Meta, RuleSetting, Waiver, commands};
use crate::rules;

use super::{section, shared};

/// Most waivers listed.
const MAX_WAIVERS: usize = 100;

/// Draws the rules that are taken otherwise than they say, folded at first.
pub fn rules_set(ui: &mut Ui, cx: &mut Cx<'_>, meta: &Meta) {
    let said = count(meta.rules.len());
    section::show(ui, cx.palette, "Rules set otherwise", &said, |ui| {
        if meta.rules.is_empty() {
            paint::note(
                ui,
                cx.palette,
                "Every rule is taken as it is. A finding in the list of problems can change that.",
            );
        }
        for (rule, setting) in &meta.rules {
            rule_ui(ui, cx, rule, setting);
        }
    });
}

fn count(n: usize) -> String {
    if n == 0 { String::new() } else { n.to_string() }
}

fn rule_ui(ui: &mut Ui, cx: &mut Cx<'_>, rule: &str, setting: &RuleSetting) {
    let state = cx.state;
    let title = rules::get(rule).map_or("Not among the rules of this program.", |r| r.title);
    let mut form = shared::form(cx, &format!("rule {rule}"));
    let name = |level: Level| level.label().to_owned();
    if let Some(level) = form.choice(ui, (rule, title), setting.level, &Level::ALL, name) {
        if level == Level::Off && setting.reason.is_empty() {
            // Asks for the reason first.
            form.msgs.push(Msg::SetRule(rule.to_owned(), Some(level)));
        } else {
            let label = match level {
                Level::Off => format!("Turn {rule} off"),
                _ => format!("Take {rule} as {}", level.label().to_lowercase()),
            };
            change(state, form.msgs, rule, label, None, |s| s.level = level);
        }
    }
    paint::note(ui, form.palette, title);
    ui.add_space(4.0);
    if let Some(reason) = form.passage(ui, &format!("Reason for {rule}"), &setting.reason, "Why") {
        let label = format!("Change the reason for {rule}");
        change(state, form.msgs, rule, label, Some(format!("reason {rule}")), |s| s.reason = reason);
    }
    ui.add_space(4.0);
    if ui.button("Take it as it is").on_hover_text("Remove this setting").clicked() {
        cx.msgs.push(Msg::SetRule(rule.to_owned(), None));
    }
    ui.add_space(8.0);
}

fn change(
    state: &crate::app::State,
    msgs: &mut Vec<Msg>,
    rule: &str,
    label: String,
    typed: Option<String>,
    change: impl FnOnce(&mut RuleSetting),
) {
    let mut meta = Meta::clone(&state.doc.design().meta);
    let Some(setting) = meta.rules.get_mut(rule) else { return };
    change(setting);
    let edit = commands::set_meta(label, meta);
    msgs.push(Msg::Edit(match typed {
        Some(key) => edit.merging(key),
        None => edit,
    }));
}

/// Draws the waivers, folded at first.
pub fn waivers(ui: &mut Ui, cx: &mut Cx<'_>, design: &Design) {
    let waivers = &design.meta.waivers;
    section::show(ui, cx.palette, "Waivers", &count(waivers.len()), |ui| {
        if waivers.is_empty() {
            paint::note(ui, cx.palette, "Nothing is waived. A finding in the list of problems can be, with a reason.");
        }
        for (index, waiver) in waivers.iter().take(MAX_WAIVERS).enumerate() {
            waiver_ui(ui, cx, design, index, waiver);
        }
        if waivers.len() > MAX_WAIVERS {
            paint::note(ui, cx.palette, &format!("and {} more", waivers.len() - MAX_WAIVERS));
        }
    });
}

/// `R-HA-01 · Gateway · Mumbai, Backend`: the rule and what the waiver is about.
fn about(design: &Design, waiver: &Waiver) -> String {
    let place = |id: &Id| {
        let region = design.components.get(id).and_then(|c| design.regions.get(c.region.as_ref()?));
        match region {
            Some(region) => format!("{} · {}", design.name_of(id), region.name),
            None => design.name_of(id),
        }
    };
    let subjects: Vec<String> = waiver.subjects.iter().map(place).collect();
    let subjects = if subjects.is_empty() { "the design".to_owned() } else { subjects.join(", ") };
    format!("{} · {subjects}", waiver.rule)
}

fn waiver_ui(ui: &mut Ui, cx: &mut Cx<'_>, design: &Design, index: usize, waiver: &Waiver) {
    let owner = if waiver.owner.is_empty() { "no owner" } else { &waiver.owner };
    let expired = waiver.has_expired(cx.state.today);
    let until = match waiver.expires {
        Some(day) if expired => format!("was waived until {day}"),
        Some(day) => format!("until {day}"),
        None => "no last day".to_owned(),
    };
    let bar = expired.then_some(cx.palette.warning);
    let id = WidgetId::new(("waiver", index));
    let response = shared::two_lines(ui, cx, id, bar, &about(design, waiver), &format!("{until} · {owner}"));
    if response.contains_pointer() {
        *cx.hovered = waiver.subjects.first().cloned();
    }
    if response.clicked() {
        let there: Vec<Id> = waiver.subjects.iter().filter(|id| design.element(id).is_some()).cloned().collect();
        if !there.is_empty() {
            cx.msgs.push(Msg::Select(there));
        }
    }
    paint::note(ui, cx.palette, &waiver.reason);
    let analysis = cx.state.analysis.as_deref().filter(|_| cx.state.analysis_is_current());
    if analysis.is_some_and(|a| a.check.idle_waivers.contains(waiver)) {
        paint::note(ui, cx.palette, "It matches no finding any more.");
    }
    ui.add_space(4.0);
    if ui.button("Take back").on_hover_text("The finding counts again").clicked() {
        cx.msgs.push(Msg::Edit(commands::unwaive(cx.state.doc.design(), waiver)));
    }
    ui.add_space(8.0);
}
