//! A finding with its receipt: what it means, what it rests on, where that is written, and what can be done.

use egui::{
    Align, Button, Id as WidgetId, Layout, Rect, RichText, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo,
};
use egui::{WidgetType, vec2};

use crate::app::Msg;
use crate::app::panels::{Cx, consequences, paint};
use crate::app::state::State;
use crate::app::theme::{self, SIZE_SMALL};
use crate::design::{Level, commands};
use crate::outlook::Offer;
use crate::rules::{self, Finding, Fixes, Lapsed, Waived};

/// Width and height of the button that closes the pane.
const CLOSE: f32 = 20.0;

/// What the pane asks of the tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Nothing.
    Stay,
    /// Close the pane.
    Close,
}

/// The pane beside the list.
#[derive(Default)]
pub struct Receipt {
    /// Whether the ghost on the canvas is one that this pane asked for.
    ghost: bool,
}

impl Receipt {
    /// Draws an open finding.
    pub fn open_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, finding: &Finding) -> Wish {
        let wish = close_ui(ui, cx);
        let mut ghost = None;
        ScrollArea::vertical().id_salt(("receipt", &finding.rule, &finding.subjects)).auto_shrink(false).show(
            ui,
            |ui| {
                ui.spacing_mut().item_spacing.y = 4.0;
                head_ui(ui, cx, finding, None);
                ui.add_space(4.0);
                decide_ui(ui, cx, finding);
                ui.add_space(4.0);
                if let Some(lapsed) = &finding.lapsed {
                    let words = RichText::new(Lapsed::sentence(lapsed)).color(theme::color(cx.palette.warning));
                    ui.add(egui::Label::new(words).wrap());
                }
                // In a low pane what can be done is in view before what it is about.
                ghost = fixes_ui(ui, cx, finding);
                ui.add_space(4.0);
                ui.add(egui::Label::new(finding.impact.as_ref()).wrap());
                reasons_ui(ui, cx, finding);
            },
        );
        // Only a ghost of its own is taken away, so that one shown by key stays.
        if ghost != cx.state.view.ghost && (ghost.is_some() || self.ghost) {
            cx.msgs.push(Msg::Ghost(ghost));
        }
        self.ghost = ghost.is_some();
        wish
    }

    /// Draws a waived finding.
    pub fn waived_ui(ui: &mut Ui, cx: &mut Cx<'_>, waived: &Waived) -> Wish {
        let wish = close_ui(ui, cx);
        ScrollArea::vertical().id_salt("receipt of waived").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            head_ui(ui, cx, &waived.finding, Some("Waived"));
            ui.add_space(4.0);
            let waiver = &waived.waiver;
            ui.add(egui::Label::new(format!("Waived: {}", waiver.reason)).wrap());
            let owner = if waiver.owner.is_empty() { "nobody named".into() } else { waiver.owner.clone() };
            let until = waiver.expires.map_or_else(|| "without end".into(), |day| format!("until {day}"));
            paint::note(ui, cx.palette, &format!("{owner}, {until}"));
            if ui.button("Take the waiver back").clicked() {
                cx.msgs.push(Msg::Edit(commands::unwaive(cx.state.doc.design(), waiver)));
            }
            ui.add(egui::Label::new(waived.finding.impact.as_ref()).wrap());
            reasons_ui(ui, cx, &waived.finding);
        });
        wish
    }
}

/// The button that closes the pane, in its corner; what follows is drawn beside it.
fn close_ui(ui: &mut Ui, cx: &Cx<'_>) -> Wish {
    let corner = ui.max_rect().right_top();
    let rect = Rect::from_min_size(corner - vec2(CLOSE, 0.0), vec2(CLOSE, CLOSE));
    ui.set_max_width(ui.max_rect().width() - CLOSE - 4.0);
    let id = WidgetId::new("close receipt");
    let closed = paint::icon_button(ui, rect, id, egui_phosphor::regular::X, "Close the details", cx.palette).clicked();
    if closed { Wish::Close } else { Wish::Stay }
}

/// Severity, sentence and what kind of finding it is.
fn head_ui(ui: &mut Ui, cx: &Cx<'_>, finding: &Finding, instead: Option<&str>) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        let (mark, _) = ui.allocate_exact_size(vec2(12.0, 18.0), Sense::hover());
        let color = theme::color(cx.palette.severity(finding.severity));
        paint::severity_mark(ui.painter(), mark.center(), finding.severity, color);
        let room = ui.available_width().max(80.0);
        ui.allocate_ui_with_layout(vec2(room, 18.0), Layout::top_down(Align::Min), |ui| {
            let words = RichText::new(&finding.message).font(theme::strong_font(theme::SIZE_BODY));
            ui.add(egui::Label::new(words).wrap());
            let kind = instead.unwrap_or(finding.severity.label());
            let words = format!("{kind} · {} · {}", finding.rule, finding.basis.label());
            paint::note(ui, cx.palette, &words);
        });
    });
}

