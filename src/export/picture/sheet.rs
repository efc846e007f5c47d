//! The canvas, or a selection of it, on a sheet of its own with a line that says what it is.

use crate::design::failure::headline;
use crate::picture::area::Area;
use crate::picture::drawing::Drawing;
use crate::picture::look::View;
use crate::picture::pen::{Anchor, Pen, Type, Weight};
use crate::words::plural;

use super::shown::Shown;
use super::svg::{About, SvgPen};

/// Space around the drawing, scene points.
const MARGIN: f32 = 32.0;
/// Height of the legend below the drawing, scene points.
const LEGEND: f32 = 28.0;
/// Size of its type, points.
const LEGEND_TYPE: f32 = 12.0;
/// A sheet on which nothing is drawn.
const BLANK: Area = Area { min: (0.0, 0.0), max: (480.0, 120.0) };

/// Draws the sheet.
pub(super) fn draw(shown: &Shown<'_>) -> String {
    let p = shown.palette();
    let drawing = drawing(shown);
    let bounds = drawing.bounds();
    let inner = bounds.unwrap_or(BLANK);
    let about = about(shown, &drawing);
    let with = Type::new(LEGEND_TYPE, Weight::Regular, p.text_weak);
    let legend = super::setting::set(&legend(shown), with);
    // Small drawings make room for their legend.
    let width = inner.width().max(legend.size.0);
    let inner = Area { max: (inner.min.0 + width, inner.max.1), ..inner }.moved(((inner.width() - width) / 2.0, 0.0));
    let page = inner.grown(MARGIN);
    let page = Area { max: (page.max.0, page.max.1 + LEGEND), ..page };
    let mut pen = SvgPen::new(page, &about, p.canvas, "");
    drawing.draw(&mut pen, &shown.look(View::plain(page)), &shown.layers(shown.options.marks), page);
    if bounds.is_none() {
        let words = pen.set("Nothing is drawn yet.", with);
        pen.put(words, inner.center(), Anchor::Center);
    }
    pen.put(legend, (inner.min.0, inner.max.1 + MARGIN), Anchor::Left);
    pen.finish()
}

fn drawing<'a>(shown: &Shown<'a>) -> Drawing<'a> {
    let drawing = Drawing::of(shown.source.design);
    if shown.options.selection.is_empty() {
        return drawing;
    }
    drawing.only(&shown.options.selection.iter().cloned().collect())
}

fn legend(shown: &Shown<'_>) -> String {
    let legend = shown.legend();
    if shown.failures.is_empty() {
        return legend;
    }
    format!("{legend} · {}", headline(shown.source.design, &shown.failures))
}

fn about(shown: &Shown<'_>, drawing: &Drawing<'_>) -> About {
    let design = shown.source.design;
    let (regions, components, links) = drawing.counts();
    let mut description = format!(
        "{}: {}, {} and {}.",
        shown.legend(),
        plural(regions, "region"),
        plural(components, "component"),
        plural(links, "link"),
    );
    if !shown.failures.is_empty() {
        let failed: Vec<String> = shown.failures.iter().map(|failure| failure.words(design)).collect();
        description = format!("{description} Failed: {}.", failed.join("; "));
    }
    About { title: design.meta.name.clone(), description }
}
