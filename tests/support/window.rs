//! The window in a harness without a renderer, and what somebody does at it.

#![allow(dead_code, reason = "each suite uses a part of it")]
#![allow(clippy::expect_used, reason = "a test that cannot be set up must fail")]

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use meridian::app::actions::Action;
use meridian::app::{App, Msg, theme};
use meridian::design::Design;
use meridian::design::history::Document;
use meridian::templates;

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

/// A window of this size, points, on a design, all of it in view.
pub fn on(design: Design, size: [f32; 2]) -> Harness<'static, Window> {
    let mut app = App::for_tests();
    app.state.doc = Document::new(design);
    app.state.open = true;
    let mut h = shown(app, size);
    ask(&mut h, Msg::Action(Action::ZoomToFit));
    h
}

/// The same on Pattern 2: main region `eu` (Frankfurt) and sub region `in` (Mumbai).
pub fn on_pattern_2(size: [f32; 2]) -> Harness<'static, Window> {
    on(templates::get("pattern-2").expect("a template").design(), size)
}

/// Asks for something, and waits until nothing happens any more.
pub fn ask(h: &mut Harness<'_, Window>, msg: Msg) {
    h.state_mut().app.request(msg);
    h.run();
}

/// Presses keys, and waits until nothing happens any more.
pub fn press(h: &mut Harness<'_, Window>, modifiers: Modifiers, key: Key) {
    h.key_press_modifiers(modifiers, key);
    h.run();
}

/// Whether a screen reader can hear these words somewhere.
pub fn says(h: &Harness<'_, Window>, words: &str) -> bool {
    h.query_all_by_label_contains(words).next().is_some()
}

/// What has failed, as files say it.
pub fn failed(h: &Harness<'_, Window>) -> Vec<String> {
    h.state().app.state.whatif.failures().iter().map(ToString::to_string).collect()
}

/// How long the window sleeps unless something happens.
pub fn sleeps(h: &Harness<'_, Window>) -> std::time::Duration {
    h.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay
}
