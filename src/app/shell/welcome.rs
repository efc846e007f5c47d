//! The page before a design is open: where to begin.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use egui::{
    Align2, Button, CornerRadius, Frame, Margin, Rect, RichText, ScrollArea, Sense, Stroke, StrokeKind, Ui, vec2,
};

use crate::app::actions::Action;
use crate::app::{Msg, theme};
use crate::design::Design;

use super::dialogs::card_name;
use super::document::Request;
use super::journal::Offer;
use super::miniature;
use super::recent::Recent;
use crate::templates::{Template, all};

/// Width of the page on a large screen, points.
const PAGE_WIDTH: f32 = 1_040.0;
/// Height of a template's picture.
const PICTURE_HEIGHT: f32 = 140.0;
/// Height of the words below it.
const WORDS_HEIGHT: f32 = 60.0;
/// Space between cards.
const GAP: f32 = 16.0;

/// A template with its design, for the picture.
#[derive(Debug, Clone)]
pub(super) struct Card {
    pub(super) template: Template,
    design: Arc<Design>,
}

/// All templates as cards.
pub(super) fn cards() -> Vec<Card> {
    all().iter().map(|template| Card { template: *template, design: Arc::new(template.design()) }).collect()
}

/// What the page shows.
pub(super) struct Page<'a> {
    pub(super) cards: &'a [Card],
    pub(super) recent: &'a [Recent],
    pub(super) offers: &'a [Offer],
}

impl Page<'_> {
    /// Shows the page.
    pub(super) fn ui(&self, ui: &mut Ui, msgs: &mut Vec<Msg>) {
        let full = ui.available_size();
        let width = PAGE_WIDTH.min(full.x - 48.0);
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            let spare = ui.ctx().data(|d| d.get_temp::<f32>(egui::Id::new("welcome-height")));
            // The page stands a little above the middle, once its height is known.
            let above = spare.map_or(32.0, |height| ((full.y - height) * 0.4).max(24.0));
            let column = Rect::from_min_size(
                ui.max_rect().min + vec2(((full.x - width) / 2.0).max(24.0), above),
                vec2(width, 0.0),
            );
            let page = ui.scope_builder(egui::UiBuilder::new().max_rect(column), |ui| {
                heading_ui(ui);
                ui.add_space(24.0);
                if !self.offers.is_empty() {
                    self.lost_work_ui(ui, msgs);
                    ui.add_space(24.0);
                }
                let side = 300.0;
                if width > 760.0 {
                    ui.horizontal_top(|ui| {
                        ui.vertical(|ui| {
                            ui.set_width(width - side - 2.0 * GAP);
                            self.templates_ui(ui, msgs);
                        });
                        ui.add_space(GAP);
                        ui.vertical(|ui| {
                            ui.set_width(side);
                            self.side_ui(ui, msgs);
                        });
                    });
                } else {
                    self.templates_ui(ui, msgs);
                    ui.add_space(24.0);
                    self.side_ui(ui, msgs);
                }
            });
            let height = page.response.rect.height();
            if spare.is_none_or(|known| (known - height).abs() > 0.5) {
                ui.ctx().data_mut(|d| d.insert_temp(egui::Id::new("welcome-height"), height));
                ui.ctx().request_discard("the welcome page's height has become known");
            }
            ui.add_space(24.0);
        });
    }

    fn lost_work_ui(&self, ui: &mut Ui, msgs: &mut Vec<Msg>) {
        let p = theme::palette(ui.ctx());
        Frame::NONE
            .fill(theme::color(p.card))
            .stroke(Stroke::new(1.0, theme::color(p.warning)))
            .corner_radius(6)
            .inner_margin(Margin::same(16))
            .show(ui, |ui| {
                ui.set_width(ui.available_width());
                title(ui, "Unsaved work was found");
                ui.label("Meridian ended without saving it.");
                ui.add_space(4.0);
                offers_ui(ui, self.offers, msgs);
            });
    }

    fn templates_ui(&self, ui: &mut Ui, msgs: &mut Vec<Msg>) {
        title(ui, "Start from a template");
        if let Some(id) = cards_ui(ui, self.cards, false) {
            msgs.push(Msg::NewFromTemplate(id));
        }
    }

    fn side_ui(&self, ui: &mut Ui, msgs: &mut Vec<Msg>) {
        title(ui, "Open a design");
        let open = Button::new(format!("{}  Open…", egui_phosphor::regular::FOLDER_OPEN)).min_size(vec2(96.0, 32.0));
        ui.horizontal(|ui| {
            let open = ui.add(open);
            open.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, "Open…"));
            if open.clicked() {
                msgs.push(Msg::Action(Action::Open));
            }
            ui.label(RichText::new("or drop a file here").weak());
        });
        if !self.recent.is_empty() {
            ui.add_space(8.0);
        }
        for recent in self.recent.iter().take(6) {
            recent_row(ui, recent, msgs);
        }
        ui.add_space(24.0);
        title(ui, "Plan a new region");
        let ask =
            Button::new(format!("{}  Ask the advisor", egui_phosphor::regular::COMPASS)).min_size(vec2(96.0, 32.0));
        let ask = ui.add(ask);
        ask.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, "Ask the advisor"));
        if ask.clicked() {
            msgs.push(Msg::Action(Action::Advisor));
        }
        ui.label(RichText::new("Which pattern suits it, why, and a design to start from.").weak());
        ui.add_space(24.0);
        title(ui, "Where to begin");
        let steps = [
            "Take the template nearest to your plan.",
            "Drag regions and parts onto the canvas; drag from a part's edge to connect it.",
            "Read problems, latency and cost as they change with every edit.",
        ];
        for (number, step) in steps.iter().enumerate() {
            ui.horizontal_top(|ui| {
                ui.label(RichText::new(format!("{}", number + 1)).weak());
                ui.add(egui::Label::new(*step).wrap());
            });
        }
        ui.add_space(8.0);
        for action in [Action::CommandPalette, Action::Keys] {
            ui.horizontal(|ui| {
                if ui.link(action.label()).clicked() {
                    msgs.push(Msg::Action(action));
                }
                if let Some(shortcut) = action.shortcuts().first() {
                    ui.label(RichText::new(ui.ctx().format_shortcut(shortcut)).weak());
                }
            });
        }
    }
}

