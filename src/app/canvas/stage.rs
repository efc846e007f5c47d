//! What the tools may know of the canvas: hit tests and neighbours.

use std::collections::BTreeSet;

use egui::{Pos2, Rect, Vec2};

use crate::app::camera::Camera;
use crate::app::state::State;
use crate::app::tools::{Handle, Hit, Mode, Stage};
use crate::design::commands::REGION_TITLE;
use crate::design::{Design, Id};
use crate::picture::badge::{self, Badge};
use crate::picture::curve;

use super::scene::{Item, Scene};
use super::visible::MIDDLE_ZOOM;

/// How near a link's line the pointer must be, screen points.
const LINK_REACH: f32 = 6.0;
/// How near a port's dot the pointer must be, screen points.
const PORT_REACH: f32 = 8.0;
/// How near a region's border the pointer must be, screen points.
const BORDER_REACH: f32 = 5.0;
/// How near a corner is meant, screen points.
const CORNER_REACH: f32 = 9.0;
/// Below this zoom boxes are too small for ports.
pub const PORT_ZOOM: f32 = 0.45;
/// Most neighbours a drag aligns with.
const MAX_NEIGHBOURS: usize = 240;

/// The canvas as a stage for tools.
pub struct CanvasStage<'a> {
    /// Document and view.
    pub state: &'a State,
    /// What is drawn.
    pub scene: &'a Scene,
    /// Scene to screen.
    pub camera: Camera,
    /// What is selected, with what this frame has already asked for.
    pub selection: &'a BTreeSet<Id>,
    /// What the pointer was over before; its ports are shown.
    pub hovered: Option<&'a Id>,
    /// Badges where they were last drawn.
    pub badges: &'a [(Item, Badge, Pos2)],
    /// Whether single elements can be made out at all.
    pub dense: bool,
}

/// Where a component's ports sit, on a rectangle in any coordinates.
#[must_use]
pub fn ports(rect: Rect) -> [Pos2; 4] {
    [rect.left_center(), rect.right_center(), rect.center_top(), rect.center_bottom()]
}

/// What the left button does in this state.
#[must_use]
pub fn mode(state: &State) -> Mode {
    if state.view.placing.is_some() { Mode::Place } else { Mode::Select }
}

impl CanvasStage<'_> {
    /// The component whose ports can be taken: the hovered one, and the one that is selected alone.
    pub fn with_ports(&self) -> impl Iterator<Item = &Id> {
        let single = if self.selection.len() == 1 { self.selection.first() } else { None };
        let hovered = self.hovered.filter(|id| Some(*id) != single);
        let big = self.camera.zoom >= PORT_ZOOM && !self.dense;
        single.into_iter().chain(hovered).filter(move |id| big && self.scene.node(id).is_some())
    }

    fn badge_at(&self, pos_screen: Pos2) -> Option<Hit> {
        let near = |at: &Pos2| at.distance(pos_screen) <= badge::RADIUS;
        let (item, ..) = self.badges.iter().rev().find(|(.., at)| near(at))?;
        self.scene.id(*item).map(|id| Hit::Marker(id.clone()))
    }

    fn port_at(&self, pos_screen: Pos2) -> Option<Hit> {
        let id = self.with_ports().find(|id| {
            let rect = self.scene.item(id).and_then(|item| self.scene.rect_of(item));
            rect.is_some_and(|rect| {
                ports(self.camera.rect_to_screen(rect)).iter().any(|p| p.distance(pos_screen) <= PORT_REACH)
            })
        })?;
        Some(Hit::Port(id.clone()))
    }

    fn node_at(&self, pos_scene: Pos2) -> Option<Hit> {
        let found = self.scene.nodes_in(Rect::from_center_size(pos_scene, Vec2::ZERO));
        let id = found.last().and_then(|node| self.scene.id(Item::Node(*node)))?;
        Some(Hit::Component(id.clone()))
    }

    fn link_at(&self, pos_scene: Pos2, zoom: f32) -> Option<Hit> {
        let reach = LINK_REACH / zoom;
        let candidates = self.scene.edges_in(Rect::from_center_size(pos_scene, Vec2::splat(2.0 * reach)));
        let nearest = candidates
            .into_iter()
            .filter_map(|edge| {
                let shape = self.scene.curve_of(edge)?;
                Some((edge, curve::distance(&shape.curve, (pos_scene.x, pos_scene.y))))
            })
            .filter(|(_, distance)| *distance <= reach)
            .min_by(|a, b| a.1.total_cmp(&b.1))?;
        self.scene.id(Item::Edge(nearest.0)).map(|id| Hit::Link(id.clone()))
    }

    /// The handle of a region's border at a place, if any.
    fn handle_at(&self, index: usize, pos_screen: Pos2) -> Option<Hit> {
        let view = self.scene.regions.get(index)?;
        let rect = self.camera.rect_to_screen(view.rect);
        if !rect.expand(BORDER_REACH).contains(pos_screen) {
            return None;
        }
        let side = |low: f32, high: f32, at: f32, reach: f32| match ((at - low).abs(), (at - high).abs()) {
            (to_low, to_high) if to_low <= reach && to_low <= to_high => -1,
            (_, to_high) if to_high <= reach => 1,
            _ => 0,
        };
        let corner = Handle {
            x: side(rect.left(), rect.right(), pos_screen.x, CORNER_REACH),
            y: side(rect.top(), rect.bottom(), pos_screen.y, CORNER_REACH),
        };
        let edge = Handle {
            x: side(rect.left(), rect.right(), pos_screen.x, BORDER_REACH),
            y: side(rect.top(), rect.bottom(), pos_screen.y, BORDER_REACH),
        };
        let handle = if edge.x == 0 && edge.y == 0 {
            return None;
        } else if corner.x != 0 && corner.y != 0 {
            corner
        } else {
            edge
        };
        Some(Hit::Handle(view.id.clone(), handle))
    }

    fn region_at(&self, pos_scene: Pos2, pos_screen: Pos2) -> Option<Hit> {
        let reach = BORDER_REACH / self.camera.zoom;
        let smallest = self
            .scene
            .regions
            .iter()
            .enumerate()
            .filter(|(_, view)| view.rect.expand(reach).contains(pos_scene))
            .min_by(|(_, a), (_, b)| a.rect.area().total_cmp(&b.rect.area()))?;
        let (index, view) = smallest;
        if self.camera.zoom >= MIDDLE_ZOOM
            && let Some(handle) = self.handle_at(index, pos_screen)
        {
            return Some(handle);
        }
        if !view.rect.contains(pos_scene) {
            return None;
        }
        let in_title = pos_scene.y <= view.rect.top() + REGION_TITLE as f32;
        Some(if in_title { Hit::RegionFrame(view.id.clone()) } else { Hit::RegionBody(view.id.clone()) })
    }

    fn selected_handle_at(&self, pos_screen: Pos2) -> Option<Hit> {
        if self.selection.len() != 1 || self.camera.zoom < MIDDLE_ZOOM {
            return None;
        }
        match self.scene.item(self.selection.first()?)? {
            Item::Region(index) => self.handle_at(index, pos_screen),
            _ => None,
        }
    }
}

