//! The tables of the lower panel as somebody at the window meets them.
#![cfg(feature = "gui")]
#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

mod sample;
#[path = "support/window.rs"]
mod support;

use std::sync::Arc;

use egui::accesskit::{Role, SortDirection};
use egui::{Key, OutputCommand};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use meridian::app::actions::Action;
use meridian::app::state::BottomTab;
use meridian::app::{App, Msg};
use meridian::design::history::Document;
use support::{Window, shown};

fn window(size: [f32; 2], tab: BottomTab) -> (Harness<'static, Window>, sample::Ids) {
    let (design, ids) = sample::design();
    let mut app = App::for_tests();
    app.state.doc = Document::new(design);
    app.state.open = true;
    let mut harness = shown(app, size);
    let state = &mut harness.state_mut().app.state;
    state.analysis = Some(Arc::new(sample::analysis(state.doc.design(), &ids)));
    state.analysis_serial = state.serial;
    state.view.bottom_open = true;
    harness.run();
    harness.state_mut().app.request(Msg::Action(Action::ShowTab(tab)));
    harness.run();
    (harness, ids)
}

/// What the cells of a column say, from the top.
fn cells(h: &Harness<'_, Window>, begin: &str) -> Vec<String> {
    let labelled = h.root().children_recursive();
    let mut found: Vec<(f32, String)> = labelled
        .filter_map(|node| {
            let label = node.accesskit_node().label().or_else(|| node.accesskit_node().value())?;
            label.starts_with(begin).then(|| (node.rect().top(), label))
        })
        .collect();
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    found.into_iter().map(|(_, label)| label).collect()
}

fn p95(h: &Harness<'_, Window>) -> Vec<String> {
    let words = |label: String| label.split_once(": ").unwrap().1.split(' ').take(2).collect::<Vec<_>>().join(" ");
    cells(h, "p95 ").into_iter().filter(|label| label.contains(": ")).map(words).collect()
}

fn click_head(h: &mut Harness<'_, Window>, head: &str) {
    h.get_by_role_and_label(Role::ColumnHeader, head).click();
    h.run();
}

/// Runs until something is copied.
fn copied(h: &mut Harness<'_, Window>) -> String {
    for _ in 0..8 {
        h.step();
        for command in &h.output().platform_output.commands {
            if let OutputCommand::CopyText(text) = command {
                return text.clone();
            }
        }
    }
    String::new()
}

#[test]
fn heads_order_lines_by_their_values_and_turn_them_round() {
    let (mut h, _) = window([1920.0, 1080.0], BottomTab::Latency);
    let told = p95(&h);
    assert_eq!(told.iter().map(String::as_str).take(3).collect::<Vec<_>>(), ["84 ms", "410 ms", "unreachable ·"]);
    click_head(&mut h, "p95");
    assert_eq!(p95(&h), ["2.3 s", "410 ms", "84 ms", "unreachable ·"]);
    let direction =
        |h: &Harness<'_, Window>| h.get_by_role_and_label(Role::ColumnHeader, "p95").accesskit_node().sort_direction();
    assert_eq!(direction(&h), Some(SortDirection::Descending));
    h.get_by_role_and_label(Role::ColumnHeader, "p95").focus();
    h.run();
    h.key_press(Key::Enter);
    h.run();
    assert_eq!(direction(&h), Some(SortDirection::Ascending));
    assert_eq!(p95(&h), ["84 ms", "410 ms", "2.3 s", "unreachable ·"], "what has no number stays last");
    h.state_mut().app.request(Msg::Action(Action::ShowTab(BottomTab::Cost)));
    h.run();
    h.state_mut().app.request(Msg::Action(Action::ShowTab(BottomTab::Latency)));
    h.run();
    assert_eq!(p95(&h).first().unwrap(), "84 ms", "the order is kept");
    click_head(&mut h, "p95");
    assert_eq!(p95(&h), told);
}

