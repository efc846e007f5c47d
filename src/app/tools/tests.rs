//! Gestures as scripts of events, without a window.

use std::collections::BTreeSet;

use egui::{Pos2, Rect, pos2};

use crate::app::camera;
use crate::design::commands::{self, REGION_TITLE};
use crate::design::file::to_ron;
use crate::design::history::Document;
use crate::design::{Design, Id, Kind, Pos, Site};

use super::{Button, Effect, Event, Handle, Hit, Input, Mode, Stage, Tool};

/// A drawing with nothing but its design: hit tests look at everything.
struct Table {
    doc: Document,
    selection: BTreeSet<Id>,
    mode: Mode,
    tool: Tool,
    effects: Vec<Effect>,
    shift: bool,
    alt: bool,
    ctrl: bool,
}

impl Stage for Table {
    fn design(&self) -> &Design {
        self.doc.design()
    }

    fn selection(&self) -> &BTreeSet<Id> {
        &self.selection
    }

    fn mode(&self) -> Mode {
        self.mode
    }

    fn hit(&self, pos_scene: Pos2, _zoom: f32) -> Hit {
        let design = self.design();
        let rect = |r| camera::rect(r);
        if let Some((id, _)) = design.components.iter().find(|(_, c)| rect(design.rect_scene(c)).contains(pos_scene)) {
            let right = rect(design.rect_scene(&design.components[id])).right();
            return if right - pos_scene.x < 4.0 { Hit::Port(id.clone()) } else { Hit::Component(id.clone()) };
        }
        let Some((id, region)) = design.regions.iter().find(|(_, r)| rect(r.rect()).contains(pos_scene)) else {
            return Hit::Nothing;
        };
        let frame = rect(region.rect());
        if frame.max.distance(pos_scene) < 6.0 {
            return Hit::Handle(id.clone(), Handle { x: 1, y: 1 });
        }
        if pos_scene.y < frame.top() + REGION_TITLE as f32 {
            Hit::RegionFrame(id.clone())
        } else {
            Hit::RegionBody(id.clone())
        }
    }

    fn within(&self, area: Rect) -> Vec<Id> {
        let design = self.design();
        let regions = design.regions.iter().filter(|(_, r)| area.contains_rect(camera::rect(r.rect())));
        let components = design.components.iter().filter(|(_, c)| area.intersects(camera::rect(design.rect_scene(c))));
        regions.map(|(id, _)| id.clone()).chain(components.map(|(id, _)| id.clone())).collect()
    }

    fn neighbours(&self, _area: Rect, _moving: &BTreeSet<Id>) -> Vec<Rect> {
        Vec::new()
    }
}

fn id(text: &str) -> Id {
    Id::new(text).expect("a valid id")
}

impl Table {
    /// Two regions side by side, a gateway in the first, users above.
    fn new() -> Self {
        let mut design = Design::default();
        for (name, x) in [("left", 0), ("right", 600)] {
            let (edit, _) = commands::add_region(&design, name, Site::cloud("aws", "eu-west-1"), Pos(x, 0));
            edit.apply(&mut design).expect("a region");
        }
        for (kind, at) in [(Kind::Gateway, Pos(120, 120)), (Kind::Users, Pos(200, -200))] {
            let (edit, _) = commands::add_component(&design, kind, at);
            edit.apply(&mut design).expect("a component");
        }
        Self {
            doc: Document::new(design),
            selection: BTreeSet::new(),
            mode: Mode::Select,
            tool: Tool::Idle,
            effects: Vec::new(),
            shift: false,
            alt: false,
            ctrl: false,
        }
    }

    fn at(&mut self, event: Event, pos: Pos2) {
        let input = Input {
            event,
            pos_scene: pos,
            pos_screen: pos,
            zoom: 1.0,
            shift: self.shift,
            alt: self.alt,
            ctrl: self.ctrl,
            space: false,
        };
        let mut effects = Vec::new();
        let tool = std::mem::take(&mut self.tool);
        self.tool = tool.step(&input, self, &mut effects);
        for effect in &effects {
            match effect {
                Effect::Select(ids) => self.selection = ids.iter().cloned().collect(),
                Effect::Toggle(id) if self.selection.remove(id) => {}
                Effect::Toggle(id) => drop(self.selection.insert(id.clone())),
                Effect::Commit(edit, _) => self.doc.apply(edit.clone()).expect("a gesture makes a valid edit"),
                _ => {}
            }
        }
        self.effects.extend(effects);
    }

