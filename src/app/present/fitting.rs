//! As much of the matrix as a slide has room for: what changed and what is claimed first.

use std::sync::Arc;

use egui::Ui;

use crate::app::panels::whatif::matrix;
use crate::design::Claim;
use crate::failure::matrix::Table;

/// How much smaller the matrix may become so that more of it has room.
const SMALLER: [f32; 3] = [1.0, 0.92, SMALLEST];
/// The least of that.
const SMALLEST: f32 = 0.84;

/// A matrix that has room.
pub struct Fitted {
    /// What is shown of it.
    pub table: Arc<Table>,
    /// The size of type, points.
    pub size: f32,
    /// What was left out, in words; empty when nothing was.
    pub cut: String,
}

/// What a matrix is fitted to.
#[derive(Clone, Copy)]
pub struct Room<'a> {
    /// What the scene claims.
    pub claims: &'a [Claim],
    /// Whether anything has failed.
    pub playing: bool,
    /// Width and height, points.
    pub extent: (f32, f32),
    /// The size of small print, points.
    pub small: f32,
}

impl Fitted {
    /// Fits a matrix into room.
    pub fn of(ui: &Ui, table: &Table, room: &Room<'_>) -> Self {
        let (claims, (width, height)) = (room.claims, room.extent);
        let chosen = if room.playing { table.telling(claims) } else { table.clone() };
        let sizes = SMALLER.map(|share| room.small * share);
        let fits = |size: &f32| matrix::width(ui, &chosen, *size) <= width;
        let size = sizes.iter().copied().find(|size| fits(size)).unwrap_or(room.small * SMALLEST);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a handful of rows")]
        let rows = ((height - room.small * 1.5) / (size * 2.0).round()) as usize;
        let (chosen, cut) =
            chosen.cut_to(claims, |table| matrix::width(ui, table, size) <= width, rows.saturating_sub(1));
        Self { table: Arc::new(chosen), size, cut }
    }
}