/// Quick fixes with their consequences. Returns the one to show as a ghost.
fn fixes_ui(ui: &mut Ui, cx: &mut Cx<'_>, finding: &Finding) -> Option<usize> {
    ui.add(egui::Label::new(finding.remedy.as_ref()).wrap());
    if !finding.fixable {
        if let Some(Fixes::None(why)) = rules::get(&finding.rule).map(|r| r.fixes) {
            paint::note(ui, cx.palette, &format!("No quick fix. {why}"));
        }
        return None;
    }
    let Some(offers) = cx.state.offers() else {
        paint::note(ui, cx.palette, waiting_words(cx.state));
        return None;
    };
    if offers.is_empty() {
        paint::note(ui, cx.palette, "No quick fix fits here.");
    }
    let mut ghost = None;
    for (index, offer) in offers.iter().enumerate() {
        let shown = cx.state.view.ghost == Some(index);
        let (lit, clicked) = fix_ui(ui, cx, index, offer, shown);
        if lit {
            ghost = Some(index);
        }
        if clicked {
            cx.msgs.push(Msg::ApplyFix(index));
        }
    }
    ghost
}

/// What stands where quick fixes will be.
fn waiting_words(state: &State) -> &'static str {
    match &state.fixes {
        Some(inquiry) if inquiry.failed(state.serial) => "Quick fixes could not be worked out (a bug in Meridian).",
        Some(_) => "Looking for quick fixes…",
        None => "updating…",
    }
}

/// One quick fix; returns whether it is pointed at, and whether it was chosen.
fn fix_ui(ui: &mut Ui, cx: &Cx<'_>, index: usize, offer: &Offer, shown: bool) -> (bool, bool) {
    let palette = cx.palette;
    let width = ui.available_width();
    let (ink, weak) = (theme::color(palette.text), theme::color(palette.text_weak));
    let room = (width - 36.0).max(60.0);
    let label = ui.painter().layout(offer.edit.label.clone(), paint::body(), ink, room);
    let effect = consequences::line(&offer.outlook);
    let below = ui.painter().layout(effect.clone(), paint::small(), weak, room);
    let height = label.size().y + below.size().y + 12.0;
    let (rect, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    let response = ui.interact(rect, WidgetId::new(("quick fix", index)), Sense::click());
    let lit = response.hovered() || response.has_focus();
    let edge = if lit || shown { palette.accent } else { palette.hairline };
    ui.painter().rect(
        rect.shrink(0.5),
        4.0,
        theme::color(if lit || shown { palette.raised } else { palette.panel }),
        Stroke::new(1.0, theme::color(edge)),
        StrokeKind::Inside,
    );
    let icon = rect.with_max_x(rect.left() + 28.0);
    let wrench = egui_phosphor::regular::WRENCH;
    paint::text(ui.painter(), icon, wrench, paint::body(), theme::color(palette.accent), Align::Center);
    let top = rect.min + vec2(28.0, 5.0);
    let second = top + vec2(0.0, label.size().y + 2.0);
    ui.painter().galley(top, label, ink);
    ui.painter().galley(second, below, weak);
    response
        .widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, format!("Fix: {} ({effect})", offer.edit.label)));
    (lit, response.clicked())
}

/// Waiving, severity, and the page of the rule.
fn decide_ui(ui: &mut Ui, cx: &mut Cx<'_>, finding: &Finding) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(6.0, 4.0);
        let small = |words: &str| Button::new(RichText::new(words).size(SIZE_SMALL));
        if ui.add(small("Waive…")).on_hover_text("Accept this finding, with a reason").clicked() {
            cx.msgs.push(Msg::Waive(Box::new(finding.clone())));
        }
        let set = cx.state.doc.design().meta.rules.get(finding.rule.as_ref()).map(|s| s.level);
        let words = match set {
            None => "Severity: as the rule says".to_owned(),
            Some(level) => format!("Severity: {}", level.label().to_lowercase()),
        };
        ui.menu_button(RichText::new(words).size(SIZE_SMALL), |ui| {
            if ui.selectable_label(set.is_none(), "As the rule says").clicked() {
                cx.msgs.push(Msg::SetRule(finding.rule.clone().into_owned(), None));
            }
            for level in Level::ALL {
                let words = if level == Level::Off { "Off…" } else { level.label() };
                if ui.selectable_label(set == Some(level), words).clicked() {
                    cx.msgs.push(Msg::SetRule(finding.rule.clone().into_owned(), Some(level)));
                }
            }
        });
        if rules::get(&finding.rule).is_some() && ui.add(small("About this rule")).clicked() {
            cx.msgs.push(Msg::ShowRule(Some(finding.rule.clone().into_owned())));
        }
        if let Some(link) = &finding.link
            && ui.add(small("Copy the link")).on_hover_text(link).clicked()
        {
            cx.msgs.push(Msg::CopyText(link.clone()));
        }
    });
}

/// Why it is so, what it rests on in the drawing, and where it can be read.
fn reasons_ui(ui: &mut Ui, cx: &Cx<'_>, finding: &Finding) {
    let palette = cx.palette;
    ui.add_space(4.0);
    ui.add(egui::Label::new(finding.why.as_ref()).wrap());
    if !finding.seen.is_empty() {
        let seen: Vec<String> = finding.seen.iter().map(|s| format!("{}: {}", s.what, s.value)).collect();
        paint::note(ui, palette, &format!("In the drawing · {}", seen.join(" · ")));
    }
    for source in finding.sources {
        let fact = cx.state.books.facts().fact(source.fact);
        let statement = fact.map_or(String::new(), |f| format!(" {}", f.statement));
        let words = format!("{}{statement} ({})", source.fact, source.document);
        paint::note(ui, palette, &words);
    }
}
