//! The advisor's window: an interview, a recommendation, and what becomes of it.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail loudly")]
#![cfg(feature = "gui")]

use egui::{Event, Key, Modifiers};
use egui_kittest::{Harness, kittest::Queryable as _};

use meridian::app::actions::Action;
use meridian::app::{App, Msg};
use meridian::design::{Design, PatternIntent};
use meridian::rules::Severity;
use meridian::rules::pattern::Pattern;

struct Window {
    harness: Harness<'static, App>,
}

impl Window {
    fn new() -> Self {
        Self::sized([1280.0, 800.0])
    }

    fn sized(size: [f32; 2]) -> Self {
        let mut has_fonts = false;
        let harness = Harness::builder().with_size(size).with_max_steps(32).build_ui_state(
            move |ui, app: &mut App| {
                let ctx = ui.ctx().clone();
                // Fonts are there from the frame after the one in which they are installed.
                if !std::mem::replace(&mut has_fonts, true) {
                    meridian::app::theme::install(&ctx);
                    ctx.request_repaint();
                    return;
                }
                app.tick(&ctx);
                app.show(ui);
            },
            App::for_tests(),
        );
        let mut window = Self { harness };
        window.harness.run();
        window
    }

    fn ask(&mut self, msg: Msg) {
        self.harness.state_mut().request(msg);
        self.harness.run();
    }

    fn click(&mut self, label: &str) {
        self.harness.get_by_label(label).click();
        self.harness.run();
    }

    /// Answers a question, which may have to be scrolled to first.
    fn answer(&mut self, question: &str, answer: &str) {
        let label = format!("{question} {answer}");
        self.harness.get_by_label(&label).focus();
        self.harness.run();
        self.harness.key_press_modifiers(Modifiers::NONE, Key::Space);
        self.harness.run();
        let rect = self.harness.get_by_label(&label).rect();
        assert!(rect.max.y < self.harness.get_by_label("Generate design").rect().min.y, "it is in view");
    }

    fn says(&self, text: &str) -> bool {
        self.harness.query_all_by_label_contains(text).next().is_some()
    }

    fn design(&self) -> &Design {
        self.harness.state().state.doc.design()
    }

    /// Open errors and warnings of the newest analysis, and its pattern.
    fn analysis(&self) -> (Vec<String>, Pattern) {
        let analysis = self.harness.state().state.analysis.as_ref().expect("analysed");
        let open = analysis.check.findings.iter().filter(|f| f.severity != Severity::Info);
        (open.map(|f| f.message.clone()).collect(), analysis.recognition.pattern)
    }
}

const AUTONOMOUS: &str = "Must the region work by itself, with every feature of the product?";
const TRAFFIC_ONLY: &str = "Does the region need gateways and traffic managers only?";
const INFEASIBLE: &str = "Is it impossible to replicate the databases between the regions?";
const SURVIVES: &str = "Must the region survive the loss of the others with all features?";

#[test]
fn an_interview_leads_to_a_sound_design() {
    let mut window = Window::new();
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    window.harness.run();
    window.harness.event(Event::Text("ask the advisor".into()));
    window.harness.run();
    window.harness.key_press_modifiers(Modifiers::NONE, Key::Enter);
    window.harness.run();
    assert!(window.says("Either pattern"));
    window.answer(AUTONOMOUS, "yes");
    assert!(window.says("Decided by autonomous."));
    assert!(window.says("A region works by itself only with a control plane"));
    window.click("Generate design");
    assert!(window.harness.state().state.open);
    assert!(!window.says("Decided by"), "the window has made way for the drawing");
    assert_eq!(window.analysis(), (Vec::new(), Pattern::Pattern1));
    assert_eq!(window.design().meta.pattern, PatternIntent::Pattern1);
    // What was decided stands in the inspector.
    assert!(window.says("Pattern for Mumbai"));
    assert!(window.says("For it: A region works by itself"));
    window.harness.get_by_label("Forget it").focus();
    window.harness.run();
    window.harness.key_press_modifiers(Modifiers::NONE, Key::Space);
    window.harness.run();
    assert_eq!(window.design().meta.decisions, []);
}

#[test]
fn contradictions_are_shown_with_ways_out_and_draw_nothing() {
    let mut window = Window::new();
    window.click("Ask the advisor");
    window.answer(INFEASIBLE, "yes");
    window.answer(SURVIVES, "yes");
    assert!(window.says("No pattern fits") && window.says("Ways out"));
    window.click("Generate design");
    assert!(!window.harness.state().state.open);
    assert!(window.says("the answers for Mumbai contradict each other"));
    window.answer(SURVIVES, "no");
    window.click("Generate design");
    assert_eq!(window.analysis(), (Vec::new(), Pattern::Pattern2));
}

#[test]
fn a_region_is_added_to_the_open_design_as_one_step_and_a_decision_can_be_kept_alone() {
    let mut window = Window::new();
    window.ask(Msg::NewFromTemplate("pattern-2"));
    let before = window.design().clone();
    window.ask(Msg::Action(Action::Advisor));
    assert!(window.says("Frankfurt · in the design") && window.says("Singapore · new region"));
    window.answer(TRAFFIC_ONLY, "yes");
    window.harness.get_by_label("Cloud region").focus();
    window.harness.run();
    window.harness.get_by_label("Cloud region").type_text("sydney");
    window.harness.run();
    window.click("Sydney · aws ap-southeast-2");
    window.click("Keep as decision");
    assert_eq!(window.design().regions, before.regions);
    assert_eq!(window.design().meta.decisions.len(), 1);
    window.click("Add region to this design");
    assert!(window.design().regions.values().any(|r| r.name == "Sydney"));
    assert_eq!(window.design().meta.decisions.len(), 2);
    assert!(window.says("Sydney · in the design"));
    window.ask(Msg::Action(Action::Undo));
    window.ask(Msg::Action(Action::Undo));
    assert_eq!(*window.design(), before);
}

#[test]
fn the_window_fits_on_a_small_screen_and_closes_by_key() {
    let mut window = Window::sized([800.0, 520.0]);
    window.ask(Msg::Action(Action::Advisor));
    for label in ["Generate design", "Keep as decision", "Add region to this design"] {
        let rect = window.harness.get_by_label(label).rect();
        assert!(rect.min.x >= 0.0 && rect.max.x <= 800.0 && rect.max.y <= 520.0, "{label}: {rect}");
    }
    window.harness.key_press_modifiers(Modifiers::NONE, Key::Escape);
    window.harness.run();
    assert!(!window.says("Generate design"));
}
