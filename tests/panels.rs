//! The panels as somebody at the window meets them.
#![cfg(feature = "gui")]
#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

mod sample;
#[path = "support/window.rs"]
mod support;

use std::sync::Arc;
use std::time::Duration;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use meridian::app::actions::Action;
use meridian::app::state::{BottomTab, Placing};
use meridian::app::{App, Msg};
use meridian::design::history::Document;
use meridian::design::{Id, Kind, Level, NodeSettings, Purpose, RegionRole, RuleSetting, Schema, Site, Spec, Waiver};
use support::{Window, shown};

fn window(size: [f32; 2]) -> (Harness<'static, Window>, sample::Ids) {
    let (design, ids) = sample::design();
    let mut app = App::for_tests();
    app.state.doc = Document::new(design);
    app.state.open = true;
    let harness = shown(app, size);
    (harness, ids)
}

/// Shows numbers as an analysis of what is drawn now would give.
fn inject_analysis(harness: &mut Harness<'_, Window>, ids: &sample::Ids) {
    let state = &mut harness.state_mut().app.state;
    state.analysis = Some(Arc::new(sample::analysis(state.doc.design(), ids)));
    state.analysis_serial = state.serial;
    harness.run();
}

fn select(harness: &mut Harness<'_, Window>, id: &Id) {
    harness.state_mut().app.request(Msg::Select(vec![id.clone()]));
    harness.run();
}

fn field_is(harness: &Harness<'_, Window>, label: &str, value: &str) {
    let node = harness.get_by_role_and_label(Role::TextInput, label);
    assert_eq!(node.accesskit_node().value().as_deref(), Some(value), "field {label}");
}

/// Replaces the text of a field, one key after the other.
fn retype(harness: &mut Harness<'_, Window>, label: &str, text: &str) {
    harness.get_by_role_and_label(Role::TextInput, label).focus();
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run();
    for letter in text.chars() {
        harness.get_by_role_and_label(Role::TextInput, label).type_text(&letter.to_string());
        harness.run();
    }
}

fn instances(harness: &Harness<'_, Window>, id: &Id) -> u32 {
    harness.state().app.state.doc.design().components.get(id).unwrap().instances
}

fn steps(harness: &Harness<'_, Window>) -> Vec<String> {
    let doc = &harness.state().app.state.doc;
    doc.steps().iter().take(doc.applied()).map(|s| s.label.clone()).collect()
}

#[test]
fn typing_a_number_changes_the_design_in_one_undo_step() {
    let (mut h, ids) = window([1280.0, 800.0]);
    select(&mut h, &ids.gateway);
    retype(&mut h, "Instances", "12");
    assert_eq!(instances(&h, &ids.gateway), 12);
    assert_eq!(steps(&h), ["Change instances of Gateway"]);
    h.key_press(Key::Enter);
    h.run();
    retype(&mut h, "Instances", "3");
    assert_eq!(steps(&h).len(), 2, "a field that was left begins a new step");
    h.state_mut().app.request(Msg::Action(Action::Undo));
    h.run();
    field_is(&h, "Instances", "12");
}

#[test]
fn what_does_not_fit_stays_in_the_field_and_is_explained() {
    let (mut h, ids) = window([1280.0, 800.0]);
    select(&mut h, &ids.gateway);
    retype(&mut h, "Instances", "5000");
    assert_eq!(instances(&h, &ids.gateway), 500, "the last number that fitted");
    assert!(h.query_by_label("Between 1 and 1,000").is_some());
    field_is(&h, "Instances", "5000");
    h.key_press(Key::Enter);
    h.run();
    field_is(&h, "Instances", "500");
    assert!(h.query_by_label("Between 1 and 1,000").is_none());
}

#[test]
fn arrow_keys_step_a_number() {
    let (mut h, ids) = window([1280.0, 800.0]);
    select(&mut h, &ids.gateway);
    h.get_by_role_and_label(Role::TextInput, "Instances").focus();
    h.run();
    for _ in 0..3 {
        h.key_press(Key::ArrowUp);
        h.run();
    }
    assert_eq!(instances(&h, &ids.gateway), 5);
    field_is(&h, "Instances", "5");
    assert_eq!(steps(&h).len(), 1);
}

