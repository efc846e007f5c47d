//! One slide: title and sentence, claims, the drawing, the matrix, the recovery, and what keys do.

use egui::{Align, FontId, Id as WidgetId, Rect, RichText, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, WidgetType};
use egui::{pos2, vec2};

use crate::app::canvas::Canvas;
use crate::app::panels::paint;
use crate::app::state::State;
use crate::app::{Msg, theme};
use crate::design::Scene;
use crate::design::failure::headline;
use crate::picture::palette::{self, Palette};

use super::claims;
use super::lower::Lower;
use super::words::{self, Sizes};

/// Share of the slide that the header has at most.
const HEADER: f32 = 0.27;
/// Share of the slide that matrix and recovery have at most.
const LOWER: f32 = 0.40;

/// What slides remember between frames.
#[derive(Default)]
pub struct Presenter {
    lower: Lower,
}

/// What one slide is drawn with.
pub struct Cx<'a> {
    /// What there is to show.
    pub state: &'a State,
    /// Colours.
    pub palette: &'static Palette,
    /// Sizes of type.
    pub sizes: Sizes,
    /// The scene shown; `None` while there are none.
    pub scene: Option<&'a Scene>,
}

impl Presenter {
    /// Shows the slide.
    pub fn show(&mut self, ui: &mut Ui, state: &State, canvas: &mut Canvas, msgs: &mut Vec<Msg>) {
        let Some(presenting) = &state.view.presenting else { return };
        let p = theme::palette(ui.ctx());
        let whole = ui.max_rect();
        if presenting.dark {
            ui.painter().rect_filled(whole, 0.0, theme::color(palette::DARK.canvas));
            let response = ui.interact(whole, WidgetId::new("dark screen"), Sense::click());
            response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, "Dark screen: show the slide"));
            if response.clicked() {
                msgs.push(Msg::Present(super::Step::Dark));
            }
            return;
        }
        ui.painter().rect_filled(whole, 0.0, theme::color(p.canvas));
        let sizes = Sizes::of(whole.size());
        let scene = state.doc.design().meta.story.get(presenting.scene);
        let cx = Cx { state, palette: p, sizes, scene };
        let mut rect = whole;
        if presenting.notes {
            let width = (whole.width() * 0.28).clamp(240.0, 560.0);
            rect.set_right(whole.right() - width);
            cx.notes(ui, whole.with_min_x(rect.right()));
        }
        let inner = rect.shrink2(vec2(sizes.margin, sizes.margin * 0.8));
        let header = cx.header(ui, inner.with_max_y(inner.top() + inner.height() * HEADER));
        let footer = inner.with_min_y(inner.bottom() - sizes.small * 1.5);
        cx.footer(ui, footer);
        let most = inner.height() * LOWER;
        let lower_bottom = footer.top() - sizes.small * 0.6;
        let lower = inner.with_max_y(lower_bottom).with_min_y(lower_bottom - most);
        let top = self.lower.show(ui, &cx, lower, msgs);
        let picture = Rect::from_min_max(
            pos2(rect.left(), header + sizes.small * 0.4),
            pos2(rect.right(), top - sizes.small * 0.6),
        );
        let mut child = ui.new_child(UiBuilder::new().id_salt("slide picture").max_rect(picture));
        child.set_clip_rect(picture.intersect(ui.clip_rect()));
        canvas.show(&mut child, state, msgs);
    }
}

