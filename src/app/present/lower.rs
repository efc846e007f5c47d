//! The lower part of a slide: the matrix, and beside it the recovery that matters most and what stays.

use std::sync::Arc;

use egui::{FontId, Rect, Ui, UiBuilder, pos2};

use crate::app::panels::memo::{ByAddress, Memo};
use crate::app::panels::paint;
use crate::app::panels::whatif::matrix::{Matrix, Pick};
use crate::app::state::State;
use crate::app::worker::Slide;
use crate::app::{Msg, theme};
use crate::design::{Claim, Meta};
use crate::failure::matrix::Table;
use crate::failure::{Impact, Outcome};

use super::course::{self, Course};
use super::fitting::{Fitted, Room};
use super::slide::Cx;
use super::words;

/// Share of the width that the matrix has at most while something has failed.
const MATRIX: f32 = 0.66;

/// What makes a matrix another one: each analysis and each change of what has failed has an outcome of its own.
type TableKey = (ByAddress<Outcome>, Option<ByAddress<Impact>>);
/// What makes it fit otherwise: the scene, by what the design says and its place there, and the measures in points.
type FittedKey = (ByAddress<Table>, ByAddress<Meta>, Option<usize>, [f32; 4]);

/// What is remembered between frames.
#[derive(Default)]
pub struct Lower {
    table: Memo<TableKey, Arc<Table>>,
    fitted: Memo<FittedKey, Fitted>,
    matrix: Matrix,
    course: Memo<ByAddress<Slide>, Option<Course>>,
    aftermath: Memo<ByAddress<Outcome>, String>,
}

impl Lower {
    /// Draws it at the bottom of `room`; returns its upper edge.
    pub fn show(&mut self, ui: &mut Ui, cx: &Cx<'_>, room: Rect, msgs: &mut Vec<Msg>) -> f32 {
        let Some(outcome) = cx.state.outcome() else { return room.bottom() };
        let Some(table) = self.table(cx.state).filter(|table| !table.rows.is_empty()) else { return room.bottom() };
        let playing = cx.state.whatif.is_playing();
        let share = if playing { MATRIX } else { 1.0 };
        let claims = cx.scene.map_or(&[][..], |scene| scene.claims.as_slice());
        let small = cx.sizes.small;
        let extent = (room.width() * share - 16.0, room.height());
        let at = cx.state.view.presenting.as_ref().map(|presenting| presenting.scene);
        let meta = ByAddress(Arc::clone(&cx.state.doc.design().meta));
        let measures = [extent.0, extent.1, small, ui.ctx().pixels_per_point()];
        let fitted = self.fitted.get((ByAddress(Arc::clone(&table)), meta, at, measures), || {
            Fitted::of(ui, &table, &Room { claims, playing, extent, small })
        });
        let row = (fitted.size * 2.0).round();
        #[expect(clippy::cast_precision_loss, reason = "a handful of rows")]
        let rows = row * (fitted.table.rows.len() + 1) as f32;
        let wanted = rows + if fitted.cut.is_empty() { 4.0 } else { small * 1.5 };
        let least = if playing { small * 10.0 } else { 0.0 };
        let room = room.with_min_y(room.bottom() - wanted.max(least).min(room.height()));
        let likes = self.matrix.width(ui, &fitted.table, fitted.size) + 16.0;
        let width = if playing { likes.clamp(room.width() * 0.4, room.width() * share) } else { room.width() };
        let left = room.with_max_x(room.left() + width);
        let grid = left.with_max_y((left.top() + rows + 2.0).min(left.bottom()));
        let mut child = ui.new_child(UiBuilder::new().id_salt("slide matrix").max_rect(grid));
        child.set_clip_rect(grid.intersect(ui.clip_rect()));
        paint::fade_outdated(&mut child, cx.state.analysis_is_current());
        if let Some(Pick::Cell(_, place) | Pick::Walked(_, place) | Pick::Place(place)) =
            self.matrix.show(&mut child, cx.palette, &fitted.table, fitted.size, None)
        {
            msgs.push(Msg::Select(vec![place.id().clone()]));
        }
        if !fitted.cut.is_empty() {
            let weak = theme::color(cx.palette.text_weak);
            let font = FontId::proportional(small);
            let galley = words::passage(ui.painter(), &fitted.cut, font, weak, left.width(), 1);
            words::put(ui, "more of the matrix", pos2(left.left(), grid.bottom() + 2.0), galley, &fitted.cut);
        }
        if playing {
            let right = room.with_min_x(left.right() + cx.sizes.margin);
            self.recovery_ui(ui, cx, right, outcome, claims);
        }
        room.top()
    }

    /// The whole matrix, of what has failed or of the healthy drawing.
    fn table(&mut self, state: &State) -> Option<Arc<Table>> {
        let (analysis, outcome) = (state.analysis.as_ref()?, state.outcome()?);
        let impact = state.impact().filter(|_| state.impact_is_current());
        let key = (ByAddress(Arc::clone(outcome)), impact.cloned().map(ByAddress));
        let impact = impact.map(Arc::as_ref);
        let make = || Arc::new(Table::of(state.shown(), &analysis.healthy, outcome, impact, false));
        Some(self.table.get(key, make).clone())
    }

    /// The recovery that matters most, and below it what stays.
    fn recovery_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>, room: Rect, outcome: &Arc<Outcome>, claims: &[Claim]) {
        let slide = cx.state.slide();
        let mut child = ui.new_child(UiBuilder::new().id_salt("slide recovery").max_rect(room));
        child.set_clip_rect(room.intersect(ui.clip_rect()));
        paint::fade_outdated(&mut child, slide.is_none_or(|(_, current)| current));
        let mut top = room.top();
        if let Some((slide, _)) = slide {
            let design = cx.state.doc.design();
            let made = self.course.get(ByAddress(Arc::clone(slide)), || {
                course::most_telling(&slide.timeline, claims).map(|track| Course::of(design, track))
            });
            if let Some(course) = made {
                top = course.show(&mut child, cx, room) + cx.sizes.small * 0.5;
            }
        }
        let key = ByAddress(Arc::clone(outcome));
        let says = self.aftermath.get(key, || course::aftermath_words(&outcome.aftermath()));
        course::aftermath_ui(&child, cx, room.with_min_y(top), says);
    }
}
