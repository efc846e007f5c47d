//! What differs from the design compared with, drawn over this one: what is new has a rim and +, what changed a dashed
//! rim and ~, and what is gone stands as a ghost with − where it stood.

use egui::epaint::RectShape;
use egui::{Align2, Color32, CornerRadius, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, pos2, vec2};

use crate::app::compared::Compared;
use crate::app::theme;
use crate::compare::{Change, ElementChange, Sign, Sort};
use crate::design::{Design, Id};
use crate::picture::curve;
use crate::picture::icons;

use super::scene::{Item, Scene};
use super::shapes::{Detail, Look};
use super::words::{self, Weight, size_at};

/// Most marks drawn at once; more could not be told apart.
const MAX_MARKS: usize = 2_000;
/// Straight pieces by which the line of a link that is gone is approximated.
const PIECES: usize = 16;

/// Draws a comparison over a design.
pub struct Marks<'a> {
    /// Where shapes go.
    pub painter: &'a Painter,
    /// Colours and scale.
    pub look: &'a Look,
    /// What is drawn below.
    pub scene: &'a Scene,
    /// The comparison.
    pub compared: &'a Compared,
    /// Whether the comparison is named on a card, where nothing else stands in its place.
    pub titled: bool,
    /// Room that the legend of colours takes below that card, screen points.
    pub below: f32,
}

fn sign(change: &ElementChange) -> Sign {
    match change.change {
        Change::Added => Sign::Added,
        Change::Removed => Sign::Removed,
        Change::Changed if change.is_only_moved() => Sign::Moved,
        Change::Changed => Sign::Changed,
    }
}

fn dashes(rect: Rect, stroke: Stroke, gap: f32) -> Vec<Shape> {
    let corners = [rect.left_top(), rect.right_top(), rect.right_bottom(), rect.left_bottom(), rect.left_top()];
    Shape::dashed_line(&corners, stroke, 5.0, gap)
}

