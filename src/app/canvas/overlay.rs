//! What lies over the drawing while one works: handles, ports, guides, the marquee, what is being placed or connected.

use egui::epaint::{CubicBezierShape, RectShape};
use egui::{Align2, Color32, CornerRadius, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, pos2, vec2};

use crate::app::state::Placing;
use crate::app::theme;
use crate::app::tools::snap::{GRID, Guide};
use crate::app::tools::{Handle, Hit};
use crate::design::{Extent, Id, commands};
use crate::picture::icons;

use super::pen;
use super::scene::{Item, Scene};
use super::shapes::Look;
use super::stage;
use super::words::{self, Weight, size_at};

/// Draws over the scene.
pub struct Overlay<'a> {
    /// Where shapes go.
    pub painter: &'a Painter,
    /// Colours and scale.
    pub look: &'a Look,
    /// What is drawn below.
    pub scene: &'a Scene,
}

/// Size of what is placed, scene points.
fn extent(placing: &Placing) -> Vec2 {
    let Extent(w, h) = match placing {
        Placing::Component(kind) => kind.extent(),
        Placing::Region { .. } => commands::NEW_REGION_EXTENT,
    };
    vec2(w as f32, h as f32)
}

/// Where the middle of what is placed at a pointer goes: so that its corner is on the grid.
#[must_use]
pub fn placed_center(placing: &Placing, pointer_scene: Pos2) -> Pos2 {
    let size = extent(placing);
    let corner = pointer_scene - size / 2.0;
    let snapped = pos2((corner.x / GRID).round() * GRID, (corner.y / GRID).round() * GRID);
    snapped + size / 2.0
}

