//! A view of many lines that draws those in sight: numbers at the left, colours by what the pieces are, a cursor that
//! keys and clicks move.

use std::ops::Range;

use egui::text::{LayoutJob, TextFormat};
use egui::{Align2, Color32, FontId, Id, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo, WidgetType};
use egui::{pos2, vec2};

use crate::app::panels::paint;
use crate::app::theme;
use crate::design::Purpose;
use crate::export::bundle::Basis;
use crate::picture::palette::{Palette, Rgb};

use super::colours::Token;
use super::moves::Move;

/// Height of a line, points.
const LINE: f32 = 17.0;
/// Room between number and text, points.
const GAP: f32 = 10.0;
/// Room that a scroll bar takes, points.
const BAR: f32 = 10.0;
/// How far a key moves the text sideways, characters.
const SIDEWAYS: f32 = 8.0;

/// A line as it is drawn.
#[derive(Default)]
pub(super) struct Line<'t> {
    /// Its number in each of the texts, from 1.
    pub(super) numbers: [Option<usize>; 2],
    /// A sign in front of it.
    pub(super) sign: &'static str,
    /// What it is on.
    pub(super) ground: Option<Rgb>,
    /// The text.
    pub(super) text: &'t str,
    /// Its pieces; what lies between them is plain.
    pub(super) pieces: Vec<(Range<usize>, Token)>,
    /// How sure it is that it belongs there.
    pub(super) basis: Option<Basis>,
    /// Whether it only speaks about lines that are not shown.
    pub(super) aside: bool,
}

/// What the view shows.
pub(super) struct View<'a> {
    /// The widget.
    pub(super) id: Id,
    /// Its name.
    pub(super) name: String,
    /// How many lines there are.
    pub(super) count: usize,
    /// The longest of them, characters.
    pub(super) longest: usize,
    /// How many columns of numbers there are, and the largest number.
    pub(super) numbers: (usize, usize),
    /// Words to mark wherever they stand.
    pub(super) marked: &'a [String],
}

/// Where somebody is in a view.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cursor {
    /// The line, from 0.
    pub(super) at: usize,
    /// Whether it is to be brought into view.
    pub(super) scroll: bool,
    /// How many steps to the right the text is to be moved.
    sideways: i8,
}

impl Cursor {
    /// Goes to another line and brings it into view.
    pub(super) fn go_to(&mut self, at: usize) {
        *self = Self { at, scroll: true, sideways: 0 };
    }

    /// Moves by a key.
    pub(super) fn step(&mut self, step: Move, count: usize) {
        let last = count.saturating_sub(1);
        match step {
            Move::By(rows) => self.go_to(self.at.saturating_add_signed(rows).min(last)),
            Move::First => self.go_to(0),
            Move::Last => self.go_to(last),
            Move::In => self.sideways = 1,
            Move::Out => self.sideways = -1,
            Move::Toggle => {}
        }
    }
}

/// The colour of a piece.
fn ink(token: Token, p: &Palette) -> Rgb {
    match token {
        Token::Plain => p.text,
        Token::Key => p.tint(5),
        Token::Text => p.good,
        Token::Number => p.warning,
        Token::Word => p.purpose(Purpose::EventStream),
        Token::Comment => p.text_weak,
        Token::Heading => p.accent,
    }
}

/// The colour of a basis, in the stripe beside the numbers.
pub(super) fn basis_ink(basis: Basis, p: &Palette) -> Rgb {
    match basis {
        Basis::Design => p.accent,
        Basis::Stated => p.good,
        Basis::Inferred => p.warning,
    }
}

fn font() -> FontId {
    FontId::monospace(12.0)
}