#[test]
fn a_table_is_copied_as_it_is_ordered_by_button_and_by_name() {
    let (mut h, _) = window([1280.0, 800.0], BottomTab::Latency);
    click_head(&mut h, "p95");
    h.get_by_label("Copy as CSV").click();
    let by_button = copied(&mut h);
    h.run();
    h.state_mut().app.request(Msg::Action(Action::CopyTable));
    assert_eq!(copied(&mut h), by_button);
    let mut reader = csv::Reader::from_reader(by_button.as_bytes());
    let at = reader.headers().unwrap().iter().position(|head| head == "p95 (ms)").unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.iter().map(|row| &row[at]).take(3).collect::<Vec<_>>(), ["2300.0", "410.0", "84.0"]);
    h.run();
    assert!(!h.state().app.state.view.copy_table);
    h.state_mut().app.request(Msg::Action(Action::ShowTab(BottomTab::Problems)));
    h.run();
    h.state_mut().app.request(Msg::Action(Action::CopyTable));
    assert_eq!(copied(&mut h), "", "there is no table");
}

#[test]
fn what_is_out_of_date_is_not_copied() {
    let (mut h, _) = window([1280.0, 800.0], BottomTab::Regions);
    h.state_mut().app.state.analysis_serial = 0;
    h.state_mut().app.request(Msg::Action(Action::CopyTable));
    assert_eq!(copied(&mut h), "");
}

#[test]
fn figures_of_every_table_explain_themselves() {
    for (tab, cell, says) in [
        (BottomTab::Latency, "p95 API call", "Round trip Mumbai – Frankfurt"),
        (BottomTab::Capacity, "Used calls a second", "Utilisation"),
        (BottomTab::Capacity, "Needed calls a second", "Nodes needed"),
        (BottomTab::Regions, "Cost a month Mumbai", "Cost of Mumbai"),
        (BottomTab::Cost, "Compute Mumbai", "Compute of Mumbai"),
    ] {
        // Wide enough for every column to be in view.
        let (mut h, _) = window([1920.0, 1080.0], tab);
        let of = cells(&h, cell).into_iter().find(|label| label.contains(": ")).unwrap();
        h.get_all_by_label(&of).next().unwrap().click();
        h.run();
        assert!(h.query_all_by_label_contains(says).next().is_some(), "{tab:?} {of}");
        h.key_press(Key::Escape);
        h.run();
        assert!(h.state().app.state.selection.is_empty(), "a click that explains selects nothing");
    }
}

#[test]
fn lines_select_by_click_and_by_key() {
    let (mut h, ids) = window([1280.0, 800.0], BottomTab::Regions);
    let mumbai = h.state().app.state.doc.design().name_of(&ids.mumbai);
    let cell = h.get_all_by_label(&mumbai).find(|node| node.rect().top() > 400.0).unwrap();
    cell.click();
    h.run();
    assert_eq!(h.state().app.state.selected_ids(), std::slice::from_ref(&ids.mumbai));
    h.key_press(Key::ArrowUp);
    h.run();
    assert_eq!(
        h.state().app.state.selected_ids(),
        std::slice::from_ref(&ids.frankfurt),
        "regions stand in order of id"
    );
}

#[test]
fn views_and_the_copy_fit_at_the_smallest_size() {
    for (size, tab) in
        [([800.0, 520.0], BottomTab::Cost), ([1280.0, 800.0], BottomTab::Cost), ([800.0, 520.0], BottomTab::Latency)]
    {
        let (h, _) = window(size, tab);
        let mut rects: Vec<egui::Rect> = h.get_all_by_role(Role::Tab).map(|n| n.rect()).collect();
        rects.extend(h.get_all_by_role(Role::RadioButton).map(|n| n.rect()));
        rects.push(h.get_by_label("Copy as CSV").rect());
        for (at, a) in rects.iter().enumerate() {
            assert!(a.right() <= size[0] && a.bottom() <= size[1], "{a:?}");
            let over =
                rects.iter().skip(at + 1).find(|b| a.intersect(**b).is_positive() && a.intersect(**b).width() > 0.5);
            assert!(over.is_none(), "{a:?} {over:?} at {size:?}");
        }
    }
}
