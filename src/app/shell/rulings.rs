//! Forms for what the architects decide about findings: a waiver, or how seriously a rule is taken.

use egui::{Id, Key, Modifiers, RichText, TextEdit, Ui};

use crate::app::{Msg, State};
use crate::design::{Date, Level, Meta, RuleSetting, commands};
use crate::rules::{self, Finding};

use super::dialogs::{Context, Verdict, buttons, modal, primary, secondary};

/// Asks for the reason, the owner and the end of a waiver.
#[derive(Debug)]
pub(super) struct WaiveForm {
    finding: Box<Finding>,
    reason: String,
    owner: String,
    expires: String,
}

impl WaiveForm {
    /// A form for this finding; who answered for the last waiver probably answers for this one.
    pub(super) fn new(finding: Box<Finding>, state: &State) -> Self {
        let meta = &state.doc.design().meta;
        let owner = meta.waivers.iter().next_back().map(|w| w.owner.clone()).unwrap_or_default();
        let subjects = finding.subjects_in_order();
        let again = meta.waivers.iter().find(|w| w.is_about(&finding.rule, &subjects));
        let reason = again.map(|w| w.reason.clone()).unwrap_or_default();
        Self { finding, reason, owner, expires: String::new() }
    }

    /// The last day, or what is wrong with it.
    fn last_day(&self) -> Result<Option<Date>, &'static str> {
        match self.expires.trim() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| "The last day is a date such as 2027-01-31"),
        }
    }

    fn ready(&self, today: Option<Date>) -> Result<Option<Date>, &'static str> {
        if self.reason.trim().is_empty() {
            return Err("Say why it is accepted");
        }
        let day = self.last_day()?;
        match (day, today) {
            (Some(day), Some(today)) if day < today => Err("That day is over"),
            _ => Ok(day),
        }
    }

    pub(super) fn show(&mut self, ui: &Ui, cx: &Context<'_>, msgs: &mut Vec<Msg>) -> Verdict {
        let (verdict, escaped) = modal(ui, "waive", "Waive this finding", 460.0, |ui| {
            ui.add(egui::Label::new(format!("{}: {}", self.finding.rule, self.finding.message)).wrap());
            let seen: Vec<String> = self.finding.seen.iter().map(|s| format!("{}: {}", s.what, s.value)).collect();
            let rests = format!("The waiver holds while this stays so: {}", seen.join(", "));
            ui.add(egui::Label::new(RichText::new(rests).weak()).wrap());
            ui.add_space(8.0);
            egui::Grid::new("waive-fields").num_columns(2).spacing([12.0, 8.0]).show(ui, |ui| {
                let fields = [
                    ("Reason", &mut self.reason, "why it is accepted", 3),
                    ("Owner", &mut self.owner, "who answers for it, may be empty", 1),
                    ("Last day", &mut self.expires, "2027-01-31, empty for no end", 1),
                ];
                for (index, (name, value, hint, rows)) in fields.into_iter().enumerate() {
                    let label = ui.label(name);
                    let edit = match rows {
                        1 => TextEdit::singleline(value),
                        rows => TextEdit::multiline(value).desired_rows(rows),
                    };
                    let field = ui.add(edit.hint_text(hint).desired_width(340.0).id(Id::new(("waive", name))));
                    let field = field.labelled_by(label.id);
                    if cx.fresh && index == 0 {
                        field.request_focus();
                    }
                    ui.end_row();
                }
            });
            let ready = self.ready(cx.state.today);
            // In a field of several lines Enter begins a new one, so with the command key it means the button.
            let entered = ui.input_mut(|i| i.consume_key(Modifiers::COMMAND, Key::Enter));
            buttons(ui, |ui| {
                let mut verdict = Verdict::Stay;
                if (primary(ui, "Waive", ready.map(|_| ()), false).clicked() || entered)
                    && let Ok(expires) = ready
                {
                    msgs.push(Msg::Edit(commands::waive(
                        cx.state.doc.design(),
                        rules::waiver_for(&self.finding, &self.reason, &self.owner, expires),
                        self.finding.lapsed.is_some(),
                    )));
                    verdict = Verdict::Close;
                }
                if secondary(ui, "Cancel").clicked() {
                    verdict = Verdict::Close;
                }
                if let Err(why) = ready {
                    ui.label(RichText::new(why).weak());
                }
                verdict
            })
        });
        if escaped { Verdict::Close } else { verdict }
    }
}

/// Asks why a rule is turned off.
#[derive(Debug)]
pub(super) struct OffForm {
    rule: String,
    reason: String,
}

impl OffForm {
    pub(super) fn new(rule: String) -> Self {
        Self { rule, reason: String::new() }
    }

    pub(super) fn show(&mut self, ui: &Ui, cx: &Context<'_>, msgs: &mut Vec<Msg>) -> Verdict {
        let title = format!("Turn {} off in this design", self.rule);
        let (verdict, escaped) = modal(ui, "rule-off", &title, 420.0, |ui| {
            ui.label("Reports will say that it was off, and why.");
            ui.add_space(8.0);
            let label = ui.label("Reason");
            let edit = TextEdit::singleline(&mut self.reason).desired_width(f32::INFINITY);
            let field = ui.add(edit).labelled_by(label.id);
            if cx.fresh {
                field.request_focus();
            }
            let entered = field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
            let ready = if self.reason.trim().is_empty() { Err("Say why it is turned off") } else { Ok(()) };
            buttons(ui, |ui| {
                let mut verdict = Verdict::Stay;
                if (primary(ui, "Turn off", ready, false).clicked() || entered) && ready.is_ok() {
                    let setting = RuleSetting { level: Level::Off, reason: self.reason.trim().to_owned() };
                    msgs.push(set_rule(&cx.state.doc.design().meta, &self.rule, Some(setting)));
                    verdict = Verdict::Close;
                }
                if secondary(ui, "Cancel").clicked() {
                    verdict = Verdict::Close;
                }
                verdict
            })
        });
        if escaped { Verdict::Close } else { verdict }
    }
}

/// The edit that takes a rule as seriously as given, or as it is.
pub(super) fn set_rule(meta: &Meta, rule: &str, setting: Option<RuleSetting>) -> Msg {
    let mut changed = meta.clone();
    let label = match &setting {
        None => format!("Take {rule} as it is"),
        Some(RuleSetting { level: Level::Off, .. }) => format!("Turn {rule} off"),
        Some(setting) => format!("Take {rule} as {}", setting.level.label().to_lowercase()),
    };
    match setting {
        Some(setting) => drop(changed.rules.insert(rule.to_owned(), setting)),
        None => drop(changed.rules.remove(rule)),
    }
    Msg::Edit(commands::set_meta(label, changed))
}