    fn drag(&mut self, from: Pos2, to: Pos2) {
        self.at(Event::Press(Button::Primary), from);
        self.at(Event::Move, from + (to - from) * 0.5);
        self.at(Event::Move, to);
        self.at(Event::Release(Button::Primary), to);
    }

    fn click(&mut self, at: Pos2) {
        self.at(Event::Press(Button::Primary), at);
        self.at(Event::Release(Button::Primary), at);
    }

    fn gateway(&self) -> &crate::design::Component {
        &self.doc.design().components[&id("left-gw")]
    }

    fn text(&self) -> String {
        to_ron(self.doc.design()).expect("a design can be written")
    }
}

#[test]
fn a_press_off_centre_and_release_moves_nothing() {
    let mut table = Table::new();
    let before = table.text();
    table.at(Event::Press(Button::Primary), pos2(60.0, 100.0));
    table.at(Event::Move, pos2(62.0, 101.0));
    table.at(Event::Release(Button::Primary), pos2(62.0, 101.0));
    assert_eq!(table.text(), before);
    assert_eq!(table.doc.steps().len(), 0);
    assert_eq!(table.selection, BTreeSet::from([id("left-gw")]));
}

#[test]
fn a_drag_into_another_region_is_one_step_and_says_so_on_the_way() {
    let mut table = Table::new();
    let before = table.text();
    table.drag(pos2(120.0, 120.0), pos2(760.0, 160.0));
    assert_eq!(table.gateway().region, Some(id("right")));
    assert_eq!(table.doc.steps().len(), 1);
    let previews: Vec<bool> = table
        .effects
        .iter()
        .filter_map(|e| match e {
            Effect::Preview(edit) => Some(edit.is_some()),
            _ => None,
        })
        .collect();
    assert!(previews.contains(&true), "{previews:?}");
    table.doc.undo();
    assert_eq!(table.text(), before);
}

#[test]
fn a_move_within_a_region_asks_for_no_analysis() {
    let mut table = Table::new();
    table.drag(pos2(120.0, 120.0), pos2(180.0, 200.0));
    assert!(!table.effects.iter().any(|e| matches!(e, Effect::Preview(_))));
    assert_eq!(table.doc.steps().len(), 1);
    assert_eq!(table.gateway().pos.0 % 8, 0, "off the grid");
}

#[test]
fn shift_keeps_the_axis_and_ctrl_leaves_the_grid() {
    let mut table = Table::new();
    let start = table.gateway().pos;
    (table.shift, table.ctrl) = (true, true);
    table.selection.insert(id("left-gw"));
    table.drag(pos2(120.0, 120.0), pos2(183.0, 139.0));
    assert_eq!(table.gateway().pos, start.offset(63, 0));
}

#[test]
fn alt_drags_a_copy() {
    let mut table = Table::new();
    let start = table.gateway().clone();
    table.alt = true;
    table.drag(pos2(120.0, 120.0), pos2(140.0, 240.0));
    assert_eq!(*table.gateway(), start);
    assert_eq!(table.doc.design().components.len(), 3);
    assert_eq!(table.doc.steps().len(), 1);
}

#[test]
fn esc_takes_a_drag_back() {
    let mut table = Table::new();
    let before = table.text();
    table.at(Event::Press(Button::Primary), pos2(120.0, 120.0));
    table.at(Event::Move, pos2(700.0, 150.0));
    table.at(Event::Cancel, pos2(700.0, 150.0));
    table.at(Event::Release(Button::Primary), pos2(700.0, 150.0));
    assert_eq!(table.text(), before);
    assert_eq!(table.effects.last(), Some(&Effect::Preview(None)));
    assert!(table.tool.is_idle());
}

#[test]
fn a_region_takes_its_components_along() {
    let mut table = Table::new();
    let before = table.doc.design().rect_scene(table.gateway()).min;
    table.drag(pos2(200.0, 20.0), pos2(200.0, 420.0));
    assert_eq!(table.doc.design().rect_scene(table.gateway()).min, before.offset(0, 400));
    assert_eq!(table.gateway().region, Some(id("left")));
}