#[test]
fn an_undo_from_outside_reaches_the_field_being_edited() {
    let (mut h, ids) = window([1280.0, 800.0]);
    select(&mut h, &ids.gateway);
    retype(&mut h, "Instances", "7");
    h.state_mut().app.request(Msg::Action(Action::Undo));
    h.run();
    field_is(&h, "Instances", "2");
}

#[test]
fn renaming_focuses_the_name_and_changes_it() {
    let (mut h, ids) = window([1280.0, 800.0]);
    select(&mut h, &ids.gateway);
    h.state_mut().app.request(Msg::Action(Action::Rename));
    h.run();
    assert!(h.get_by_role_and_label(Role::TextInput, "Name").is_focused());
    h.get_by_role_and_label(Role::TextInput, "Name").type_text("Edge");
    h.run();
    let name = |h: &Harness<'_, Window>| h.state().app.state.doc.design().name_of(&ids.gateway);
    assert_eq!(name(&h), "Edge", "the old name was selected, so typing replaces it");
    h.key_press(Key::Enter);
    h.run();
    h.state_mut().app.request(Msg::Action(Action::Rename));
    h.run();
    assert!(h.get_by_role_and_label(Role::TextInput, "Name").is_focused(), "asking again works again");
}

#[test]
fn escape_leaves_a_field_or_a_list_and_nothing_else() {
    let (mut h, ids) = window([1280.0, 800.0]);
    select(&mut h, &ids.mumbai);
    retype(&mut h, "Name", "Bombay");
    h.key_press(Key::Escape);
    h.run();
    assert!(!h.get_by_role_and_label(Role::TextInput, "Name").is_focused());
    assert_eq!(h.state().app.state.selected_ids(), std::slice::from_ref(&ids.mumbai));
    h.get_by_role_and_label(Role::ComboBox, "Site").click();
    h.run();
    h.key_press(Key::Escape);
    h.run();
    assert!(h.query_by_role_and_label(Role::TextInput, "Search cloud regions").is_none());
    assert_eq!(h.state().app.state.selected_ids(), std::slice::from_ref(&ids.mumbai));
}

#[test]
fn an_empty_name_is_not_taken() {
    let (mut h, ids) = window([1280.0, 800.0]);
    select(&mut h, &ids.mumbai);
    h.get_by_role_and_label(Role::TextInput, "Name").focus();
    h.run();
    h.key_press_modifiers(Modifiers::COMMAND, Key::A);
    h.key_press(Key::Backspace);
    h.run();
    assert!(h.query_by_label("A name is needed").is_some());
    assert_eq!(h.state().app.state.doc.design().name_of(&ids.mumbai), "Mumbai");
}

fn choose(h: &mut Harness<'_, Window>, field: &str, entry: &str) {
    h.get_by_role_and_label(Role::ComboBox, field).click();
    h.run();
    // The open list is drawn last.
    h.get_all_by_role(Role::Button).rfind(|n| n.accesskit_node().label().as_deref() == Some(entry)).unwrap().click();
    h.run();
}

#[test]
fn a_region_gets_another_role_and_another_site() {
    let (mut h, ids) = window([1280.0, 800.0]);
    select(&mut h, &ids.mumbai);
    choose(&mut h, "Role", "Peer");
    let region = |h: &Harness<'_, Window>| h.state().app.state.doc.design().regions.get(&ids.mumbai).unwrap().clone();
    assert_eq!(region(&h).role, RegionRole::Peer);
    h.get_by_role_and_label(Role::ComboBox, "Site").click();
    h.run();
    let search = h.get_by_role_and_label(Role::TextInput, "Search cloud regions");
    assert!(search.is_focused(), "one can type at once");
    search.type_text("sydney aws");
    h.run();
    h.get_by_label("Sydney · AWS ap-southeast-2").click();
    h.run();
    assert_eq!(region(&h).site, Site::cloud("aws", "ap-southeast-2"));
    assert_eq!(steps(&h).len(), 2);
}

