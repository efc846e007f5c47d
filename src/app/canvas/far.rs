//! The dense far view: all boxes as one mesh, all links as another, what has failed in the colour of its state. What
//! rests is kept between frames.

use std::sync::Arc;

use egui::{Mesh, Painter, Rect, Shape};
use petgraph::stable_graph::{EdgeIndex, NodeIndex};
use petgraph::visit::{EdgeRef, IntoEdgeReferences, IntoNodeReferences};

use crate::failure::State;
use crate::picture::effects::Effects;

use super::scene::{Item, Scene};
use super::shapes::Look;

/// What a kept mesh was made from.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Key {
    generation: u64,
    picks: u64,
    center_scene: egui::Pos2,
    zoom: f32,
    canvas_screen: Rect,
    dark: bool,
}

/// How elements stand under what has failed, by index; looked up once for all frames in which it holds.
#[derive(Default)]
struct Standings {
    of: Option<(Arc<Effects>, u64)>,
    nodes: Vec<Option<State>>,
    edges: Vec<Option<State>>,
}

impl Standings {
    /// Brings it up to date. Returns whether it has changed.
    fn update(&mut self, effects: Option<&Arc<Effects>>, scene: &Scene) -> bool {
        let Some(effects) = effects else {
            return std::mem::take(self).of.is_some();
        };
        // Held here, so that its address cannot be given to another one.
        let known =
            |(old, generation): &(Arc<Effects>, u64)| Arc::ptr_eq(old, effects) && *generation == scene.generation;
        if self.of.as_ref().is_some_and(known) {
            return false;
        }
        let graph = scene.graph().g();
        let state = |item: Item| Some(effects.mark(scene.id(item)?)?.state);
        self.nodes = vec![None; graph.node_indices().map(|node| node.index() + 1).max().unwrap_or(0)];
        for node in graph.node_indices() {
            if let Some(slot) = self.nodes.get_mut(node.index()) {
                *slot = state(Item::Node(node));
            }
        }
        self.edges = vec![None; graph.edge_indices().map(|edge| edge.index() + 1).max().unwrap_or(0)];
        for edge in graph.edge_indices() {
            if let Some(slot) = self.edges.get_mut(edge.index()) {
                *slot = state(Item::Edge(edge));
            }
        }
        self.of = Some((Arc::clone(effects), scene.generation));
        true
    }

    fn node(&self, node: NodeIndex) -> Option<State> {
        self.nodes.get(node.index()).copied().flatten()
    }

    fn edge(&self, edge: EdgeIndex) -> Option<State> {
        self.edges.get(edge.index()).copied().flatten()
    }
}

/// Meshes of what rests.
#[derive(Default)]
pub struct Far {
    key: Option<Key>,
    standings: Standings,
    boxes: Arc<Mesh>,
    links: Arc<Mesh>,
}

impl Far {
    /// Draws everything that rests, and over it what is in hand, under what has failed.
    pub fn draw(&mut self, painter: &Painter, look: &Look, scene: &Scene, effects: Option<&Arc<Effects>>) {
        let key = Key {
            generation: scene.generation,
            picks: scene.picks,
            center_scene: look.camera.center_scene,
            zoom: look.camera.zoom,
            canvas_screen: look.camera.canvas_screen,
            dark: look.palette.dark,
        };
        if self.standings.update(effects, scene) {
            self.key = None;
        }
        if self.key != Some(key) {
            self.key = Some(key);
            self.rebuild(look, scene);
        }
        painter.add(Shape::Mesh(self.links.clone()));
        let mut links = Mesh::default();
        for edge in &scene.moving.edges {
            if let Some(shape) = scene.curve_of(*edge) {
                shape.draw_far(look, self.standings.edge(*edge), &mut links);
            }
        }
        painter.add(Shape::mesh(links));
        painter.add(Shape::Mesh(self.boxes.clone()));
        let mut boxes = Mesh::default();
        for node in &scene.moving.nodes {
            if let Some(shape) = scene.box_of(*node) {
                shape.draw_far(look, self.standings.node(*node), &mut boxes);
            }
        }
        painter.add(Shape::mesh(boxes));
    }

    fn rebuild(&mut self, look: &Look, scene: &Scene) {
        let area = look.camera.visible_scene();
        let graph = scene.graph().g();
        // Taken out and put back, so that their room is used again.
        let mut links = std::mem::take(&mut self.links);
        let mesh = Arc::make_mut(&mut links);
        mesh.clear();
        mesh.reserve_vertices(graph.edge_count() * 3);
        mesh.reserve_triangles(graph.edge_count());
        for edge in graph.edge_references() {
            let shape = edge.weight().display();
            if !shape.marks.moving && shape.bounds.intersects(area) {
                shape.draw_far(look, self.standings.edge(edge.id()), mesh);
            }
        }
        self.links = links;
        let mut boxes = std::mem::take(&mut self.boxes);
        let mesh = Arc::make_mut(&mut boxes);
        mesh.clear();
        mesh.reserve_vertices(graph.node_count() * 4);
        mesh.reserve_triangles(graph.node_count() * 2);
        for (node, weight) in graph.node_references() {
            let shape = weight.display();
            if !shape.marks.moving && shape.rect.intersects(area) {
                shape.draw_far(look, self.standings.node(node), mesh);
            }
        }
        self.boxes = boxes;
    }
}
