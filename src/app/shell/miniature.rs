//! A design as a small picture: regions as tinted rectangles, components as coloured boxes, links as lines.

use egui::epaint::{CornerRadius, CubicBezierShape};
use egui::{Painter, Pos2, Rect, Stroke, StrokeKind, Vec2};

use crate::app::{camera, theme};
use crate::design::{Design, Kind};
use crate::picture::curve::link_curve;
use crate::picture::palette::Palette;

/// Largest scale, so that a small design does not look coarse, screen points for one scene point.
const MAX_SCALE: f32 = 0.35;

/// Draws the whole design into `rect_screen`.
pub(super) fn paint(painter: &Painter, rect_screen: Rect, design: &Design, p: &Palette) {
    let Some(bounds) = design.bounds() else { return };
    let bounds = camera::rect(bounds);
    let size = bounds.size().max(Vec2::splat(1.0));
    let scale = (rect_screen.width() / size.x).min(rect_screen.height() / size.y).min(MAX_SCALE);
    let to_screen = |pos: Pos2| rect_screen.center() + (pos - bounds.center()) * scale;
    let rect_of = |r: Rect| Rect::from_min_max(to_screen(r.min), to_screen(r.max));

    for region in design.regions.values() {
        let tint = p.tint(region.tint);
        let rect = rect_of(camera::rect(region.rect()));
        painter.rect(
            rect,
            CornerRadius::same(3),
            theme::faded(tint, 0.12),
            Stroke::new(1.0, theme::faded(tint, 0.7)),
            StrokeKind::Inside,
        );
    }
    for link in design.links.values() {
        let (Some(from), Some(to)) = (design.components.get(&link.from), design.components.get(&link.to)) else {
            continue;
        };
        let curve = link_curve(design.rect_scene(from), design.rect_scene(to), 0, 1);
        let points = curve.map(|(x, y)| to_screen(Pos2::new(x, y)));
        let stroke = Stroke::new(1.0, theme::faded(p.purpose(link.purpose), 0.6));
        painter.add(CubicBezierShape::from_points_stroke(points, false, egui::Color32::TRANSPARENT, stroke));
    }
    for component in design.components.values() {
        let rect = rect_of(camera::rect(design.rect_scene(component)));
        let color = theme::color(p.kind(component.kind()));
        let round = component.kind() == Kind::Users;
        let radius = if round { rect.height() / 2.0 } else { 2.0 };
        painter.rect_filled(rect, radius, theme::color(p.card));
        painter.rect(rect, radius, color.gamma_multiply(0.35), Stroke::new(1.0, color), StrokeKind::Inside);
    }
}
