//! The window in a harness without a renderer.

use egui_kittest::Harness;
use meridian::app::{App, theme};

/// The app, dressed in its theme in the first frame.
pub struct Window {
    /// The app.
    pub app: App,
    dressed: bool,
}

/// Shows an app in a window of this size, points.
pub fn shown(app: App, size: [f32; 2]) -> Harness<'static, Window> {
    let mut harness = Harness::builder().with_size(size).with_max_steps(60).build_ui_state(
        |ui, window: &mut Window| {
            if !window.dressed {
                // Fonts hold from the next frame on.
                theme::install(ui.ctx());
                window.dressed = true;
                ui.ctx().request_repaint();
                return;
            }
            window.app.tick(ui.ctx());
            window.app.show(ui);
        },
        Window { app, dressed: false },
    );
    harness.run();
    harness
}
