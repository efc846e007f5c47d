//! A quick fix that is not applied yet, drawn over the design: what it would add, change and take away, and what that
//! would mean.

use egui::epaint::RectShape;
use egui::{Align2, Color32, CornerRadius, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, pos2, vec2};

use crate::app::panels::consequences;
use crate::app::theme;
use crate::design::edit::Op;
use crate::design::{Design, Id};
use crate::outlook::Offer;
use crate::picture::icons;

use super::shapes::Look;
use super::words::{self, Weight, size_at};

/// Draws the ghost of an offer over a design.
pub struct Ghost<'a> {
    /// Where shapes go.
    pub painter: &'a Painter,
    /// Colours and scale.
    pub look: &'a Look,
    /// The design as it is.
    pub before: &'a Design,
    /// The quick fix.
    pub offer: &'a Offer,
}

/// How an element differs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Added,
    Changed,
    Removed,
}

fn change<T>(before: Option<&T>, after: Option<&T>) -> Option<Change> {
    match (before, after) {
        (None, Some(_)) => Some(Change::Added),
        (Some(_), Some(_)) => Some(Change::Changed),
        (Some(_), None) => Some(Change::Removed),
        (None, None) => None,
    }
}

impl Ghost<'_> {
    fn color(&self, change: Change) -> Color32 {
        let p = self.look.palette;
        theme::color(match change {
            Change::Added => p.good,
            Change::Changed => p.accent,
            Change::Removed => p.error,
        })
    }

    /// The rectangle of a component, screen coordinates: where it will stand, or else where it stands.
    fn rect(&self, id: &Id) -> Option<Rect> {
        let of = |design: &Design| design.components.get(id).map(|c| design.rect_scene(c));
        let rect = of(&self.offer.design).or_else(|| of(self.before))?;
        Some(self.look.camera.rect_to_screen(crate::app::camera::rect(rect)))
    }

    /// Draws it: links below, then regions and components, then the card.
    pub fn show(&self) {
        let mut shapes = Vec::new();
        for op in &self.offer.edit.ops {
            if let Op::Link(id, _) = op {
                self.link(id, &mut shapes);
            }
        }
        for op in &self.offer.edit.ops {
            match op {
                Op::Region(id, _) => self.region(id, &mut shapes),
                Op::Component(id, _) => self.component(id, &mut shapes),
                Op::Link(..) | Op::Meta(_) => {}
            }
        }
        self.painter.extend(shapes);
        self.card();
    }

    fn link(&self, id: &Id, shapes: &mut Vec<Shape>) {
        let (old, new) = (self.before.links.get(id), self.offer.design.links.get(id));
        let Some(change) = change(old, new) else { return };
        let Some(link) = new.or(old) else { return };
        let (Some(from), Some(to)) = (self.rect(&link.from), self.rect(&link.to)) else { return };
        let stroke = Stroke::new(2.0, self.color(change));
        let (a, b) = (edge_towards(from, to.center()), edge_towards(to, from.center()));
        shapes.extend(Shape::dashed_line(&[a, b], stroke, 6.0, 4.0));
        let along = (b - a).normalized();
        let side = along.rot90() * 4.0;
        let tip = [b, b - along * 9.0 + side, b - along * 9.0 - side];
        shapes.push(Shape::convex_polygon(tip.to_vec(), stroke.color, Stroke::NONE));
        if change == Change::Removed {
            cross(a + (b - a) * 0.5, 6.0, stroke, shapes);
        }
    }

    fn region(&self, id: &Id, shapes: &mut Vec<Shape>) {
        let (old, new) = (self.before.regions.get(id), self.offer.design.regions.get(id));
        let Some(change) = change(old, new) else { return };
        let Some(region) = new.or(old) else { return };
        let rect = self.look.camera.rect_to_screen(crate::app::camera::rect(region.rect()));
        let stroke = Stroke::new(1.5, self.color(change));
        shapes.extend(dashes(rect, stroke));
        if change == Change::Added {
            let font = words::font(Weight::Strong, size_at(13.0, self.look.camera.zoom).max(10.0));
            let name = words::line(self.painter, &region.name, font, stroke.color, rect.width() - 28.0);
            words::put(name, rect.min + vec2(14.0, 14.0), Align2::LEFT_CENTER, shapes);
        }
    }

    fn component(&self, id: &Id, shapes: &mut Vec<Shape>) {
        let (old, new) = (self.before.components.get(id), self.offer.design.components.get(id));
        let Some(change) = change(old, new) else { return };
        let Some(component) = new.or(old) else { return };
        let Some(rect) = self.rect(id) else { return };
        let stroke = Stroke::new(2.0, self.color(change));
        match change {
            Change::Added => {
                let p = self.look.palette;
                shapes.push(RectShape::filled(rect, CornerRadius::same(4), theme::faded(p.card, 0.92)).into());
                shapes.extend(dashes(rect, stroke));
                let zoom = self.look.camera.zoom;
                let at = pos2(rect.left() + 22.0 * zoom, rect.center().y);
                let size = size_at(16.0, zoom);
                words::glyph(self.painter, icons::icon(component.kind()), at, size, stroke.color, shapes);
                let count = if component.instances > 1 { format!(" ×{}", component.instances) } else { String::new() };
                let font = words::font(Weight::Strong, size_at(13.0, zoom).max(9.0));
                let text = format!("{}{count}", component.name);
                let name = words::line(self.painter, &text, font, theme::color(p.text), rect.width() - 50.0 * zoom);
                words::put(name, pos2(rect.left() + 40.0 * zoom, rect.center().y), Align2::LEFT_CENTER, shapes);
            }
            Change::Changed => shapes.extend(dashes(rect.expand(3.0), stroke)),
            Change::Removed => {
                shapes.extend(dashes(rect.expand(3.0), stroke));
                shapes.push(Shape::line_segment([rect.left_top(), rect.right_bottom()], stroke));
                shapes.push(Shape::line_segment([rect.left_bottom(), rect.right_top()], stroke));
            }
        }
    }

    /// Whether a rectangle of the screen lies over a component that differs.
    fn covers(&self, rect: Rect) -> bool {
        self.offer.edit.ops.iter().any(|op| match op {
            Op::Component(id, _) => self.rect(id).is_some_and(|r| r.expand(3.0).intersects(rect)),
            Op::Region(..) | Op::Link(..) | Op::Meta(_) => false,
        })
    }

    /// What it does and would mean, at the top of the canvas or else at its bottom.
    fn card(&self) {
        let p = self.look.palette;
        let canvas = self.look.camera.canvas_screen;
        let room = (canvas.width() - 80.0).clamp(120.0, 520.0);
        let title = &self.offer.edit.label;
        let strong = theme::strong_font(theme::SIZE_BODY);
        let small = words::font(Weight::Regular, theme::SIZE_SMALL);
        let weak = theme::color(p.text_weak);
        let mut job = egui::text::LayoutJob::simple(title.clone(), strong, theme::color(p.text), room);
        job.wrap.max_rows = 2;
        let title = self.painter.layout_job(job);
        let effect = self.painter.layout(consequences::line(&self.offer.outlook), small.clone(), weak, room);
        let hint = "Not applied yet: click the fix, or press Ctrl+Enter";
        let hint = self.painter.layout(hint.to_owned(), small, weak, room);
        let size = vec2(
            title.size().x.max(effect.size().x).max(hint.size().x) + 24.0,
            title.size().y + effect.size().y + hint.size().y + 22.0,
        );
        let beside = |y| Rect::from_center_size(pos2(canvas.center().x, y), size);
        let (top, bottom) = (beside(canvas.top() + 12.0 + size.y / 2.0), beside(canvas.bottom() - 12.0 - size.y / 2.0));
        // What changes stays in view where one of the two places leaves it free.
        let rect = if self.covers(top) && !self.covers(bottom) { bottom } else { top };
        let stroke = Stroke::new(1.0, theme::color(p.accent));
        self.painter.rect(rect, 6.0, theme::color(p.panel), stroke, StrokeKind::Inside);
        let mut at = rect.min + vec2(12.0, 8.0);
        for galley in [title, effect, hint] {
            let height = galley.size().y;
            self.painter.galley(at, galley, weak);
            at.y += height + 3.0;
        }
    }
}

