//! The report: everything that is known of a design, to be read and printed, as one page and as Markdown.
//!
//! Content is made once ([`content`]) and written twice by [`super::document`], so that both say the same.

mod content;
mod estimates;
mod failures;
mod findings;
mod materials;
mod reliability;
mod summary;

use super::bundle::{Bundle, ExportFile, FilePath, Syntax};
use super::document;
use super::{Options, Source};

pub use content::content;

/// Name of the picture beside the Markdown file.
const PICTURE: &str = "drawing.svg";

/// The files `report.html`, `report.md` and the picture that the latter shows.
#[must_use]
pub fn bundle(source: &Source<'_>, options: &Options) -> Bundle {
    let drawing = picture(source);
    let report = content(source, options, drawing.clone());
    let mut bundle = Bundle::default();
    let mut add = |name: &str, file: ExportFile| bundle.add(FilePath::of([name]), file);
    add("report.html", document::html(&report));
    add("report.md", document::markdown(&report));
    if let Some(drawing) = drawing {
        add(PICTURE, ExportFile::text(Syntax::Xml, drawing));
    }
    bundle
}

/// The drawing as SVG; `None` where nothing is drawn.
fn picture(source: &Source<'_>) -> Option<String> {
    (!source.design.is_empty()).then(|| super::picture::svg(source, &Options::default()))
}
