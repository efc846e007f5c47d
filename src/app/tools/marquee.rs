//! Selecting by drawing a rectangle.

use std::collections::BTreeSet;

use egui::{Pos2, Rect};

use crate::design::Id;

use super::{Button, Effect, Event, Input, Stage, Tool};

/// A rectangle being drawn to select.
#[derive(Debug, Clone, PartialEq)]
pub struct Marquee {
    /// Where it began, scene coordinates.
    pub from_scene: Pos2,
    /// The pointer, scene coordinates.
    pub to_scene: Pos2,
    /// What was selected before; Esc brings it back.
    pub(super) before: BTreeSet<Id>,
    /// Whether what was selected before stays so.
    adds: bool,
    /// What was selected last, so that nothing is said twice.
    told: Vec<Id>,
}

impl Marquee {
    pub(super) fn begin(from_scene: Pos2, input: &Input, stage: &dyn Stage, out: &mut Vec<Effect>) -> Tool {
        let before = stage.selection().clone();
        let told = before.iter().cloned().collect();
        Self { from_scene, to_scene: from_scene, before, adds: input.shift, told }.step(input, stage, out)
    }

    /// The rectangle, scene coordinates.
    #[must_use]
    pub fn rect(&self) -> Rect {
        Rect::from_two_pos(self.from_scene, self.to_scene)
    }

    pub(super) fn step(mut self, input: &Input, stage: &dyn Stage, out: &mut Vec<Effect>) -> Tool {
        self.to_scene = input.pos_scene;
        let mut chosen: BTreeSet<Id> = stage.within(self.rect()).into_iter().collect();
        if self.adds {
            chosen.extend(self.before.iter().cloned());
        }
        let chosen: Vec<Id> = chosen.into_iter().collect();
        if chosen != self.told {
            out.push(Effect::Select(chosen.clone()));
            self.told = chosen;
        }
        if input.event == Event::Release(Button::Primary) { Tool::Idle } else { Tool::Marquee(self) }
    }
}
