//! Setting type on the canvas: rounded sizes, shortened lines, glyphs.

use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{Align2, Color32, FontFamily, FontId, Galley, Painter, Pos2, Rect, Shape};

use crate::app::theme;

pub use crate::picture::look::size_at;
pub use crate::picture::pen::Weight;

/// The font of a weight in a size, points.
#[must_use]
pub fn font(weight: Weight, size: f32) -> FontId {
    match weight {
        Weight::Regular => FontId::proportional(size),
        Weight::Strong => theme::strong_font(size),
    }
}

/// One line of text, shortened with … to `max_width` screen points.
#[must_use]
pub fn line(painter: &Painter, text: &str, font: FontId, color: Color32, max_width: f32) -> Arc<Galley> {
    let mut job = LayoutJob::single_section(text.to_owned(), TextFormat::simple(font, color));
    job.wrap = TextWrapping::truncate_at_width(max_width.max(0.0));
    painter.layout_job(job)
}

/// Text on at most `max_rows` lines, broken between words and shortened with … at the end.
#[must_use]
pub fn block(
    painter: &Painter,
    text: &str,
    font: FontId,
    color: Color32,
    max_width: f32,
    max_rows: usize,
) -> Arc<Galley> {
    let mut job = LayoutJob::single_section(text.to_owned(), TextFormat::simple(font, color));
    job.wrap = TextWrapping { max_rows, ..TextWrapping::truncate_at_width(max_width.max(0.0)) };
    job.wrap.break_anywhere = max_rows == 1;
    painter.layout_job(job)
}

/// Adds a line of text that was laid out, aligned to a point.
pub fn put(galley: Arc<Galley>, at: Pos2, align: Align2, out: &mut Vec<Shape>) -> Rect {
    let rect = align.anchor_size(at, galley.size());
    out.push(Shape::galley(rect.min, galley, Color32::PLACEHOLDER));
    rect
}

/// A glyph of the icon font, centred.
pub fn glyph(painter: &Painter, text: &str, center: Pos2, size: f32, color: Color32, out: &mut Vec<Shape>) {
    let font = FontId::new(size, FontFamily::Proportional);
    let galley = painter.layout_no_wrap(text.to_owned(), font, color);
    // The mark itself is centred, not the line it stands on.
    let offset = galley.mesh_bounds.center().to_vec2();
    let at = if galley.mesh_bounds.is_positive() { center - offset } else { center - galley.size() / 2.0 };
    out.push(Shape::galley(at, galley, color));
}
