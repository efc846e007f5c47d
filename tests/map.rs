//! The world map as a person meets it: through pointer, keys and accessible names.

#![cfg(feature = "gui")]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may fail loudly")]

use egui::{Event, Key, Modifiers, Pos2, pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use meridian::app::actions::Action;
use meridian::app::map::model::{pos2 as map_pos2, position};
use meridian::app::{App, Msg, theme};
use meridian::books::{Books, Provider};
use meridian::design::file::to_ron;
use meridian::design::history::Document;
use meridian::design::{Design, Id, Pos, Site, commands};
use meridian::estimate::Operation;
use meridian::picture::world;
use meridian::templates;

fn id(text: &str) -> Id {
    Id::new(text).expect("a valid id")
}

struct Atlas {
    harness: Harness<'static, App>,
}

impl Atlas {
    /// The map of a template, at a canvas without panels.
    fn of(design: Design) -> Self {
        let mut installed = false;
        let mut harness = Harness::builder().with_size([1280.0, 800.0]).with_max_steps(40).build_ui_state(
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
        let app = harness.state_mut();
        app.state.doc = Document::new(design);
        app.state.open = true;
        let view = &mut app.state.view;
        (view.left_open, view.right_open, view.bottom_open) = (false, false, false);
        harness.run();
        let mut atlas = Self { harness };
        atlas.press(Modifiers::NONE, Key::M);
        atlas
    }

    fn template(name: &str) -> Self {
        Self::of(templates::get(name).expect("a template").design())
    }

    fn app(&self) -> &App {
        self.harness.state()
    }

    fn design(&self) -> &Design {
        self.app().state.doc.design()
    }

    fn text(&self) -> String {
        to_ron(self.design()).expect("a design can be written")
    }

    fn steps(&self) -> usize {
        self.app().state.doc.applied()
    }

    fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.run();
    }

    /// Where a site is on the screen.
    fn screen(&self, site: &Site) -> Pos2 {
        let camera = self.app().state.view.map.camera.expect("the map was shown");
        camera.to_screen(map_pos2(world::project(position(site, Books::shipped()).expect("a known place"))))
    }

    fn marker(&self, region: &str) -> Pos2 {
        self.harness.get_by_label_contains(&format!("Region {region}")).rect().center()
    }

    fn press_and_move(&mut self, from: Pos2, to: Pos2) {
        self.harness.hover_at(from);
        self.harness.run();
        self.harness.drag_at(from);
        for share in [0.1, 0.5, 0.9, 1.0] {
            self.harness.hover_at(from + (to - from) * share);
        }
        self.harness.run();
    }

    /// The worst 95th percentile of an API call, ms.
    fn p95_ms(&self) -> f64 {
        let analysis = self.app().state.analysis.as_ref().expect("it was analysed");
        analysis.estimates.worst_api_call().expect("users are served").1.value
    }

    fn site(&self, region: &str) -> Site {
        self.design().regions[&id(region)].site.clone()
    }
}

/// A region of the template and its name.
fn first_region(atlas: &Atlas) -> (Id, String) {
    let (id, region) = atlas.design().regions.iter().next().expect("a region");
    (id.clone(), region.name.clone())
}

#[test]
fn dragging_a_region_across_the_map_is_one_step_and_recomputes_on_the_way() {
    let mut atlas = Atlas::template("pattern-2");
    let (region, name) = first_region(&atlas);
    let before = (atlas.text(), atlas.p95_ms(), atlas.site(region.as_str()));
    let (from, to) = (atlas.marker(&name), pos2(1000.0, 560.0));
    atlas.press_and_move(from, to);
    // The nearest of its provider under the pointer is shown, and its figures are there before it is let go.
    assert_ne!(atlas.p95_ms().to_bits(), before.1.to_bits());
    assert!(atlas.app().state.preview.is_some());
    assert_eq!((atlas.text(), atlas.steps()), (before.0.clone(), 0));
    atlas.harness.drop_at(to);
    atlas.harness.run();
    assert_eq!(atlas.steps(), 1);
    let site = atlas.site(region.as_str());
    assert!(matches!(&site, Site::Cloud { provider, .. } if provider == "aws"), "{site:?}");
    assert_ne!(site, before.2);
    let label = atlas.app().state.doc.undo_label().expect("a step");
    assert_eq!(label, format!("Move {name} to aws {}", site.short()));
    assert!(atlas.app().state.analysis_is_current());
    atlas.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(atlas.text(), before.0);
}

#[test]
fn escape_while_dragging_leaves_no_trace() {
    let mut atlas = Atlas::template("pattern-2");
    let (_, name) = first_region(&atlas);
    let before = (atlas.text(), atlas.p95_ms());
    let (from, to) = (atlas.marker(&name), pos2(1000.0, 560.0));
    atlas.press_and_move(from, to);
    assert!(atlas.app().state.preview.is_some());
    atlas.press(Modifiers::NONE, Key::Escape);
    assert!(atlas.app().state.preview.is_none());
    atlas.harness.drop_at(to);
    atlas.harness.run();
    assert_eq!((atlas.text(), atlas.steps()), (before.0, 0));
    assert_eq!(atlas.p95_ms().to_bits(), before.1.to_bits());
}

#[test]
fn a_region_dropped_where_another_region_of_its_provider_is_near_goes_exactly_there() {
    let mut atlas = Atlas::template("pattern-2");
    let (region, name) = first_region(&atlas);
    let stockholm = Site::cloud("aws", "eu-north-1");
    let to = atlas.screen(&stockholm) + egui::vec2(3.0, -2.0);
    atlas.press_and_move(atlas.marker(&name), to);
    atlas.harness.drop_at(to);
    atlas.harness.run();
    assert_eq!(atlas.site(region.as_str()), stockholm);
}

#[test]
fn a_modifier_takes_a_region_to_another_provider_or_to_no_cloud() {
    for (modifiers, expect_azure) in [(Modifiers::ALT, true), (Modifiers::COMMAND, false)] {
        let mut atlas = Atlas::template("pattern-2");
        let (region, name) = first_region(&atlas);
        let azure = Site::cloud("azure", "norwaywest");
        let to = atlas.screen(&azure);
        atlas.press_and_move(atlas.marker(&name), to);
        atlas.harness.event(Event::ModifiersChanged(modifiers));
        atlas.harness.run();
        atlas.harness.drop_at(to);
        atlas.harness.run();
        let site = atlas.site(region.as_str());
        assert_eq!(site == azure, expect_azure, "{site:?}");
        assert_eq!(matches!(site, Site::Place { .. }), !expect_azure, "{site:?}");
    }
}

#[test]
fn arrows_walk_among_markers_and_with_alt_move_the_region() {
    let mut design = Design::default();
    for (name, site) in [("Frankfurt", "eu-central-1"), ("Mumbai", "ap-south-1"), ("Ohio", "us-east-2")] {
        let (edit, _) = commands::add_region(&design, name, Site::cloud("aws", site), Pos(0, 0));
        edit.apply(&mut design).expect("a region");
    }
    let mut atlas = Atlas::of(design);
    let selected = |atlas: &Atlas| atlas.app().state.single_selection().map(ToString::to_string).unwrap_or_default();
    atlas.press(Modifiers::NONE, Key::ArrowRight);
    assert_eq!(selected(&atlas), "frankfurt", "the one nearest to the middle");
    for (key, name) in [(Key::ArrowLeft, "ohio"), (Key::ArrowRight, "frankfurt"), (Key::ArrowRight, "mumbai")] {
        atlas.press(Modifiers::NONE, key);
        assert_eq!(selected(&atlas), name);
    }
    let focused = atlas.harness.query_by(|n| n.is_focused() && n.label().is_some());
    let label = focused.and_then(|n| n.accesskit_node().label()).unwrap_or_default();
    assert!(label.starts_with("Region Mumbai"), "{label}");
    atlas.press(Modifiers::ALT, Key::ArrowRight);
    assert_eq!(atlas.steps(), 1);
    let mumbai = Books::shipped().regions().get(Provider::Aws, "ap-south-1").expect("a region");
    let site = atlas.site("mumbai");
    let moved = Books::shipped().regions().get(Provider::Aws, site.short()).expect("a region of its provider");
    assert!(moved.longitude_deg > mumbai.longitude_deg, "{site:?}");
    // Its name was that of the place.
    assert_ne!(atlas.design().regions[&id("mumbai")].name, "Mumbai");
    atlas.press(Modifiers::NONE, Key::Escape);
    assert_eq!(selected(&atlas), "");
}

#[test]
fn a_region_is_moved_by_name_from_the_list() {
    let mut atlas = Atlas::template("pattern-1");
    let (region, _) = first_region(&atlas);
    atlas.harness.state_mut().request(Msg::Select(vec![region.clone()]));
    atlas.harness.state_mut().request(Msg::Action(Action::MoveToRegion));
    atlas.harness.run();
    let field = atlas.harness.get_by(|n| n.placeholder().is_some_and(|p| p.starts_with("Move ")));
    field.type_text("stockholm aws");
    atlas.harness.run();
    atlas.press(Modifiers::NONE, Key::Enter);
    assert_eq!(atlas.site(region.as_str()), Site::cloud("aws", "eu-north-1"));
    assert_eq!(atlas.steps(), 1);
}

#[test]
fn users_can_be_dragged_to_a_free_place() {
    let mut atlas = Atlas::template("pattern-2");
    let users = atlas.design().components.iter().find(|(_, c)| c.kind() == meridian::design::Kind::Users);
    let (users, name) = users.map(|(id, c)| (id.clone(), c.name.clone())).expect("users");
    let from = atlas.harness.get_by_label_contains(&format!("Users {name}")).rect().center();
    let lagos = Site::Place { name: String::new(), latitude_deg: 6.5, longitude_deg: 3.4, country: String::new() };
    let to = atlas.screen(&lagos);
    atlas.press_and_move(from, to);
    atlas.harness.drop_at(to);
    atlas.harness.run();
    let meridian::design::Spec::Users(spec) = &atlas.design().components[&users].spec else { panic!("users") };
    let Site::Place { latitude_deg, longitude_deg, .. } = &spec.site else { panic!("{:?}", spec.site) };
    assert!((latitude_deg - 6.5).abs() < 1.0 && (longitude_deg - 3.4).abs() < 1.0, "{:?}", spec.site);
}

#[test]
fn what_has_no_known_place_is_named_and_the_map_rests() {
    let mut design = Design::default();
    for (name, site) in [("Frankfurt", "eu-central-1"), ("Atlantis", "at-lantis-1")] {
        let (edit, _) = commands::add_region(&design, name, Site::cloud("aws", site), Pos(0, 0));
        edit.apply(&mut design).expect("a region");
    }
    let mut atlas = Atlas::of(design);
    assert!(atlas.harness.query_by_label("Not on the map").is_some());
    atlas.harness.get_by_label("Atlantis").click();
    atlas.harness.run();
    assert_eq!(atlas.app().state.single_selection(), Some(&id("atlantis")));
    // Nothing asks for another frame.
    atlas.harness.step();
    let delay = atlas.harness.output().viewport_output.values().map(|v| v.repaint_delay).min();
    assert!(delay.is_some_and(|d| d > std::time::Duration::from_secs(3600)), "{delay:?}");
}

#[test]
fn the_latency_of_users_stands_on_the_map() {
    let atlas = Atlas::template("pattern-2");
    let analysis = atlas.app().state.analysis.clone().expect("it was analysed");
    let population = &analysis.estimates.latency[0];
    let [_, p95, _] = analysis.estimates.percentiles(&population.population, Operation::ApiCall).expect("a figure");
    let name = atlas.design().name_of(&population.population);
    let label = atlas.harness.get_by_label_contains(&format!("Users {name}")).accesskit_node().label();
    assert!(label.is_some_and(|l| l.contains(&format!("p95 {:.0} ms", p95.value))));
    assert!(atlas.harness.query_all_by_label_contains(" links, ").next().is_some(), "round trips between regions");
}
