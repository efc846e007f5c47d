//! Resizing a region by its edges and corners.

use std::collections::BTreeSet;

use egui::{Pos2, Rect};

use crate::app::camera;
use crate::design::edit::{Edit, Op};
use crate::design::{Extent, Id, SceneRect, commands};

use super::snap::{self, Guide};
use super::{Button, Effect, Event, Handle, Input, Stage, Tool};

/// A region being resized.
#[derive(Debug, Clone, PartialEq)]
pub struct Resize {
    /// The region.
    pub id: Id,
    /// Where it is held.
    pub handle: Handle,
    /// The rectangle it would get, scene coordinates.
    pub rect: Rect,
    /// Lines to what it snapped to.
    pub guides: Vec<Guide>,
    start: Rect,
    grab_scene: Pos2,
}

impl Resize {
    pub(super) fn new(id: Id, handle: Handle, grab_scene: Pos2, stage: &dyn Stage) -> Option<Self> {
        let start = camera::rect(stage.design().regions.get(&id)?.rect());
        Some(Self { id, handle, rect: start, guides: Vec::new(), start, grab_scene })
    }

    pub(super) fn step(mut self: Box<Self>, input: &Input, stage: &dyn Stage, out: &mut Vec<Effect>) -> Tool {
        let delta = input.pos_scene - self.grab_scene;
        let mut wish = self.start;
        match self.handle.x {
            -1 => wish.min.x += delta.x,
            1 => wish.max.x += delta.x,
            _ => {}
        }
        match self.handle.y {
            -1 => wish.min.y += delta.y,
            1 => wish.max.y += delta.y,
            _ => {}
        }
        self.guides.clear();
        if !input.ctrl {
            let moving = BTreeSet::from([self.id.clone()]);
            let others = if input.zoom >= snap::MIN_ZOOM {
                stage.neighbours(wish.expand(snap::REACH_SCREEN / input.zoom), &moving)
            } else {
                Vec::new()
            };
            let (snapped, guides) = snap::snap_edges(wish, self.handle, &others, snap::TOLERANCE_SCREEN / input.zoom);
            wish = snapped;
            self.guides = guides;
        }
        // The held edge stops before it crosses the opposite one.
        let least = crate::design::MIN_REGION_EXTENT;
        let (width, height) = (least.0 as f32, least.1 as f32);
        match self.handle.x {
            -1 => wish.min.x = wish.min.x.min(wish.max.x - width),
            _ => wish.max.x = wish.max.x.max(wish.min.x + width),
        }
        match self.handle.y {
            -1 => wish.min.y = wish.min.y.min(wish.max.y - height),
            _ => wish.max.y = wish.max.y.max(wish.min.y + height),
        }
        let edit = commands::resize_region(stage.design(), &self.id, scene_rect(wish));
        self.rect = resulting(&edit).unwrap_or(wish);
        if input.event == Event::Release(Button::Primary) {
            if self.rect != self.start {
                out.push(Effect::Commit(edit, None));
            }
            return Tool::Idle;
        }
        Tool::Resizing(self)
    }
}

/// The region's rectangle after the edit, which widens a wish that would not hold the components.
fn resulting(edit: &Edit) -> Option<Rect> {
    edit.ops.iter().find_map(|op| match op {
        Op::Region(_, Some(region)) => Some(camera::rect(region.rect())),
        _ => None,
    })
}

fn scene_rect(rect: Rect) -> SceneRect {
    let (min, max) = (camera::scene_pos(rect.min), camera::scene_pos(rect.max));
    SceneRect { min, extent: Extent(max.0 - min.0, max.1 - min.1) }
}
