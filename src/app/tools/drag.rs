//! Dragging components and regions.

use std::collections::BTreeSet;

use egui::{Pos2, Rect, Vec2};

use crate::app::camera;
use crate::design::{Id, Pos, commands};

use super::snap::{self, Axes, Guide};
use super::{Button, Effect, Event, Input, Stage, Tool};

/// With more components than this in hand, the analyses wait for the drop.
const MAX_PREVIEWED: usize = 200;

/// Elements being dragged.
#[derive(Debug, Clone, PartialEq)]
pub struct Drag {
    /// Regions and components that move; what stands in a region moves with it.
    pub ids: Vec<Id>,
    /// How far they have moved, whole scene points.
    pub offset: (i32, i32),
    /// Whether a copy moves while the originals stay.
    pub duplicate: bool,
    /// Lines to what the drag snapped to.
    pub guides: Vec<Guide>,
    /// The region the pressed component would join.
    pub target: Option<Id>,
    moving: BTreeSet<Id>,
    grab_scene: Pos2,
    /// The pressed element where it was.
    anchor: Rect,
    /// Everything that moves where it was.
    bounds: Rect,
    /// The pressed component's own region, if it is a component that may stand in one.
    home: Option<Option<Id>>,
    /// Dragged components, and the region each was last said to be in.
    membership: Vec<(Id, Option<Id>)>,
}

impl Drag {
    /// A drag of the selection by one of its elements; of that element alone when it is not selected.
    pub(super) fn new(pressed: &Id, grab_scene: Pos2, stage: &dyn Stage) -> Option<Self> {
        let design = stage.design();
        let selection = stage.selection();
        let alone = BTreeSet::from([pressed.clone()]);
        let selection = if selection.contains(pressed) { selection } else { &alone };
        // Components of a selected region are moved by it.
        let follows = |id: &Id| {
            design.components.get(id).is_some_and(|c| c.region.as_ref().is_some_and(|r| selection.contains(r)))
        };
        let rect_of = |id: &Id| {
            let region = design.regions.get(id).map(|r| r.rect());
            region.or_else(|| design.components.get(id).map(|c| design.rect_scene(c))).map(camera::rect)
        };
        let ids: Vec<Id> = selection.iter().filter(|id| rect_of(id).is_some() && !follows(id)).cloned().collect();
        let bounds = ids.iter().filter_map(rect_of).reduce(Rect::union)?;
        let home = design
            .components
            .get(pressed)
            .filter(|c| c.kind().fits_in_region() && !follows(pressed))
            .map(|c| c.region.clone());
        let components = ids.iter().filter_map(|id| design.components.get_key_value(id));
        let membership: Vec<_> = components.map(|(id, c)| (id.clone(), c.region.clone())).collect();
        let membership = if membership.len() <= MAX_PREVIEWED { membership } else { Vec::new() };
        Some(Self {
            moving: ids.iter().cloned().collect(),
            ids,
            offset: (0, 0),
            duplicate: false,
            guides: Vec::new(),
            target: None,
            grab_scene,
            anchor: rect_of(pressed)?,
            bounds,
            home,
            membership,
        })
    }

    pub(super) fn step(mut self: Box<Self>, input: &Input, stage: &dyn Stage, out: &mut Vec<Effect>) -> Tool {
        self.duplicate = input.alt;
        self.follow(input, stage);
        if input.event == Event::Release(Button::Primary) {
            self.commit(stage, out);
            return Tool::Idle;
        }
        self.update_target(stage);
        self.preview(stage, out);
        Tool::Dragging(self)
    }

    fn follow(&mut self, input: &Input, stage: &dyn Stage) {
        let mut raw = input.pos_scene - self.grab_scene;
        let mut axes = Axes { x: true, y: true };
        if input.shift {
            if raw.x.abs() >= raw.y.abs() {
                raw.y = 0.0;
                axes.y = false;
            } else {
                raw.x = 0.0;
                axes.x = false;
            }
        }
        self.guides.clear();
        if !input.ctrl {
            let moved = self.bounds.translate(raw);
            let others = if input.zoom >= snap::MIN_ZOOM {
                stage.neighbours(moved.expand(snap::REACH_SCREEN / input.zoom), &self.moving)
            } else {
                Vec::new()
            };
            let snapped =
                snap::snap_move(moved, self.anchor.min + raw, &others, snap::TOLERANCE_SCREEN / input.zoom, axes);
            raw += snapped.delta;
            self.guides = snapped.guides;
        }
        self.offset = whole(raw);
    }

    fn center_of(&self, stage: &dyn Stage, id: &Id) -> Option<Pos> {
        let design = stage.design();
        let component = design.components.get(id)?;
        Some(design.rect_scene(component).center().offset(self.offset.0, self.offset.1))
    }

    fn update_target(&mut self, stage: &dyn Stage) {
        let Some(home) = &self.home else { return };
        let middle = self.anchor.center() + Vec2::new(self.offset.0 as f32, self.offset.1 as f32);
        let under = commands::region_at(stage.design(), camera::scene_pos(middle)).cloned();
        self.target = if under == *home && !self.duplicate { None } else { under };
    }

    /// Tells when a component enters or leaves a region; mere moves change no analysis.
    fn preview(&mut self, stage: &dyn Stage, out: &mut Vec<Effect>) {
        let design = stage.design();
        let now: Vec<(Id, Option<Id>)> = self
            .membership
            .iter()
            .map(|(id, _)| {
                let own = design.components.get(id).and_then(|c| c.region.clone());
                let fits = design.components.get(id).is_some_and(|c| c.kind().fits_in_region());
                let region = match self.center_of(stage, id) {
                    _ if self.duplicate => own,
                    Some(center) if fits => commands::region_at(design, center).cloned(),
                    _ => own,
                };
                (id.clone(), region)
            })
            .collect();
        if now == self.membership {
            return;
        }
        let changed = now.iter().any(|(id, r)| design.components.get(id).is_some_and(|c| c.region != *r));
        out.push(Effect::Preview(
            changed.then(|| commands::move_by(design, &self.ids, self.offset.0, self.offset.1, true)),
        ));
        self.membership = now;
    }

    fn commit(&self, stage: &dyn Stage, out: &mut Vec<Effect>) {
        let (dx, dy) = self.offset;
        if self.duplicate {
            out.push(Effect::Preview(None));
            if self.offset != (0, 0) {
                let (edit, ids) = commands::duplicate(stage.design(), &self.ids, dx, dy);
                out.push(Effect::Commit(edit, Some(ids)));
            }
        } else if self.offset == (0, 0) {
            out.push(Effect::Preview(None));
        } else {
            out.push(Effect::Commit(commands::move_by(stage.design(), &self.ids, dx, dy, true), None));
        }
    }
}

/// A distance in whole scene points.
#[expect(clippy::cast_possible_truncation, reason = "a cast of floats saturates")]
fn whole(v: Vec2) -> (i32, i32) {
    (v.x.round() as i32, v.y.round() as i32)
}