impl Cx<'_> {
    fn title(&self) -> String {
        let design = self.state.doc.design();
        match self.scene {
            Some(scene) => scene.title.clone(),
            None if self.state.whatif.is_playing() => headline(design, self.state.whatif.failures()),
            None => design.meta.name.clone(),
        }
    }

    fn sentence(&self) -> &str {
        match self.scene {
            Some(scene) => &scene.talking_point,
            None if self.state.whatif.is_playing() => "This is played now; Shift and S keep it as a scene.",
            None => "There are no scenes yet: let something fail, and add it with Shift and S.",
        }
    }

    /// Title, sentence and claims; returns the lower edge.
    fn header(&self, ui: &Ui, room: Rect) -> f32 {
        let p = self.palette;
        let sizes = &self.sizes;
        let mut bottom = room.top();
        let mut left = room;
        if let Some((slide, current)) = self.state.slide().filter(|(slide, _)| !slide.check.claims.is_empty()) {
            let badges = room.with_min_x(room.left() + room.width() * 0.56);
            left.set_right(badges.left() - sizes.margin);
            bottom = claims::show(ui, p, sizes, badges, &slide.check, current);
        }
        let title = self.title();
        let font = theme::strong_font(sizes.title);
        let galley = words::passage(ui.painter(), &title, font, theme::color(p.text), left.width(), 2);
        let mut top = words::put(ui, "title", left.min, galley, &title) + sizes.small * 0.2;
        let mut line = |name: &str, words: &str, rgb, rows: usize| {
            // What does not fit is shortened rather than drawn over the picture.
            let room = left.bottom() + sizes.sentence - top;
            if words.is_empty() || room < sizes.sentence {
                return;
            }
            let font = FontId::proportional(sizes.sentence);
            let galley = words::passage(ui.painter(), words, font, theme::color(rgb), left.width(), rows);
            top = words::put(ui, name, pos2(left.left(), top), galley, words);
        };
        line("sentence", self.sentence(), p.text_weak, 2);
        if self.state.slide_is_changed() {
            line("changed", "Changed from the scene · R puts it back", p.warning, 1);
        }
        let missing = self.missing();
        line("missing", &missing, p.warning, 1);
        bottom.max(top)
    }

    /// What the scene fails that is not drawn any more, in one line.
    fn missing(&self) -> String {
        let design = self.state.doc.design();
        let failures = self.scene.map(|scene| &scene.failures);
        let missing: Vec<String> =
            failures.into_iter().flatten().filter_map(|failure| failure.missing_in(design)).collect();
        if missing.is_empty() { String::new() } else { format!("Cannot be shown: {}", missing.join("; ")) }
    }

    fn footer(&self, ui: &Ui, room: Rect) {
        let count = self.state.doc.design().meta.story.len();
        let at = self.state.view.presenting.as_ref().map_or(0, |presenting| presenting.scene) + 1;
        let scene = if count == 0 { "No scenes".to_owned() } else { format!("Scene {at} of {count}") };
        let left = format!("{scene} · ← → step · F fail or repair · N notes · Esc leave");
        let right = "stated in the source · inferred cells are marked *";
        let font = || FontId::proportional(self.sizes.small);
        let weak = theme::color(self.palette.text_weak);
        let wide = |words: &str| paint::width_of(ui.painter(), words, font());
        let both = wide(&left) + wide(right) + self.sizes.margin <= room.width();
        paint::text(ui.painter(), room, &left, font(), weak, Align::Min);
        let response = ui.interact(room, WidgetId::new("slide footer"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &left));
        if both {
            paint::text(ui.painter(), room, right, font(), weak, Align::Max);
        }
    }

    /// What only the presenter needs to see.
    fn notes(&self, ui: &mut Ui, room: Rect) {
        let p = self.palette;
        ui.painter().rect_filled(room, 0.0, theme::color(p.panel));
        let inner = room.shrink(self.sizes.margin * 0.6);
        let mut child = ui.new_child(UiBuilder::new().id_salt("presenter notes").max_rect(inner));
        child.set_clip_rect(room.intersect(ui.clip_rect()));
        let weak = theme::color(p.text_weak);
        let body = FontId::proportional(self.sizes.body);
        ScrollArea::vertical().id_salt("notes").auto_shrink(false).show(&mut child, |ui| {
            ui.label(RichText::new("Notes").font(theme::strong_font(self.sizes.body)));
            ui.add_space(self.sizes.small * 0.5);
            let notes = self.scene.map_or("", |scene| scene.notes.as_str());
            let (words, color) =
                if notes.is_empty() { ("There are none for this scene.", weak) } else { (notes, theme::color(p.text)) };
            ui.add(egui::Label::new(RichText::new(words).font(body.clone()).color(color)).wrap());
            let next = self.state.view.presenting.as_ref().map_or(0, |presenting| presenting.scene) + 1;
            if let Some(next) = self.state.doc.design().meta.story.get(next) {
                ui.add_space(self.sizes.body);
                let words = format!("Next: {}", next.title);
                ui.add(egui::Label::new(RichText::new(words).size(self.sizes.small).color(weak)).wrap());
            }
        });
    }
}
