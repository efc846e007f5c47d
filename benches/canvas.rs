//! One frame of the canvas: layout, shapes and tessellation, without the graphics card.
//!
//! Budgets (release, one core): 10,000 components and 15,000 links, all visible, while a region is dragged, median
//! 8 ms; 50,000 components 16.6 ms. Beside it the same graph, with the same shapes, in egui_graphs' own `GraphView`.

mod support;

use divan::Bencher;
use egui::{Event, Modifiers, PointerButton, Pos2, RawInput, Rect, Ui, Vec2, pos2, vec2};
use egui_graphs::{GraphView, SettingsInteraction, SettingsNavigation, SettingsStyle};
use meridian::app::canvas::Canvas;
use meridian::app::canvas::scene::Scene;
use meridian::app::{Msg, State, camera, theme};
use meridian::books::Books;
use meridian::design::Id;
use meridian::design::history::Document;
use petgraph::EdgeType;
use petgraph::graph::IndexType;
use support::big_design;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SCREEN: Rect = Rect { min: Pos2::ZERO, max: Pos2 { x: 1600.0, y: 1000.0 } };
const SIZES: [usize; 3] = [1_000, 10_000, 50_000];

fn main() {
    divan::main();
}

/// A window that holds nothing but the canvas.
struct Desk {
    ctx: egui::Context,
    canvas: Canvas,
    state: State,
    time_s: f64,
}

impl Desk {
    fn new(components: usize) -> Self {
        let ctx = egui::Context::default();
        theme::install(&ctx);
        let mut state = State::new(Books::shipped());
        state.doc = Document::new(big_design(components));
        state.open = true;
        state.camera.canvas_screen = SCREEN;
        if let Some(bounds) = state.doc.design().bounds() {
            state.camera.fit(camera::rect(bounds));
        }
        let mut desk = Self { ctx, canvas: Canvas::default(), state, time_s: 0.0 };
        for _ in 0..3 {
            desk.frame(Vec::new());
        }
        desk
    }

    /// Draws one frame and takes in the messages that a frame may depend on. Returns the number of triangles.
    fn frame(&mut self, events: Vec<Event>) -> usize {
        self.time_s += 0.016;
        let input = RawInput { screen_rect: Some(SCREEN), time: Some(self.time_s), events, ..RawInput::default() };
        let mut msgs = Vec::new();
        let output = self.ctx.run_ui(input, |ui| self.canvas.show(ui, &self.state, &mut msgs));
        for msg in msgs {
            match msg {
                Msg::CanvasRect(rect) => self.state.camera.canvas_screen = rect,
                Msg::Select(ids) => self.state.selection = ids.into_iter().collect(),
                Msg::Pan(delta) => self.state.camera.pan_by(delta),
                _ => {}
            }
        }
        let count = triangles(&self.ctx, &output);
        output.drop_without_applying_deltas();
        count
    }

    /// Takes a region in hand by its title bar.
    fn grab_region(&mut self) -> Pos2 {
        let region = self.state.doc.design().regions[&Id::slug("r5")].rect();
        let at = self.state.camera.to_screen(camera::pos2(region.min.offset(region.extent.0 / 2, 20)));
        let press =
            Event::PointerButton { pos: at, button: PointerButton::Primary, pressed: true, modifiers: Modifiers::NONE };
        self.frame(vec![Event::PointerMoved(at)]);
        self.frame(vec![Event::PointerMoved(at)]);
        self.frame(vec![press]);
        self.frame(vec![Event::PointerMoved(at + vec2(12.0, 0.0))]);
        at
    }
}

fn triangles(ctx: &egui::Context, output: &egui::FullOutput) -> usize {
    let primitives = ctx.tessellate(output.shapes.clone(), 1.0);
    let mesh = |p: &egui::ClippedPrimitive| match &p.primitive {
        egui::epaint::Primitive::Mesh(mesh) => mesh.indices.len() / 3,
        egui::epaint::Primitive::Callback(_) => 0,
    };
    primitives.iter().map(mesh).sum()
}

/// Everything in view, nothing happens.
#[divan::bench(args = SIZES)]
fn all_visible(bencher: Bencher, components: usize) {
    let mut desk = Desk::new(components);
    bencher.bench_local(|| desk.frame(Vec::new()));
}

