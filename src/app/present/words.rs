//! Large words on a slide: wrapped to a few lines and shortened, never clipped.

use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{Color32, FontId, Galley, Id, Painter, Rect, Sense, Ui, Vec2, WidgetInfo, WidgetType, vec2};

use crate::app::theme;

/// How much larger type is than in the window.
const LARGER: f32 = 1.4;

/// Sizes on a slide, points. They grow with the screen, as the distance of those who look at it does.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Small print.
    pub small: f32,
    /// Text.
    pub body: f32,
    /// The sentence under the title.
    pub sentence: f32,
    /// The title.
    pub title: f32,
    /// Room at the edges.
    pub margin: f32,
}

impl Sizes {
    /// Those of a slide of this size, points.
    #[must_use]
    pub fn of(slide: Vec2) -> Self {
        let k = LARGER * (slide.x / 1280.0).min(slide.y / 800.0).clamp(0.7, 2.0);
        Self {
            small: theme::SIZE_SMALL * k,
            body: theme::SIZE_BODY * k,
            sentence: 15.0 * k,
            title: theme::SIZE_TITLE * k,
            margin: (20.0 * k).round(),
        }
    }
}

/// Words on at most so many lines, the last one shortened with `…`.
#[must_use]
pub fn passage(painter: &Painter, text: &str, font: FontId, color: Color32, width: f32, rows: usize) -> Arc<Galley> {
    let mut job = LayoutJob::single_section(text.to_owned(), TextFormat::simple(font, color));
    job.wrap = TextWrapping { max_width: width.max(1.0), max_rows: rows.max(1), ..TextWrapping::default() };
    painter.layout_job(job)
}

/// Draws words with their upper left corner at a place, with the whole text for whoever hears it. Returns their lower
/// edge.
pub fn put(ui: &Ui, name: &str, at: egui::Pos2, galley: Arc<Galley>, said: &str) -> f32 {
    let rect = Rect::from_min_size(at, galley.size().max(vec2(1.0, 1.0)));
    ui.painter().galley(at, galley, Color32::PLACEHOLDER);
    let response = ui.interact(rect, Id::new(("slide", name)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, said));
    rect.bottom()
}
