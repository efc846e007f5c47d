//! Documents for people: one content, written as Markdown and as a page.
//!
//! A document is plain text in headings, paragraphs, lists, tables and pictures. Both writers say exactly that, so no
//! text exists twice. What a user has named may hold anything; it is cleaned when it becomes content ([`clean`]) and
//! escaped by the writer.

mod html;
mod markdown;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

pub use html::html;
pub use markdown::markdown;

pub use super::text::clean;

/// A document: a section that stands in no other.
pub type Document = Section;

/// A heading with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// What stands below it.
    pub blocks: Vec<Block>,
    /// Sections one level deeper.
    pub sections: Vec<Section>,
    /// Numbers of the facts that its blocks cite.
    pub cites: BTreeSet<String>,
}

/// What stands between headings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Running text.
    Paragraph(String),
    /// What qualifies the block before it, in small type.
    Note(String),
    /// Points.
    List(Vec<String>),
    /// A table.
    Table(Table),
    /// A picture.
    Picture(Picture),
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The picture itself, a whole SVG document.
    pub svg: String,
    /// Name of the file beside the document that holds it, for writers that cannot hold it themselves.
    pub file: String,
    /// What it shows, as a sentence.
    pub caption: String,
}

/// How a table looks on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Look {
    /// Lines and columns.
    #[default]
    Grid,
    /// A card for each line, its first cell large: headline figures.
    Cards,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// Words above the columns.
    pub head: Vec<String>,
    /// Its lines, each with a cell for every column.
    pub rows: Vec<Vec<Cell>>,
    /// The first column that is set flush right, as numbers are; `None` for none.
    pub numbers_from: Option<usize>,
    /// How it looks.
    pub look: Look,
}

/// How good or bad something is; a page shows it as a colour beside the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Neither.
    #[default]
    Plain,
    /// As it should be.
    Good,
    /// Worth a look.
    Warning,
    /// Not as it should be.
    Bad,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// How good that is.
    pub tone: Tone,
}

impl Cell {
    /// A cell with a tone.
    #[must_use]
    pub fn toned(text: &str, tone: Tone) -> Self {
        Self { text: clean(text), tone }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::toned(text, Tone::Plain)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl Picture {
    /// A picture, the file that holds it beside the document, and what it shows.
    #[must_use]
    pub fn new(svg: String, file: &str, caption: &str) -> Self {
        Self { svg, file: file.to_owned(), caption: clean(caption) }
    }
}

impl Table {
    /// A table without lines.
    #[must_use]
    pub fn new<const N: usize>(head: [&str; N]) -> Self {
        Self { head: head.map(clean).to_vec(), ..Self::default() }
    }

    /// A table whose first line is its head.
    #[must_use]
    pub fn of(lines: Vec<Vec<String>>) -> Self {
        let mut lines = lines.into_iter();
        let head = lines.next().unwrap_or_default();
        let mut table = Self { head: head.iter().map(|text| clean(text)).collect(), ..Self::default() };
        lines.for_each(|line| table.row(line));
        table
    }

    /// The same with numbers from this column on.
    #[must_use]
    pub fn numbers_from(self, column: usize) -> Self {
        Self { numbers_from: Some(column), ..self }
    }

    /// The same as cards.
    #[must_use]
    pub fn as_cards(self) -> Self {
        Self { look: Look::Cards, ..self }
    }

    /// Adds a line; cells beyond the columns are dropped, missing ones are empty.
    pub fn row<C: Into<Cell>>(&mut self, cells: impl IntoIterator<Item = C>) {
        let mut cells: Vec<Cell> = cells.into_iter().map(Into::into).collect();
        cells.resize_with(self.head.len(), Cell::default);
        self.rows.push(cells);
    }

    /// How column `n` is set.
    fn is_right(&self, n: usize) -> bool {
        self.numbers_from.is_some_and(|first| n >= first)
    }
}

impl Section {
    /// A section without content.
    #[must_use]
    pub fn new(title: &str) -> Self {
        Self { title: clean(title), ..Self::default() }
    }

    /// Adds a paragraph; nothing when it is empty.
    pub fn say(&mut self, text: &str) {
        push_text(&mut self.blocks, Block::Paragraph, text);
    }

    /// Adds a note; nothing when it is empty.
    pub fn note(&mut self, text: &str) {
        push_text(&mut self.blocks, Block::Note, text);
    }

    /// Adds a list; nothing when it has no points.
    pub fn list<T: AsRef<str>>(&mut self, points: impl IntoIterator<Item = T>) {
        let points: Vec<String> = points.into_iter().map(|point| clean(point.as_ref())).collect();
        if !points.is_empty() {
            self.blocks.push(Block::List(points));
        }
    }

    /// Adds a table; nothing when it has no lines.
    pub fn table(&mut self, table: Table) {
        if !table.rows.is_empty() {
            self.blocks.push(Block::Table(table));
        }
    }

    /// Notes that its blocks cite these facts.
    pub fn cite<T: AsRef<str>>(&mut self, facts: impl IntoIterator<Item = T>) {
        self.cites.extend(facts.into_iter().map(|fact| fact.as_ref().to_owned()));
    }

    /// Notes the facts that a sentence of the program names in brackets, such as `(B22, H8)`.
    pub fn cite_in(&mut self, sentence: &str) {
        let brackets = sentence.split('(').skip(1).filter_map(|rest| rest.split(')').next());
        self.cite(brackets.flat_map(|list| list.split([',', ';', ' '])).filter(|word| !word.is_empty()));
    }

    /// Adds a section one level deeper; nothing when it is empty.
    pub fn add(&mut self, section: Section) {
        if !section.is_empty() {
            self.sections.push(section);
        }
    }

    /// Numbers of the facts that it and the sections in it cite.
    #[must_use]
    pub fn all_cites(&self) -> BTreeSet<&str> {
        let own = self.cites.iter().map(String::as_str);
        own.chain(self.sections.iter().flat_map(Self::all_cites)).collect()
    }

    /// Whether nothing stands below its heading.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty() && self.sections.is_empty()
    }
}

fn push_text(blocks: &mut Vec<Block>, block: fn(String) -> Block, text: &str) {
    let text = clean(text);
    if !text.is_empty() {
        blocks.push(block(text));
    }
}
