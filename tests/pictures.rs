//! What the window looks like, as pictures: a few, drawn without a display. `UPDATE_SNAPSHOTS=1 cargo test --test
//! pictures` renews them after a wanted change.

#![cfg(feature = "gui")]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail loudly")]

#[path = "support/raster.rs"]
mod raster;

use egui::Theme;
use egui_kittest::{Harness, SnapshotOptions};
use meridian::app::actions::Action;
use meridian::app::{App, Msg, theme};

/// The window with a template open, or with the welcome page.
fn window(theme_wanted: Theme, size: [f32; 2], template: Option<&'static str>) -> Harness<'static, App> {
    let mut installed = false;
    let mut harness = Harness::builder()
        .with_size(size)
        .with_theme(theme_wanted)
        .with_max_steps(40)
        .renderer(raster::Raster::default())
        .build_ui_state(
            move |ui, app: &mut App| {
                let ctx = ui.ctx().clone();
                // Fonts are there from the second frame on.
                if !std::mem::replace(&mut installed, true) {
                    theme::install(&ctx);
                    ctx.request_repaint();
                    return;
                }
                app.tick(&ctx);
                app.show(ui);
            },
            App::for_tests(),
        );
    harness.run();
    if let Some(template) = template {
        harness.state_mut().request(Msg::NewFromTemplate(template));
        harness.run();
        harness.state_mut().request(Msg::Action(Action::ZoomToFit));
        harness.run();
    }
    harness
}

fn compare(mut harness: Harness<'static, App>, name: &str) {
    // How long the analysis took differs from run to run and stands in the footer.
    harness.state_mut().state.analysis_ms = 1.0;
    harness.run();
    // Rounding may differ between processors at the edge of a glyph, never over an area.
    harness.snapshot_options(name, &SnapshotOptions::new().threshold(1.0).max_failed_pixels(40));
}

#[test]
fn the_welcome_page() {
    compare(window(Theme::Dark, [960.0, 640.0], None), "welcome_dark");
}

#[test]
fn a_design_in_the_dark() {
    compare(window(Theme::Dark, [1280.0, 800.0], Some("pattern-2")), "pattern_2_dark");
}

#[test]
fn a_design_in_the_light() {
    compare(window(Theme::Light, [1000.0, 640.0], Some("simple-scalable")), "simple_scalable_light");
}