#[test]
fn a_component_moves_to_another_region_and_stays_inside_it() {
    let (mut h, ids) = window([1280.0, 800.0]);
    select(&mut h, &ids.database);
    choose(&mut h, "Region", "Mumbai");
    let design = h.state().app.state.doc.design().clone();
    let database = design.components.get(&ids.database).unwrap();
    assert_eq!(database.region.as_ref(), Some(&ids.mumbai));
    let (inside, region) = (design.rect_scene(database), design.regions.get(&ids.mumbai).unwrap().rect());
    assert!(region.contains(inside.min) && region.contains(inside.max()));
    let overlap =
        design.components.iter().any(|(id, c)| *id != ids.database && design.rect_scene(c).intersects(inside));
    assert!(!overlap, "it covers nothing that was there");
}

#[test]
fn requirements_are_answered_yes_no_or_not_at_all() {
    let (mut h, ids) = window([1280.0, 1600.0]);
    select(&mut h, &ids.mumbai);
    let answer = |h: &Harness<'_, Window>| {
        h.state().app.state.doc.design().regions.get(&ids.mumbai).unwrap().requirements.multi_tenancy
    };
    for (button, expected) in [("yes", Some(true)), ("no", Some(false)), ("not answered", None)] {
        h.get_by_role_and_label(Role::RadioButton, &format!("Multi-tenancy: {button}")).click();
        h.run();
        assert_eq!(answer(&h), expected);
    }
}

#[test]
fn a_link_changes_its_purpose_and_can_be_turned_round() {
    let (mut h, _) = window([1280.0, 800.0]);
    let id = sample::link(h.state().app.state.doc.design(), Purpose::Database);
    select(&mut h, &id);
    let link = |h: &Harness<'_, Window>| h.state().app.state.doc.design().links.get(&id).unwrap().clone();
    let before = link(&h);
    h.get_by_role_and_label(Role::Button, "Reverse").click();
    h.run();
    let now = link(&h);
    assert_eq!((&now.from, &now.to), (&before.to, &before.from));
    retype(&mut h, "Measured round trip", "1.5");
    assert_eq!(link(&h).measured_rtt_ms, Some(1.5));
    retype(&mut h, "Measured round trip", " ");
    assert_eq!(link(&h).measured_rtt_ms, None, "an empty field takes the measurement back");
}

#[test]
fn several_components_change_together() {
    let (mut h, ids) = window([1280.0, 800.0]);
    h.state_mut().app.request(Msg::Select(vec![ids.gateway.clone(), ids.control_plane.clone()]));
    h.run();
    retype(&mut h, "Instances", "4");
    assert_eq!((instances(&h, &ids.gateway), instances(&h, &ids.control_plane)), (4, 4));
    assert_eq!(steps(&h), ["Change instances of 2 components"]);
}

#[test]
fn a_problem_leads_to_its_element_by_click_and_by_key() {
    let (mut h, ids) = window([1280.0, 800.0]);
    inject_analysis(&mut h, &ids);
    h.get_by_label_contains("Warning · Gateway · Frankfurt").click();
    h.run();
    assert_eq!(h.state().app.state.selected_ids(), std::slice::from_ref(&ids.gateway));
    assert_eq!(h.state().app.state.view.problem, Some(1));
    h.key_press(Key::ArrowDown);
    h.run();
    assert!(h.state().app.state.selection.contains(&ids.mumbai));
    h.key_press(Key::ArrowUp);
    h.key_press(Key::ArrowUp);
    h.run();
    assert_eq!(h.state().app.state.selected_ids(), std::slice::from_ref(&ids.far_gateway));
}

#[test]
fn filters_leave_out_what_is_not_asked_for() {
    let (mut h, ids) = window([1280.0, 800.0]);
    inject_analysis(&mut h, &ids);
    let shown = |h: &Harness<'_, Window>| {
        ["Error · ", "Warning · ", "Note · "].map(|s| h.query_all_by_label_contains(s).count())
    };
    assert_eq!(shown(&h), [1, 2, 1]);
    h.get_by_label("Show warnings").click();
    h.run();
    assert_eq!(shown(&h), [1, 0, 1]);
    retype(&mut h, "Filter problems", "backend");
    assert_eq!(shown(&h), [1, 0, 0]);
}

