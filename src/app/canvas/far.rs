//! The dense far view: all boxes as one mesh, all links as another. What rests is kept between frames.

use std::sync::Arc;

use egui::{Mesh, Painter, Rect, Shape};

use super::scene::Scene;
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

/// Meshes of what rests.
#[derive(Default)]
pub struct Far {
    key: Option<Key>,
    boxes: Arc<Mesh>,
    links: Arc<Mesh>,
}

impl Far {
    /// Draws everything that rests, and over it what is in hand.
    pub fn draw(&mut self, painter: &Painter, look: &Look, scene: &Scene) {
        let key = Key {
            generation: scene.generation,
            picks: scene.picks,
            center_scene: look.camera.center_scene,
            zoom: look.camera.zoom,
            canvas_screen: look.camera.canvas_screen,
            dark: look.palette.dark,
        };
        if self.key != Some(key) {
            self.key = Some(key);
            self.rebuild(look, scene);
        }
        painter.add(Shape::Mesh(self.links.clone()));
        let mut links = Mesh::default();
        for edge in &scene.moving.edges {
            if let Some(shape) = scene.curve_of(*edge) {
                shape.draw_far(look, &mut links);
            }
        }
        painter.add(Shape::mesh(links));
        painter.add(Shape::Mesh(self.boxes.clone()));
        let mut boxes = Mesh::default();
        for node in &scene.moving.nodes {
            if let Some(shape) = scene.box_of(*node) {
                shape.draw_far(look, &mut boxes);
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
        for edge in graph.edge_weights() {
            let shape = edge.display();
            if !shape.marks.moving && shape.bounds.intersects(area) {
                shape.draw_far(look, mesh);
            }
        }
        self.links = links;
        let mut boxes = std::mem::take(&mut self.boxes);
        let mesh = Arc::make_mut(&mut boxes);
        mesh.clear();
        mesh.reserve_vertices(graph.node_count() * 4);
        mesh.reserve_triangles(graph.node_count() * 2);
        for node in graph.node_weights() {
            let shape = node.display();
            if !shape.marks.moving && shape.rect.intersects(area) {
                shape.draw_far(look, mesh);
            }
        }
        self.boxes = boxes;
    }
}
