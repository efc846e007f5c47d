//! Places boxes of any size in layers from left to right, so that every edge leads to the right and nothing overlaps.
//!
//! The layer of a box is the longest way to it. An edge over several layers has a place of its own in each layer it
//! passes, so that it runs beside the boxes. The order within a layer follows the means of the neighbours, and the
//! places are those nearest to the neighbours that keep order and distance (isotonic regression).

use egui::{Pos2, Rect, Vec2, pos2};

/// Between two layers, points.
const GAP_X: f32 = 56.0;
/// Between two boxes of a layer, points.
const GAP_Y: f32 = 12.0;
/// Height of the lane of an edge that passes a layer, points.
const LANE: f32 = 4.0;
/// How often order and places are improved, to the right and back.
const SWEEPS: usize = 8;

/// Where everything is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Placed {
    /// The boxes, in the order given.
    pub rects: Vec<Rect>,
    /// The layer of each box, from 0.
    pub layers: Vec<usize>,
    /// The course of each edge from box to box, in the order given: from the first point to the second as a curve, then
    /// straight to the third, and so on. Always an even number of points.
    pub courses: Vec<Vec<Pos2>>,
    /// What holds all boxes; nothing without any.
    pub bounds: Option<Rect>,
}

/// An edge, by the places of its boxes.
type Edge = (usize, usize);

/// What stands in a layer: boxes first, then the lanes of edges.
struct Cells {
    heights: Vec<f32>,
    layers: Vec<usize>,
    left: Vec<Vec<usize>>,
    right: Vec<Vec<usize>>,
}

/// Places boxes of these sizes. Edges that would close a circle count the other way round; edges to boxes that are not
/// there lead nowhere and get an empty course.
#[must_use]
pub fn place(sizes: &[Vec2], edges: &[(usize, usize)]) -> Placed {
    let count = sizes.len();
    let valid = |(from, to): (usize, usize)| from < count && to < count && from != to;
    let forward = without_circles(count, edges);
    let layers = layers_of(count, &forward);
    let mut cells = Cells {
        heights: sizes.iter().map(|size| size.y).collect(),
        layers: layers.clone(),
        left: vec![Vec::new(); count],
        right: vec![Vec::new(); count],
    };
    let lanes: Vec<Vec<usize>> =
        forward.iter().map(|edge| if valid(*edge) { cells.lead(*edge) } else { Vec::new() }).collect();
    let deepest = layers.iter().max().map_or(0, |deepest| deepest + 1);
    let mut order: Vec<Vec<usize>> = vec![Vec::new(); deepest];
    for (cell, layer) in cells.layers.iter().enumerate() {
        if let Some(layer) = order.get_mut(*layer) {
            layer.push(cell);
        }
    }
    cells.sort(&mut order);
    let ys = cells.settle(&order);
    let mut columns: Vec<(f32, f32)> = Vec::with_capacity(deepest);
    let mut x = 0.0;
    for layer in &order {
        let widest = layer.iter().filter_map(|cell| sizes.get(*cell)).map(|size| size.x).fold(0.0, f32::max);
        columns.push((x, widest));
        x += widest + GAP_X;
    }
    let column = |cell: usize| cells.layers.get(cell).and_then(|at| columns.get(*at)).copied().unwrap_or_default();
    let y = |cell: usize| ys.get(cell).copied().unwrap_or_default();
    let rects: Vec<Rect> = sizes
        .iter()
        .enumerate()
        .map(|(at, size)| Rect::from_min_size(pos2(column(at).0, y(at) - size.y / 2.0), *size))
        .collect();
    let course = |((given, used), lanes): ((&Edge, &Edge), &Vec<usize>)| {
        let (Some(from), Some(to)) = (rects.get(used.0), rects.get(used.1)) else { return Vec::new() };
        if !valid(*given) {
            return Vec::new();
        }
        let mut points = vec![from.right_center()];
        // Boxes of a column have their left sides in line; what is right of a narrow one is passed straight.
        for lane in lanes {
            let (left, width) = column(*lane);
            points.extend([pos2(left, y(*lane)), pos2(left + width, y(*lane))]);
        }
        points.push(to.left_center());
        if given != used {
            points.reverse();
        }
        points
    };
    let courses = edges.iter().zip(&forward).zip(&lanes).map(course).collect();
    let bounds = rects.iter().copied().reduce(Rect::union);
    Placed { rects, layers, courses, bounds }
}

