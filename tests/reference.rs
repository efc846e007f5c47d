//! The rules to read in the window: opened, searched, followed from fact to rule and back, by hand and by keys.
#![cfg(feature = "gui")]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail loudly")]

#[path = "support/window.rs"]
mod support;

use std::sync::Arc;

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use meridian::app::actions::Action;
use meridian::app::{App, Msg};
use meridian::design::history::Document;
use meridian::design::{Design, Kind, Level, ProductVersion};
use meridian::templates;
use support::{Window, shown};

fn window(design: Option<Design>) -> Harness<'static, Window> {
    let mut app = App::for_tests();
    app.state.open = design.is_some();
    app.state.doc = Document::new(design.unwrap_or_default());

    shown(app, [1280.0, 800.0])
}

/// The template of Pattern 2 with one node in its first gateway group.
fn with_a_single_gateway() -> Design {
    let mut design = templates::get("pattern-2").unwrap().design();
    let gateway = design.components.values_mut().find(|c| c.kind() == Kind::Gateway).unwrap();
    Arc::make_mut(gateway).instances = 1;
    design
}

fn ask(h: &mut Harness<'_, Window>, msg: Msg) {
    h.state_mut().app.request(msg);
    h.run();
}

fn press(h: &mut Harness<'_, Window>, modifiers: Modifiers, key: Key) {
    h.key_press_modifiers(modifiers, key);
    h.run();
}

fn shows(h: &Harness<'_, Window>, page: &str) -> bool {
    h.query_by_label(&format!("Page of {page}")).is_some()
}

#[test]
fn a_finding_leads_to_its_rule_the_rule_to_its_fact_the_fact_to_other_rules_and_back() {
    let mut h = window(Some(with_a_single_gateway()));
    let findings = h.state().app.state.analysis.clone().unwrap();
    let at = findings.check.findings.iter().position(|f| f.rule == "R-HA-01").unwrap();
    ask(&mut h, Msg::Problem(Some(at)));
    h.get_by_label("About this rule").click();
    h.run();
    assert!(shows(&h, "R-HA-01"));
    assert!(h.query_by_label_contains("R-HA-01 · Warning · 1 open").is_some(), "the list says what is open");
    h.get_by_label("D1").click_accesskit();
    h.run();
    assert!(shows(&h, "D1"));
    let other = h.get_all_by_role(egui::accesskit::Role::Link).find(|n| {
        use egui_kittest::kittest::NodeT as _;
        n.accesskit_node().label().is_some_and(|l| l.starts_with("R-") && !l.starts_with("R-HA-01"))
    });
    let other = other.expect("another rule cites the fact");
    other.click_accesskit();
    h.run();
    assert!(!shows(&h, "D1") && !shows(&h, "R-HA-01"));
    press(&mut h, Modifiers::ALT, Key::ArrowLeft);
    assert!(shows(&h, "D1"));
    h.get_by_label("Back").click();
    h.run();
    assert!(shows(&h, "R-HA-01"));
    h.get_by_label("Forward").click();
    h.run();
    assert!(shows(&h, "D1"));
}

#[test]
fn rules_are_searched_by_words_and_read_by_arrow_keys_without_a_document() {
    let mut h = window(None);
    ask(&mut h, Msg::Action(Action::RuleReference));
    h.event(egui::Event::Text("R-HA-0".into()));
    h.run();
    assert!(h.query_by_label_contains("R-TOP-01").is_none());
    press(&mut h, Modifiers::NONE, Key::ArrowDown);
    assert!(shows(&h, "R-HA-01"));
    press(&mut h, Modifiers::NONE, Key::ArrowDown);
    assert!(shows(&h, "R-HA-02"));
    // Rules passed by are no places to go back to.
    press(&mut h, Modifiers::ALT, Key::ArrowLeft);
    assert!(shows(&h, "R-HA-02"));
    assert!(h.query_by_label("In this design").is_none());
    press(&mut h, Modifiers::NONE, Key::Escape);
    assert!(!shows(&h, "R-HA-02"));
}

#[test]
fn escape_closes_the_window_and_keeps_the_selection_and_arrows_do_not_move_it() {
    let mut h = window(Some(with_a_single_gateway()));
    let first = h.state().app.state.doc.design().components.keys().next().unwrap().clone();
    ask(&mut h, Msg::Select(vec![first.clone()]));
    let before = h.state().app.state.doc.design().clone();
    ask(&mut h, Msg::ShowRule(Some("R-TOP-01".into())));
    press(&mut h, Modifiers::NONE, Key::ArrowDown);
    assert!(shows(&h, "R-TOP-02"));
    press(&mut h, Modifiers::NONE, Key::Tab);
    press(&mut h, Modifiers::NONE, Key::ArrowDown);
    assert!(shows(&h, "R-TOP-02"), "in the page the keys scroll");
    press(&mut h, Modifiers::NONE, Key::Escape);
    assert!(!shows(&h, "R-TOP-02"));
    let state = &h.state().app.state;
    assert_eq!(state.single_selection(), Some(&first));
    assert_eq!(*state.doc.design(), before);
}

#[test]
fn what_is_typed_in_the_list_is_searched_and_draws_nothing() {
    let mut h = window(Some(with_a_single_gateway()));
    let before = h.state().app.state.doc.design().components.len();
    ask(&mut h, Msg::ShowRule(Some("R-TOP-01".into())));
    h.key_press(Key::G);
    h.event(egui::Event::Text("g".into()));
    h.run();
    h.event(egui::Event::Text("ateways start only".into()));
    h.run();
    assert_eq!(h.state().app.state.doc.design().components.len(), before);
    assert!(h.query_by_label_contains("R-TOP-21").is_some() && h.query_by_label_contains("R-TOP-09").is_none());
}

#[test]
fn the_page_goes_to_findings_and_sets_the_severity() {
    let mut h = window(Some(with_a_single_gateway()));
    ask(&mut h, Msg::ShowRule(Some("R-HA-01".into())));
    h.get_by_label("Severity: as the rule says").click();
    h.run();
    h.get_by_label("Error").click();
    h.run();
    assert!(h.query_by_label_contains("Taken as error instead of warning").is_some());
    let set = h.state().app.state.doc.design().meta.rules.get("R-HA-01").map(|s| s.level);
    assert_eq!(set, Some(Level::Error));
    h.get_by_label("Go to its finding").click();
    h.run();
    assert_eq!(h.state().app.state.finding().map(|f| f.rule.as_ref()), Some("R-HA-01"));
    assert!(!shows(&h, "R-HA-01"), "the window gives way");
}

#[test]
fn rules_of_other_versions_say_so_and_can_be_left_out() {
    let mut design = with_a_single_gateway();
    let meta = Arc::make_mut(&mut design.meta);
    meta.product_version = ProductVersion::V4_6;
    let mut h = window(Some(design));
    ask(&mut h, Msg::ShowRule(Some("R-TOP-07".into())));
    assert!(h.query_by_label_contains("R-TOP-07 · Error · not for 4.6.0").is_some());
    assert!(h.query_by_label_contains("for which this rule does not hold").is_some());
    h.get_by_label("Only those for 4.6.0").click();
    h.run();
    assert!(h.query_by_label_contains("R-TOP-07 · Error").is_none());
}

#[test]
fn the_palette_finds_a_rule_by_its_id() {
    let mut h = window(None);
    ask(&mut h, Msg::Action(Action::CommandPalette));
    h.event(egui::Event::Text("r-ha-02".into()));
    h.run();
    press(&mut h, Modifiers::NONE, Key::Enter);
    assert!(shows(&h, "R-HA-02"));
}
