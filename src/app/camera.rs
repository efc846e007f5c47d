//! What part of the scene the canvas shows.

use egui::{Pos2, Rect, Vec2};

use crate::design::{Pos, SceneRect};

/// Smallest zoom factor.
pub const MIN_ZOOM: f32 = 0.02;
/// Largest zoom factor.
pub const MAX_ZOOM: f32 = 4.0;

/// Centre and zoom of the view; independent of the window's size, so that a resized window keeps what it shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Camera {
    /// The scene point in the middle of the canvas.
    pub center_scene: Pos2,
    /// Screen points for one scene point.
    pub zoom: f32,
    /// The canvas on the screen, of the last frame.
    pub canvas_screen: Rect,
}

impl Default for Camera {
    fn default() -> Self {
        Self { center_scene: Pos2::ZERO, zoom: 1.0, canvas_screen: Rect::from_min_size(Pos2::ZERO, Vec2::splat(800.0)) }
    }
}

impl Camera {
    /// Where a scene point is on the screen.
    #[must_use]
    pub fn to_screen(&self, pos_scene: Pos2) -> Pos2 {
        self.canvas_screen.center() + (pos_scene - self.center_scene) * self.zoom
    }

    /// Which scene point is at a place of the screen.
    #[must_use]
    pub fn to_scene(&self, pos_screen: Pos2) -> Pos2 {
        self.center_scene + (pos_screen - self.canvas_screen.center()) / self.zoom
    }

    /// A scene rectangle on the screen.
    #[must_use]
    pub fn rect_to_screen(&self, rect_scene: Rect) -> Rect {
        Rect::from_min_max(self.to_screen(rect_scene.min), self.to_screen(rect_scene.max))
    }

    /// The part of the scene that is visible.
    #[must_use]
    pub fn visible_scene(&self) -> Rect {
        Rect::from_min_max(self.to_scene(self.canvas_screen.min), self.to_scene(self.canvas_screen.max))
    }

    /// Moves the view by a distance on the screen.
    pub fn pan_by(&mut self, delta_screen: Vec2) {
        self.center_scene -= delta_screen / self.zoom;
    }

    /// Multiplies the zoom, keeping the scene point at `pos_screen` where it is.
    pub fn zoom_about(&mut self, pos_screen: Pos2, factor: f32) {
        let fixed = self.to_scene(pos_screen);
        self.zoom = (self.zoom * factor).clamp(MIN_ZOOM, MAX_ZOOM);
        self.center_scene += fixed - self.to_scene(pos_screen);
    }

    /// Shows a scene rectangle with a margin, at most at 100 %.
    pub fn fit(&mut self, rect_scene: Rect) {
        self.fit_within(rect_scene, 28.0, 1.0);
    }

    /// Shows a scene rectangle with a margin, screen points, at most this large.
    pub fn fit_within(&mut self, rect_scene: Rect, margin: f32, most_zoom: f32) {
        let room = (self.canvas_screen.size() - Vec2::splat(2.0 * margin)).max(Vec2::splat(64.0));
        let size = rect_scene.size().max(Vec2::splat(1.0));
        self.zoom = (room.x / size.x).min(room.y / size.y).clamp(MIN_ZOOM, most_zoom);
        self.center_scene = rect_scene.center();
    }

    /// Moves the view just enough that the rectangle is visible, zooming out if it must.
    pub fn reveal(&mut self, rect_scene: Rect) {
        let visible = self.visible_scene();
        if visible.contains_rect(rect_scene) {
            return;
        }
        if rect_scene.width() > visible.width() || rect_scene.height() > visible.height() {
            self.fit(rect_scene);
        } else {
            self.center_scene = rect_scene.center();
        }
    }
}

/// A scene position as an egui point.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "coordinates stay below 2^24")]
pub fn pos2(pos: Pos) -> Pos2 {
    Pos2::new(pos.0 as f32, pos.1 as f32)
}

/// An egui point as a scene position, rounded.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "a cast of floats saturates")]
pub fn scene_pos(pos: Pos2) -> Pos {
    Pos(pos.x.round() as i32, pos.y.round() as i32).offset(0, 0)
}

/// A scene rectangle as an egui rectangle.
#[must_use]
pub fn rect(r: SceneRect) -> Rect {
    Rect::from_min_max(pos2(r.min), pos2(r.max()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zooming_keeps_the_point_under_the_pointer() {
        let mut camera = Camera::default();
        let at = Pos2::new(123.0, 456.0);
        let before = camera.to_scene(at);
        for factor in [1.3, 0.2, 7.0, 0.01] {
            camera.zoom_about(at, factor);
            assert!((camera.to_scene(at) - before).length() < 0.1);
        }
    }

    #[test]
    fn what_is_fitted_is_visible() {
        let mut camera = Camera::default();
        let wide = Rect::from_min_max(Pos2::new(-4000.0, 10.0), Pos2::new(9000.0, 300.0));
        camera.fit(wide);
        assert!(camera.visible_scene().contains_rect(wide));
    }
}
