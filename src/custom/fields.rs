//! The fields of a design that rules can read, and their reference.

use std::fmt;
use std::fmt::{Debug, Write as _};

use super::record::{Cell, Record};
use super::table::{COMPONENT, DESIGN, LINK, PRACTICES, REGION, REQUIREMENTS};
use super::view::{MAX_NAME_BYTES, MAX_NOTE_BYTES, Sizes};

/// A part of a design that has fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The design as a whole.
    Design,
    /// A region.
    Region,
    /// A component.
    Component,
    /// A link.
    Link,
    /// The answers about what the deployment must do.
    Requirements,
    /// What holds for the deployment and cannot be drawn.
    Practices,
}

impl Part {
    /// The word a field's path begins with.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Design => "design",
            Self::Region => "region",
            Self::Component => "component",
            Self::Link => "link",
            Self::Requirements => "requirements",
            Self::Practices => "practices",
        }
    }
}

/// What a field holds. Any field may be null where nothing is set or its kind of component has no such setting.
#[derive(Debug, Clone, Copy)]
pub enum FieldType {
    /// A text of up to 400 bytes; the rest is cut.
    Text,
    /// A text of up to 4,000 bytes; the rest is cut.
    Note,
    /// One of a few words, which the function lists.
    Word(fn() -> Vec<String>),
    /// A whole number.
    Integer,
    /// A number with decimals.
    Number,
    /// True or false.
    Bool,
    /// A list of texts.
    Texts,
    /// A list of whole numbers.
    Integers,
    /// Another part with fields of its own.
    Record(Part),
    /// A list of such parts.
    Records(Part),
}

impl fmt::Display for FieldType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text | Self::Note => f.write_str("text"),
            Self::Word(words) => write!(f, "one of {}", words().join(", ")),
            Self::Integer => f.write_str("whole number"),
            Self::Number => f.write_str("number"),
            Self::Bool => f.write_str("true or false"),
            Self::Texts => f.write_str("list of texts"),
            Self::Integers => f.write_str("list of whole numbers"),
            Self::Record(part) => f.write_str(part.word()),
            Self::Records(part) => write!(f, "list of {}s", part.word()),
        }
    }
}

/// One field that rules can read.
pub struct ViewField {
    /// Whose field it is.
    pub part: Part,
    /// Its name, as written after the dot.
    pub name: &'static str,
    /// What it holds.
    pub kind: FieldType,
    /// One sentence on its meaning, with its unit.
    pub about: &'static str,
    pub(super) get: for<'v> fn(Record<'v>) -> Cell<'v>,
    /// How many elements it lists at most.
    pub(super) count: fn(&Sizes) -> u64,
}

impl ViewField {
    /// The field as an expression writes it, such as `component.vcpu`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}.{}", self.part.word(), self.name)
    }

    /// Its value for one element; texts are cut to what [`FieldType`] promises.
    pub(super) fn read<'v>(&self, record: Record<'v>) -> Cell<'v> {
        let limit = if matches!(self.kind, FieldType::Note) { MAX_NOTE_BYTES } else { MAX_NAME_BYTES };
        match (self.get)(record) {
            Cell::Text(text) => Cell::Text(cut(text, limit)),
            Cell::Made(text) => Cell::Made(cut(&text, limit).to_owned()),
            other => other,
        }
    }

    /// How many elements it lists at most in a design of this size.
    pub(super) fn most(&self, sizes: &Sizes) -> u64 {
        (self.count)(sizes)
    }
}

impl Debug for ViewField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ViewField").field("path", &self.path()).field("kind", &self.kind).finish_non_exhaustive()
    }
}

pub(super) fn cut(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

/// Everything rules can see, part by part.
pub static VIEW: [(Part, &[ViewField]); 6] = [
    (Part::Design, &DESIGN),
    (Part::Region, &REGION),
    (Part::Component, &COMPONENT),
    (Part::Link, &LINK),
    (Part::Requirements, &REQUIREMENTS),
    (Part::Practices, &PRACTICES),
];

/// The fields of one part.
pub(super) fn fields_of(part: Part) -> &'static [ViewField] {
    match part {
        Part::Design => &DESIGN,
        Part::Region => &REGION,
        Part::Component => &COMPONENT,
        Part::Link => &LINK,
        Part::Requirements => &REQUIREMENTS,
        Part::Practices => &PRACTICES,
    }
}

/// The field of a part with this name.
pub(super) fn find(part: Part, name: &str) -> Option<&'static ViewField> {
    fields_of(part).iter().find(|field| field.name == name)
}

/// [`VIEW`] as Markdown, one table a part.
#[must_use]
pub fn view_reference() -> String {
    let mut text = String::from("# What rules can see\n");
    for (part, fields) in &VIEW {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n## {}\n\n| field | type | meaning |\n|---|---|---|\n", part.word());
        for field in *fields {
            let _ = writeln!(text, "| `{}` | {} | {} |", field.path(), field.kind, field.about);
        }
    }
    text
}