impl Stage for CanvasStage<'_> {
    fn design(&self) -> &Design {
        self.state.doc.design()
    }

    fn selection(&self) -> &BTreeSet<Id> {
        self.selection
    }

    fn mode(&self) -> Mode {
        mode(self.state)
    }

    fn hit(&self, pos_scene: Pos2, zoom: f32) -> Hit {
        let pos_screen = self.camera.to_screen(pos_scene);
        self.badge_at(pos_screen)
            .or_else(|| self.port_at(pos_screen))
            .or_else(|| self.selected_handle_at(pos_screen))
            .or_else(|| self.node_at(pos_scene))
            .or_else(|| if self.dense { None } else { self.link_at(pos_scene, zoom) })
            .or_else(|| self.region_at(pos_scene, pos_screen))
            .unwrap_or_default()
    }

    fn within(&self, area_scene: Rect) -> Vec<Id> {
        let nodes = self.scene.nodes_in(area_scene).into_iter().map(Item::Node);
        let regions = self.scene.regions.iter().enumerate();
        let inside = regions.filter(|(_, view)| area_scene.contains_rect(view.rect)).map(|(i, _)| Item::Region(i));
        nodes.chain(inside).filter_map(|item| self.scene.id(item).cloned()).collect()
    }

    fn neighbours(&self, area_scene: Rect, moving: &BTreeSet<Id>) -> Vec<Rect> {
        // Regions align with regions and boxes with boxes; a border is no place for a box.
        let regions_move = moving.iter().any(|id| self.design().regions.contains_key(id));
        if regions_move {
            let others = self.scene.regions.iter().filter(|view| !moving.contains(&view.id));
            return others.map(|view| view.rect).filter(|r| r.intersects(area_scene)).take(MAX_NEIGHBOURS).collect();
        }
        let center = area_scene.center();
        let mut near: Vec<Rect> = self
            .scene
            .nodes_in(area_scene)
            .into_iter()
            .filter(|node| self.scene.part(*node).is_some_and(|part| !moving.contains(&part.id)))
            .filter_map(|node| self.scene.rect_of(Item::Node(node)))
            .collect();
        if near.len() > MAX_NEIGHBOURS {
            near.sort_by(|a, b| a.center().distance_sq(center).total_cmp(&b.center().distance_sq(center)));
            near.truncate(MAX_NEIGHBOURS);
        }
        near
    }
}
