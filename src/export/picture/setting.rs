//! Setting words without a window: breaking and shortening them to the room there is.

use crate::export::text::one_line;
use crate::picture::area::Point;
use crate::picture::pen::Type;

use super::fonts::{FONTS, Heights};

/// What stands for words that had no room.
const ELLIPSIS: char = '…';

/// Words that were set.
#[derive(Debug, Clone)]
pub(super) struct Words {
    /// Lines, from the top.
    pub lines: Vec<String>,
    /// How they are set.
    pub with: Type,
    /// Heights of a line.
    pub heights: Heights,
    /// Width and height of all of them, points.
    pub size: Point,
}

/// Sets words.
pub(super) fn set(words: &str, with: Type) -> Words {
    let lines = lines(&one_line(words), with);
    let width = lines.iter().map(|line| width(line, with)).fold(0.0, f32::max);
    let heights = FONTS.heights(with.size, with.weight);
    #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
    let height = heights.row * lines.len().max(1) as f32;
    Words { lines, with, heights, size: (width, height) }
}

fn width(words: &str, with: Type) -> f32 {
    FONTS.width(words, with.size, with.weight)
}

/// Breaks words between them, and inside only when one alone is wider than the room; the last line is shortened.
fn lines(words: &str, with: Type) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut rest = words.trim_end();
    while !rest.is_empty() {
        if lines.len() + 1 >= with.rows.max(1) {
            lines.push(shortened(rest, with));
            break;
        }
        let (line, left) = broken(rest, with);
        lines.push(line.trim_end().to_owned());
        rest = left.trim_start();
    }
    lines
}

/// As much as fits on a line, and what is left.
fn broken(words: &str, with: Type) -> (&str, &str) {
    let mut used = 0.0;
    let mut space = None;
    for (at, c) in words.char_indices() {
        used += FONTS.advance(c, with.size, with.weight);
        if used > with.room && c != ' ' {
            // At least one character a line, so that there is an end.
            let inside = if at == 0 { c.len_utf8() } else { at };
            return words.split_at(space.unwrap_or(inside));
        }
        if c == ' ' && at > 0 {
            space = Some(at);
        }
    }
    (words, "")
}

/// The words on one line, with an ellipsis when they do not fit.
fn shortened(words: &str, with: Type) -> String {
    if width(words, with) <= with.room {
        return words.to_owned();
    }
    let room = with.room - FONTS.advance(ELLIPSIS, with.size, with.weight);
    let mut used = 0.0;
    let fits = words.chars().take_while(|c| {
        used += FONTS.advance(*c, with.size, with.weight);
        used <= room
    });
    let mut line: String = fits.collect();
    line.truncate(line.trim_end().len());
    line.push(ELLIPSIS);
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::palette::LIGHT;
    use crate::picture::pen::Weight;

    fn told(words: &str, room: f32, rows: usize) -> Vec<String> {
        let with = Type { rows, ..Type::new(10.0, Weight::Regular, LIGHT.text).within(room) };
        let set = set(words, with);
        assert!(set.size.0 <= room + 0.01, "{:?} is {} wide", set.lines, set.size.0);
        set.lines
    }

    #[test]
    fn what_fits_stays_whole() {
        assert_eq!(told("Gateway", 100.0, 1), ["Gateway"]);
    }

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis() {
        let lines = told("A gateway with a very long name", 60.0, 1);
        assert!(lines.len() == 1 && lines[0].ends_with('…') && lines[0].starts_with("A gate"), "{lines:?}");
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(told("Traffic manager", 45.0, 2), ["Traffic", "manager"]);
        let long = told("Donaudampfschifffahrtsgesellschaft in Wien", 60.0, 9);
        assert!(long.concat().replace(' ', "").contains("gesellschaft"), "{long:?}");
    }

    #[test]
    fn what_is_no_text_is_not_set() {
        assert_eq!(told("a\nb\u{0}c\u{202e}d\u{fffe}", 100.0, 1), ["a b cd"]);
    }
}