impl Marks<'_> {
    fn color(&self, sign: Sign) -> Color32 {
        let p = self.look.palette;
        theme::color(match sign {
            Sign::Added => p.good,
            Sign::Removed => p.error,
            Sign::Changed => p.accent,
            Sign::Moved | Sign::Close | Sign::Same => p.text_weak,
        })
    }

    fn base(&self) -> &Design {
        &self.compared.base.design
    }

    /// Where a component or region stood, screen coordinates.
    fn old_rect(&self, id: &Id) -> Option<Rect> {
        let base = self.base();
        let component = || base.components.get(id).map(|c| base.rect_scene(c));
        let rect = base.regions.get(id).map(|r| r.rect()).or_else(component)?;
        Some(self.look.camera.rect_to_screen(crate::app::camera::rect(rect)))
    }

    /// Draws it: what is gone below, then marks, then signs.
    pub fn show(&self) {
        let (mut shapes, mut signs) = (Vec::new(), Vec::new());
        let changes = &self.compared.comparison.elements;
        let (gone, there): (Vec<_>, Vec<_>) = changes.iter().partition(|e| e.change == Change::Removed);
        for change in gone.into_iter().chain(there) {
            if signs.len() >= MAX_MARKS {
                break;
            }
            let at = match (change.change, change.sort) {
                (Change::Removed, Sort::Link) => self.gone_link(&change.id, &mut shapes),
                (Change::Removed, Sort::Region) => self.gone_region(&change.id, &mut shapes),
                (Change::Removed, Sort::Component) => self.gone_component(&change.id, &mut shapes),
                (_, Sort::Link) => self.link(change),
                (_, Sort::Region | Sort::Component) => self.rim(change, &mut shapes),
            };
            signs.extend(at.map(|at| (at, sign(change))));
        }
        for (at, sign) in signs {
            self.sign(at, sign, &mut shapes);
        }
        self.painter.extend(shapes);
        if self.titled {
            self.card();
        }
    }

    fn in_view(&self, rect: Rect) -> bool {
        rect.expand(12.0).intersects(self.look.camera.canvas_screen)
    }

    /// A rim around what is there; returns where its sign goes.
    fn rim(&self, change: &ElementChange, shapes: &mut Vec<Shape>) -> Option<Pos2> {
        let item = self.scene.item(&change.id)?;
        let rect = self.look.camera.rect_to_screen(self.scene.rect_of(item)?);
        let sign = sign(change);
        if change.moved
            && let Some(old) = self.old_rect(change.was.as_ref().unwrap_or(&change.id))
        {
            self.way(old, rect, shapes);
        }
        if !self.in_view(rect) {
            return None;
        }
        let rim = if change.sort == Sort::Region { rect } else { rect.expand(4.0) };
        let stroke = Stroke::new(2.0, self.color(sign));
        match sign {
            Sign::Added => {
                let radius = CornerRadius::from((8.0 * self.look.camera.zoom).clamp(2.0, 12.0));
                shapes.push(RectShape::stroke(rim, radius, stroke, StrokeKind::Middle).into());
            }
            Sign::Changed => shapes.extend(dashes(rim, stroke, 4.0)),
            _ => {}
        }
        Some(rim.left_top())
    }

    /// Where something stood before it was moved, with the way from there.
    fn way(&self, old: Rect, new: Rect, shapes: &mut Vec<Shape>) {
        if !self.in_view(old.union(new)) {
            return;
        }
        let stroke = Stroke::new(1.0, self.color(Sign::Moved));
        shapes.extend(dashes(old, stroke, 6.0));
        let (from, to) = (old.left_top(), new.left_top());
        if from.distance(to) > 16.0 {
            shapes.extend(Shape::dashed_line(&[from, to], stroke, 2.0, 4.0));
        }
    }

    /// Where the sign of a link goes: on the middle of its line.
    fn link(&self, change: &ElementChange) -> Option<Pos2> {
        let Item::Edge(edge) = self.scene.item(&change.id)? else { return None };
        let (x, y) = curve::point_at(&self.scene.curve_of(edge)?.curve, 0.5);
        let at = self.look.camera.to_screen(pos2(x, y));
        self.look.camera.canvas_screen.contains(at).then_some(at)
    }

    fn gone_link(&self, id: &Id, shapes: &mut Vec<Shape>) -> Option<Pos2> {
        let base = self.base();
        let link = base.links.get(id)?;
        let rect = |id: &Id| base.components.get(id).map(|c| base.rect_scene(c));
        let course = curve::link_curve(rect(&link.from)?, rect(&link.to)?, 0, 1);
        let points: Vec<Pos2> =
            curve::flatten(&course, PIECES).into_iter().map(|(x, y)| self.look.camera.to_screen(pos2(x, y))).collect();
        if !self.in_view(Rect::from_points(&points)) {
            return None;
        }
        shapes.extend(Shape::dashed_line(&points, Stroke::new(1.5, self.color(Sign::Removed)), 3.0, 5.0));
        let (x, y) = curve::point_at(&course, 0.5);
        Some(self.look.camera.to_screen(pos2(x, y)))
    }

    fn gone_region(&self, id: &Id, shapes: &mut Vec<Shape>) -> Option<Pos2> {
        let rect = self.old_rect(id).filter(|rect| self.in_view(*rect))?;
        let color = self.color(Sign::Removed);
        shapes.extend(dashes(rect, Stroke::new(1.5, color), 5.0));
        if self.look.detail != Detail::Far {
            let font = words::font(Weight::Strong, size_at(13.0, self.look.camera.zoom).max(10.0));
            let name = words::line(self.painter, &self.base().name_of(id), font, color, rect.width() - 32.0);
            words::put(name, rect.min + vec2(16.0, 14.0), Align2::LEFT_CENTER, shapes);
        }
        Some(rect.left_top())
    }

    fn gone_component(&self, id: &Id, shapes: &mut Vec<Shape>) -> Option<Pos2> {
        let component = self.base().components.get(id)?;
        let rect = self.old_rect(id).filter(|rect| self.in_view(*rect))?;
        let p = self.look.palette;
        let color = self.color(Sign::Removed);
        shapes.push(RectShape::filled(rect, CornerRadius::same(4), theme::faded(p.canvas, 0.7)).into());
        shapes.extend(dashes(rect, Stroke::new(1.5, color), 5.0));
        if self.look.detail != Detail::Far {
            let zoom = self.look.camera.zoom;
            let weak = theme::color(p.text_weak);
            let at = pos2(rect.left() + 22.0 * zoom, rect.center().y);
            words::glyph(self.painter, icons::icon(component.kind()), at, size_at(16.0, zoom), weak, shapes);
            let font = words::font(Weight::Regular, size_at(13.0, zoom).max(9.0));
            let name = words::line(self.painter, &component.name, font, weak, rect.width() - 50.0 * zoom);
            words::put(name, pos2(rect.left() + 40.0 * zoom, rect.center().y), Align2::LEFT_CENTER, shapes);
        }
        Some(rect.left_top())
    }

    /// A disc with a sign that is drawn, so that it stays one at any size.
    fn sign(&self, at: Pos2, sign: Sign, shapes: &mut Vec<Shape>) {
        let radius = (8.0 * self.look.camera.zoom.sqrt()).clamp(4.0, 9.0);
        let p = self.look.palette;
        let ink = Stroke::new((radius / 4.0).max(1.2), theme::color(if p.dark { p.canvas } else { p.panel }));
        shapes.push(Shape::circle_filled(at, radius + 1.5, theme::color(p.canvas)));
        shapes.push(Shape::circle_filled(at, radius, self.color(sign)));
        let r = radius * 0.55;
        let mut line = |a: Vec2, b: Vec2| shapes.push(Shape::line_segment([at + a, at + b], ink));
        match sign {
            Sign::Added => {
                line(vec2(-r, 0.0), vec2(r, 0.0));
                line(vec2(0.0, -r), vec2(0.0, r));
            }
            Sign::Removed => line(vec2(-r, 0.0), vec2(r, 0.0)),
            Sign::Moved => {
                line(vec2(-r, 0.0), vec2(r, 0.0));
                line(vec2(0.1 * r, -0.8 * r), vec2(r, 0.0));
                line(vec2(0.1 * r, 0.8 * r), vec2(r, 0.0));
            }
            _ => {
                let wave = [vec2(-r, 0.25 * r), vec2(-0.4 * r, -0.35 * r), vec2(0.4 * r, 0.35 * r), vec2(r, -0.25 * r)];
                for (a, b) in wave.iter().zip(wave.iter().skip(1)) {
                    line(*a, *b);
                }
            }
        }
    }

    /// What is compared with, and how many elements differ, in the canvas' lower left corner, where no title of a region stands.
    fn card(&self) {
        let p = self.look.palette;
        let canvas = self.look.camera.canvas_screen;
        let room = (canvas.width() - 220.0).clamp(120.0, 560.0);
        let font = words::font(Weight::Regular, theme::SIZE_SMALL);
        let words = summary(self.compared);
        let galley = words::line(self.painter, &words, font, theme::color(p.text), room);
        let size = galley.size() + vec2(24.0, 10.0);
        let rect = Rect::from_min_size(pos2(canvas.left() + 12.0, canvas.bottom() - 12.0 - self.below - size.y), size);
        let stroke = Stroke::new(1.0, theme::color(p.hairline));
        self.painter.rect(rect, 4.0, theme::color(p.panel), stroke, StrokeKind::Inside);
        let mut shapes = Vec::new();
        words::put(galley, rect.center(), Align2::CENTER_CENTER, &mut shapes);
        self.painter.extend(shapes);
    }
}

/// `Before: retail.ron · 2 new · 1 gone · Esc ends`.
fn summary(compared: &Compared) -> String {
    let mut words = vec![format!("Before: {}", compared.base.origin.words())];
    for kind in [Sign::Added, Sign::Removed, Sign::Changed, Sign::Moved] {
        let n = compared.comparison.elements.iter().filter(|change| sign(change) == kind).count();
        if n > 0 {
            words.push(format!("{} {n} {}", kind.glyph(), kind.label()));
        }
    }
    if words.len() == 1 {
        words.push("nothing differs in the drawing".into());
    }
    words.push("Esc ends".into());
    words.join(" · ")
}
