//! A column of items of different heights. All of them are drawn once, to find out how high they are; from then on only
//! those near the ones in sight are, and the heights of the others are a guess until they come near.

use egui::{Rect, ScrollArea, Ui, UiBuilder, pos2};

/// How far another height than before is put down to rounding, points.
const ROUNDING: f32 = 1.0;

/// The heights of the items, between frames. They are only guesses, so they may be of other items than before.
#[derive(Debug, Default)]
pub(super) struct Stack {
    /// The height of each item with the room behind it, points.
    heights: Vec<f32>,
    /// The room behind the last item, which is not shown, points.
    tail: f32,
}

impl Stack {
    /// Draws so many items in a scroll area and leaves `bar` points free at their right.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        area: ScrollArea,
        bar: f32,
        count: usize,
        item: &mut dyn FnMut(&mut Ui, usize),
    ) {
        let mut out = area.show_viewport(ui, |ui, viewport| {
            let frame = ui.max_rect();
            let frame = frame.with_max_x(frame.right() - bar);
            let sight = ui.clip_rect();
            let all = self.heights.is_empty();
            self.guess(count);
            // A step of the keyboard may lead to what is just out of sight.
            let near = viewport.height();
            let near = viewport.top() - near..=viewport.bottom() + near;
            let (mut top, mut pushed, mut changed) = (0.0, 0.0, all);
            for (at, height) in self.heights.iter_mut().enumerate() {
                let mut end = top + *height;
                if all || (end >= *near.start() && top <= *near.end()) {
                    // What is in sight stays where it is, whatever those above it turn out to be.
                    let above = !all && end < viewport.top();
                    let place = Rect::from_min_max(pos2(frame.left(), frame.top() + top), frame.max);
                    // Whatever else is drawn, an item keeps its id, and with it the keyboard.
                    let mut child = ui.new_child(UiBuilder::new().id(ui.id().with(at)).max_rect(place));
                    if above {
                        child.set_clip_rect(sight.with_max_y(frame.top() + viewport.top()));
                    }
                    item(&mut child, at);
                    let next = child.cursor().top();
                    if at + 1 == count {
                        self.tail = next - child.min_rect().bottom();
                    }
                    let found = next - frame.top() - top;
                    if (found - *height).abs() > ROUNDING {
                        changed = true;
                        if above {
                            pushed += found - *height;
                        } else {
                            end = top + found;
                        }
                        *height = found;
                    }
                }
                top = end;
            }
            ui.set_height((top + pushed - self.tail).max(0.0));
            // What is only laid out to find the size of a window may be narrower than it will be.
            if ui.is_sizing_pass() {
                self.heights.clear();
            }
            if changed {
                ui.ctx().request_repaint();
            }
            pushed
        });
        if out.inner != 0.0 {
            out.state.offset.y += out.inner;
            out.state.store(ui.ctx(), out.id);
        }
    }

    /// Has heights for so many items; new ones are taken to be as high as the others are on average.
    fn guess(&mut self, count: usize) {
        let known = self.heights.len();
        let mean = if known == 0 { 0.0 } else { self.heights.iter().sum::<f32>() / known as f32 };
        self.heights.resize(count, mean);
    }
}

#[cfg(test)]
mod tests {
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    use super::*;

    struct Bench {
        stack: Stack,
        count: usize,
        /// The items drawn in the last frame.
        drawn: Vec<usize>,
        /// Most items drawn in a frame.
        most: usize,
        /// How many lines the lowest items have.
        lines: usize,
        /// Where to scroll to in the next frame.
        scroll: Option<f32>,
    }

    impl Bench {
        fn ui(ui: &mut Ui, bench: &mut Self) {
            bench.drawn.clear();
            let mut area = ScrollArea::vertical().auto_shrink(false);
            if let Some(offset) = bench.scroll.take() {
                area = area.vertical_scroll_offset(offset);
            }
            bench.stack.show(ui, area, 10.0, bench.count, &mut |ui, at| {
                bench.drawn.push(at);
                (0..bench.lines + at % 3).for_each(|line| drop(ui.label(format!("item {at}, line {line}"))));
            });
            bench.most = bench.most.max(bench.drawn.len());
        }

        /// A thousand items, drawn once.
        fn shown() -> Harness<'static, Self> {
            let stack = Stack::default();
            let bench = Self { stack, count: 1_000, drawn: Vec::new(), most: 0, lines: 1, scroll: None };
            let mut h = Harness::builder().with_size([200.0, 200.0]).build_ui_state(Self::ui, bench);
            h.run();
            h.state_mut().most = 0;
            h
        }
    }

    fn top(h: &Harness<'_, Bench>, words: &str) -> f32 {
        h.get_by_label(words).rect().top()
    }

    fn scroll(h: &mut Harness<'_, Bench>, offset: f32) {
        h.state_mut().scroll = Some(offset);
        h.run();
    }

    fn height(h: &Harness<'_, Bench>) -> f32 {
        h.state().stack.heights.iter().sum()
    }

    #[test]
    fn after_the_first_frame_only_items_near_those_in_sight_are_drawn() {
        let mut h = Bench::shown();
        let line = top(&h, "item 1, line 1") - top(&h, "item 1, line 0");
        let three_items = top(&h, "item 3, line 0") - top(&h, "item 0, line 0");
        assert!((three_items - 6.0 * line).abs() < 0.5, "{three_items} {line}");
        assert!(h.state().drawn.len() < 40, "{:?}", h.state().drawn);
        // Items that have grown push those below them away.
        h.state_mut().lines = 2;
        h.run();
        let three_items = top(&h, "item 3, line 0") - top(&h, "item 0, line 0");
        assert!((three_items - 9.0 * line).abs() < 0.5, "{three_items} {line}");
        for _ in 0..2 {
            let end = height(&h);
            scroll(&mut h, end);
        }
        assert!(h.state().drawn.contains(&999), "{:?}", h.state().drawn);
        assert!(h.get_by_label("item 999, line 1").rect().bottom() <= 200.0, "the last item is in sight");
        assert!(h.state().most < 60, "at no time are all drawn again: {}", h.state().most);
    }

    #[test]
    fn what_is_in_sight_stays_where_it_is_when_items_above_it_grow() {
        let mut h = Bench::shown();
        let middle = height(&h) / 2.0;
        scroll(&mut h, middle);
        let first = h.state().drawn.iter().copied().find(|at| top(&h, &format!("item {at}, line 0")) >= 0.0);
        let words = format!("item {}, line 0", first.expect("an item is in sight"));
        let before = top(&h, &words);
        h.state_mut().lines = 3;
        h.run();
        let line = top(&h, &words) - before;
        // The item at the upper edge, of which a part is in sight, may grow as well.
        assert!((-1.0..80.0).contains(&line), "{words} has moved by {line}");
        assert!(h.state().most < 60, "{}", h.state().most);
    }

    #[test]
    fn other_items_than_before_are_not_all_drawn_again() {
        let mut h = Bench::shown();
        h.state_mut().count = 3_000;
        h.run();
        assert!(h.state().most < 60 && height(&h) > 2_900.0 * 14.0, "{} {}", h.state().most, height(&h));
        let end = height(&h);
        scroll(&mut h, end);
        assert!(h.state().drawn.contains(&2_999));
        h.state_mut().count = 2;
        h.run();
        assert_eq!(h.state().drawn, [0, 1]);
    }
}
