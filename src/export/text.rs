//! Texts that users wrote, and colours, as files take them.

use crate::picture::palette::Rgb;

/// The text on one line, without what neither XML nor a reader can take: line breaks and other control characters
/// become spaces, characters that turn the direction of what follows and those that are none go away.
#[must_use]
pub fn one_line(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let no_character = |c: char| matches!(u32::from(c) & 0xffff, 0xfffe | 0xffff) || c == '\u{feff}';
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let kept = text.chars().filter(|c| !turns(*c) && !no_character(*c));
    kept.map(|c| if breaks(c) { ' ' } else { c }).collect()
}

/// The text on one line as [`one_line`] makes it, with one space between words.
#[must_use]
pub fn clean(text: &str) -> String {
    one_line(text).split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// The colour as style sheets write it.
#[must_use]
pub fn hex(Rgb(r, g, b): Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}