#[test]
fn a_finding_shows_its_receipt_beside_the_list_and_closes_it_again() {
    let (mut h, ids) = window([1280.0, 800.0]);
    inject_analysis(&mut h, &ids);
    h.get_by_label_contains("Warning · Gateway · Frankfurt").click();
    h.run();
    assert!(h.query_by_label_contains("Calls are not throttled while the node is away.").is_some());
    assert!(h.query_by_label_contains("D1").is_some(), "the facts it rests on");
    h.get_by_label("Close the details").click();
    h.run();
    assert!(h.query_by_label_contains("Calls are not throttled while the node is away.").is_none());
}

#[test]
fn a_number_opens_its_derivation_and_escape_closes_it() {
    let (mut h, ids) = window([1280.0, 800.0]);
    inject_analysis(&mut h, &ids);
    h.get_by_label_contains("84 ms p95 API call").click();
    h.run();
    assert!(h.query_by_label_contains("Round trip Mumbai – Frankfurt: 50.4 ms · measured").is_some());
    h.key_press(Key::Escape);
    h.run();
    assert!(h.query_by_label_contains("Round trip Mumbai – Frankfurt").is_none());
    assert!(h.state().app.state.selection.is_empty(), "Esc did nothing else");
}

#[test]
fn numbers_that_lag_say_so() {
    let (mut h, ids) = window([1280.0, 800.0]);
    assert!(h.query_by_label_contains("84 ms").is_none());
    inject_analysis(&mut h, &ids);
    assert!(h.query_by_label_contains("updating").is_none());
    h.state_mut().app.state.analysis_serial = 0;
    h.run();
    assert!(h.query_all_by_label_contains("· updating").count() >= 5);
    h.state_mut().app.state.analysis = None;
    h.run();
    assert!(h.query_by_label_contains("84 ms").is_none(), "no analysis, no number");
    assert!(h.query_by_label("– p95 API call").is_some());
}

#[test]
fn the_cost_table_explains_itself() {
    let (mut h, ids) = window([1280.0, 800.0]);
    inject_analysis(&mut h, &ids);
    h.state_mut().app.request(Msg::Action(Action::ShowTab(BottomTab::Cost)));
    h.run();
    h.get_by_label_contains("Compute Mumbai:").click();
    h.run();
    assert!(h.query_by_label_contains("Compute of Mumbai").is_some());
    assert!(h.query_by_label_contains("Compute of Gateway: $246.80 a month · derived").is_some());
}

#[test]
fn history_goes_back_and_forth() {
    let (mut h, ids) = window([1280.0, 800.0]);
    select(&mut h, &ids.gateway);
    retype(&mut h, "Instances", "9");
    h.key_press(Key::Enter);
    h.state_mut().app.request(Msg::Action(Action::ShowTab(BottomTab::History)));
    h.run();
    h.get_by_label("Start of this session").click();
    h.run();
    assert_eq!(instances(&h, &ids.gateway), 2);
    h.get_by_label("Change instances of Gateway").click();
    h.run();
    assert_eq!(instances(&h, &ids.gateway), 9);
}

#[test]
fn a_part_waits_to_be_placed_after_a_click_and_no_longer_after_another() {
    let (mut h, _) = window([1280.0, 800.0]);
    let placing = |h: &Harness<'_, Window>| h.state().app.state.view.placing.clone();
    h.get_by_label("Redis or Valkey").click();
    h.run();
    assert_eq!(placing(&h), Some(Placing::Component(Kind::Redis)));
    h.get_by_label("Redis or Valkey").click();
    h.run();
    assert_eq!(placing(&h), None);
    retype(&mut h, "Search parts and regions", "tokyo aws");
    h.get_by_label_contains("Tokyo · AWS ap-northeast-1").click();
    h.run();
    let site = Site::cloud("aws", "ap-northeast-1");
    assert_eq!(placing(&h), Some(Placing::Region { name: "Tokyo".into(), site }));
}

#[test]
fn a_part_dragged_out_carries_what_it_places() {
    let (mut h, _) = window([1280.0, 800.0]);
    let from = h.get_by_label("Redis or Valkey").rect().center();
    h.drag_at(from);
    h.hover_at(from + egui::vec2(12.0, 0.0));
    h.hover_at(egui::pos2(600.0, 300.0));
    h.run_steps(2);
    let payload = egui::DragAndDrop::payload::<Placing>(&h.ctx);
    assert_eq!(payload.as_deref(), Some(&Placing::Component(Kind::Redis)));
}