impl View<'_> {
    /// Draws the lines in sight; returns the line under the pointer.
    pub(super) fn show<'t>(&self, ui: &mut Ui, cursor: &mut Cursor, line: &dyn Fn(usize) -> Line<'t>) -> Option<usize> {
        let p = theme::palette(ui.ctx());
        let area = ui.available_rect_before_wrap();
        ui.painter().rect_filled(area, 4.0, theme::color(p.canvas));
        cursor.at = cursor.at.min(self.count.saturating_sub(1));
        let keyboard = ui.interact(area, self.id, Sense::focusable_noninteractive());
        super::moves::hold(ui, self.id);
        let current = (self.count > 0).then(|| line(cursor.at));
        keyboard.widget_info(|| {
            let words = current.as_ref().map(|line| format!(", line {}: {}", cursor.at + 1, line.text));
            WidgetInfo::labeled(WidgetType::Other, true, format!("{}{}", self.name, words.unwrap_or_default()))
        });
        let advance = paint::width_of(ui.painter(), "0", font());
        let digits = self.numbers.1.max(1).ilog10() as usize + 1;
        let gutter = (self.numbers.0 * (digits + 1)) as f32 * advance + 2.0 * GAP;
        let (scroll, sideways) = (std::mem::take(&mut cursor.scroll), std::mem::take(&mut cursor.sideways));
        let out = ScrollArea::both().id_salt(self.id).auto_shrink(false).show_viewport(ui, |ui, viewport| {
            ui.set_height(self.count as f32 * LINE);
            ui.set_width((self.longest + 2) as f32 * advance + gutter + BAR);
            let frame = ui.max_rect();
            let row = |at: usize| {
                let top = frame.top() + at as f32 * LINE;
                Rect::from_x_y_ranges(frame.x_range(), top..=top + LINE)
            };
            if scroll {
                let sight = ui.clip_rect();
                ui.scroll_to_rect(row(cursor.at).with_max_x(frame.left() + sight.width() * 0.5), None);
            }
            if sideways != 0 {
                ui.scroll_with_delta(vec2(-f32::from(sideways) * SIDEWAYS * advance, 0.0));
            }
            let response = ui.interact(ui.clip_rect(), self.id.with("text"), Sense::CLICK);
            let pointed = response.hover_pos().filter(|_| response.hovered()).map(|pos| place(pos.y - frame.top()));
            let pointed = pointed.filter(|at| *at < self.count);
            let sight = place(viewport.top())..(place(viewport.bottom()) + 1).min(self.count);
            for at in sight {
                let marks =
                    Marks { cursor: at == cursor.at, focused: keyboard.has_focus(), hovered: pointed == Some(at) };
                self.line_ui(ui, row(at), &line(at), gutter, &marks, p);
            }
            if response.clicked()
                && let Some(at) = pointed
            {
                cursor.at = at;
                ui.memory_mut(|m| m.request_focus(self.id));
            }
            pointed
        });
        out.inner
    }

    fn line_ui(&self, ui: &Ui, rect: Rect, line: &Line<'_>, gutter: f32, marks: &Marks, p: &Palette) {
        let sight = ui.clip_rect();
        let across = Rect::from_x_y_ranges(sight.x_range(), rect.y_range());
        let painter = ui.painter();
        if let Some(ground) = line.ground {
            painter.rect_filled(across, 0.0, theme::faded(ground, 0.16));
        }
        if marks.cursor || marks.hovered {
            let fill = if marks.cursor { theme::faded(p.selection, 0.8) } else { theme::faded(p.raised, 0.8) };
            painter.rect_filled(across, 0.0, fill);
        }
        let text = painter.layout_job(self.job(line, p));
        let left = rect.left() + gutter;
        painter.with_clip_rect(sight.with_min_x(sight.left() + gutter)).galley(
            pos2(left, rect.top() + 1.0),
            text,
            theme::color(p.text),
        );
        // Numbers stay where they are while the text is moved sideways.
        let weak = theme::color(p.text_weak);
        let column = (gutter - 2.0 * GAP) / self.numbers.0.max(1) as f32;
        for (index, number) in line.numbers.iter().take(self.numbers.0).enumerate() {
            let right = sight.left() + GAP * 0.5 + column * (index + 1) as f32;
            if let Some(number) = number {
                painter.text(pos2(right, rect.center().y), Align2::RIGHT_CENTER, number, font(), weak);
            }
        }
        let edge = sight.left() + gutter - GAP;
        if !line.sign.is_empty() {
            let ink = theme::color(line.ground.unwrap_or(p.text_weak));
            painter.text(pos2(edge, rect.center().y), Align2::LEFT_CENTER, line.sign, font(), ink);
        }
        if let Some(basis) = line.basis {
            let stripe = Rect::from_x_y_ranges(edge..=edge + 2.0, rect.y_range());
            painter.rect_filled(stripe, 0.0, theme::color(basis_ink(basis, p)));
        }
        if marks.cursor && marks.focused {
            let ring = Stroke::new(1.0, theme::color(p.accent));
            painter.rect_stroke(across.shrink2(vec2(1.0, 0.0)), 2.0, ring, StrokeKind::Inside);
        }
    }

    /// The text of a line with its colours and marked words.
    fn job(&self, line: &Line<'_>, p: &Palette) -> LayoutJob {
        let mut job = LayoutJob::default();
        job.wrap.max_width = f32::INFINITY;
        let plain = theme::color(if line.aside { p.text_weak } else { p.text });
        let marked: Vec<Range<usize>> = self
            .marked
            .iter()
            .flat_map(|word| line.text.match_indices(word.as_str()).map(|(at, word)| at..at + word.len()))
            .collect();
        let mut append = |range: Range<usize>, color: Color32| {
            for (piece, is_marked) in split(range, &marked) {
                let mut format = TextFormat::simple(font(), color);
                if is_marked {
                    format.background = theme::faded(p.warning, 0.3);
                }
                job.append(line.text.get(piece).unwrap_or_default(), 0.0, format);
            }
        };
        let mut at = 0;
        for (range, token) in &line.pieces {
            append(at..range.start, plain);
            append(range.clone(), theme::color(ink(*token, p)));
            at = range.end;
        }
        append(at..line.text.len(), plain);
        job
    }
}