fn title(ui: &mut Ui, text: &str) {
    ui.label(RichText::new(text).font(theme::strong_font(theme::SIZE_BODY)));
    ui.add_space(8.0);
}

fn heading_ui(ui: &mut Ui) {
    ui.label(RichText::new("Meridian").font(theme::strong_font(theme::SIZE_TITLE)));
    ui.label(
        RichText::new(
            "Draw an API Manager deployment over several regions; see what breaks, what it costs and how far it is.",
        )
        .weak(),
    );
}

fn recent_row(ui: &mut Ui, recent: &Recent, msgs: &mut Vec<Msg>) {
    let p = theme::palette(ui.ctx());
    let name = recent.path.file_stem().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = recent.path.parent().map(|f| f.display().to_string()).unwrap_or_default();
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 40.0), Sense::click());
    let enabled = !recent.missing;
    response.widget_info(|| {
        let missing = if recent.missing { ", not found" } else { "" };
        egui::WidgetInfo::labeled(egui::WidgetType::Button, enabled, format!("{name} in {folder}{missing}"))
    });
    if enabled && (response.hovered() || response.has_focus()) {
        ui.painter().rect_filled(rect, CornerRadius::same(4), theme::color(p.raised));
    }
    let color = if enabled { p.text } else { p.text_weak };
    let inner = rect.shrink2(vec2(8.0, 4.0));
    let line = |text: &str, size: f32, color| {
        let mut job =
            egui::text::LayoutJob::simple_singleline(text.to_owned(), egui::FontId::proportional(size), color);
        job.wrap = egui::text::TextWrapping::truncate_at_width(inner.width());
        job
    };
    let top = ui.painter().layout_job(line(&name, theme::SIZE_BODY, theme::color(color)));
    ui.painter().galley(inner.min, top, theme::color(color));
    let place = if recent.missing { format!("not found: {folder}") } else { folder };
    let bottom = ui.painter().layout_job(line(&place, theme::SIZE_SMALL, theme::color(p.text_weak)));
    ui.painter().galley(inner.min + vec2(0.0, 17.0), bottom, theme::color(p.text_weak));
    let response = response.on_hover_text(recent.path.display().to_string());
    if response.clicked() {
        msgs.push(Msg::OpenPath(recent.path.clone()));
    }
}

