//! Drawing the land.

use std::sync::Arc;

use egui::epaint::{PathShape, Vertex, WHITE_UV};
use egui::{Color32, Mesh, Painter, Pos2, Rect, Shape, Stroke};

use crate::app::camera::Camera;
use crate::app::theme;
use crate::picture::palette::Palette;
use crate::picture::world;

use super::model::pos2;

/// Land as drawn last, kept while the view stays.
#[derive(Default)]
pub struct LandPicture {
    of: Option<(Camera, bool)>,
    mesh: Arc<Mesh>,
    coasts: Vec<Shape>,
}

/// Land and coast.
fn land_colors(p: &Palette) -> (Color32, Color32) {
    let (land, coast) = if p.dark { (0.13, 0.34) } else { (0.14, 0.36) };
    (theme::color(p.canvas.mix(p.text_weak, land)), theme::color(p.canvas.mix(p.text_weak, coast)))
}

impl LandPicture {
    /// Draws the land in view.
    pub fn draw(&mut self, painter: &Painter, camera: &Camera, p: &Palette) {
        let of = (*camera, p.dark);
        if self.of != Some(of) {
            self.of = Some(of);
            self.make(camera, p);
        }
        painter.add(Shape::Mesh(self.mesh.clone()));
        painter.extend(self.coasts.iter().cloned());
    }

    fn make(&mut self, camera: &Camera, p: &Palette) {
        let (land_color, coast_color) = land_colors(p);
        let stroke = Stroke::new(1.0, coast_color);
        let visible = camera.visible_scene();
        let mut mesh = Mesh::default();
        self.coasts.clear();
        for land in world::land() {
            let bounds = Rect::from_min_max(pos2(land.bounds.min), pos2(land.bounds.max));
            let size = bounds.size() * camera.zoom;
            if !visible.intersects(bounds) || size.max_elem() < 1.0 {
                continue;
            }
            let first = u32::try_from(mesh.vertices.len()).unwrap_or(u32::MAX);
            let points: Vec<Pos2> = land.points.iter().map(|at| camera.to_screen(pos2(*at))).collect();
            mesh.vertices.extend(points.iter().map(|pos| Vertex { pos: *pos, uv: WHITE_UV, color: land_color }));
            mesh.indices.extend(land.triangles.iter().map(|i| first.saturating_add(*i)));
            for ring in &land.rings {
                // From afar most corners fall into one pixel.
                let mut line: Vec<Pos2> = Vec::new();
                for at in points.get(ring.clone()).unwrap_or_default() {
                    if line.last().is_none_or(|last| last.distance_sq(*at) > 0.8) {
                        line.push(*at);
                    }
                }
                // A line that ends where it began, because only open lines have blunt corners.
                if line.len() > 2 {
                    line.extend(line.first().copied());
                    self.coasts.push(PathShape::line(line, stroke).into());
                }
            }
        }
        // The edge of the map, where lines over the Pacific leave it.
        let frame = world::frame();
        for edge in [-1.0, 1.0] {
            let points = (0..=40).map(|i| {
                let y = frame.min.1 + (frame.max.1 - frame.min.1) * i as f32 / 40.0;
                camera.to_screen(Pos2::new(edge * world::half_width_at(y), y))
            });
            let faint = Stroke::new(1.0, theme::faded(p.hairline, 0.5));
            self.coasts.push(PathShape::line(points.collect(), faint).into());
        }
        self.mesh = Arc::new(mesh);
    }
}