#[test]
fn a_component_that_moves_along_with_a_region_does_not_join_where_the_region_was() {
    let mut table = Table::new();
    table.drag(pos2(120.0, 120.0), pos2(120.0, 500.0));
    assert_eq!(table.gateway().region, None);
    let before = table.doc.design().rect_scene(table.gateway()).min;
    table.selection = BTreeSet::from([id("left"), id("left-gw")]);
    table.drag(pos2(120.0, 500.0), pos2(120.0, 180.0));
    assert_eq!(table.gateway().region, None);
    assert_eq!(table.doc.design().rect_scene(table.gateway()).min, before.offset(0, -320));
}

#[test]
fn a_marquee_takes_boxes_it_touches_and_regions_it_holds() {
    let mut table = Table::new();
    table.drag(pos2(-50.0, -50.0), pos2(450.0, 400.0));
    assert_eq!(table.selection, BTreeSet::from([id("left"), id("left-gw")]));
    table.shift = true;
    table.drag(pos2(100.0, -300.0), pos2(220.0, -180.0));
    assert_eq!(table.selection.len(), 3, "{:?}", table.selection);
}

#[test]
fn esc_brings_back_what_was_selected_before_a_marquee() {
    let mut table = Table::new();
    table.click(pos2(200.0, -200.0));
    let before = table.selection.clone();
    table.at(Event::Press(Button::Primary), pos2(-50.0, -20.0));
    table.at(Event::Move, pos2(450.0, 400.0));
    assert_ne!(table.selection, before);
    table.at(Event::Cancel, pos2(450.0, 400.0));
    assert_eq!(table.selection, before);
}

#[test]
fn clicks_select_shift_clicks_add_and_empty_canvas_clears() {
    let mut table = Table::new();
    table.click(pos2(120.0, 120.0));
    table.shift = true;
    table.click(pos2(200.0, -200.0));
    assert_eq!(table.selection.len(), 2);
    table.click(pos2(200.0, -200.0));
    assert_eq!(table.selection.len(), 1);
    table.shift = false;
    table.click(pos2(1500.0, 900.0));
    assert!(table.selection.is_empty());
}

#[test]
fn a_drag_from_a_port_connects_what_it_ends_on() {
    let mut table = Table::new();
    table.drag(pos2(206.0, 120.0), pos2(200.0, -200.0));
    let users = table.doc.design().components.keys().find(|i| **i != id("left-gw")).cloned().expect("users");
    assert!(table.effects.contains(&Effect::Connect(id("left-gw"), users)));
    table.effects.clear();
    table.drag(pos2(206.0, 120.0), pos2(1500.0, 900.0));
    assert!(!table.effects.iter().any(|e| matches!(e, Effect::Connect(..))));
}

#[test]
fn resizing_keeps_what_stands_in_the_region_and_its_room() {
    let mut table = Table::new();
    let before = table.doc.design().rect_scene(table.gateway());
    table.drag(pos2(438.0, 358.0), pos2(-900.0, -900.0));
    let region = table.doc.design().regions[&id("left")].rect();
    assert_eq!(table.doc.design().rect_scene(table.gateway()), before);
    assert!(region.max().0 >= before.max().0 && region.max().1 >= before.max().1);
    assert_eq!(table.doc.steps().len(), 1);
}

#[test]
fn a_right_click_opens_a_menu_and_a_right_drag_moves_the_view() {
    let mut table = Table::new();
    table.at(Event::Press(Button::Secondary), pos2(120.0, 120.0));
    table.at(Event::Release(Button::Secondary), pos2(121.0, 120.0));
    assert_eq!(table.effects, [Effect::Menu(Hit::Component(id("left-gw")))]);
    table.effects.clear();
    table.at(Event::Press(Button::Secondary), pos2(120.0, 120.0));
    table.at(Event::Move, pos2(220.0, 160.0));
    table.at(Event::Release(Button::Secondary), pos2(220.0, 160.0));
    assert_eq!(table.effects, [Effect::Pan(egui::vec2(100.0, 40.0))]);
}

#[test]
fn placing_ends_with_esc_and_goes_on_with_shift() {
    let mut table = Table::new();
    table.mode = Mode::Place;
    table.shift = true;
    table.click(pos2(900.0, 100.0));
    assert_eq!(table.effects, [Effect::Place { center_scene: pos2(900.0, 100.0), again: true }]);
    table.effects.clear();
    table.at(Event::Cancel, pos2(0.0, 0.0));
    assert_eq!(table.effects, [Effect::Leave]);
}