#[test]
fn the_outline_selects_and_folds() {
    let (mut h, ids) = window([1280.0, 1000.0]);
    h.get_by_label_contains("Sub · Mumbai").click();
    h.run();
    assert_eq!(h.state().app.state.selected_ids(), std::slice::from_ref(&ids.mumbai));
    h.key_press(Key::ArrowDown);
    h.run();
    assert_eq!(h.state().app.state.selected_ids(), std::slice::from_ref(&ids.far_gateway), "the list has the keyboard");
    let gateways = |h: &Harness<'_, Window>| h.query_all_by_label_contains("Gateway").count();
    h.key_press(Key::ArrowLeft);
    h.run();
    assert_eq!(h.state().app.state.selected_ids(), std::slice::from_ref(&ids.mumbai));
    let unfolded = gateways(&h);
    h.key_press(Key::ArrowLeft);
    h.run();
    assert!(gateways(&h) < unfolded, "folded by key");
    h.key_press(Key::ArrowRight);
    h.run();
    assert_eq!(gateways(&h), unfolded, "and unfolded again");
}

#[test]
fn ten_thousand_components_draw_only_what_is_visible() {
    let (mut h, ids) = window([1280.0, 800.0]);
    let mut design = meridian::design::Design::clone(h.state().app.state.doc.design());
    let gateway = design.components.get(&ids.gateway).unwrap().clone();
    for i in 0..10_000 {
        design.components.insert(Id::slug(&format!("gateway-{i}")), gateway.clone());
    }
    h.state_mut().app.state.doc = Document::new(design);
    h.state_mut().app.state.serial += 1;
    h.run();
    assert!(h.query_all_by_label("Gateway · ×2").count() < 60);
}

#[test]
fn nothing_is_repainted_when_nothing_happens() {
    let (mut h, ids) = window([1280.0, 800.0]);
    inject_analysis(&mut h, &ids);
    for tab in BottomTab::ALL {
        for id in [&ids.gateway, &ids.mumbai, &ids.users] {
            h.state_mut().app.request(Msg::Action(Action::ShowTab(tab)));
            select(&mut h, id);
            h.run_steps(2);
            let delay = h.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
            assert_eq!(delay, Duration::MAX, "{tab:?} {id}");
        }
    }
}

#[test]
fn everything_fits_at_the_smallest_size() {
    let (mut h, ids) = window([800.0, 520.0]);
    assert!(h.query_all_by_role(Role::Tab).next().is_none(), "the lower panel begins folded");
    assert!(h.state().app.state.camera.canvas_screen.height() > 300.0, "the canvas has room");
    for action in [Action::ToggleRight, Action::ToggleBottom] {
        h.state_mut().app.request(Msg::Action(action));
        h.run();
    }
    inject_analysis(&mut h, &ids);
    select(&mut h, &ids.far_gateway);
    let name = h.get_by_role_and_label(Role::TextInput, "Name").rect();
    assert!(name.right() <= 800.0 && name.width() > 80.0, "{name:?}");
    for label in ["84 ms p95 API call", "62 % peak use", "4.6.0 production"] {
        let cell = h.get_by_label_contains(label).rect();
        assert!(cell.left() >= 0.0 && cell.right() <= 801.0, "{label}: {cell:?}");
    }
    let tabs: Vec<egui::Rect> = h.get_all_by_role(Role::Tab).map(|n| n.rect()).collect();
    assert!(tabs.windows(2).all(|w| w[0].right() <= w[1].left() + 0.5), "tabs overlap: {tabs:?}");
}

fn unfold(h: &mut Harness<'_, Window>, section: &str) {
    h.get_by_role_and_label(Role::Button, section).click();
    h.run();
}

fn undo(h: &mut Harness<'_, Window>) {
    h.state_mut().app.request(Msg::Action(Action::Undo));
    h.run();
}

