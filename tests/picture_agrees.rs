//! A picture shows what the canvas shows: the same words, boxes and arrows at the same places.

#![cfg(feature = "gui")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail loudly")]

#[path = "support/window.rs"]
mod window;

use egui::{Pos2, Rect, Shape};
use meridian::analysis::{Setting, analyse};
use meridian::app::actions::Action;
use meridian::app::{App, Msg};
use meridian::books::Books;
use meridian::design::history::Revision;
use meridian::export::{Options, Source, picture};
use meridian::templates;
use roxmltree::{Document, Node};

/// How far a place may be off, points: a window rounds what it shows to pixels.
const SLACK: f32 = 1.5;
/// The ascent of Inter, in sizes of the type.
const ASCENT: f32 = 1984.0 / 2048.0;

/// Words where they were drawn.
struct Words {
    text: String,
    rect: Rect,
    baseline: f32,
}

/// What the canvas drew.
#[derive(Default)]
struct Drawn {
    words: Vec<Words>,
    rects: Vec<Rect>,
    triangles: usize,
}

impl Drawn {
    fn take(&mut self, shape: &Shape) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| self.take(shape)),
            Shape::Text(text) => {
                let size = text.galley.job.sections.first().map_or(0.0, |s| s.format.font_id.size);
                self.words.push(Words {
                    text: text.galley.job.text.clone(),
                    rect: Rect::from_min_size(text.pos, text.galley.size()),
                    baseline: text.pos.y + size * ASCENT,
                });
            }
            Shape::Rect(rect) => self.rects.push(rect.rect),
            Shape::Path(path) if path.closed && path.points.len() == 3 => self.triangles += 1,
            _ => {}
        }
    }
}

fn number(node: Node<'_, '_>, name: &str) -> f32 {
    node.attribute(name).unwrap().parse().unwrap()
}

#[test]
fn window_and_file_show_the_same() {
    let mut harness = window::shown(App::for_tests(), [3600.0, 2400.0]);
    harness.state_mut().app.request(Msg::NewFromTemplate("pattern-2"));
    harness.run();
    harness.state_mut().app.request(Msg::Action(Action::ZoomToFit));
    harness.run();
    let camera = harness.state().app.state.camera;
    assert!((camera.zoom - 1.0).abs() < 1e-6, "the drawing is shown at its own size: {}", camera.zoom);
    let mut drawn = Drawn::default();
    for clipped in harness.output().shapes.iter().filter(|clipped| clipped.clip_rect == camera.canvas_screen) {
        drawn.take(&clipped.shape);
    }
    assert!(drawn.words.len() > 50);

    let design = templates::get("pattern-2").unwrap().design();
    let analysis = analyse(&design, Revision::default(), &Setting::of(Books::shipped()));
    let source = Source::of(&design, &analysis, Books::shipped()).unwrap();
    let text = picture::svg(&source, &Options::default());
    let file = Document::parse(&text).unwrap();
    let on_screen = |x: f32, y: f32| camera.to_screen(Pos2::new(x, y));

    // Everything but the line at the foot stands in a group.
    let groups = || file.descendants().filter(|node| node.ancestors().skip(1).any(|a| a.has_tag_name("g")));
    let mut missing = Vec::new();
    for node in groups().filter(|node| node.has_tag_name("text")) {
        let words = node.text().unwrap_or("");
        let at = on_screen(number(node, "x"), number(node, "y"));
        let found = drawn.words.iter().any(|word| {
            let x = match node.attribute("text-anchor") {
                Some("middle") => word.rect.center().x,
                Some("end") => word.rect.right(),
                _ => word.rect.left(),
            };
            let same = word.text.starts_with(words.trim_end_matches('…'));
            same && (x - at.x).abs() < SLACK && (word.baseline - at.y).abs() < SLACK
        });
        if !found {
            missing.push(words.to_owned());
        }
    }
    assert!(missing.is_empty(), "the window does not show {missing:?}");

    for node in groups().filter(|node| node.has_tag_name("rect")) {
        // The line of a stroke runs on the edge in a window, and half inside it in a file.
        let half = node.attribute("stroke-width").map_or(0.0, |w| w.parse::<f32>().unwrap() / 2.0);
        let (x, y, w, h) = (number(node, "x"), number(node, "y"), number(node, "width"), number(node, "height"));
        let rect = Rect::from_min_size(on_screen(x, y), egui::vec2(w, h)).expand(half);
        let near = |a: Pos2, b: Pos2| (a - b).length() < 2.0 * SLACK;
        // What lies behind words is as wide as these, and both have their own way to measure them.
        let found = drawn.rects.iter().any(|r| {
            near(r.left_top(), rect.left_top()) && near(r.right_bottom(), rect.right_bottom())
                || near(r.center(), rect.center()) && (r.height() - rect.height()).abs() < SLACK
                || near(r.right_top(), rect.right_top()) && (r.height() - rect.height()).abs() < SLACK
                || near(r.left_top(), rect.left_top()) && (r.height() - rect.height()).abs() < SLACK
        });
        assert!(found, "the window has no rectangle at {rect:?}");
    }

    let arrows = groups().filter(|node| node.has_tag_name("polygon"));
    let arrows = arrows.filter(|node| node.attribute("points").unwrap().split(' ').count() == 3).count();
    assert_eq!(arrows, drawn.triangles);
}