/// Everything in view while a region is dragged: the budget.
#[divan::bench(args = SIZES)]
fn dragging_a_region(bencher: Bencher, components: usize) {
    let mut desk = Desk::new(components);
    let at = desk.grab_region();
    let mut step = 0.0;
    bencher.bench_local(|| {
        step = (step + 1.0) % 40.0;
        desk.frame(vec![Event::PointerMoved(at + vec2(20.0 + step, step))])
    });
}

/// Everything in view while the view moves.
#[divan::bench(args = SIZES)]
fn panning(bencher: Bencher, components: usize) {
    let mut desk = Desk::new(components);
    let mut step = 1.0;
    bencher.bench_local(|| {
        step = -step;
        desk.state.camera.pan_by(Vec2::splat(step));
        desk.frame(Vec::new())
    });
}

/// A few dozen components at full size.
#[divan::bench(args = SIZES)]
fn zoomed_in(bencher: Bencher, components: usize) {
    let mut desk = Desk::new(components);
    desk.state.camera.zoom = 1.0;
    desk.frame(Vec::new());
    bencher.bench_local(|| desk.frame(Vec::new()));
}

/// The frame after a component was moved: the view of the design is patched.
#[divan::bench(args = SIZES)]
fn after_an_edit(bencher: Bencher, components: usize) {
    let mut desk = Desk::new(components);
    let mut dx = 8;
    let ids = [Id::slug("r5-gw-1")];
    bencher.bench_local(|| {
        dx = -dx;
        let edit = meridian::design::commands::nudge(desk.state.doc.design(), &ids, dx, 0);
        let _ = desk.state.doc.apply(edit);
        desk.state.serial += 1;
        desk.frame(Vec::new())
    });
}

#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
struct Still;
impl egui_graphs::LayoutState for Still {}

#[derive(Debug, Default)]
struct StillLayout;
impl egui_graphs::Layout<Still> for StillLayout {
    fn from_state(_: Still) -> impl egui_graphs::Layout<Still> {
        Self
    }
    fn next<N, E, Ty, Ix, Dn, De>(&mut self, _: &mut egui_graphs::Graph<N, E, Ty, Ix, Dn, De>, _: &Ui)
    where
        N: Clone,
        E: Clone,
        Ty: EdgeType,
        Ix: IndexType,
        Dn: egui_graphs::DisplayNode<N, E, Ty, Ix>,
        De: egui_graphs::DisplayEdge<N, E, Ty, Ix, Dn>,
    {
    }
    fn state(&self) -> Still {
        Still
    }
}

/// The same graph and shapes in egui_graphs' own view, everything visible.
#[divan::bench(args = SIZES)]
fn baseline_graph_view(bencher: Bencher, components: usize) {
    let ctx = egui::Context::default();
    theme::install(&ctx);
    let mut scene = Scene::default();
    scene.patch(&big_design(components));
    let mut frame = || {
        let input = RawInput { screen_rect: Some(SCREEN), ..RawInput::default() };
        let output = ctx.run_ui(input, |ui| {
            GraphView::<Still, StillLayout>::new()
                .with_interactions(&SettingsInteraction::new().with_dragging_enabled(false).with_hover_enabled(false))
                .with_navigations(
                    &SettingsNavigation::new().with_fit_to_screen_enabled(true).with_zoom_and_pan_enabled(false),
                )
                .with_styles(&SettingsStyle::new())
                .show(ui, scene.graph_mut());
        });
        let count = triangles(&ctx, &output);
        output.drop_without_applying_deltas();
        count
    };
    for _ in 0..3 {
        frame();
    }
    bencher.bench_local(frame);
}

/// Building the view of a design from nothing.
#[divan::bench(args = SIZES)]
fn first_patch(bencher: Bencher, components: usize) {
    let design = big_design(components);
    bencher.bench_local(|| {
        let mut scene = Scene::default();
        scene.patch(&design);
        scene.rect_of(scene.item(&Id::slug("r0"))?).map(|r| r.contains(pos2(0.0, 0.0)))
    });
}
