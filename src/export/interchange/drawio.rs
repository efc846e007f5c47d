//! The drawing as a draw.io document: regions as containers, everything at the place and of the size it is drawn with.

use std::fmt::Write as _;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, Event};

use crate::design::{Component, Design, Extent, Id, Kind, Link, Pos, Region};
use crate::export::bundle::{ExportFile, LineOrigin, Origin, Syntax};
use crate::picture::card::{component_card, link_label, region_title};
use crate::picture::palette::{Dash, LIGHT, dash};

use super::{hex, one_line};

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
    let mut xml = Document::default();
    // Writing to memory cannot fail.
    let _ = xml.write(design);
    let text = String::from_utf8(xml.writer.into_inner().bytes).unwrap_or_default();
    ExportFile { origins: xml.origins.into(), ..ExportFile::text(Syntax::Xml, text) }
}

/// Bytes that are counted by lines as they are written.
#[derive(Default)]
struct Text {
    bytes: Vec<u8>,
    line: usize,
}

impl io::Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.line += bytes.iter().filter(|byte| **byte == b'\n').count();
        self.bytes.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Document {
    writer: Writer<Text>,
    origins: Vec<LineOrigin>,
}

impl Default for Document {
    fn default() -> Self {
        Self { writer: Writer::new_with_indent(Text { bytes: Vec::new(), line: 1 }, b' ', 2), origins: Vec::new() }
    }
}

impl Document {
    fn write(&mut self, design: &Design) -> io::Result<()> {
        self.writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let name = one_line(&design.meta.name);
        let origins = &mut self.origins;
        self.writer.create_element("mxfile").with_attribute(("host", "Meridian")).write_inner_content(|file| {
            let diagram = file.create_element("diagram").with_attributes([("id", "design"), ("name", name.as_str())]);
            diagram.write_inner_content(|diagram| {
                let model = diagram.create_element("mxGraphModel");
                let model = model.with_attributes([("grid", "1"), ("gridSize", "8"), ("page", "0")]);
                model.write_inner_content(|model| {
                    model.create_element("root").write_inner_content(|root| {
                        root.create_element("mxCell").with_attribute(("id", ROOT)).write_empty()?;
                        let layer = root.create_element("mxCell");
                        layer.with_attributes([("id", LAYER), ("parent", ROOT)]).write_empty()?;
                        cells(design).iter().try_for_each(|cell| write_cell(root, origins, cell))
                    })?;
                    Ok(())
                })?;
                Ok(())
            })?;
            Ok(())
        })?;
        Ok(())
    }
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

fn write_cell(root: &mut Writer<Text>, origins: &mut Vec<LineOrigin>, cell: &Cell<'_>) -> io::Result<()> {
    // An element is written with the break that stands before it.
    let first = root.get_mut().line + 1;
    let element = root.create_element("mxCell").with_attributes([
        ("id", cell.id.as_str()),
        ("value", &cell.label),
        ("style", &cell.style),
        ("parent", &cell.parent),
    ]);
    match &cell.place {
        Place::Box(Pos(x, y), Extent(width, height)) => {
            let [x, y, width, height] = [x, y, width, height].map(i32::to_string);
            let geometry = [("x", x.as_str()), ("y", &y), ("width", &width), ("height", &height), ("as", "geometry")];
            element.with_attribute(("vertex", "1")).write_inner_content(|inner| {
                inner.create_element("mxGeometry").with_attributes(geometry).write_empty()?;
                Ok(())
            })?;
        }
        Place::Line(from, to) => {
            let ends = [("edge", "1"), ("source", from.as_str()), ("target", to)];
            element.with_attributes(ends).write_inner_content(|inner| {
                let geometry = [("relative", "1"), ("as", "geometry")];
                inner.create_element("mxGeometry").with_attributes(geometry).write_empty()?;
                Ok(())
            })?;
        }
    }
    let origin = Origin::drawn(cell.why, [cell.element.clone()]);
    origins.push(LineOrigin { first, last: root.get_mut().line, origin });
    Ok(())
}