/// The edges, those turned round that would close a circle.
fn without_circles(count: usize, edges: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut out: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (at, (from, to)) in edges.iter().enumerate() {
        if let (Some(out), true) = (out.get_mut(*from), *to < count) {
            out.push(at);
        }
    }
    let mut forward = edges.to_vec();
    // 0: not seen, 1: on the way, 2: done.
    let mut seen = vec![0_u8; count];
    for start in 0..count {
        let mut open = vec![(start, 0)];
        while let Some((at, next)) = open.pop() {
            if next == 0 {
                if seen.get(at).is_none_or(|seen| *seen > 0) {
                    continue;
                }
                seen[at] = 1;
            }
            let Some(edge) = out.get(at).and_then(|out| out.get(next)).copied() else {
                seen[at] = 2;
                continue;
            };
            open.push((at, next + 1));
            let to = edges[edge].1;
            match seen[to] {
                0 => open.push((to, 0)),
                1 => forward[edge] = (to, at),
                _ => {}
            }
        }
    }
    forward
}

/// The longest way to each box, in edges.
fn layers_of(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut out: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut waits = vec![0_usize; count];
    for (from, to) in edges.iter().filter(|(from, to)| *from < count && *to < count && from != to) {
        out[*from].push(*to);
        waits[*to] += 1;
    }
    let mut layers = vec![0; count];
    let mut ready: Vec<usize> = (0..count).filter(|at| waits[*at] == 0).collect();
    while let Some(at) = ready.pop() {
        for to in &out[at] {
            layers[*to] = layers[*to].max(layers[at] + 1);
            waits[*to] -= 1;
            if waits[*to] == 0 {
                ready.push(*to);
            }
        }
    }
    layers
}

impl Cells {
    /// Adds an edge, with a lane in each layer it passes; returns those from left to right.
    fn lead(&mut self, (from, to): (usize, usize)) -> Vec<usize> {
        let mut lanes = Vec::new();
        let mut near = from;
        for layer in self.layers[from] + 1..self.layers[to] {
            let lane = self.heights.len();
            self.heights.push(LANE);
            self.layers.push(layer);
            self.left.push(vec![near]);
            self.right.push(Vec::new());
            self.right[near].push(lane);
            near = lane;
            lanes.push(lane);
        }
        self.right[near].push(to);
        self.left[to].push(near);
        lanes
    }

    /// Orders every layer by the mean place of the neighbours, from left to right and back.
    fn sort(&self, order: &mut [Vec<usize>]) {
        #[expect(clippy::cast_precision_loss, reason = "places in a layer are small")]
        let mean = |of: &[usize], places: &[usize], own: usize| {
            if of.is_empty() {
                return own as f32;
            }
            of.iter().map(|cell| places[*cell] as f32).sum::<f32>() / of.len() as f32
        };
        let mut places = vec![0; self.heights.len()];
        let number = |layer: &[usize], places: &mut Vec<usize>| {
            for (at, cell) in layer.iter().enumerate() {
                places[*cell] = at;
            }
        };
        order.iter().for_each(|layer| number(layer, &mut places));
        for sweep in 0..SWEEPS {
            let to_the_right = sweep % 2 == 0;
            for step in 0..order.len() {
                let at = if to_the_right { step } else { order.len() - 1 - step };
                let neighbours = if to_the_right { &self.left } else { &self.right };
                let layer = &mut order[at];
                let mut keyed: Vec<(f32, usize)> =
                    layer.iter().map(|cell| (mean(&neighbours[*cell], &places, places[*cell]), *cell)).collect();
                keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
                *layer = keyed.into_iter().map(|(_, cell)| cell).collect();
                number(layer, &mut places);
            }
        }
    }

    /// The middle of every cell: as near to its neighbours as order and distance allow.
    fn settle(&self, order: &[Vec<usize>]) -> Vec<f32> {
        let mut ys = vec![0.0_f32; self.heights.len()];
        for sweep in 0..=SWEEPS {
            let to_the_right = sweep % 2 == 0;
            for step in 0..order.len() {
                let at = if to_the_right { step } else { order.len() - 1 - step };
                let neighbours = if to_the_right { &self.left } else { &self.right };
                #[expect(clippy::cast_precision_loss, reason = "a cell has few neighbours")]
                let wish = |cell: usize| {
                    let of = &neighbours[cell];
                    if of.is_empty() { ys[cell] } else { of.iter().map(|n| ys[*n]).sum::<f32>() / of.len() as f32 }
                };
                let wishes: Vec<f32> = order[at].iter().map(|cell| wish(*cell)).collect();
                for (cell, y) in order[at].iter().zip(self.spread(&order[at], &wishes)) {
                    ys[*cell] = y;
                }
            }
        }
        ys
    }

