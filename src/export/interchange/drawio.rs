//! The drawing as a draw.io document: regions as containers, everything at the place and of the size it is drawn with.

use std::fmt::Write as _;

use crate::design::{Component, Design, Extent, Id, Kind, Link, Pos, Region};
use crate::export::bundle::{ExportFile, LineOrigin, Origin, Syntax};
use crate::export::text::{hex, one_line};
use crate::export::xml::{NONE, Xml};
use crate::picture::card::{component_card, link_label, region_title};
use crate::picture::palette::{Dash, LIGHT, dash};

/// The cell that draw.io keeps everything below, and the layer that is drawn on.
const ROOT: &str = "0";
const LAYER: &str = "1";

/// How much of a region's colour its ground has.
const GROUND: f32 = 0.08;

/// One `mxCell`.
struct Cell<'a> {
    id: String,
    parent: String,
    label: String,
    style: String,
    place: Place,
    why: &'static str,
    element: &'a Id,
}

enum Place {
    /// A box, relative to its parent.
    Box(Pos, Extent),
    /// A line from one cell to another.
    Line(String, String),
}

/// The document of a design.
pub(super) fn document(design: &Design) -> ExportFile {
    let mut xml = Xml::indented(2);
    xml.declaration();
    xml.open("mxfile", [("host", "Meridian")]);
    xml.open("diagram", [("id", "design"), ("name", &one_line(&design.meta.name))]);
    xml.open("mxGraphModel", [("grid", "1"), ("gridSize", "8"), ("page", "0")]);
    xml.open("root", NONE);
    xml.empty("mxCell", [("id", ROOT)]);
    xml.empty("mxCell", [("id", LAYER), ("parent", ROOT)]);
    let origins = cells(design).iter().map(|cell| write(&mut xml, cell)).collect();
    ExportFile { origins, ..ExportFile::text(Syntax::Xml, xml.finish()) }
}

/// Writes a cell; the lines it takes, with their reason.
fn write(xml: &mut Xml, cell: &Cell<'_>) -> LineOrigin {
    // Every element begins with the break that parts it from the one before.
    let first = xml.line() + 1;
    let mut attributes =
        vec![("id", cell.id.as_str()), ("value", &cell.label), ("style", &cell.style), ("parent", &cell.parent)];
    match &cell.place {
        Place::Box(Pos(x, y), Extent(width, height)) => {
            attributes.push(("vertex", "1"));
            xml.open("mxCell", attributes);
            let [x, y, width, height] = [x, y, width, height].map(i32::to_string);
            let place = [("x", x.as_str()), ("y", &y), ("width", &width), ("height", &height), ("as", "geometry")];
            xml.empty("mxGeometry", place);
        }
        Place::Line(from, to) => {
            attributes.extend([("edge", "1"), ("source", from), ("target", to)]);
            xml.open("mxCell", attributes);
            xml.empty("mxGeometry", [("relative", "1"), ("as", "geometry")]);
        }
    }
    xml.close();
    let origin = Origin::drawn(cell.why, [cell.element.clone()]);
    LineOrigin { first, last: xml.line(), origin }
}

/// Regions first, so that every parent stands before its children; links last, after both their ends.
fn cells(design: &Design) -> Vec<Cell<'_>> {
    let regions = design.regions.iter().map(|(id, region)| region_cell(id, region));
    let components = design.components.iter().map(|(id, component)| component_cell(id, component));
    let links = design.links.iter().map(|(id, link)| link_cell(design, id, link));
    regions.chain(components).chain(links).collect()
}

/// The id of the cell of an element; never one of draw.io's own two.
fn cell_id(element: &Id) -> String {
    format!("m-{element}")
}

fn region_cell<'a>(id: &'a Id, region: &Region) -> Cell<'a> {
    let tint = LIGHT.tint(region.tint);
    let ground = hex(LIGHT.canvas.mix(tint, GROUND));
    Cell {
        id: cell_id(id),
        parent: LAYER.to_owned(),
        label: one_line(&region_title(region)),
        style: format!(
            "rounded=1;arcSize=12;absoluteArcSize=1;container=1;collapsible=0;html=0;whiteSpace=wrap;\
             verticalAlign=top;align=left;spacingLeft=12;fontStyle=1;fillColor={ground};strokeColor={};fontColor={};",
            hex(tint),
            hex(LIGHT.text)
        ),
        place: Place::Box(region.pos, region.extent),
        why: "A region, where it is drawn.",
        element: id,
    }
}

fn component_cell<'a>(id: &'a Id, component: &Component) -> Cell<'a> {
    let card = component_card(component, None);
    let kind = component.kind();
    let mut label = one_line(&card.title);
    if !card.subtitle.is_empty() {
        // A line break is an ordinary character of a label that is no HTML.
        let _ = write!(label, "\n{}", one_line(&card.subtitle));
    }
    Cell {
        id: cell_id(id),
        parent: component.region.as_ref().map_or_else(|| LAYER.to_owned(), cell_id),
        label,
        style: format!(
            "{}html=0;whiteSpace=wrap;fillColor={};strokeColor={};fontColor={};",
            shape(kind),
            hex(LIGHT.card),
            hex(LIGHT.kind(kind)),
            hex(LIGHT.text)
        ),
        place: Place::Box(component.pos, kind.extent()),
        why: "A component, where it is drawn.",
        element: id,
    }
}

/// The shape of a kind, as draw.io calls it.
fn shape(kind: Kind) -> &'static str {
    match kind {
        Kind::Database | Kind::Redis | Kind::SharedFiles => "shape=cylinder3;size=8;boundedLbl=1;",
        Kind::Users => "rounded=1;arcSize=50;",
        Kind::LoadBalancer | Kind::GlobalLoadBalancer => {
            "shape=hexagon;perimeter=hexagonPerimeter2;size=12;fixedSize=1;"
        }
        _ => "rounded=1;arcSize=8;absoluteArcSize=1;",
    }
}

fn link_cell<'a>(design: &Design, id: &'a Id, link: &Link) -> Cell<'a> {
    let dashes = match dash(link.purpose) {
        Dash::Solid => "",
        Dash::Dashed => "dashed=1;dashPattern=6 4;",
        Dash::Dotted => "dashed=1;dashPattern=2 3;",
    };
    Cell {
        id: cell_id(id),
        parent: LAYER.to_owned(),
        label: one_line(&link_label(design, link, None)),
        style: format!(
            "edgeStyle=none;curved=1;html=0;endArrow=block;endFill=1;fontSize=10;{dashes}strokeColor={};fontColor={};",
            hex(LIGHT.purpose(link.purpose)),
            hex(LIGHT.text_weak)
        ),
        place: Place::Line(cell_id(&link.from), cell_id(&link.to)),
        why: "A link from the side that opens the connection.",
        element: id,
    }
}
