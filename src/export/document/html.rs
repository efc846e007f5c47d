//! Documents as one page that needs nothing else: no script, no font, no picture from elsewhere. It is XML as well, so
//! that programs can read it.

use quick_xml::Reader;
use quick_xml::events::{BytesText, Event};

use crate::export::bundle::{ExportFile, Syntax};
use crate::export::xml::{NONE, Xml};

use super::{Block, Cell, Document, Look, Picture, Section, Table, Tone};

/// How a page looks. It holds none of the characters that XML escapes, since a page does not read escapes in styles.
const STYLE: &str = include_str!("page.css");

/// A short document needs no list of its sections.
const FEWEST_LISTED: usize = 3;

/// The document as a page.
#[must_use]
pub fn html(document: &Document) -> ExportFile {
    let mut page = Xml::inline();
    page.event(Event::DocType(BytesText::from_escaped("html")));
    break_line(&mut page);
    page.open("html", [("lang", "en")]);
    page.open("head", NONE);
    page.empty("meta", [("charset", "utf-8")]);
    page.empty("meta", [("name", "viewport"), ("content", "width=device-width, initial-scale=1")]);
    page.empty("meta", [("name", "color-scheme"), ("content", "light dark")]);
    text(&mut page, "title", &document.title);
    text(&mut page, "style", STYLE);
    page.close();
    page.open("body", NONE);
    page.open("main", NONE);
    text(&mut page, "h1", &document.title);
    document.blocks.iter().for_each(|of| block(&mut page, of));
    contents(&mut page, &document.sections);
    for (n, of) in numbered(&document.sections) {
        section(&mut page, 2, &format!("section/{n}"), of);
    }
    ExportFile::text(Syntax::Html, page.finish())
}

/// Sections with their numbers, from 1.
fn numbered(sections: &[Section]) -> impl Iterator<Item = (usize, &Section)> {
    (1..).zip(sections)
}

/// A line break between elements, so that people can read and compare the source.
fn break_line(page: &mut Xml) {
    page.event(Event::Text(BytesText::from_escaped("\n")));
}

/// An element that holds a text, on a line of its own.
fn text(page: &mut Xml, element: &str, text: &str) {
    break_line(page);
    page.text(element, NONE, text);
}

/// Links to the sections.
fn contents(page: &mut Xml, sections: &[Section]) {
    if sections.len() < FEWEST_LISTED {
        return;
    }
    break_line(page);
    page.open("nav", [("aria-label", "Contents")]);
    page.open("ol", NONE);
    for (n, of) in numbered(sections) {
        page.open("li", NONE);
        page.text("a", [("href", format!("#section/{n}"))], &of.title);
        page.close();
    }
    page.close();
    page.close();
}

fn section(page: &mut Xml, level: usize, id: &str, of: &Section) {
    break_line(page);
    page.open("section", [("id", id)]);
    text(page, &format!("h{}", level.min(6)), &of.title);
    of.blocks.iter().for_each(|of| block(page, of));
    for (n, of) in numbered(&of.sections) {
        section(page, level + 1, &format!("{id}/{n}"), of);
    }
    page.close();
}

fn block(page: &mut Xml, block: &Block) {
    match block {
        Block::Paragraph(of) => text(page, "p", of),
        Block::Note(of) => {
            break_line(page);
            page.text("p", [("class", "note")], of);
        }
        Block::List(points) => {
            break_line(page);
            page.open("ul", NONE);
            points.iter().for_each(|of| text(page, "li", of));
            page.close();
        }
        Block::Table(of) => table(page, of),
        Block::Picture(of) => picture(page, of),
    }
}

fn table(page: &mut Xml, table: &Table) {
    break_line(page);
    // What is wider than the page moves inside of its own box.
    page.open("div", [("class", "wide")]);
    let look = match table.look {
        Look::Grid => "grid",
        Look::Cards => "cards",
    };
    page.open("table", [("class", look)]);
    page.open("thead", NONE);
    page.open("tr", NONE);
    for (n, name) in table.head.iter().enumerate() {
        let class = table.is_right(n).then_some(("class", "number"));
        page.text("th", [("scope", "col")].into_iter().chain(class), name);
    }
    page.close();
    page.close();
    page.open("tbody", NONE);
    for row in &table.rows {
        break_line(page);
        page.open("tr", NONE);
        row.iter().enumerate().for_each(|(n, of)| cell(page, of, table.is_right(n)));
        page.close();
    }
    page.close();
    page.close();
    page.close();
}

fn cell(page: &mut Xml, cell: &Cell, right: bool) {
    let tone = match cell.tone {
        Tone::Plain => None,
        Tone::Good => Some("good"),
        Tone::Warning => Some("warning"),
        Tone::Bad => Some("bad"),
    };
    let classes: Vec<&str> = tone.into_iter().chain(right.then_some("number")).collect();
    let class = (!classes.is_empty()).then(|| ("class", classes.join(" ")));
    page.text("td", class, &cell.text);
}

fn picture(page: &mut Xml, picture: &Picture) {
    break_line(page);
    page.open("figure", NONE);
    inline(page, &picture.svg);
    text(page, "figcaption", &picture.caption);
    page.close();
}

/// The elements of an SVG document, read and written again, so that nothing but well-formed XML gets into the page;
/// nothing at all of what is none.
fn inline(page: &mut Xml, svg: &str) {
    let mut events = Vec::new();
    let mut reader = Reader::from_str(svg);
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(Event::Decl(_) | Event::DocType(_) | Event::PI(_) | Event::Comment(_)) => {}
            Ok(event) => events.push(event),
            Err(_) => return,
        }
    }
    events.into_iter().for_each(|event| page.event(event));
}