/// What is particular about a line in this frame.
struct Marks {
    cursor: bool,
    focused: bool,
    hovered: bool,
}

/// The line at a height below the first, points.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a height on a screen")]
fn place(height: f32) -> usize {
    (height / LINE).floor().max(0.0) as usize
}

/// Cuts a range at the edges of others, and says which pieces lie in one of them.
fn split(range: Range<usize>, marked: &[Range<usize>]) -> Vec<(Range<usize>, bool)> {
    let mut edges = vec![range.start, range.end];
    edges.extend(marked.iter().flat_map(|m| [m.start, m.end]).filter(|at| *at > range.start && *at < range.end));
    edges.sort_unstable();
    edges.dedup();
    let is_marked = |at: usize| marked.iter().any(|m| m.contains(&at));
    edges.iter().zip(edges.iter().skip(1)).map(|(from, to)| (*from..*to, is_marked(*from))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_cut_at_the_edges_of_marked_words() {
        assert_eq!(split(0..10, &[2..4, 4..5]), [(0..2, false), (2..4, true), (4..5, true), (5..10, false)]);
        assert_eq!(split(3..5, std::slice::from_ref(&(0..9))), [(3..5, true)]);
        assert_eq!(split(4..4, &[]), []);
    }

    #[test]
    fn a_cursor_stays_among_the_lines() {
        let mut cursor = Cursor::default();
        cursor.step(Move::By(-3), 5);
        assert_eq!(cursor.at, 0);
        cursor.step(Move::By(40), 5);
        assert_eq!(cursor.at, 4);
        cursor.step(Move::First, 5);
        cursor.step(Move::Last, 0);
        assert_eq!(cursor, Cursor { at: 0, scroll: true, sideways: 0 });
    }
}