fn dashes(rect: Rect, stroke: Stroke) -> Vec<Shape> {
    let corners = [rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom(), rect.left_top()];
    Shape::dashed_line(&corners, stroke, 5.0, 4.0)
}

fn cross(at: Pos2, radius: f32, stroke: Stroke, shapes: &mut Vec<Shape>) {
    for tilt in [vec2(radius, radius), vec2(radius, -radius)] {
        shapes.push(Shape::line_segment([at - tilt, at + tilt], stroke));
    }
}

/// Where a line from the middle of a rectangle towards a point leaves the rectangle.
fn edge_towards(rect: Rect, to: Pos2) -> Pos2 {
    let from = rect.center();
    let way = to - from;
    let reach = |length: f32, half: f32| if length.abs() > f32::EPSILON { half / length.abs() } else { f32::INFINITY };
    let share = reach(way.x, rect.width() / 2.0).min(reach(way.y, rect.height() / 2.0)).min(1.0);
    from + way * share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_leave_a_box_at_its_edge() {
        let rect = Rect::from_min_max(pos2(0.0, 0.0), pos2(100.0, 40.0));
        assert_eq!(edge_towards(rect, pos2(250.0, 20.0)), pos2(100.0, 20.0));
        assert_eq!(edge_towards(rect, pos2(50.0, -80.0)), pos2(50.0, 0.0));
        assert_eq!(edge_towards(rect, rect.center()), rect.center());
    }
}
