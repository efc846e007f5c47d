//! Assumptions at the window: the ledger, what it changes, and what moves a figure most.
#![cfg(feature = "gui")]
#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

mod sample;
#[path = "support/window.rs"]
mod support;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use meridian::app::actions::Action;
use meridian::app::state::BottomTab;
use meridian::app::{App, Msg};
use meridian::design::file::to_ron;
use meridian::design::history::Document;
use meridian::estimate::Assumed;
use support::{Window, shown};

fn window(size: [f32; 2]) -> Harness<'static, Window> {
    let (design, _) = sample::design();
    let mut app = App::for_tests();
    app.state.doc = Document::new(design);
    app.state.open = true;
    app.request(Msg::Action(Action::ShowTab(BottomTab::Assumptions)));

    shown(app, size)
}

fn retype(h: &mut Harness<'_, Window>, label: &str, text: &str) {
    h.get_by_role_and_label(Role::TextInput, label).focus();
    h.run();
    h.key_press_modifiers(Modifiers::COMMAND, Key::A);
    h.run();
    h.get_by_role_and_label(Role::TextInput, label).type_text(text);
    h.run();
}

fn demand(h: &Harness<'_, Window>) -> f64 {
    h.state().app.state.analysis.as_ref().unwrap().estimates.load.iter().map(|load| load.demand_rps).sum()
}

const GROWTH: &str = "Value: Calls of all populations, times";

#[test]
fn an_assumption_changed_in_the_ledger_changes_the_figures_until_it_is_undone() {
    let mut h = window([1_600.0, 900.0]);
    let bytes = to_ron(h.state().app.state.doc.design()).unwrap();
    let before = demand(&h);
    retype(&mut h, GROWTH, "2");
    h.key_press(Key::Enter);
    h.run();
    assert!((demand(&h) - 2.0 * before).abs() < 1e-6);
    retype(&mut h, "Why: Calls of all populations, times", "sales said so");
    h.key_press(Key::Enter);
    h.run();
    let design = h.state().app.state.doc.design().clone();
    assert_eq!(design.meta.estimation.assumptions.get("peak-load-factor").unwrap().note, "sales said so");
    assert_eq!(h.state().app.state.doc.applied(), 2, "a step for the value and one for the note");
    for _ in 0..2 {
        h.state_mut().app.request(Msg::Action(Action::Undo));
        h.run();
    }
    assert_eq!(to_ron(h.state().app.state.doc.design()).unwrap(), bytes);
    assert!((demand(&h) - before).abs() < 1e-9);
}

#[test]
fn what_cannot_be_is_refused_with_its_range() {
    let mut h = window([1_600.0, 900.0]);
    retype(&mut h, GROWTH, "5000");
    assert!(h.query_by_label("Between 0 and 1,000").is_some());
    assert!(h.state().app.state.doc.design().meta.estimation.assumptions.is_empty());
}

#[test]
fn an_override_can_be_taken_back_and_the_ledger_filtered() {
    let mut h = window([1_600.0, 900.0]);
    retype(&mut h, GROWTH, "3");
    h.key_press(Key::Enter);
    h.run();
    h.get_by_label("Overridden 1").click();
    h.run();
    let fields = |h: &Harness<'_, Window>| h.query_all_by_label_contains("Value: ").count();
    assert_eq!(fields(&h), 1);
    h.get_by_label("Assume as usual: Calls of all populations, times").click();
    h.run();
    assert!(h.state().app.state.doc.design().meta.estimation.assumptions.is_empty());
}

#[test]
fn a_bar_of_the_tornado_leads_to_its_assumption() {
    let mut h = window([1_900.0, 1_000.0]);
    let bar = "List prices, times · at 0.9: $";
    assert!(h.query_by_label_contains(bar).is_some(), "the cost is what is looked at first");
    h.get_by_label_contains(bar).click();
    h.run();
    let field = h.get_by_role_and_label(Role::TextInput, "Value: List prices, times");
    assert!(field.accesskit_node().is_focused());
}

#[test]
fn an_assumption_is_brought_into_view() {
    let mut h = window([1_280.0, 800.0]);
    let label = "Value: Time of one query in the database";
    h.state_mut().app.request(Msg::ShowAssumption(Some(Assumed::QueryMs)));
    h.run();
    h.run();
    assert!(h.get_by_role_and_label(Role::TextInput, label).accesskit_node().is_focused());
    retype(&mut h, label, "2.5");
    let design = h.state().app.state.doc.design().clone();
    assert!((design.meta.estimation.assumptions.get("query-ms").unwrap().value - 2.5).abs() < 1e-12);
}
