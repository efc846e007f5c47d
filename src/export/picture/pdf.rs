//! SVG to pages of a PDF. Text stays text: it can be searched and copied.

use std::collections::BTreeMap;

use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, TextStr};
use svg2pdf::ConversionOptions;

use crate::export::text::one_line;

use super::PictureError;
use super::ordered::ordered;
use super::raster::read;

/// Points of a PDF for one point of SVG: 72 and 96 to the inch.
const POINTS: f32 = 0.75;
/// Longest side of a page that readers of PDF take, points of a PDF.
const LONGEST: f32 = 14_400.0;
/// What a page calls its picture.
const PICTURE: Name<'static> = Name(b"P");

/// One picture a page.
pub(super) fn document(title: &str, pages: &[String]) -> Result<Vec<u8>, PictureError> {
    let mut next = Ref::new(1);
    let (catalog, tree, info) = (next.bump(), next.bump(), next.bump());
    let mut pdf = Pdf::new();
    let mut kids = Vec::new();
    for svg in pages {
        let picture = read(svg)?;
        let (chunk, root) = svg2pdf::to_chunk(&picture, ConversionOptions::default())
            .map_err(|error| PictureError::Failed(error.to_string()))?;
        let mut renumbered = BTreeMap::new();
        let chunk = chunk.renumber(|old| *renumbered.entry(old).or_insert_with(|| next.bump()));
        let Some(root) = renumbered.get(&root).copied() else {
            return Err(PictureError::Failed("a page has no content".to_owned()));
        };
        let (page, content) = (next.bump(), next.bump());
        let (wide, high) = (picture.size().width() * POINTS, picture.size().height() * POINTS);
        let scale = (LONGEST / wide.max(high)).min(1.0);
        let (wide, high) = (wide * scale, high * scale);
        pdf.extend(&chunk);
        let mut drawn = Content::new();
        // The picture is one point wide and high.
        drawn.transform([wide, 0.0, 0.0, high, 0.0, 0.0]).x_object(PICTURE);
        pdf.stream(content, &drawn.finish());
        let mut written = pdf.page(page);
        written.media_box(Rect::new(0.0, 0.0, wide, high)).parent(tree).contents(content);
        written.resources().x_objects().pair(PICTURE, root);
        written.finish();
        kids.push(page);
    }
    let count = i32::try_from(kids.len()).unwrap_or(i32::MAX);
    pdf.catalog(catalog).pages(tree).lang(TextStr("en"));
    pdf.pages(tree).kids(kids).count(count);
    pdf.document_info(info).title(TextStr(&one_line(title))).producer(TextStr("Meridian"));
    ordered(&pdf.finish()).ok_or_else(|| PictureError::Failed("its pages have an unknown layout".to_owned()))
}
