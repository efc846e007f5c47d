//! The ground of the canvas: dots.

use egui::{Mesh, Rect, Shape, Vec2, pos2, vec2};

use crate::app::theme;

use super::frame::Frame;

impl Frame<'_> {
    /// The ground: dots at a pitch that doubles as one zooms out, the finer half fading.
    pub fn dots(&self) {
        let camera = &self.look.camera;
        let canvas = camera.canvas_screen;
        let mut mesh = Mesh::default();
        let mut pitch = 24.0_f32;
        while pitch * camera.zoom < 20.0 {
            pitch *= 2.0;
        }
        while pitch * camera.zoom >= 40.0 && pitch > 24.0 {
            pitch /= 2.0;
        }
        let step = pitch * camera.zoom;
        let fine = ((step - 20.0) / 20.0).clamp(0.0, 1.0);
        let first = |low: f32| (low / pitch).floor();
        let visible = camera.visible_scene();
        let (x0, y0) = (first(visible.left()), first(visible.top()));
        let origin = camera.to_screen(pos2(x0 * pitch, y0 * pitch));
        let radius = 0.75;
        let (cols, rows) = ((canvas.width() / step) as usize + 2, (canvas.height() / step) as usize + 2);
        let (coarse, weak) = (theme::color(self.look.palette.grid), theme::faded(self.look.palette.grid, fine));
        for row in 0..rows {
            for col in 0..cols {
                let even = |start: f32, i: usize| (start as i64 + i as i64) % 2 == 0;
                let color = if even(x0, col) && even(y0, row) { coarse } else { weak };
                let at = origin + vec2(col as f32, row as f32) * step;
                mesh.add_colored_rect(Rect::from_center_size(at, Vec2::splat(2.0 * radius)), color);
            }
        }
        self.painter.add(Shape::mesh(mesh));
    }
}