    /// The places nearest to the wishes that keep order and distance.
    fn spread(&self, layer: &[usize], wishes: &[f32]) -> Vec<f32> {
        let mut offsets = Vec::with_capacity(layer.len());
        let mut offset = 0.0;
        for (at, cell) in layer.iter().enumerate() {
            if at > 0 {
                offset += (self.heights[layer[at - 1]] + self.heights[*cell]) / 2.0 + GAP_Y;
            }
            offsets.push(offset);
        }
        // Runs that move together: the sum of what they wish for, and how many they are.
        let mut runs: Vec<(f32, usize)> = Vec::new();
        #[expect(clippy::cast_precision_loss, reason = "a layer has few cells")]
        let mean = |(sum, count): (f32, usize)| sum / count as f32;
        for (wish, offset) in wishes.iter().zip(&offsets) {
            let mut run = (wish - offset, 1);
            while let Some(before) = runs.pop_if(|before| mean(*before) > mean(run)) {
                run = (run.0 + before.0, run.1 + before.1);
            }
            runs.push(run);
        }
        let places = runs.into_iter().flat_map(|run| std::iter::repeat_n(mean(run), run.1));
        places.zip(offsets).map(|(place, offset)| place + offset).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn overlaps(placed: &Placed) -> bool {
        let rects = &placed.rects;
        (0..rects.len()).any(|a| (0..a).any(|b| rects[a].shrink(0.5).intersects(rects[b].shrink(0.5))))
    }

    #[test]
    fn a_diamond_has_three_layers_and_its_ends_in_the_middle() {
        let placed = place(&[Vec2::new(100.0, 30.0); 4], &[(0, 1), (0, 2), (1, 3), (2, 3)]);
        assert_eq!(placed.layers, [0, 1, 1, 2]);
        assert!((placed.rects[0].center().y - placed.rects[3].center().y).abs() < 1.0);
        assert!((placed.rects[1].center().y - placed.rects[2].center().y).abs() >= 30.0);
    }

    #[test]
    fn an_edge_over_a_layer_runs_beside_the_box_in_it() {
        let placed = place(&[Vec2::new(100.0, 30.0); 3], &[(0, 1), (1, 2), (0, 2)]);
        assert_eq!(placed.layers, [0, 1, 2]);
        let lane = placed.courses[2][1].y;
        assert!((lane - placed.rects[1].center().y).abs() >= 15.0, "{placed:?}");
    }

    #[test]
    fn a_circle_and_an_edge_to_nowhere_are_placed_as_well() {
        let placed = place(&[Vec2::splat(20.0); 3], &[(0, 1), (1, 2), (2, 0), (1, 9), (1, 1)]);
        assert_eq!(placed.layers, [0, 1, 2]);
        assert_eq!(placed.courses[2].first(), Some(&placed.rects[2].left_center()));
        assert!(placed.courses[3].is_empty() && placed.courses[4].is_empty());
        assert_eq!(place(&[], &[]), Placed::default());
    }

    proptest! {
        #[test]
        fn nothing_overlaps_and_every_edge_leads_to_the_right(
            sizes in proptest::collection::vec((40.0_f32..220.0, 20.0_f32..60.0), 1..40),
            pairs in proptest::collection::vec((any::<proptest::sample::Index>(), any::<proptest::sample::Index>()), 0..80),
        ) {
            let sizes: Vec<Vec2> = sizes.into_iter().map(|(x, y)| Vec2::new(x, y)).collect();
            let pair = |(a, b): (proptest::sample::Index, proptest::sample::Index)| (a.index(sizes.len()), b.index(sizes.len()));
            let edges: Vec<(usize, usize)> = pairs.into_iter().map(pair).filter(|(a, b)| a < b).collect();
            let placed = place(&sizes, &edges);
            prop_assert!(!overlaps(&placed));
            for ((from, to), course) in edges.iter().zip(&placed.courses) {
                prop_assert!(placed.rects[*from].right() < placed.rects[*to].left());
                prop_assert!(course.len() >= 2 && course.len() % 2 == 0);
                // Straight pieces are those that pass a layer: beside every box.
                for piece in course[1..course.len() - 1].chunks(2) {
                    let lane = Rect::from_two_pos(piece[0], piece[1]);
                    prop_assert!(placed.rects.iter().all(|rect| !rect.intersects(lane)));
                }
            }
        }
    }
}
