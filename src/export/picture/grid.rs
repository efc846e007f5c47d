//! The matrix of capabilities on a page.

use crate::design::Claim;
use crate::failure::matrix::{Cell, INFERRED, Table};
use crate::failure::{Basis, State};
use crate::picture::area::{Area, Point};
use crate::picture::mark;
use crate::picture::palette::{Palette, Rgb};
use crate::picture::pen::{Anchor, Line, Pen, Type, Weight};

use super::fonts::FONTS;

/// Sizes of type that are tried until the matrix fits, points.
const SIZES: [f32; 4] = [12.0, 11.0, 10.0, SMALLEST];
/// The smallest of them.
const SMALLEST: f32 = 9.0;

/// Most columns that are tried.
const MOST_COLUMNS: usize = 40;

/// Height of a line in a size of type, points.
fn row(size: f32) -> f32 {
    (size * 1.9).round()
}

/// What stands in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cells {
    /// The mark of the state and its word.
    Words,
    /// The mark alone; a key says what it means.
    Marks,
}

/// A matrix in one size of type.
pub(super) struct Grid {
    table: Table,
    cells: Cells,
    size: f32,
    label: f32,
    columns: Vec<f32>,
}

impl Grid {
    /// A matrix in a size of type, points.
    fn of(table: Table, cells: Cells, size: f32) -> Self {
        let width = |words: &str, weight| FONTS.width(words, size, weight);
        let labels = table.rows.iter().map(|(capability, _)| width(capability.label(), Weight::Regular));
        let label = labels.fold(width("Capability", Weight::Regular), f32::max) + size;
        let column = |at: usize| {
            let title = table.columns.get(at).map_or("", |column| column.title.as_str());
            match cells {
                Cells::Words => {
                    let words = table.rows.iter().filter_map(|(_, cells)| cells.get(at)?.as_ref());
                    let words = words.map(|cell| width(&cell.words(), Weight::Regular) + size * 1.4);
                    words.fold(0.0, f32::max).max(width(title, Weight::Strong).min(size * 14.0)) + size * 1.8
                }
                // The head has two lines.
                Cells::Marks => {
                    let words = title.split_whitespace().map(|word| width(word, Weight::Strong));
                    let half = width(title, Weight::Strong) / 2.0;
                    words.fold(half, f32::max).clamp(size * 3.0, size * 7.0) + size
                }
            }
        };
        let columns = (0..table.columns.len()).map(column).collect();
        Self { table, cells, size, label, columns }
    }