#[test]
fn a_time_zone_is_set_on_the_nodes_and_an_empty_field_takes_it_back() {
    let (mut h, ids) = window([1280.0, 1600.0]);
    select(&mut h, &ids.gateway);
    assert!(h.query_by_role_and_label(Role::TextInput, "Time zone").is_none(), "rare settings begin folded");
    unfold(&mut h, "On the nodes");
    assert!(h.query_by_role_and_label(Role::TextInput, "Portal host").is_none(), "a gateway has no portals");
    let settings = |h: &Harness<'_, Window>| {
        h.state().app.state.doc.design().components.get(&ids.gateway).unwrap().settings.clone()
    };
    retype(&mut h, "Time zone", "Asia/Kolkata");
    assert_eq!(settings(&h).time_zone, "Asia/Kolkata");
    assert_eq!(steps(&h), ["Change time zone of Gateway"]);
    h.key_press(Key::Enter);
    h.run();
    retype(&mut h, "Time zone", " ");
    assert_eq!(settings(&h), NodeSettings::default());
    assert_eq!(steps(&h).len(), 2);
    undo(&mut h);
    undo(&mut h);
    assert!(steps(&h).is_empty());
    select(&mut h, &ids.control_plane);
    assert!(h.query_by_role_and_label(Role::TextInput, "Portal host").is_some(), "the section stays unfolded");
}

#[test]
fn a_practice_is_switched_on_and_off() {
    let (mut h, _) = window([1280.0, 1600.0]);
    unfold(&mut h, "Practices");
    h.get_by_role_and_label(Role::CheckBox, "Planned backups").click();
    h.run();
    assert!(h.state().app.state.doc.design().meta.practices.backups_planned);
    retype(&mut h, "Longest round trip", "80");
    assert_eq!(h.state().app.state.doc.design().meta.practices.max_rtt_ms, Some(80.0));
    assert_eq!(steps(&h), ["Change planned backups of the design", "Change longest round trip of the design"]);
}

#[test]
fn a_rule_is_taken_otherwise_and_a_waiver_taken_back() {
    let (mut h, ids) = window([1280.0, 1600.0]);
    let mut design = meridian::design::Design::clone(h.state().app.state.doc.design());
    let meta = Arc::make_mut(&mut design.meta);
    meta.rules.insert("R-HA-01".into(), RuleSetting { level: Level::Warning, reason: "Small".into() });
    meta.waivers.insert(Waiver {
        rule: "R-HA-02".into(),
        subjects: vec![ids.database.clone()],
        facts: std::collections::BTreeMap::new(),
        reason: "Restored from the other region".into(),
        owner: "Operations".into(),
        expires: Some("2027-01-31".parse().unwrap()),
    });
    h.state_mut().app.state.doc = Document::new(design);
    h.state_mut().app.state.serial += 1;
    h.run();
    let rule = |h: &Harness<'_, Window>| h.state().app.state.doc.design().meta.rules.get("R-HA-01").cloned();
    unfold(&mut h, "Rules set otherwise");
    choose(&mut h, "R-HA-01", "Error");
    assert_eq!(rule(&h).unwrap(), RuleSetting { level: Level::Error, reason: "Small".into() });
    h.get_by_role_and_label(Role::Button, "Take it as it is").click();
    h.run();
    assert_eq!(rule(&h), None);
    unfold(&mut h, "Waivers");
    assert!(h.query_by_label("R-HA-02 · Database · Frankfurt, until 2027-01-31 · Operations").is_some());
    h.get_by_role_and_label(Role::Button, "Take back").click();
    h.run();
    assert!(h.state().app.state.doc.design().meta.waivers.is_empty());
    let done = ["Take R-HA-01 as error", "Take R-HA-01 as it is", "Take back the waiver of R-HA-02"];
    assert_eq!(steps(&h), done);
    undo(&mut h);
    assert_eq!(h.state().app.state.doc.design().meta.waivers.len(), 1);
}

#[test]
fn a_database_lists_its_schemas_in_order_whatever_the_order_of_clicks() {
    let (mut h, ids) = window([1280.0, 1600.0]);
    select(&mut h, &ids.database);
    for schema in ["apim_db", "WSO2CARBON_DB", "apim_db"] {
        h.get_by_role_and_label(Role::CheckBox, &format!("Holds {schema}")).click();
        h.run();
    }
    let Spec::Database(database) = h.state().app.state.doc.design().components.get(&ids.database).unwrap().spec.clone()
    else {
        panic!("no database");
    };
    assert_eq!(database.schemas, [Schema::Apim, Schema::Shared, Schema::Carbon]);
}