impl Overlay<'_> {
    fn rect(&self, id: &Id) -> Option<Rect> {
        let rect = self.scene.rect_of(self.scene.item(id)?)?;
        Some(self.look.camera.rect_to_screen(rect))
    }

    fn accent(&self) -> Color32 {
        theme::color(self.look.palette.accent)
    }

    /// The dots from which links are drawn.
    pub fn ports<'i>(&self, ids: impl Iterator<Item = &'i Id>, pointer: Option<Pos2>) {
        let mut shapes = Vec::new();
        for rect in ids.filter_map(|id| self.rect(id)) {
            for at in stage::ports(rect) {
                let held = pointer.is_some_and(|p| p.distance(at) <= 8.0);
                let (radius, fill) =
                    if held { (5.5, self.accent()) } else { (3.5, theme::color(self.look.palette.card)) };
                shapes.push(Shape::circle_filled(at, radius, fill));
                shapes.push(Shape::circle_stroke(at, radius, Stroke::new(1.5, self.accent())));
            }
        }
        self.painter.extend(shapes);
    }

    /// The handles of a selected region.
    pub fn handles(&self, id: &Id) {
        let Some(Item::Region(_)) = self.scene.item(id) else { return };
        let Some(rect) = self.rect(id).filter(|r| r.width() > 60.0 && r.height() > 40.0) else { return };
        let fill = theme::color(self.look.palette.card);
        let shapes = Handle::ALL.map(|handle| {
            let square = Rect::from_center_size(handle.on(rect), Vec2::splat(7.0));
            let stroke = Stroke::new(1.5, self.accent());
            Shape::from(RectShape::new(square, CornerRadius::same(2), fill, stroke, StrokeKind::Inside))
        });
        self.painter.extend(shapes);
    }

    /// The ring around what has the keyboard.
    pub fn focus_ring(&self, rect_screen: Rect) {
        let stroke = Stroke::new(2.0, theme::color(self.look.palette.text));
        self.painter.rect_stroke(rect_screen.expand(4.0), 8.0, stroke, StrokeKind::Outside);
    }

    /// The rectangle that selects.
    pub fn marquee(&self, rect_scene: Rect) {
        let rect = self.look.camera.rect_to_screen(rect_scene);
        let accent = self.look.palette.accent;
        let stroke = Stroke::new(1.0, theme::color(accent));
        self.painter.rect(rect, 0.0, theme::faded(accent, 0.12), stroke, StrokeKind::Inside);
    }

    /// Lines to what a drag snapped to.
    pub fn guides(&self, guides: &[Guide]) {
        let color = theme::faded(self.look.palette.error, 0.75);
        let stroke = Stroke::new(1.0, color);
        let mut shapes = Vec::new();
        for guide in guides {
            match *guide {
                Guide::Line(a, b) => {
                    let (a, b) = (self.look.camera.to_screen(a), self.look.camera.to_screen(b));
                    let over = (b - a).normalized() * 12.0;
                    shapes.push(Shape::line_segment([a - over, b + over], stroke));
                }
                Guide::Gap(a, b) => {
                    let (a, b) = (self.look.camera.to_screen(a), self.look.camera.to_screen(b));
                    let tick = (b - a).normalized().rot90() * 4.0;
                    shapes.push(Shape::line_segment([a, b], stroke));
                    shapes.push(Shape::line_segment([a - tick, a + tick], stroke));
                    shapes.push(Shape::line_segment([b - tick, b + tick], stroke));
                }
            }
        }
        self.painter.extend(shapes);
    }

    /// The copies that an Alt-drag would make, at an offset.
    pub fn duplicates(&self, ids: &[Id], offset: (i32, i32)) {
        let shift = vec2(offset.0 as f32, offset.1 as f32) * self.look.camera.zoom;
        let mut shapes = Vec::new();
        let mut nodes = Vec::new();
        for id in ids {
            match self.scene.item(id) {
                Some(Item::Region(index)) => {
                    let Some(view) = self.scene.regions.get(index) else { continue };
                    nodes.extend(view.children.iter().copied());
                    let rect = self.look.camera.rect_to_screen(view.rect).translate(shift);
                    let tint = self.look.palette.tint(view.region.tint);
                    let stroke = Stroke::new(1.0, theme::color(tint));
                    let radius = CornerRadius::same(8);
                    let fill = theme::faded(tint, 0.1);
                    shapes.push(RectShape::new(rect, radius, fill, stroke, StrokeKind::Inside).into());
                }
                Some(Item::Node(node)) => nodes.push(node),
                _ => {}
            }
        }
        for node in nodes {
            let Some(mut shape) = self.scene.box_of(node).copied() else { continue };
            shape.rect = shape.rect.translate(vec2(offset.0 as f32, offset.1 as f32));
            shapes.extend(pen::shapes(self.painter, |pen| shape.picture().draw(pen, &self.look.picture(), 0.75)));
        }
        self.painter.extend(shapes);
    }

    /// The line from a component to the pointer while connecting.
    pub fn rubber_band(&self, from: &Id, to_screen: Pos2, over: Option<&Id>) {
        let Some(rect) = self.rect(from) else { return };
        let near = |a: &Pos2, b: &Pos2| a.distance(to_screen).total_cmp(&b.distance(to_screen));
        let Some(start) = stage::ports(rect).into_iter().min_by(near) else { return };
        let end = over
            .and_then(|id| self.rect(id))
            .and_then(|r| stage::ports(r).into_iter().min_by(|a, b| a.distance(start).total_cmp(&b.distance(start))));
        let end = end.unwrap_or(to_screen);
        let away = (start - rect.center()).normalized() * ((end - start).length() * 0.4).min(120.0);
        let stroke = Stroke::new(2.0, self.accent());
        let points = [start, start + away, end - (end - start - away) * 0.3, end];
        let curve = CubicBezierShape::from_points_stroke(points, false, Color32::TRANSPARENT, stroke);
        self.painter.add(curve);
        self.painter.circle_filled(end, 4.0, self.accent());
    }

    /// Rims around components that can be connected with; a stronger one around the one under the pointer.
    pub fn partners<'i>(&self, rects_scene: impl Iterator<Item = (Rect, bool)> + 'i) {
        for (rect, over) in rects_scene {
            let rect = self.look.camera.rect_to_screen(rect).expand(3.0);
            let color = theme::faded(self.look.palette.accent, if over { 1.0 } else { 0.5 });
            let stroke = Stroke::new(if over { 2.5 } else { 1.0 }, color);
            self.painter.rect_stroke(rect, 10.0 * self.look.camera.zoom.min(1.5), stroke, StrokeKind::Outside);
        }
    }

    /// What is about to be placed, where it would go.
    pub fn ghost(&self, placing: &Placing, center_scene: Pos2) {
        let p = self.look.palette;
        let rect = self.look.camera.rect_to_screen(Rect::from_center_size(center_scene, extent(placing)));
        let zoom = self.look.camera.zoom;
        let dashes = |rect: Rect, color: Color32| {
            let corners = [rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom(), rect.left_top()];
            Shape::dashed_line(&corners, Stroke::new(1.5, color), 5.0, 4.0)
        };
        let mut shapes = Vec::new();
        let size = size_at(13.0, zoom).max(9.0);
        match placing {
            Placing::Component(kind) => {
                let color = p.kind(*kind);
                shapes.push(RectShape::filled(rect, CornerRadius::same(4), theme::faded(p.card, 0.8)).into());
                shapes.extend(dashes(rect, theme::color(color)));
                let at = pos2(rect.left() + 22.0 * zoom, rect.center().y);
                let icon = icons::icon(*kind);
                words::glyph(self.painter, icon, at, size_at(16.0, zoom), theme::color(color), &mut shapes);
                let font = words::font(Weight::Strong, size);
                let room = rect.width() - 50.0 * zoom;
                let name = words::line(self.painter, kind.label(), font, theme::color(p.text), room);
                words::put(name, pos2(rect.left() + 40.0 * zoom, rect.center().y), Align2::LEFT_CENTER, &mut shapes);
            }
            Placing::Region { name, site } => {
                shapes.push(RectShape::filled(rect, CornerRadius::same(4), theme::faded(p.accent, 0.06)).into());
                shapes.extend(dashes(rect, self.accent()));
                let text =
                    if name.contains(site.short()) { name.clone() } else { format!("{name} · {}", site.short()) };
                let font = words::font(Weight::Strong, size);
                let room = rect.width() - 28.0 * zoom;
                let name = words::line(self.painter, &text, font, theme::color(p.text), room);
                let at = rect.min + vec2(14.0, 20.0) * zoom;
                words::put(name, at, Align2::LEFT_CENTER, &mut shapes);
            }
        }
        self.painter.extend(shapes);
    }
}

/// The pointer's shape over what it hits.
#[must_use]
pub fn cursor(hit: &Hit) -> egui::CursorIcon {
    use egui::CursorIcon as C;
    match hit {
        Hit::Handle(_, Handle { x, y }) => match (x, y) {
            (0, _) => C::ResizeVertical,
            (_, 0) => C::ResizeHorizontal,
            (a, b) if a == b => C::ResizeNwSe,
            _ => C::ResizeNeSw,
        },
        Hit::Port(_) => C::Crosshair,
        Hit::Marker(_) => C::PointingHand,
        _ => C::Default,
    }
}