    /// The matrix in the largest type in which it fits, or in the smallest what of it tells most: what is claimed and
    /// what changed. With what was left out, in words.
    pub(super) fn fitting(table: &Table, cells: Cells, claims: &[Claim], (width, height): Point) -> (Self, String) {
        let fits = |grid: &Self| grid.width() <= width && grid.height() <= height;
        if let Some(grid) = SIZES.iter().map(|size| Self::of(table.clone(), cells, *size)).find(fits) {
            return (grid, String::new());
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a handful of rows")]
        let rows = (height / row(SMALLEST)) as usize;
        let narrow = |table: &Table| {
            table.columns.len() <= MOST_COLUMNS && Self::of(table.clone(), cells, SMALLEST).width() <= width
        };
        let (table, cut) = table.clone().cut_to(claims, narrow, rows.saturating_sub(2));
        (Self::of(table, cells, SMALLEST), cut)
    }

    /// Height of the heads of columns, points.
    fn head(&self) -> f32 {
        match self.cells {
            Cells::Words => self.row(),
            Cells::Marks => self.row() * 1.7,
        }
    }

    /// Height of a line, points.
    fn row(&self) -> f32 {
        row(self.size)
    }

    /// How wide it is.
    pub(super) fn width(&self) -> f32 {
        self.label + self.columns.iter().sum::<f32>()
    }

    /// How high it is, its key included.
    #[expect(clippy::cast_precision_loss, reason = "a handful of rows")]
    pub(super) fn height(&self) -> f32 {
        let key = if self.cells == Cells::Marks { self.row() * 1.2 } else { 0.0 };
        self.head() + self.row() * self.table.rows.len() as f32 + key
    }

    /// Draws it into the room, with columns as wide as that allows, within reason.
    pub(super) fn draw<P: Pen>(mut self, pen: &mut P, p: &Palette, room: Area) {
        #[expect(clippy::cast_precision_loss, reason = "a handful of columns")]
        let spare = (room.width() - self.width()) / self.columns.len().max(1) as f32;
        self.columns.iter_mut().for_each(|width| *width += spare.clamp(0.0, self.size * 5.0));
        let wide = self.width();
        let mut line = Area::at(room.min, (wide, self.head()));
        let below = |pen: &mut P, line: Area| {
            let ends = [(line.min.0, line.max.1), (line.max.0, line.max.1)];
            pen.line(&ends, Line::new(1.0, p.hairline), None);
        };
        let label = |pen: &mut P, line: Area, words: &str, rgb: Rgb| {
            let words = pen.set(words, Type::new(self.size, Weight::Regular, rgb).within(self.label));
            pen.put(words, (line.min.0, line.center().1), Anchor::Left);
        };
        label(pen, line, "Capability", p.text_weak);
        for (at, column) in self.table.columns.iter().enumerate() {
            let place = self.place(line, at);
            let rows = if self.cells == Cells::Marks { 2 } else { 1 };
            let with = Type::new(self.size, Weight::Strong, p.text).within(place.width() - self.size * 0.5);
            let title = pen.set(&column.title, Type { rows, ..with });
            pen.put(title, place.center(), Anchor::Center);
        }
        below(pen, line);
        line = Area::at((line.min.0, line.max.1 - self.row()), (wide, self.row()));
        for (capability, cells) in &self.table.rows {
            line = line.moved((0.0, self.row()));
            label(pen, line, capability.label(), p.text);
            for (at, cell) in cells.iter().enumerate() {
                self.cell(pen, p, cell.as_ref(), self.place(line, at));
            }
            below(pen, line);
        }
        if self.cells == Cells::Marks {
            self.key(pen, p, (line.min.0, line.max.1 + self.row() * 0.7));
        }
    }

    /// What the marks mean, in one line from a point on.
    fn key<P: Pen>(&self, pen: &mut P, p: &Palette, (mut x, y): Point) {
        let cells = || self.table.rows.iter().flat_map(|(_, cells)| cells).flatten();
        let r = self.size * 0.34;
        for state in State::ALL.into_iter().filter(|state| cells().any(|cell| cell.state == *state)) {
            mark::state(pen, (x + r, y), r, state, p.state(state).into());
            x += 2.0 * r + self.size * 0.4;
            let words = pen.set(state.label(), Type::new(self.size * 0.9, Weight::Regular, p.text_weak));
            let wide = pen.size(&words).0;
            pen.put(words, (x, y), Anchor::Left);
            x += wide + self.size;
        }
    }

    fn place(&self, line: Area, at: usize) -> Area {
        let left = line.min.0 + self.label + self.columns.iter().take(at).sum::<f32>();
        let width = self.columns.get(at).copied().unwrap_or(0.0);
        Area::at((left, line.min.1), (width, line.height()))
    }

    fn cell<P: Pen>(&self, pen: &mut P, p: &Palette, cell: Option<&Cell>, place: Area) {
        let (x, y) = place.center();
        let Some(cell) = cell else {
            let dash = pen.set("–", Type::new(self.size, Weight::Regular, p.text_weak.mix(p.canvas, 0.5)));
            pen.put(dash, (x, y), Anchor::Center);
            return;
        };
        let state = p.state(cell.state);
        if cell.changed() {
            pen.rect(place.grown_by((-2.0, -1.0)), 4.0, Some(state.faded(0.13)), None);
        }
        let rgb = if cell.changed() { state } else { p.text_weak };
        let r = self.size * 0.34;
        let ink = if cell.changed() { rgb.into() } else { state.faded(0.8) };
        if self.cells == Cells::Marks {
            mark::state(pen, (x, y), r, cell.state, ink);
            if cell.basis == Basis::Inferred {
                let star = pen.set(INFERRED, Type::new(self.size, Weight::Regular, rgb));
                pen.put(star, (x + r * 1.5, y), Anchor::Left);
            }
            return;
        }
        let with = Type::new(self.size, Weight::Regular, rgb).within(place.width() - self.size * 2.2);
        let words = pen.set(&cell.words(), with);
        let wide = pen.size(&words).0 + 2.0 * r + self.size * 0.45;
        let left = x - wide / 2.0;
        mark::state(pen, (left + r, y), r, cell.state, ink);
        pen.put(words, (left + wide, y), Anchor::Right);
    }
}
