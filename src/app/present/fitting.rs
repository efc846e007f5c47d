//! As much of the matrix as a slide has room for: what changed and what is claimed first.

use std::sync::Arc;

use egui::Ui;

use crate::app::panels::whatif::matrix::{self, Cell, Table};
use crate::design::{Capability, Claim, Scope};

/// How much smaller the matrix may become so that more of it has room.
const SMALLER: [f32; 3] = [1.0, 0.92, 0.84];

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
        let mut chosen = telling(table, claims, room.playing);
        let mut size = room.small;
        for share in SMALLER {
            size = room.small * share;
            if matrix::width(ui, &chosen, size) <= width {
                break;
            }
        }
        let places = chosen.columns.len();
        while chosen.columns.len() > 1 && matrix::width(ui, &chosen, size) > width {
            let least = (0..chosen.columns.len()).rev().min_by_key(|at| weight(&chosen, *at, claims));
            let Some(least) = least else { break };
            chosen.columns.remove(least);
            for (_, cells) in &mut chosen.rows {
                cells.remove(least);
            }
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a handful of rows")]
        let rows = ((height - room.small * 1.5) / (size * 2.0).round()) as usize;
        let capabilities = chosen.rows.len();
        while chosen.rows.len() > rows.saturating_sub(1).max(1) {
            let least = chosen.rows.iter().rposition(|(capability, _)| !is_claimed(claims, *capability));
            chosen.rows.remove(least.unwrap_or(chosen.rows.len() - 1));
        }
        let left_out = (places - chosen.columns.len(), capabilities - chosen.rows.len());
        Self { table: Arc::new(chosen), size, cut: cut_words(left_out.0, left_out.1) }
    }
}

/// How many places and capabilities were left out, in words.
fn cut_words(places: usize, capabilities: usize) -> String {
    let mut cut = Vec::new();
    for (n, one, many) in [(places, "place", "places"), (capabilities, "capability", "capabilities")] {
        match n {
            0 => {}
            1 => cut.push(format!("1 more {one}")),
            n => cut.push(format!("{n} more {many}")),
        }
    }
    if cut.is_empty() { String::new() } else { format!("… and {}", cut.join(", ")) }
}

/// How much a column tells: whether it is claimed, and how much of it changed.
fn weight(table: &Table, column: usize, claims: &[Claim]) -> (bool, usize) {
    let place = table.columns.get(column).map(|column| &column.place);
    let claimed =
        claims.iter().any(|claim| matches!(claim.scope(), Scope::At(id) if place.is_some_and(|p| p.id() == id)));
    let changed = table.rows.iter().filter_map(|(_, cells)| cells.get(column)?.as_ref()).filter(|c| c.changed());
    (claimed, changed.count())
}

/// What changed and what is claimed of a matrix; all of it while nothing has failed.
fn telling(table: &Table, claims: &[Claim], playing: bool) -> Table {
    let mut chosen = table.clone();
    if !playing {
        return chosen;
    }
    chosen
        .rows
        .retain(|(capability, cells)| is_claimed(claims, *capability) || cells.iter().flatten().any(Cell::changed));
    if chosen.rows.is_empty() {
        return table.clone();
    }
    let keep: Vec<bool> = (0..chosen.columns.len()).map(|at| weight(&chosen, at, claims) > (false, 0)).collect();
    if keep.contains(&true) {
        let mut kept = keep.iter();
        chosen.columns.retain(|_| kept.next().copied().unwrap_or(true));
        for (_, cells) in &mut chosen.rows {
            let mut kept = keep.iter();
            cells.retain(|_| kept.next().copied().unwrap_or(true));
        }
    }
    chosen
}

/// Whether any claim is about a capability.
fn is_claimed(claims: &[Claim], capability: Capability) -> bool {
    claims.iter().any(|claim| claim.capability() == Some(capability))
}
