//! What of the scene is in view, and how much of it to draw.

use petgraph::stable_graph::{EdgeIndex, NodeIndex};

use super::access::MAX_NAMED;
use super::scene::Scene;
use super::shapes::{Detail, Look};

/// Below this zoom only shapes are drawn.
pub const MIDDLE_ZOOM: f32 = 0.30;
/// From this zoom on everything is drawn.
pub const NEAR_ZOOM: f32 = 0.70;
/// With more components or links than this in view only shapes are drawn, whatever the zoom.
const MAX_DETAILED: usize = 1_500;
/// The same for a far view, where round corners and curves can hardly be seen.
const MAX_DETAILED_FAR: usize = 600;
/// With more links than this in view they lose dashes, arrows and labels, which nobody could follow.
const MAX_DETAILED_LINKS: usize = 400;
/// What of the scene is in view.
#[derive(Debug, Default)]
pub struct Visible {
    /// Components that rest, in drawing order. Empty when everything of a very large design is in view.
    pub nodes: Vec<NodeIndex>,
    /// Links that rest, in drawing order. Empty when everything of a very large design is in view.
    pub edges: Vec<EdgeIndex>,
    /// Whether there are too many links to draw each with dashes and arrows.
    pub many_edges: bool,
    /// Regions.
    pub regions: Vec<usize>,
    /// Whether there is too much to list: everything is drawn as meshes.
    pub dense: bool,
}

/// Finds out what is in view and how much of it to draw.
#[must_use]
pub fn look_around(scene: &Scene, look: &mut Look) -> Visible {
    let area = look.camera.visible_scene();
    let regions = |scene: &Scene| {
        scene.regions.iter().enumerate().filter(|(_, r)| r.rect.intersects(area)).map(|(i, _)| i).collect()
    };
    let mut visible = Visible { regions: regions(scene), ..Visible::default() };
    let (nodes, edges) = scene.counts();
    let covers_all = scene.regions.iter().all(|r| area.contains_rect(r.rect));
    let far = look.camera.zoom < MIDDLE_ZOOM;
    let limit = if far { MAX_DETAILED_FAR } else { MAX_DETAILED };
    // With everything in view there is no need to look for what is.
    if far && covers_all && nodes.max(edges) > limit {
        visible.dense = true;
        // A few components are still to be named.
        if nodes <= MAX_NAMED {
            visible.nodes = scene.nodes_in(area);
        }
    } else {
        visible.nodes = scene.nodes_in(area.expand(16.0));
        visible.edges = scene.edges_in(area);
        // A long link's surroundings are in view far more often than the link itself.
        visible.edges.retain(|edge| scene.curve_of(*edge).is_some_and(|shape| shape.crosses(area)));
        visible.many_edges = visible.edges.len() > MAX_DETAILED_LINKS;
        visible.dense = visible.nodes.len() > limit || (far && visible.edges.len() > limit);
    }
    look.detail = match look.camera.zoom {
        _ if visible.dense => Detail::Far,
        _ if far => Detail::Far,
        zoom if zoom < NEAR_ZOOM => Detail::Middle,
        _ => Detail::Near,
    };
    visible
}
