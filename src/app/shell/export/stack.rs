//! A column of items of different heights. All of them are drawn once, to find out how high they are; from then on only
//! those near the ones in sight.

use std::ops::Range;

use egui::{Rect, ScrollArea, Ui, UiBuilder, pos2};

/// How far another height than before is put down to rounding, points.
const ROUNDING: f32 = 1.0;

/// The heights of the items, between frames. `K` tells items from others.
#[derive(Debug)]
pub(super) struct Stack<K> {
    /// Which items the heights are of, and how wide these are.
    about: Option<(K, f32)>,
    /// Where each item begins, and where one behind the last would, points.
    tops: Vec<f32>,
    /// Where the last item ends, points.
    bottom: f32,
}

impl<K> Default for Stack<K> {
    fn default() -> Self {
        Self { about: None, tops: Vec::new(), bottom: 0.0 }
    }
}

impl<K: PartialEq> Stack<K> {
    /// Draws so many items in a scroll area and leaves `bar` points free at their right.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        area: ScrollArea,
        bar: f32,
        (key, count): (K, usize),
        item: &mut dyn FnMut(&mut Ui, usize),
    ) {
        area.show_viewport(ui, |ui, viewport| {
            let frame = ui.max_rect();
            let frame = frame.with_max_x(frame.right() - bar);
            let about = Some((key, frame.width()));
            if self.about != about {
                (self.about, self.tops) = (about, Vec::new());
            }
            let mut draw = |ui: &mut Ui, at: usize, top: f32| {
                let place = Rect::from_min_max(pos2(frame.left(), frame.top() + top), frame.max);
                // Whatever else is drawn, an item keeps its id, and with it the keyboard.
                let mut child = ui.new_child(UiBuilder::new().id(ui.id().with(at)).max_rect(place));
                item(&mut child, at);
                (child.cursor().top() - frame.top(), child.min_rect().bottom() - frame.top())
            };
            if self.tops.is_empty() {
                self.tops.push(0.0);
                let mut next = 0.0;
                self.bottom = 0.0;
                for at in 0..count {
                    (next, self.bottom) = draw(ui, at, next);
                    self.tops.push(next);
                }
                ui.set_height(self.bottom);
                return;
            }
            ui.set_height(self.bottom);
            // A step of the keyboard may lead to what is just out of sight.
            let near = viewport.height();
            let mut same = true;
            for at in self.between(viewport.top() - near, viewport.bottom() + near) {
                let (Some(top), Some(known)) = (self.tops.get(at), self.tops.get(at + 1)) else { continue };
                same &= (draw(ui, at, *top).0 - known).abs() <= ROUNDING;
            }
            if !same {
                self.tops.clear();
                ui.ctx().request_repaint();
            }
        });
    }
}

impl<K> Stack<K> {
    /// The items between two heights, in points.
    fn between(&self, top: f32, bottom: f32) -> Range<usize> {
        let last = self.tops.len().saturating_sub(1);
        let first = self.tops.partition_point(|t| *t <= top).saturating_sub(1);
        let end = self.tops.partition_point(|t| *t < bottom).min(last);
        first.min(end)..end
    }
}

#[cfg(test)]
mod tests {
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    use super::*;

    struct Bench {
        stack: Stack<()>,
        /// The items drawn in the last frame.
        drawn: Vec<usize>,
        /// How many lines the lowest items have.
        lines: usize,
        scrolled: f32,
    }

    impl Bench {
        fn ui(ui: &mut Ui, bench: &mut Self) {
            bench.drawn.clear();
            let area = ScrollArea::vertical().auto_shrink(false).vertical_scroll_offset(bench.scrolled);
            bench.stack.show(ui, area, 10.0, ((), 1_000), &mut |ui, at| {
                bench.drawn.push(at);
                (0..bench.lines + at % 3).for_each(|line| drop(ui.label(format!("item {at}, line {line}"))));
            });
        }
    }

    #[test]
    fn after_the_first_frame_only_items_near_those_in_sight_are_drawn() {
        let bench = Bench { stack: Stack::default(), drawn: Vec::new(), lines: 1, scrolled: 0.0 };
        let mut h = Harness::builder().with_size([200.0, 200.0]).build_ui_state(Bench::ui, bench);
        h.run();
        let top = |h: &Harness<'_, Bench>, words: &str| h.get_by_label(words).rect().top();
        let line = top(&h, "item 1, line 1") - top(&h, "item 1, line 0");
        let three_items = top(&h, "item 3, line 0") - top(&h, "item 0, line 0");
        assert!((three_items - 6.0 * line).abs() < 0.5, "{three_items} {line}");
        assert!(h.state().drawn.len() < 40, "{:?}", h.state().drawn);
        // Items that have grown push those below them away.
        h.state_mut().lines = 2;
        h.run();
        let three_items = top(&h, "item 3, line 0") - top(&h, "item 0, line 0");
        assert!((three_items - 9.0 * line).abs() < 0.5, "{three_items} {line}");
        h.state_mut().scrolled = h.state().stack.bottom - 150.0;
        h.run();
        let drawn = &h.state().drawn;
        assert!(drawn.contains(&999) && drawn.len() < 40, "{drawn:?}");
        assert!(h.get_by_label("item 999, line 1").rect().bottom() <= 200.0, "the last item is in sight");
    }
}
