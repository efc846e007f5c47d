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
    /// What it touched last, so that nothing is said twice.
    touched: Option<Vec<Id>>,
}

impl Marquee {
    pub(super) fn begin(from_scene: Pos2, input: &Input, stage: &dyn Stage, out: &mut Vec<Effect>) -> Tool {
        let before = stage.selection().clone();
        Self { from_scene, to_scene: from_scene, before, adds: input.shift, touched: None }.step(input, stage, out)
    }

    /// The rectangle, scene coordinates.
    #[must_use]
    pub fn rect(&self) -> Rect {
        Rect::from_two_pos(self.from_scene, self.to_scene)
    }

    pub(super) fn step(mut self, input: &Input, stage: &dyn Stage, out: &mut Vec<Effect>) -> Tool {
        self.to_scene = input.pos_scene;
        let touched = stage.within(self.rect());
        if self.touched.as_ref() != Some(&touched) {
            let mut chosen: BTreeSet<Id> = touched.iter().cloned().collect();
            if self.adds {
                chosen.extend(self.before.iter().cloned());
            }
            // At first there may be nothing to change.
            if self.touched.is_some() || chosen != self.before {
                out.push(Effect::Select(chosen.into_iter().collect()));
            }
            self.touched = Some(touched);
        }
        if input.event == Event::Release(Button::Primary) { Tool::Idle } else { Tool::Marquee(self) }
    }
}
