//! Documents as Markdown.

use crate::export::bundle::ExportFile;
use crate::export::markdown::{Column, Markdown, plain, plain_line};

use super::{Block, Document, Section, Table};

/// The document as Markdown. Its pictures are files beside it.
#[must_use]
pub fn markdown(document: &Document) -> ExportFile {
    let mut out = Markdown::default();
    section(&mut out, 1, document);
    out.finish()
}

fn section(out: &mut Markdown, level: usize, of: &Section) {
    out.heading(level, &plain(&of.title));
    of.blocks.iter().for_each(|of| block(out, of));
    of.sections.iter().for_each(|of| section(out, level + 1, of));
}

fn block(out: &mut Markdown, block: &Block) {
    match block {
        Block::Paragraph(text) => out.paragraph(&plain_line(text)),
        Block::Note(text) => out.paragraph(&format!("*{}*", plain(text))),
        Block::List(points) => out.list(points.iter().map(|point| plain_line(point))),
        Block::Table(of) => table(out, of),
        Block::Picture(of) => out.paragraph(&format!("![{}]({})", plain(&of.caption), of.file)),
    };
}

fn table<'m>(out: &'m mut Markdown, table: &Table) -> &'m mut Markdown {
    let column = |n| if table.is_right(n) { Column::Number } else { Column::Text };
    let columns = table.head.iter().enumerate().map(|(n, name)| (plain(name), column(n)));
    let rows = table.rows.iter().map(|row| row.iter().map(|cell| plain(&cell.text)).collect::<Vec<_>>());
    out.table_of(columns, rows)
}
