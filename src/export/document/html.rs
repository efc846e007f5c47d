//! Documents as one page that needs nothing else: no script, no font, no picture from elsewhere. It is XML as well, so
//! that programs can read it.

use std::io;

use quick_xml::events::{BytesText, Event};
use quick_xml::{Reader, Writer};

use super::{Block, Cell, Document, Look, Picture, Section, Table, Tone};

type Page = Writer<Vec<u8>>;

/// How a page looks. It holds none of the characters that XML escapes, since a page does not read escapes in styles.
const STYLE: &str = include_str!("page.css");

/// The document as a page.
#[must_use]
pub fn html(document: &Document) -> String {
    let mut page = Writer::new(Vec::new());
    // Writing to memory cannot fail.
    let _ = whole(&mut page, document);
    let mut text = String::from_utf8(page.into_inner()).unwrap_or_default();
    text.push('\n');
    text
}

fn whole(page: &mut Page, document: &Document) -> io::Result<()> {
    page.write_event(Event::DocType(BytesText::from_escaped("html")))?;
    break_line(page)?;
    page.create_element("html").with_attribute(("lang", "en")).write_inner_content(|page| {
        page.create_element("head").write_inner_content(|page| {
            page.create_element("meta").with_attribute(("charset", "utf-8")).write_empty()?;
            let scale = [("name", "viewport"), ("content", "width=device-width, initial-scale=1")];
            page.create_element("meta").with_attributes(scale).write_empty()?;
            let schemes = [("name", "color-scheme"), ("content", "light dark")];
            page.create_element("meta").with_attributes(schemes).write_empty()?;
            text(page, "title", &document.title)?;
            text(page, "style", STYLE)
        })?;
        page.create_element("body").write_inner_content(|page| {
            page.create_element("main").write_inner_content(|page| {
                text(page, "h1", &document.title)?;
                document.lead.iter().try_for_each(|of| block(page, of))?;
                contents(page, &document.sections)?;
                numbered(&document.sections).try_for_each(|(n, of)| section(page, 2, &format!("section/{n}"), of))
            })?;
            Ok(())
        })?;
        Ok(())
    })?;
    Ok(())
}

/// Sections with their numbers, from 1.
fn numbered(sections: &[Section]) -> impl Iterator<Item = (usize, &Section)> {
    (1..).zip(sections)
}

/// A line break between elements, so that people can read and compare the source.
fn break_line(page: &mut Page) -> io::Result<()> {
    page.write_event(Event::Text(BytesText::from_escaped("\n")))
}

/// An element that holds a text.
fn text(page: &mut Page, element: &str, text: &str) -> io::Result<()> {
    break_line(page)?;
    page.create_element(element).write_text_content(BytesText::new(text))?;
    Ok(())
}

/// An element of a class that holds a text.
fn classed(page: &mut Page, element: &str, class: &str, text: &str) -> io::Result<()> {
    break_line(page)?;
    page.create_element(element).with_attribute(("class", class)).write_text_content(BytesText::new(text))?;
    Ok(())
}

/// Links to the sections; a short document needs none.
fn contents(page: &mut Page, sections: &[Section]) -> io::Result<()> {
    if sections.len() < 3 {
        return Ok(());
    }
    break_line(page)?;
    page.create_element("nav").with_attribute(("aria-label", "Contents")).write_inner_content(|page| {
        page.create_element("ol").write_inner_content(|page| {
            numbered(sections).try_for_each(|(n, of)| {
                page.create_element("li").write_inner_content(|page| {
                    let to = format!("#section/{n}");
                    let link = page.create_element("a").with_attribute(("href", to.as_str()));
                    link.write_text_content(BytesText::new(&of.title))?;
                    Ok(())
                })?;
                Ok(())
            })
        })?;
        Ok(())
    })?;
    Ok(())
}

fn section(page: &mut Page, level: usize, id: &str, of: &Section) -> io::Result<()> {
    break_line(page)?;
    page.create_element("section").with_attribute(("id", id)).write_inner_content(|page| {
        text(page, &format!("h{}", level.min(6)), &of.title)?;
        of.blocks.iter().try_for_each(|of| block(page, of))?;
        numbered(&of.sections).try_for_each(|(n, of)| section(page, level + 1, &format!("{id}/{n}"), of))
    })?;
    Ok(())
}

fn block(page: &mut Page, block: &Block) -> io::Result<()> {
    match block {
        Block::Paragraph(of) => text(page, "p", of),
        Block::Note(of) => classed(page, "p", "note", of),
        Block::List(points) => {
            break_line(page)?;
            page.create_element("ul")
                .write_inner_content(|page| points.iter().try_for_each(|of| text(page, "li", of)))?;
            Ok(())
        }
        Block::Table(of) => table(page, of),
        Block::Picture(of) => picture(page, of),
    }
}

fn table(page: &mut Page, table: &Table) -> io::Result<()> {
    break_line(page)?;
    let class = match table.look {
        Look::Grid => "grid",
        Look::Cards => "cards",
    };
    // What is wider than the page moves inside of its own box.
    page.create_element("div").with_attribute(("class", "wide")).write_inner_content(|page| {
        page.create_element("table").with_attribute(("class", class)).write_inner_content(|page| {
            page.create_element("thead").write_inner_content(|page| {
                page.create_element("tr").write_inner_content(|page| {
                    table.head.iter().enumerate().try_for_each(|(n, text)| {
                        let cell = page.create_element("th").with_attribute(("scope", "col"));
                        let cell = if table.is_right(n) { cell.with_attribute(("class", "number")) } else { cell };
                        cell.write_text_content(BytesText::new(text))?;
                        Ok(())
                    })
                })?;
                Ok(())
            })?;
            page.create_element("tbody").write_inner_content(|page| {
                table.rows.iter().try_for_each(|row| {
                    break_line(page)?;
                    page.create_element("tr").write_inner_content(|page| {
                        row.iter().enumerate().try_for_each(|(n, of)| cell(page, of, table.is_right(n)))
                    })?;
                    Ok(())
                })
            })?;
            Ok(())
        })?;
        Ok(())
    })?;
    Ok(())
}

fn cell(page: &mut Page, cell: &Cell, right: bool) -> io::Result<()> {
    let tone = match cell.tone {
        Tone::Plain => "",
        Tone::Good => "good",
        Tone::Warning => "warning",
        Tone::Bad => "bad",
    };
    let classes = [tone, if right { "number" } else { "" }].into_iter().filter(|class| !class.is_empty());
    let classes = classes.collect::<Vec<_>>().join(" ");
    let element = page.create_element("td");
    let element = if classes.is_empty() { element } else { element.with_attribute(("class", classes.as_str())) };
    element.write_text_content(BytesText::new(&cell.text))?;
    Ok(())
}

fn picture(page: &mut Page, picture: &Picture) -> io::Result<()> {
    break_line(page)?;
    page.create_element("figure").write_inner_content(|page| {
        inline(page, &picture.svg)?;
        text(page, "figcaption", &picture.caption)
    })?;
    Ok(())
}

/// The elements of an SVG document, read and written again, so that nothing but well-formed XML gets into the page;
/// nothing at all of what is none.
fn inline(page: &mut Page, svg: &str) -> io::Result<()> {
    let mut events = Vec::new();
    let mut reader = Reader::from_str(svg);
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(Event::Decl(_) | Event::DocType(_) | Event::PI(_) | Event::Comment(_)) => {}
            Ok(event) => events.push(event),
            Err(_) => return Ok(()),
        }
    }
    events.into_iter().try_for_each(|event| page.write_event(event))
}
