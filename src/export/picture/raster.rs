//! SVG to pixels.

use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use super::PictureError;
use super::fonts::DATABASE;

/// Most pixels of a picture: 100 megapixels take 400 MB while they are drawn.
pub const MAX_PIXELS: f64 = 100_000_000.0;

/// Reads SVG that was written here, with the fonts that ship.
pub(crate) fn read(svg: &str) -> Result<Tree, PictureError> {
    let options = Options { fontdb: Arc::clone(&DATABASE), font_family: "Inter".to_owned(), ..Options::default() };
    Tree::from_str(svg, &options).map_err(|error| PictureError::Failed(error.to_string()))
}

/// A picture as PNG; `scale` is pixels for one point.
pub(super) fn png(svg: &str, scale: f32) -> Result<Vec<u8>, PictureError> {
    if !(scale.is_finite() && scale > 0.0) {
        return Err(PictureError::Scale(scale));
    }
    let tree = read(svg)?;
    let (wide, high) = (tree.size().width(), tree.size().height());
    let pixels = |points: f32| (f64::from(points) * f64::from(scale)).ceil().max(1.0);
    let (width, height) = (pixels(wide), pixels(high));
    if width * height > MAX_PIXELS {
        let most = (MAX_PIXELS / (f64::from(wide) * f64::from(high))).sqrt();
        // Rounded down, so that what is advised works.
        return Err(PictureError::TooLarge { width, height, scale: (most * 100.0).floor() / 100.0 });
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and within the limit")]
    let (width, height) = (width as u32, height as u32);
    let mut pixmap = Pixmap::new(width, height).ok_or_else(|| PictureError::Failed("no room for it".to_owned()))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|error| PictureError::Failed(error.to_string()))
}
