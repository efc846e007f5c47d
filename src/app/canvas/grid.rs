//! A grid over rectangles that answers "what is here" without looking at everything.

use egui::{Pos2, Rect};

/// A rectangle over more cells than this is kept aside and always looked at.
const MAX_CELLS: usize = 48;

/// Rectangles by place. Built anew when something moves; building takes time in proportion to their number.
#[derive(Debug, Default)]
pub struct Grid {
    origin: Pos2,
    cell: f32,
    cols: usize,
    rows: usize,
    /// Where each cell's list begins in `items`; one more than there are cells.
    starts: Vec<u32>,
    /// Positions in `entries`, cell by cell.
    items: Vec<u32>,
    /// Positions in `entries` of what covers very many cells.
    large: Vec<u32>,
    entries: Vec<(u32, Rect)>,
}

impl Grid {
    /// A grid over `entries`: a number of the caller's and a rectangle each.
    #[must_use]
    pub fn new(entries: Vec<(u32, Rect)>) -> Self {
        let bounds = entries.iter().map(|(_, r)| *r).reduce(Rect::union).unwrap_or(Rect::ZERO);
        let count = entries.len().max(1);
        let area = bounds.width().max(1.0) * bounds.height().max(1.0);
        let cell = (area / count as f32 * 4.0).sqrt().max(128.0);
        let cols = (bounds.width() / cell) as usize + 1;
        let rows = (bounds.height() / cell) as usize + 1;
        let mut grid =
            Self { origin: bounds.min, cell, cols, rows, starts: vec![0; cols * rows + 1], entries, ..Self::default() };
        let mut counts = vec![0_u32; cols * rows];
        let mut large = Vec::new();
        for (position, (_, rect)) in (0_u32..).zip(&grid.entries) {
            let [x0, y0, x1, y1] = grid.cells_of(*rect);
            if (x1 - x0 + 1) * (y1 - y0 + 1) > MAX_CELLS {
                large.push(position);
            } else {
                for y in y0..=y1 {
                    counts[y * cols + x0..=y * cols + x1].iter_mut().for_each(|c| *c += 1);
                }
            }
        }
        let mut sum = 0;
        for (start, count) in grid.starts.iter_mut().skip(1).zip(&counts) {
            sum += count;
            *start = sum;
        }
        let mut next: Vec<u32> = grid.starts.clone();
        grid.items = vec![0; sum as usize];
        for (position, (_, rect)) in (0_u32..).zip(&grid.entries) {
            let [x0, y0, x1, y1] = grid.cells_of(*rect);
            if (x1 - x0 + 1) * (y1 - y0 + 1) > MAX_CELLS {
                continue;
            }
            for y in y0..=y1 {
                for slot in &mut next[y * cols + x0..=y * cols + x1] {
                    grid.items[*slot as usize] = position;
                    *slot += 1;
                }
            }
        }
        grid.large = large;
        grid
    }

    /// First and last column and row that a rectangle touches, kept within the grid.
    fn cells_of(&self, rect: Rect) -> [usize; 4] {
        // A cast of floats saturates, so what lies outside lands in the outermost cells.
        let at = |v: f32, count: usize| ((v / self.cell).max(0.0) as usize).min(count - 1);
        let (min, max) = (rect.min - self.origin, rect.max - self.origin);
        [at(min.x, self.cols), at(min.y, self.rows), at(max.x, self.cols), at(max.y, self.rows)]
    }

    /// Appends the numbers of all rectangles that touch `area`, each once.
    pub fn query(&self, area: Rect, out: &mut Vec<u32>) {
        if self.entries.is_empty() {
            return;
        }
        let touching = |position: u32| self.entries.get(position as usize).filter(|(_, r)| r.intersects(area));
        out.extend(self.large.iter().filter_map(|p| touching(*p)).map(|(number, _)| *number));
        let [x0, y0, x1, y1] = self.cells_of(area);
        for y in y0..=y1 {
            for x in x0..=x1 {
                let cell = y * self.cols + x;
                for position in &self.items[self.starts[cell] as usize..self.starts[cell + 1] as usize] {
                    let Some((number, rect)) = touching(*position) else { continue };
                    // Of the cells both share, only the first reports it.
                    let [rx, ry, ..] = self.cells_of(*rect);
                    if x == rx.max(x0) && y == ry.max(y0) {
                        out.push(*number);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::vec2;

    #[test]
    fn a_query_finds_each_rectangle_that_touches_once() {
        let mut entries = Vec::new();
        let mut seed = 7_u32;
        let mut next = |below: u32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) % below
        };
        for number in 0..2_000 {
            let min = Pos2::new(next(20_000) as f32 - 10_000.0, next(9_000) as f32);
            let size = if number % 50 == 0 { vec2(15_000.0, 40.0) } else { vec2(next(300) as f32, next(300) as f32) };
            entries.push((number, Rect::from_min_size(min, size)));
        }
        let grid = Grid::new(entries.clone());
        for _ in 0..200 {
            let area = Rect::from_min_size(
                Pos2::new(next(24_000) as f32 - 12_000.0, next(12_000) as f32 - 1_000.0),
                vec2(next(3_000) as f32, next(2_000) as f32),
            );
            let mut found = Vec::new();
            grid.query(area, &mut found);
            found.sort_unstable();
            let expected: Vec<u32> =
                entries.iter().filter(|(_, r)| r.intersects(area)).map(|(number, _)| *number).collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn an_empty_grid_answers_nothing() {
        let mut found = Vec::new();
        Grid::new(Vec::new()).query(Rect::EVERYTHING, &mut found);
        Grid::default().query(Rect::EVERYTHING, &mut found);
        assert!(found.is_empty());
    }
}
