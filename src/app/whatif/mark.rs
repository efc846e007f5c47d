//! The shape that stands for a state, drawn between widgets.

use egui::{Painter, Pos2};

use crate::app::canvas::pen::ShapePen;
use crate::failure::State;
use crate::picture::mark;
use crate::picture::pen::Ink;

/// Draws the mark of a state around a point; `r` is half its size, points.
pub fn draw(painter: &Painter, center: Pos2, r: f32, state: State, ink: impl Into<Ink>) {
    let mut pen = ShapePen::new(painter);
    mark::state(&mut pen, (center.x, center.y), r, state, ink.into());
    pen.finish();
}
