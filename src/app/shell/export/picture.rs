//! Pictures among the files, as pixels.

use egui::ColorImage;
use resvg::tiny_skia::{FilterQuality, Pixmap, PixmapPaint, Transform};

use crate::export::bundle::ExportFile;

use super::sheet::is_drawing;

/// Longest edge of what is shown, pixels.
const MAX_EDGE: u32 = 2_048;

/// The pixels of a file that is a picture.
pub(super) fn of(name: &str, file: &ExportFile) -> Option<ColorImage> {
    let pixels = if is_drawing(name, file.syntax) {
        drawn(file.content.text()?)?
    } else if name.to_lowercase().ends_with(".png") {
        limited(Pixmap::decode_png(file.content.bytes()).ok()?)?
    } else {
        return None;
    };
    let edge = |pixels: u32| usize::try_from(pixels).unwrap_or(0);
    Some(ColorImage::from_rgba_premultiplied([edge(pixels.width()), edge(pixels.height())], pixels.data()))
}

/// How far a picture is enlarged or shrunk so that it is as large as what is shown.
fn scale(width: f32, height: f32) -> f32 {
    MAX_EDGE as f32 / width.max(height).max(1.0)
}

/// A drawing, at the size of what is shown.
fn drawn(svg: &str) -> Option<Pixmap> {
    let tree = crate::export::picture::read(svg).ok()?;
    let size = tree.size();
    let scale = scale(size.width(), size.height()).min(2.0);
    let scaled = size.to_int_size().scale_by(scale)?;
    let mut pixels = Pixmap::new(scaled.width(), scaled.height())?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    Some(pixels)
}

/// The picture, shrunk when it is larger than what is shown.
fn limited(picture: Pixmap) -> Option<Pixmap> {
    if picture.width().max(picture.height()) <= MAX_EDGE {
        return Some(picture);
    }
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let scale = scale(width, height);
    let edge = |length: f32| ((length * scale) as u32).clamp(1, MAX_EDGE);
    let mut small = Pixmap::new(edge(width), edge(height))?;
    let paint = PixmapPaint { quality: FilterQuality::Bilinear, ..PixmapPaint::default() };
    small.draw_pixmap(0, 0, picture.as_ref(), &paint, Transform::from_scale(scale, scale), None);
    Some(small)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::bundle::Syntax;

    #[test]
    fn drawings_and_pictures_have_pixels_and_texts_have_none() {
        let svg = r##"<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#f00"/></svg>"##;
        let drawing = of("a.SVG", &ExportFile::text(Syntax::Xml, svg)).expect("a picture");
        assert_eq!(drawing.size, [80, 40]);
        let mut pixels = Pixmap::new(3_000, 30).expect("pixels");
        pixels.fill(resvg::tiny_skia::Color::WHITE);
        let png = ExportFile::bytes(pixels.encode_png().expect("encodes"));
        assert_eq!(of("a.png", &png).expect("a picture").size, [2_048, 20]);
        assert!(of("a.pdf", &png).is_none());
        assert!(of("b.svg", &ExportFile::text(Syntax::Xml, "<svg")).is_none());
    }
}
