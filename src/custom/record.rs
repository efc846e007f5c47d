//! Values that rules compute with: parts of a design as records whose fields are read when they are asked for.

use std::fmt::Write as _;

use cel::ExecutionError;
use cel::common::traits::Indexer;
use cel::common::types::{CelBool, CelDouble, CelInt, CelList, CelNull, CelString, Type};
use cel::common::value::{CowVal, Val};

use super::fields::{Part, find};
use super::view::View;

/// A part of a design.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'v> {
    pub(super) view: &'v View<'v>,
    pub(super) part: Part,
    /// Its place among its like, in order of id.
    pub(super) at: usize,
}

/// The value of one field.
#[derive(Debug, Clone)]
pub(super) enum Cell<'v> {
    Null,
    Bool(bool),
    Integer(i64),
    Number(f64),
    Text(&'v str),
    /// A text that is made when it is asked for.
    Made(String),
    Record(Record<'v>),
    List(Vec<Cell<'v>>),
}

macro_rules! cell_from {
    ($($from:ty => |$value:ident| $cell:expr;)*) => {
        $(impl<'v> From<$from> for Cell<'v> {
            fn from($value: $from) -> Self {
                $cell
            }
        })*
    };
}

cell_from! {
    bool => |value| Self::Bool(value);
    u8 => |value| Self::Integer(value.into());
    u16 => |value| Self::Integer(value.into());
    u32 => |value| Self::Integer(value.into());
    f64 => |value| Self::Number(value);
    &'v str => |value| Self::Text(value);
    &'v String => |value| Self::Text(value);
    String => |value| Self::Made(value);
    Record<'v> => |value| Self::Record(value);
    Vec<Cell<'v>> => |value| Self::List(value);
}

impl<'v, T: Into<Cell<'v>>> From<Option<T>> for Cell<'v> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<'v> Cell<'v> {
    fn into_value(self) -> Box<dyn Val + 'v> {
        match self {
            Self::Null => Box::new(CelNull),
            Self::Bool(value) => Box::new(CelBool::from(value)),
            Self::Integer(value) => Box::new(CelInt::from(value)),
            Self::Number(value) => Box::new(CelDouble::from(value)),
            Self::Text(value) => Box::new(CelString::from(value)),
            Self::Made(value) => Box::new(CelString::from(value)),
            Self::Record(value) => Box::new(value),
            Self::List(cells) => {
                let values: Vec<Box<dyn Val + 'v>> = cells.into_iter().map(Cell::into_value).collect();
                Box::new(CelList::from(values))
            }
        }
    }
}

impl<'v> Record<'v> {
    /// The value of a field; `None` when the part has no such field.
    pub(super) fn get(self, name: &str) -> Option<Cell<'v>> {
        find(self.part, name).map(|field| field.read(self))
    }

    /// The id of an element; `None` for the other parts.
    pub(super) fn id(self) -> Option<&'v str> {
        match self.get("id") {
            Some(Cell::Text(id)) => Some(id),
            _ => None,
        }
    }
}

static DESIGN: Type = Type::new_unspecified_type("design");
static REGION: Type = Type::new_unspecified_type("region");
static COMPONENT: Type = Type::new_unspecified_type("component");
static LINK: Type = Type::new_unspecified_type("link");
static REQUIREMENTS: Type = Type::new_unspecified_type("requirements");
static PRACTICES: Type = Type::new_unspecified_type("practices");

impl Val for Record<'_> {
    fn get_type(&self) -> &Type {
        match self.part {
            Part::Design => &DESIGN,
            Part::Region => &REGION,
            Part::Component => &COMPONENT,
            Part::Link => &LINK,
            Part::Requirements => &REQUIREMENTS,
            Part::Practices => &PRACTICES,
        }
    }

    fn cel_type() -> &'static Type {
        &DESIGN
    }

    fn as_indexer<'b, 'w>(&'b self) -> Option<&'b (dyn Indexer + 'w)>
    where
        Self: 'w,
    {
        Some(self)
    }

    /// Two records are the same when they stand for the same element.
    fn equals(&self, other: &dyn Val) -> bool {
        let Some(id) = self.id().filter(|_| other.get_type() == self.get_type()) else { return false };
        let theirs = other.as_indexer().and_then(|indexer| indexer.get(&CelString::from("id")).ok());
        theirs.is_some_and(|theirs| theirs.downcast_ref::<CelString>().is_some_and(|theirs| theirs.inner() == id))
    }

    fn clone_as_boxed<'w>(&self) -> Box<dyn Val + 'w>
    where
        Self: 'w,
    {
        Box::new(*self)
    }
}

impl Indexer for Record<'_> {
    fn get<'b, 'w>(&'b self, key: &dyn Val) -> Result<CowVal<'b, 'w>, ExecutionError>
    where
        Self: 'w,
    {
        let name = key.downcast_ref::<CelString>().map_or("", CelString::inner);
        let cell = Record::get(*self, name).ok_or_else(|| ExecutionError::no_such_key(name))?;
        Ok(CowVal::Owned(cell.into_value()))
    }

    fn steal<'w>(self: Box<Self>, key: &dyn Val) -> Result<Box<dyn Val + 'w>, ExecutionError>
    where
        Self: 'w,
    {
        let name = key.downcast_ref::<CelString>().map_or("", CelString::inner);
        let cell = Record::get(*self, name).ok_or_else(|| ExecutionError::no_such_key(name))?;
        Ok(cell.into_value())
    }
}

/// Writes words until there are `limit` characters; what follows is left out and marked.
struct Words {
    text: String,
    room: usize,
}

impl Words {
    fn push(&mut self, words: &str) {
        for c in words.chars() {
            if self.room == 0 {
                return;
            }
            self.room -= 1;
            // Messages are one line each.
            if self.room == 0 {
                self.text.push('…');
            } else {
                self.text.push(if c.is_control() { ' ' } else { c });
            }
        }
    }
}

/// A value as people read it: names of records, numbers without a useless `.0`; at most `limit` characters.
pub(super) fn shown(value: &dyn Val, limit: usize) -> String {
    let mut words = Words { text: String::new(), room: limit };
    show(value, &mut words);
    words.text
}

/// A field's value as people read it, at most `limit` characters.
pub(super) fn shown_cell(cell: &Cell<'_>, limit: usize) -> String {
    shown(cell.clone().into_value().as_ref(), limit)
}

fn show(value: &dyn Val, words: &mut Words) {
    if let Some(text) = value.downcast_ref::<CelString>() {
        words.push(text.inner());
    } else if let Some(number) = value.downcast_ref::<CelInt>() {
        words.push(&number.inner().to_string());
    } else if let Some(number) = value.downcast_ref::<CelDouble>() {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = write!(text, "{}", number.inner());
        words.push(&text);
    } else if let Some(truth) = value.downcast_ref::<CelBool>() {
        words.push(if *truth.inner() { "true" } else { "false" });
    } else if let Some(list) = value.downcast_ref::<CelList>() {
        for (i, item) in list.inner().iter().enumerate() {
            if i > 0 {
                words.push(", ");
            }
            if words.room == 0 {
                return;
            }
            show(item.as_ref(), words);
        }
    } else if let Some(name) = value.as_indexer().and_then(|record| record.get(&CelString::from("name")).ok()) {
        words.push(name.downcast_ref::<CelString>().map_or("", CelString::inner));
    } else if value.get_type() == &cel::common::types::NULL_TYPE {
        words.push("not set");
    } else {
        words.push(value.get_type().name());
    }
}