/// Lost work, one row each with what can be done about it.
pub(super) fn offers_ui(ui: &mut Ui, offers: &[Offer], msgs: &mut Vec<Msg>) {
    let now_s = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    for offer in offers {
        ui.horizontal(|ui| {
            let recover = ui.button("Recover");
            if recover.clicked() {
                msgs.push(Msg::Shell(Request::Recover(offer.file.clone())));
            }
            if ui.button("Discard").clicked() {
                msgs.push(Msg::Shell(Request::DiscardOffer(offer.file.clone())));
            }
            let place = offer.path.as_ref().map_or_else(|| "never saved".to_owned(), |p| p.display().to_string());
            ui.label(RichText::new(&offer.name).font(theme::strong_font(theme::SIZE_BODY)));
            let detail = format!("{} · {place}", ago(now_s.saturating_sub(offer.written_unix_s)));
            ui.add(egui::Label::new(RichText::new(detail).weak()).truncate());
        });
    }
}

/// How long ago, in words.
fn ago(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..60 => return "just now".into(),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}

/// The templates as cards in two columns; returns the one chosen.
pub(super) fn cards_ui(ui: &mut Ui, cards: &[Card], focus_first: bool) -> Option<&'static str> {
    let mut chosen = None;
    let width = ((ui.available_width() - GAP) / 2.0).floor();
    for (row, pair) in cards.chunks(2).enumerate() {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = GAP;
            for (column, card) in pair.iter().enumerate() {
                if card_ui(ui, card, width, focus_first && row + column == 0) {
                    chosen = Some(card.template.id);
                }
            }
        });
        ui.add_space(GAP - ui.spacing().item_spacing.y);
    }
    chosen
}

fn card_ui(ui: &mut Ui, card: &Card, width: f32, focus: bool) -> bool {
    let p = theme::palette(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(vec2(width, PICTURE_HEIGHT + WORDS_HEIGHT), Sense::click());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, card_name(&card.template)));
    if focus {
        response.request_focus();
    }
    if ui.is_rect_visible(rect) {
        let lit = response.hovered() || response.has_focus();
        let painter = ui.painter_at(rect);
        let radius = CornerRadius::same(6);
        painter.rect_filled(rect, radius, theme::color(if lit { p.raised } else { p.card }));
        let picture = Rect::from_min_size(rect.min, vec2(width, PICTURE_HEIGHT));
        let top = CornerRadius { sw: 0, se: 0, ..radius };
        painter.rect_filled(picture, top, theme::color(p.canvas));
        miniature::paint(&painter, picture.shrink(14.0), &card.design, p);
        let edge = if lit { p.accent } else { p.hairline };
        painter.hline(rect.x_range(), picture.bottom(), Stroke::new(1.0, theme::color(p.hairline)));
        painter.rect_stroke(rect, radius, Stroke::new(1.0, theme::color(edge)), StrokeKind::Inside);
        let at = picture.left_bottom() + vec2(12.0, 10.0);
        let text = theme::color(p.text);
        painter.text(at, Align2::LEFT_TOP, card.template.title, theme::strong_font(theme::SIZE_BODY), text);
        let weak = theme::color(p.text_weak);
        let mut job = egui::text::LayoutJob::simple(
            card.template.about.to_owned(),
            egui::FontId::proportional(theme::SIZE_SMALL),
            weak,
            width - 24.0,
        );
        job.wrap.max_rows = 2;
        let galley = painter.layout_job(job);
        painter.galley(at + vec2(0.0, 18.0), galley, weak);
    }
    response.clicked()
}

/// While a file hovers over the window: where it may be dropped, which is everywhere.
pub(super) fn drop_target_ui(ui: &Ui) {
    if ui.input(|i| i.raw.hovered_files.is_empty()) {
        return;
    }
    let p = theme::palette(ui.ctx());
    let layer = egui::LayerId::new(egui::Order::Tooltip, egui::Id::new("drop-target"));
    let painter = ui.ctx().layer_painter(layer);
    let rect = ui.ctx().content_rect();
    painter.rect_filled(rect, CornerRadius::ZERO, theme::faded(p.canvas, 0.8));
    painter.rect_stroke(rect.shrink(8.0), 8.0, Stroke::new(2.0, theme::color(p.accent)), StrokeKind::Inside);
    let font = theme::strong_font(theme::SIZE_HEADING);
    painter.text(rect.center(), Align2::CENTER_CENTER, "Drop to open", font, theme::color(p.text));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_words() {
        assert_eq!(ago(5), "just now");
        assert_eq!(ago(61), "1 minute ago");
        assert_eq!(ago(7_300), "2 hours ago");
        assert_eq!(ago(86_400 * 3), "3 days ago");
    }
}
