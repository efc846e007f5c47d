//! The typefaces that ship with Meridian: Inter for words, and the icons of the kinds.

/// Words.
pub const REGULAR: &[u8] = include_bytes!("../../assets/fonts/Inter-Regular.ttf");
/// Names and titles.
pub const STRONG: &[u8] = include_bytes!("../../assets/fonts/Inter-SemiBold.ttf");
/// The icons of [`super::icons`] alone; the window has the whole icon font.
pub const ICONS: &[u8] = include_bytes!("../../assets/fonts/Phosphor-Kinds.ttf");
